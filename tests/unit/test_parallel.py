"""What is kept of submissions whose jobs die."""

from pathlib import Path

import pytest

from grader.cli.common import now
from grader.course.assignment import load_assignments
from grader.course.submission import Submission
from grader.grading import HIDDEN, Plan, ungraded
from grader.job import Ended, JobDied, Ready
from grader.parallel import grade_in_parallel
from grader.result import SubmissionResult

PLAN = Plan(load_assignments(Path(__file__).parents[2] / "assignments"), HIDDEN, 3)


class MortalJob:
    """A job that dies at the first submissions of the run, so many as `deaths` says."""

    deaths = 0

    def __init__(self, *_: object) -> None:
        self.connection = self
        self._answers: list[object] = [Ready()]

    def hand(self, submission: Submission | None) -> None:
        """Decide what becomes of it."""
        if submission is None:
            self._answers.append(Ended({}))
        elif MortalJob.deaths:
            MortalJob.deaths -= 1
            self._answers.append(JobDied("SIGKILL"))
        else:
            self._answers.append(ungraded(submission, PLAN, now()))

    def receive(self) -> object:
        """What has become of it."""
        answer = self._answers.pop(0)
        if isinstance(answer, JobDied):
            raise answer
        return answer

    def end(self) -> None:
        """Nothing to end."""

    wait = end


@pytest.mark.parametrize(("jobs", "given_up"), [(1, 1), (2, 0)])
def test_equal_submissions_are_tried_each_by_itself(
    jobs: int, given_up: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of two pull requests of one member at one commit each is given up for its own deaths."""
    monkeypatch.setattr("grader.parallel.Job", MortalJob)
    monkeypatch.setattr("grader.parallel.wait", list)
    MortalJob.deaths = 2  # both at the first one, or one at each
    one = Submission(member="ada", files={"softmax": {"softmax.py": b"x"}}, commit="a" * 40)
    results: list[SubmissionResult] = []
    said: list[str] = []
    grade_in_parallel(
        [one, one.model_copy()], PLAN, jobs, denied_paths=[], now=now,
        on_result=results.append, on_fault=said.append,
    )  # fmt: skip
    assert len(results) == 2
    assert sum("given up" in text for text in said) == given_up, said
    assert sum("tried once more" in text for text in said) == 2 - given_up, said
