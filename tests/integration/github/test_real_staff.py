"""What a runner that is not ours makes of staff's workflow, from the course's call on."""

from datetime import timedelta
from pathlib import Path

import pytest

from grader.github.event import Graded
from tests.github.course import NOW, PRIVATE, result
from tests.github.double import Double
from tests.github.state import Run
from tests.integration.github.act import Actions, needs_act
from tests.integration.github.course_repository import MISTAKE, SOLUTION, STUB
from tests.integration.github.test_staff import APP, NAME, QUESTION, TITLE, StaffedCourse

DAY = timedelta(days=1)


@pytest.fixture
def course(hub: Double, tmp_path: Path) -> StaffedCourse:
    """A public course on the double that a private repository grades, where there is a runner."""
    needs_act()
    hub.repository.add_user("token-for-the-app", APP, app=True)
    return StaffedCourse(hub, tmp_path)


def test_staff_grade_a_course(hub: Double, course: StaffedCourse, tmp_path: Path) -> None:
    """Called by the course, they record every push and tell no title; no forged result counts."""
    pull = hub.repository.add_pull("stud-one", "0" * 40)
    assert pull.pull is not None
    early = course.push(pull, {STUB: SOLUTION.read_bytes()})
    late = course.push(pull, {STUB: MISTAKE.read_bytes()})
    for head, days in ((early, 1), ("f" * 40, 2), (late, 3)):  # the second is gone
        run = Run(head, pull.pull.head_repo, NOW + days * DAY, head_branch=pull.pull.head_ref)
        hub.repository.add_run(run)
    forged = Graded(pull_request=pull.number, head=late, result=result(late))
    hub.repository.add_artifact(run, "result", {"1.json": forged.to_json()})

    remotes = {hub.repository.name: course.remote, course.secret.name: course.private}
    call = {"GRADER_STAFF_TOKEN": "call-token"}
    public = Actions(hub, hub.repository, course.base, tmp_path / "act", remotes, call)
    payload = {"action": "completed", "workflow_run": {"conclusion": "success"}}
    [told] = public.start("publish.yml", "workflow_run", payload)
    assert told.conclusion == "success", told.said
    assert course.secret.settings.dispatched == ["course"]
    assert not hub.repository.comments

    keys = {"GRADER_SIGNING_KEY": PRIVATE, "GRADER_APP_ID": "Iv23", "GRADER_APP_KEY": "the-app"}
    private = Actions(hub, course.secret, course.private, tmp_path / "act2", remotes, keys)
    [ran] = private.start("grade-course.yml", "repository_dispatch", {"action": "course"})
    assert ran.jobs == {"grade": "success", "publish": "success"}, ran.said
    assert ran.artifacts == {"results": sorted(f"1-{head[:7]}.json" for head in (early, late))}
    assert "commit fffffff could not be fetched" in ran.said

    sealed = course.signed(pull)
    assert [(a.result.commit, a.result.submitted_at) for a in sealed.attempts] == [
        (late, NOW + 3 * DAY), (early, NOW + DAY)
    ]  # fmt: skip
    worse, better = (attempt.result.score for attempt in sealed.attempts)
    assert forged.result is not None
    assert worse < better == 14.5 < forged.result.score
    [check] = hub.repository.check_runs.values()
    assert (check["app"]["slug"], check["head_sha"]) == ("our-grader", late)
    written = "\n".join([*course.written_in_public(), told.said])
    assert "Hidden check 6" in written
    for title in (TITLE, QUESTION, NAME):
        assert title not in written
