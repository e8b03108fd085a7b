"""Verdicts and results: the values grading yields, and their JSON, version 2.

Version 1 had a `seed` below 2^31 for every run. It is read, and no longer written.

The JSON Schema of these models lies in `result.schema.json`; write it anew with
`python -c "import grader.result as r; r.SCHEMA_FILE.write_text(r.schema_text())"`.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    TypeAdapter,
    ValidationError,
    WithJsonSchema,
    model_validator,
)

from grader.amounts import total as sum_of
from grader.errors import ConfigurationError
from grader.harmless import in_json

SCHEMA_FILE = Path(__file__).with_name("result.schema.json")

TOLERANCE = 1e-6
"""Points by which a total may differ from the sum of its parts: floats, not a mistake."""


class Verdict(StrEnum):
    """How a check ended; the most telling first after `passed`."""

    PASSED = "passed"
    INTERNAL_ERROR = "internal_error"
    TIMED_OUT = "timed_out"
    OUT_OF_MEMORY = "out_of_memory"
    ERRORED = "errored"
    FORBIDDEN = "forbidden"
    FAILED = "failed"
    NOT_IMPLEMENTED = "not_implemented"
    SKIPPED = "skipped"

    @property
    def words(self) -> str:
        """The same as people read it: timed out."""
        special = {"skipped": "not handed in", "not_implemented": "not written yet"}
        return special.get(self.value, self.value.replace("_", " "))


def _encodable(text: Any) -> Any:
    """Student code can print half a surrogate pair, which no file in UTF-8 can hold."""
    return text.encode(errors="replace").decode() if isinstance(text, str) else text


def _in_utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


# Good text first, because calling Python for each text of a gradebook takes seconds; without a
# constraint pydantic would not look into the text at all.
Text = Annotated[
    Annotated[str, StringConstraints(min_length=0)] | Annotated[str, BeforeValidator(_encodable)],
    Field(union_mode="left_to_right"),
    WithJsonSchema({"type": "string"}),
]
Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]
Quantity = Annotated[float, Field(ge=0)]
Digest = Annotated[str, StringConstraints(pattern=r"^sha256:[0-9a-f]{64}$")]
Commit = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{40}([0-9a-f]{24})?$")]
Secret = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Nonempty = Annotated[str, StringConstraints(min_length=1)]


class Values(BaseModel):
    """Base of all results: frozen, no key it does not know, no NaN and no infinity."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Document(Values):
    """A result that stands alone as a JSON object, with a `schema` that names its version."""

    def to_json(self, *, indent: int | None = None) -> str:
        """The JSON text, always with the same order of keys; harmless where it is printed."""
        return in_json(self.model_dump_json(by_alias=True, indent=indent))

    @classmethod
    def parse(cls, text: str | bytes, *, source: str = "the result") -> Self:
        """The document in `text`; `source` names it in the error.

        Raises:
            ConfigurationError: not JSON, another schema or version, or values that are not valid.
        """
        try:
            document = cls.model_validate_json(text, strict=True)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            where = ".".join(str(part) for part in first["loc"])
            raise ConfigurationError(
                f"{source} is not valid: {where}{': ' if where else ''}{first['msg']}"
            ) from error
        if "schema_" not in document.model_fields_set:
            raise ConfigurationError(f"{source} is not valid: schema is missing")
        return document


SAME_FAULT = "the same fault as in"
"""How `got` begins where a fault was told already; the check's title follows."""

NOT_JUDGED = "cannot be judged before"
"""How `got` begins where a property hangs on another check; its title follows."""

UNTITLED = "Hidden check"
"""How the title of a hidden check begins while its own is held back; its place follows."""


class Feedback(Values):
    """The student-facing text of a check."""

    asked: Text
    got: Text
    diagnosis: Text | None = None
    hint: Text

    @property
    def parts(self) -> list[tuple[str, str]]:
        """What it consists of, in the order it is read: a label and a text each."""
        labels = "asked", "got", "looks like", "try"
        return [(label, text) for label, (_, text) in zip(labels, self, strict=True) if text]

    @property
    def repeats(self) -> bool:
        """Whether another check tells what is wrong here."""
        return self.got.startswith((SAME_FAULT, NOT_JUDGED))


class CheckResult(Values):
    """How one check ended."""

    id: Nonempty
    task: Annotated[int, Field(ge=1)]
    title: str
    verdict: Verdict
    score: Quantity
    points: Quantity
    visibility: Literal["public", "hidden"]
    seconds: Quantity
    feedback: Feedback | None = None


def assignment_verdict(checks: Iterable[CheckResult]) -> Verdict:
    """The verdict of an assignment: `passed` if all of its checks passed, else the most telling.

    The order is that of `Verdict`: our own fault hides everything else; then what stopped the code
    (time, memory, an exception), then what it did wrong, then what is still to do. So an
    assignment with some checks passed and the rest not implemented is `not_implemented`. Without
    any check it is `skipped`.
    """
    found = {check.verdict for check in checks}
    if found == {Verdict.PASSED}:
        return Verdict.PASSED
    return next((v for v in Verdict if v in found and v != Verdict.PASSED), Verdict.SKIPPED)


class AssignmentResult(Values):
    """How one assignment ended.

    `output` is the student's own printing, already capped. `digest` is that of the assignment's
    files, as `content_digest` has it for a submission; None where none were graded, and in results
    of before there were such digests. `judged_by` is that of all that decided its score: the
    grader's code, checks, rules and data of this assignment; None in results of before.
    """

    id: Nonempty
    verdict: Verdict
    score: Quantity
    points: Quantity
    seconds: Quantity
    checks: tuple[CheckResult, ...]
    metrics: dict[str, float | tuple[float, ...]] = Field(default_factory=dict)
    output: Text = ""
    digest: Digest | None = None
    judged_by: Digest | None = None

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        _within(self.score, self.points)
        for check in self.checks:
            _within(check.score, check.points)
        _unique("check", (check.id for check in self.checks))
        _equal("score", self.score, (check.score for check in self.checks))
        return self

    @property
    def handed_in(self) -> bool:
        """Whether there was more to see than nothing or the untouched stub."""
        return self.score > 0 or self.verdict not in (Verdict.NOT_IMPLEMENTED, Verdict.SKIPPED)


class Environment(Values):
    """What a result depends on; enough to grade the same submission again.

    Everything secret was drawn from `secret`, 256 bits as hexadecimal digits, because few readers
    of JSON keep so long a number; or from `seed`, which whoever graded had chosen (`--seed`).
    """

    grader: str
    checks: Nonempty
    python: str
    torch: str
    sandbox: str
    seed: Annotated[int, Field(ge=0)] | None = None
    secret: Secret | None = None
    dataset: dict[str, str]

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.seed is None) == (self.secret is None):
            raise ValueError("either a seed or a secret belongs to a result")
        return self

    @property
    def drawn_from(self) -> int:
        """The number below 2^256 that all that was secret in the run was drawn from."""
        return int(self.secret, 16) if self.secret is not None else self.seed or 0


class SubmissionResult(Document):
    """How one submission was graded: one attempt."""

    schema_: Literal["grader/result/v1", "grader/result/v2"] = Field(
        default="grader/result/v2", alias="schema"
    )
    member: Nonempty | None = None
    digest: Digest
    commit: Commit | None = None
    graded_at: Moment
    submitted_at: Moment | None = None
    score: Quantity
    points: Quantity
    seconds: Quantity
    environment: Environment
    assignments: tuple[AssignmentResult, ...]
    notices: tuple[Text, ...] = ()

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        _within(self.score, self.points)
        _unique("assignment", (assignment.id for assignment in self.assignments))
        _equal("score", self.score, (assignment.score for assignment in self.assignments))
        _equal("points", self.points, (assignment.points for assignment in self.assignments))
        return self

    @property
    def internal_error(self) -> bool:
        """Whether a fault of ours touched it; such a result must cost the student nothing."""
        return any(
            Verdict.INTERNAL_ERROR in (assignment.verdict, *(c.verdict for c in assignment.checks))
            for assignment in self.assignments
        )


class CohortResult(Document):
    """The results of several submissions."""

    schema_: Literal["grader/cohort/v1"] = Field(default="grader/cohort/v1", alias="schema")
    submissions: tuple[SubmissionResult, ...]


@dataclass(frozen=True)
class Graded:
    """A result, and the tracebacks of our own failures, for staff."""

    result: SubmissionResult
    faults: tuple[str, ...] = ()


def _within(score: float, points: float) -> None:
    if score > points + TOLERANCE:
        raise ValueError(f"a score of {score} is more than the {points} points")


def _unique(kind: str, ids: Iterable[str]) -> None:
    seen: set[str] = set()
    for one in ids:
        if one in seen:
            raise ValueError(f"two results for {kind} {one}")
        seen.add(one)


def _equal(what: str, total: float, parts: Iterable[float]) -> None:
    expected = sum_of(parts)
    if abs(total - expected) > TOLERANCE:
        raise ValueError(f"{what} is {total}, but its parts add up to {expected}")


def schema_text() -> str:
    """What `result.schema.json` must hold: the schema of a submission's or a cohort's file."""
    adapter: TypeAdapter[SubmissionResult | CohortResult] = TypeAdapter(
        Annotated[SubmissionResult | CohortResult, Field(discriminator="schema_")]
    )
    schema = adapter.json_schema(by_alias=True, mode="serialization")
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
