"""Results: verdicts, invariants, and the JSON, version 2."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import jsonschema
import pytest
from pydantic import ValidationError

from grader.errors import ConfigurationError
from grader.result import (
    SCHEMA_FILE,
    AssignmentResult,
    CheckResult,
    CohortResult,
    Environment,
    Feedback,
    SubmissionResult,
    Verdict,
    assignment_verdict,
    schema_text,
)

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def check(verdict: Verdict, number: int = 0, **changes: Any) -> CheckResult:
    """A check with this verdict, worth two points."""
    values: dict[str, Any] = {
        "id": f"check_{number}",
        "task": 1,
        "title": "A check",
        "verdict": verdict,
        "score": 2.0 if verdict is Verdict.PASSED else 0.0,
        "points": 2.0,
        "visibility": "hidden",
        "seconds": 0.25,
        "feedback": Feedback(asked="softmax(z)", got="0.5", hint="Which axis?"),
    }
    return CheckResult(**(values | changes))


def assignment(*verdicts: Verdict, **changes: Any) -> AssignmentResult:
    """An assignment whose checks have these verdicts."""
    checks = tuple(check(verdict, i) for i, verdict in enumerate(verdicts))
    values: dict[str, Any] = {
        "id": "softmax",
        "verdict": assignment_verdict(checks),
        "score": sum(one.score for one in checks),
        "points": sum(one.points for one in checks),
        "seconds": 1.0,
        "checks": checks,
        "metrics": {"accuracy": 0.9, "loss": (1.0, 0.5)},
    }
    return AssignmentResult(**(values | changes))


def submission(*assignments: AssignmentResult, **changes: Any) -> SubmissionResult:
    """A result with these assignments."""
    values: dict[str, Any] = {
        "member": "기민준",
        "digest": "sha256:" + "0" * 64,
        "graded_at": NOON,
        "score": sum(one.score for one in assignments),
        "points": sum(one.points for one in assignments),
        "seconds": 1.0,
        "environment": Environment(
            grader="0.1", checks="c", python="3", torch="2", sandbox="landlock", seed=1, dataset={}
        ),
        "assignments": assignments,
    }
    return SubmissionResult(**(values | changes))


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        ("passed passed", "passed"),
        ("passed not_implemented", "not_implemented"),
        ("not_implemented failed", "failed"),
        ("failed forbidden", "forbidden"),
        ("forbidden errored", "errored"),
        ("errored out_of_memory", "out_of_memory"),
        ("out_of_memory timed_out", "timed_out"),
        ("timed_out internal_error passed", "internal_error"),
        ("skipped not_implemented", "not_implemented"),
        ("passed skipped", "skipped"),
        ("", "skipped"),
    ],
)
def test_verdict_of_an_assignment(verdicts: str, expected: str) -> None:
    """An assignment passes when every check did; else its most telling verdict speaks for it."""
    checks = [check(Verdict(name)) for name in verdicts.split()]
    assert assignment_verdict(checks) == expected
    assert assignment_verdict(reversed(checks)) == expected


def test_verdicts_are_the_documented_ones() -> None:
    """The verdicts are the vocabulary's nine."""
    assert {verdict.value for verdict in Verdict} == {
        "passed",
        "failed",
        "not_implemented",
        "errored",
        "timed_out",
        "out_of_memory",
        "forbidden",
        "skipped",
        "internal_error",
    }


def test_json_has_the_documented_keys() -> None:
    """The JSON has exactly the keys of version 2, in their order."""
    result = json.loads(submission(assignment(Verdict.FAILED)).to_json())
    assert " ".join(result) == (
        "schema member digest commit graded_at submitted_at score points seconds environment "
        "assignments notices"
    )
    assert result["schema"] == "grader/result/v2"
    assert result["graded_at"] == "2026-11-21T12:00:00Z"
    assert " ".join(result["environment"]) == (
        "grader checks python torch sandbox seed secret dataset"
    )
    [one] = result["assignments"]
    assert " ".join(one) == "id verdict score points seconds checks metrics output digest judged_by"
    assert " ".join(one["checks"][0]) == (
        "id task title verdict score points visibility seconds feedback"
    )
    assert " ".join(one["checks"][0]["feedback"]) == "asked got diagnosis hint"


def test_a_result_of_version_1_is_still_read() -> None:
    """What older graders wrote, with a seed and without the key `secret`, is read as it stands."""
    old = json.loads(submission(assignment(Verdict.PASSED)).to_json())
    old["schema"] = "grader/result/v1"
    del old["environment"]["secret"]
    read = SubmissionResult.parse(json.dumps(old))
    assert (read.schema_, read.environment.drawn_from) == ("grader/result/v1", 1)
    jsonschema.validate(old, json.loads(schema_text()))


@pytest.mark.parametrize(
    ("seed", "secret"), [(None, None), (1, "0" * 64), (None, "0" * 63), (None, "G" * 64)]
)
def test_a_result_was_drawn_from_a_seed_or_from_a_secret(
    seed: int | None, secret: str | None
) -> None:
    """Both, neither, or a secret of fewer than 256 bits is no valid environment."""
    values = {"grader": "1", "checks": "c", "python": "3", "torch": "2", "sandbox": "x"}
    with pytest.raises(ValidationError):
        Environment(**values, seed=seed, secret=secret, dataset={})  # type: ignore[arg-type]
    assert Environment(**values, secret="f" * 64, dataset={}).drawn_from == 2**256 - 1  # type: ignore[arg-type]


def test_round_trip() -> None:
    """What is written is read back as the same values, one submission or a cohort."""
    one = submission(assignment(Verdict.PASSED, Verdict.FAILED), commit="a" * 40)
    assert SubmissionResult.parse(one.to_json()) == one
    cohort = CohortResult(submissions=(one, one))
    assert CohortResult.parse(cohort.to_json(indent=2)) == cohort
    assert json.loads(cohort.to_json())["schema"] == "grader/cohort/v1"


def test_stored_schema_is_up_to_date() -> None:
    """result.schema.json is what the models generate; see result.py for how to write it anew."""
    assert SCHEMA_FILE.read_text() == schema_text()


def test_results_satisfy_the_schema() -> None:
    """The JSON of a submission and a cohort is valid under the schema; a stray key is not."""
    validator = jsonschema.Draft202012Validator(json.loads(schema_text()))
    one = submission(assignment(Verdict.PASSED))
    validator.validate(json.loads(one.to_json()))
    validator.validate(json.loads(CohortResult(submissions=(one,)).to_json()))
    assert not validator.is_valid(json.loads(one.to_json()) | {"grade": "A"})
    assert not validator.is_valid(json.loads(one.to_json()) | {"schema": "grader/result/v3"})


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_no_nan_and_no_infinity(number: float) -> None:
    """No field takes NaN or an infinity, also inside metrics."""
    with pytest.raises(ValidationError):
        assignment(metrics={"accuracy": number})
    with pytest.raises(ValidationError):
        assignment(metrics={"loss": (1.0, number)})
    with pytest.raises(ValidationError):
        check(Verdict.PASSED, points=number)
    text = submission(assignment()).to_json().replace('"accuracy":0.9', '"accuracy":NaN')
    assert "NaN" in text
    with pytest.raises(ConfigurationError):
        SubmissionResult.parse(text)


def test_half_a_surrogate_pair_is_replaced() -> None:
    """What a student prints can always be written as UTF-8."""
    result = submission(assignment(output="a\ud800b"), notices=("\udcff",))
    assert result.assignments[0].output == "a?b"
    assert SubmissionResult.parse(result.to_json().encode()) == result


def test_moments_are_in_utc() -> None:
    """A moment of any zone is kept in UTC; one without a zone is refused."""
    seoul = NOON.astimezone(timezone(timedelta(hours=9)))
    assert '"2026-11-21T12:00:00Z"' in submission(submitted_at=seoul).to_json()
    with pytest.raises(ValidationError):
        submission(graded_at=NOON.replace(tzinfo=None))


@pytest.mark.parametrize(
    "make",
    [
        lambda: assignment(Verdict.PASSED, score=1.0),
        lambda: assignment(Verdict.PASSED, checks=(check(Verdict.PASSED, score=3.0),), score=3.0),
        lambda: assignment(checks=(check(Verdict.FAILED), check(Verdict.FAILED))),
        lambda: submission(assignment(Verdict.PASSED), score=1.0),
        lambda: submission(assignment(Verdict.PASSED), points=100.0),
        lambda: submission(assignment(), assignment()),
        lambda: submission(digest="sha256:0"),
        lambda: submission(commit="main"),
        lambda: submission(seconds=-1.0),
    ],
)
def test_contradictions_are_refused(make: Any) -> None:
    """Totals that do not add up, scores above the points and doubled ids are no result."""
    with pytest.raises(ValidationError):
        make()


def test_floats_may_add_up_roughly() -> None:
    """The last digits of a sum are no contradiction."""
    ten = tuple(check(Verdict.PASSED, i, score=0.1, points=0.1) for i in range(10))
    assert assignment(checks=ten, score=sum(c.score for c in ten), points=1.0).score < 1.0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "r.json is not valid"),
        ("[]", "r.json is not valid"),
        ("[" * 10_000, "r.json is not valid"),
        ('{"schema": "grader/result/v3"}', "schema"),
    ],
)
def test_parse_refuses(text: str, message: str) -> None:
    """What is no result of this version is refused in a sentence with its source."""
    with pytest.raises(ConfigurationError, match=message):
        SubmissionResult.parse(text, source="r.json")


def test_parse_wants_the_schema_and_exact_types() -> None:
    """A document that does not name its version, or writes a number as text, is refused."""
    data = json.loads(submission().to_json())
    text = json.dumps({key: value for key, value in data.items() if key != "schema"})
    with pytest.raises(ConfigurationError, match="schema is missing"):
        SubmissionResult.parse(text)
    with pytest.raises(ConfigurationError, match="seconds"):
        SubmissionResult.parse(json.dumps(data | {"seconds": "1"}))


def test_internal_error_shows() -> None:
    """A fault of ours in a single check marks the whole result."""
    assert submission(assignment(Verdict.PASSED, Verdict.INTERNAL_ERROR)).internal_error
    assert not submission(assignment(Verdict.PASSED, Verdict.FAILED)).internal_error


def test_handed_in() -> None:
    """The untouched stub and a missing file do not count as handed in; any answer does."""
    assert not assignment(Verdict.NOT_IMPLEMENTED).handed_in
    assert not assignment(Verdict.SKIPPED).handed_in
    assert assignment(Verdict.NOT_IMPLEMENTED, Verdict.FAILED).handed_in
    assert assignment(Verdict.NOT_IMPLEMENTED, Verdict.PASSED).handed_in
