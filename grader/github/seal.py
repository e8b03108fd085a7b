"""The signed part of a comment: which results of whom it carries, unforgeable and bound to a place.

A comment is public and anyone with write access can edit it, so what it says counts only with a
signature over the repository, the pull request, the member, the head commit and a sequence number.
"""

import base64
import binascii
import re
import zlib
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Annotated, Literal

from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey
from pydantic import Field

from grader.course.roster import Roster
from grader.errors import ConfigurationError, GraderError
from grader.result import Commit, Document, Moment, Nonempty, Quantity, SubmissionResult, Values

MARK = "<!-- grader:v1"
"""How every comment of the grader begins."""

PAYLOAD_CAP = 4 * 1024 * 1024
"""Bytes of an unpacked payload."""

PAYLOAD_BUDGET = 30_000
"""Characters of the packed payload; older attempts are left out to keep it."""

HISTORY = 30
"""Attempts that the history lists."""

_CONTEXT = b"grader/comment/v1\0"
_PATTERN = re.compile(r"<!-- grader:v1 ([A-Za-z0-9+/=]+)\.([A-Za-z0-9+/=]+) -->")


class SealError(Exception):
    """A comment that does not carry what was signed; the message says why."""


class AttemptLine(Values):
    """One line of the history.

    `run` and `artifact` are GitHub's numbers of the run that graded it and of what that handed
    over; None for a regrade.
    """

    sequence: Annotated[int, Field(ge=0)]
    commit: Commit
    graded_at: Moment
    score: Quantity
    points: Quantity
    run: int | None = None
    artifact: int | None = None


class SealedAttempt(Values):
    """An attempt with the number it was published under, and its run as in the history."""

    sequence: Annotated[int, Field(ge=0)]
    result: SubmissionResult
    run: int | None = None


class Sealed(Document):
    """What is signed.

    Args:
        repository: GitHub's number for it, which outlives its name.
        pull_request: its number.
        member: whose pull request it is.
        head: the commit of the latest attempt.
        sequence: the highest number so far; what is published later has a higher one.
        attempts: latest push first; the latest, and those that were a record in an assignment,
            always.
        history: latest push first.
        author: GitHub's number for the account, which outlives its login.
        total: how many attempts there were; the history forgets some. None in comments of before.
    """

    schema_: Literal["grader/comment/v1"] = Field(default="grader/comment/v1", alias="schema")
    repository: int
    pull_request: int
    member: Nonempty
    head: Commit
    sequence: Annotated[int, Field(ge=0)]
    attempts: Annotated[tuple[SealedAttempt, ...], Field(min_length=1)]
    history: tuple[AttemptLine, ...]
    author: int | None = None
    total: Annotated[int, Field(ge=1)] | None = None

    @property
    def number(self) -> int:
        """How many attempts there were."""
        return self.total or len(self.history)


def bound_to(sealed: Sealed, repository: int, pull_request: int) -> bool:
    """Whether what was signed belongs to this place."""
    return (sealed.repository, sealed.pull_request) == (repository, pull_request)


def new_keys() -> tuple[str, str]:
    """A new pair: the private and the public key in base64."""
    key = SigningKey.generate()
    return _encoded(bytes(key)), _encoded(bytes(key.verify_key))


def signing_key(private: str | None, roster: Roster) -> SigningKey:
    """The private key, which must belong to the roster's public one.

    Raises:
        ConfigurationError: a key is missing or wrong, or the two do not belong together.
    """
    if roster.signing_key is None:
        raise ConfigurationError(
            "groups.yaml: signing_key is null, so nothing can be signed; run `grader keys new`"
        )
    if not private:
        raise ConfigurationError(
            "GRADER_SIGNING_KEY is not set; put the private key of `grader keys new` into the "
            "secret of that name"
        )
    try:
        key = SigningKey(base64.b64decode(private.strip(), validate=True))
    except (binascii.Error, ValueError, TypeError):
        raise ConfigurationError(
            "GRADER_SIGNING_KEY is not a private key of `grader keys new`"
        ) from None
    if _encoded(bytes(key.verify_key)) != roster.signing_key:
        raise ConfigurationError(
            "GRADER_SIGNING_KEY does not belong to the signing_key in groups.yaml; make a new pair "
            "with `grader keys new` and set both"
        )
    return key


def verify_key(roster: Roster) -> VerifyKey:
    """The roster's public key.

    Raises:
        ConfigurationError: there is none.
    """
    if roster.signing_key is None:
        raise ConfigurationError(
            "groups.yaml: signing_key is null, so no result can be verified; run `grader keys new`"
        )
    return VerifyKey(base64.b64decode(roster.signing_key))


def seal(sealed: Sealed, key: SigningKey) -> str:
    """The hidden line that opens a comment."""
    payload = zlib.compress(sealed.to_json().encode(), 9)
    signature = key.sign(_CONTEXT + payload).signature
    return f"{MARK} {_encoded(payload)}.{_encoded(signature)} -->"


def unseal(body: str, key: VerifyKey) -> Sealed | None:
    """What was signed in a comment; None for one of the grader's that carries no result.

    Raises:
        SealError: the signature or what it covers is wrong.
    """
    if body.startswith(f"{MARK} - -->"):
        return None
    match = _PATTERN.match(body)
    if match is None:
        raise SealError("its hidden line was changed")
    try:
        payload, signature = (base64.b64decode(part, validate=True) for part in match.groups())
        key.verify(_CONTEXT + payload, signature)
    except (binascii.Error, ValueError, BadSignatureError):
        raise SealError("its signature is not valid") from None
    unpacker = zlib.decompressobj()
    text = unpacker.decompress(payload, PAYLOAD_CAP)
    if unpacker.unconsumed_tail:
        raise SealError("it is too large")
    try:
        return Sealed.parse(text)
    except ConfigurationError as error:
        raise SealError(f"another version of the grader wrote it ({error})") from None


def newest(
    bodies: Iterable[str], key: VerifyKey, repository: int, pull_request: int
) -> Sealed | None:
    """The newest signed state in comments of one place; what someone has edited counts as nothing.

    Args:
        bodies: the texts of the grader's comments on the pull request.
        key: the public key.
        repository, pull_request: GitHub's numbers of the place.
    """
    states = []
    for body in bodies:
        with suppress(SealError):
            sealed = unseal(body, key)
            if sealed and bound_to(sealed, repository, pull_request):
                states.append(sealed)
    return max(states, key=lambda sealed: sealed.sequence, default=None)


def fitted(sealed: Sealed, key: SigningKey, *, budget: int = PAYLOAD_BUDGET) -> tuple[Sealed, str]:
    """`sealed` with as many attempts as the budget allows, and its hidden line.

    Raises:
        GraderError: not even the attempts that count fit.
    """
    newest, *older = sealed.attempts
    records = _records(sealed.attempts)
    bare = [a.model_copy(update={"result": _bare(a.result)}) for a in older]
    counting = [a for a in bare if a.sequence in records]
    full = newest.model_copy(update={"result": _without_output(newest.result)})
    short = newest.model_copy(update={"result": _bare(newest.result)})
    for attempts in ([full, *bare], [full, *counting], [short, *counting]):
        candidate = sealed.model_copy(
            update={"attempts": tuple(attempts), "history": sealed.history[:HISTORY]}
        )
        line = seal(candidate, key)
        if len(line) <= budget:
            return candidate, line
    raise GraderError(f"the result of {sealed.member} is too large for a comment")


def _records(attempts: Sequence[SealedAttempt]) -> set[int]:
    """The numbers of the attempts that were, in some assignment, better than all before them.

    Whatever the policy (best, latest, points off for late work), an older attempt that counts is
    one of these.
    """
    best: dict[str, float] = {}
    records = set()
    for attempt in sorted(attempts, key=lambda attempt: attempt.sequence):
        for one in attempt.result.assignments:
            if one.handed_in and one.score > best.get(one.id, -1.0):
                best[one.id] = one.score
                records.add(attempt.sequence)
    return records


def _without_output(result: SubmissionResult) -> SubmissionResult:
    assignments = tuple(a.model_copy(update={"output": ""}) for a in result.assignments)
    return result.model_copy(update={"assignments": assignments})


def _bare(result: SubmissionResult) -> SubmissionResult:
    """The result without what students wrote or read: scores and verdicts."""
    assignments = tuple(
        a.model_copy(
            update={
                "output": "",
                "checks": tuple(c.model_copy(update={"feedback": None}) for c in a.checks),
            }
        )
        for a in result.assignments
    )
    return result.model_copy(update={"assignments": assignments, "notices": ()})


def _encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()
