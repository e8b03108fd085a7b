"""What a comment says that counts is what the report counts."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from grader.course.roster import Roster
from grader.github.counting import counted_score
from grader.gradebook import Entry
from grader.report.scores import ScoreBook
from grader.result import SubmissionResult
from tests.github.course import NOW, assignments, result, roster, sha

WORK = tuple(a.model_copy(update={"due": NOW}) for a in assignments())
LATE = {"softmax": {"grace": "30m", "loses": 0.1, "every": "1h", "cutoff": "5h"}}

ATTEMPTS = st.lists(
    st.tuples(
        st.sampled_from("abc"),  # files
        st.sampled_from([0.25, 0.5, 0.75, 1.0]),
        st.integers(-3, 9),  # hours after it was due
        st.booleans(),  # whether the time of submission is known
    ),
    min_size=1,
    max_size=8,
)


def entry(number: int, one: SubmissionResult) -> Entry:
    """The attempt as a gradebook holds it."""
    return Entry(
        id=number, member="g1m1", digest=one.digest, commit=one.commit, graded_at=one.graded_at,
        submitted_at=one.submitted_at,
        scores={a.id: a.score if a.handed_in else None for a in one.assignments},
    )  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(ATTEMPTS, st.sampled_from(["best", "latest"]))
def test_equals_the_report(attempts: list[tuple[str, float, int, bool]], attempt: str) -> None:
    """Whatever the attempts and the policy: the same points as in the report."""
    people = roster().model_dump(by_alias=True)
    people["policy"] = {"attempt": attempt, "late": LATE}
    course = Roster.model_validate(people)
    results = [
        result(
            sha(files), share, member="g1m1", minutes=number,
            digest=f"sha256:{sha(files).ljust(64, '0')}",
            graded_at=NOW + timedelta(hours=20, minutes=number),
            submitted_at=NOW + timedelta(hours=hours, seconds=number) if known else None,
        )
        for number, (files, share, hours, known) in enumerate(attempts)
    ]  # fmt: skip
    entries = [entry(i, one) for i, one in enumerate(results)]
    table = ScoreBook(course, entries, WORK).scores().table
    member = course.groups[0].members[0]
    here = counted_score(results[::-1], member, course, WORK)
    assert abs(here - table.loc["g1m1"].sum()) < 1e-9
