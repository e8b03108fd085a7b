"""What is kept of submissions whose jobs die."""

from pathlib import Path

import pytest

from grader.cli.common import now
from grader.course.assignment import load_assignments
from grader.course.submission import Submission
from grader.grading import ungraded
from grader.plan import HIDDEN, Plan
from grader.pools.job import Ended, JobDied, Ready
from grader.pools.parallel import grade_in_parallel
from grader.result import Graded

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
            self._answers.append(Graded(ungraded(submission, PLAN, now())))

    def receive(self) -> object:
        """What has become of it."""
        answer = self._answers.pop(0)
        if isinstance(answer, JobDied):
            raise answer
        return answer

    def holds(self, submission: Submission) -> bool:
        """Whether this one is what it is at."""
        return any(
            isinstance(answer, Graded) and answer.result.member == submission.member
            for answer in self._answers
        )

    def end(self) -> None:
        """Nothing to end."""

    wait = end


@pytest.mark.parametrize(("jobs", "given_up"), [(1, 1), (2, 0)])
def test_equal_submissions_are_tried_each_by_itself(
    jobs: int, given_up: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of two pull requests of one member at one commit each is given up for its own deaths."""
    monkeypatch.setattr("grader.pools.parallel.Job", MortalJob)
    monkeypatch.setattr("grader.pools.parallel.wait", list)
    MortalJob.deaths = 2  # both at the first one, or one at each
    one = Submission(member="ada", files={"softmax": {"softmax.py": b"x"}}, commit="a" * 40)
    both = [one, one.model_copy()]
    graded = list(grade_in_parallel(both, PLAN, jobs, denied_paths=[], now=now))
    said = [fault for each in graded for fault in each.faults]
    assert len(graded) == 2
    assert sum("given up" in text for text in said) == given_up, said
    assert sum("tried once more" in text for text in said) == 2 - given_up, said


def test_results_come_in_the_order_of_the_submissions(monkeypatch: pytest.MonkeyPatch) -> None:
    """A slow submission holds up no other one, only the results after it."""
    monkeypatch.setattr("grader.pools.parallel.Job", MortalJob)
    MortalJob.deaths = 0
    slow = Submission(member="m0")
    waits = iter(range(1000))

    def wait(jobs: list[MortalJob]) -> list[MortalJob]:
        quick = [job for job in jobs if not job.holds(slow)]
        return quick if quick and next(waits) < 20 else jobs

    monkeypatch.setattr("grader.pools.parallel.wait", wait)
    cohort = [slow, *(Submission(member=f"m{n}") for n in range(1, 6))]
    graded = grade_in_parallel(cohort, PLAN, 2, denied_paths=[], now=now)
    assert [one.result.member for one in graded] == [f"m{n}" for n in range(6)]
    assert next(waits) > 5  # the others were graded first
