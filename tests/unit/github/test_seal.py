"""The signed part of a comment: it proves what was signed, and nothing else proves anything."""

import base64
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nacl.signing import SigningKey

from grader.errors import ConfigurationError
from grader.github.seal import (
    MARK,
    PAYLOAD_BUDGET,
    AttemptLine,
    Sealed,
    SealedAttempt,
    SealError,
    fitted,
    new_keys,
    seal,
    signing_key,
    unseal,
    verify_key,
)
from grader.result import Feedback
from tests.github.course import NOW, PRIVATE, result, roster, sha

KEY = signing_key(PRIVATE, roster())


def sealed(shares: tuple[float, ...] = (1.0,), feedback: Feedback | None = None) -> Sealed:
    """What is signed for attempts with these shares of the points, the oldest first."""
    count = len(shares)
    attempts = tuple(
        SealedAttempt(sequence=i, result=result(sha(str(i)), share, member="m", feedback=feedback))
        for i, share in reversed(list(enumerate(shares)))
    )
    lines = tuple(
        AttemptLine(sequence=a.sequence, commit=sha("x"), graded_at=NOW, score=1, points=2)
        for a in attempts
    )
    return Sealed(repository=1, pull_request=2, member="m", head=sha(str(count - 1)),
                  sequence=count - 1, attempts=attempts, history=lines)  # fmt: skip


def test_round_trip() -> None:
    """What was signed is read back, from under any text."""
    assert unseal(seal(sealed(), KEY) + "\n### text", KEY.verify_key) == sealed()


@settings(max_examples=200)
@given(st.data())
def test_any_change_is_noticed(data: st.DataObject) -> None:
    """A single other character in the hidden line makes it worthless."""
    line = seal(sealed(), KEY)
    at = data.draw(st.integers(len(MARK) + 1, len(line) - 5))
    other = data.draw(st.sampled_from([c for c in "ABab01+/=. x" if c != line[at]]))
    changed = line[:at] + other + line[at + 1 :]
    try:
        read = unseal(changed, KEY.verify_key)
    except SealError:
        return
    # Only the unused bits of the last base64 character are free.
    assert read == sealed()


def test_other_key() -> None:
    """What another key has signed proves nothing."""
    with pytest.raises(SealError, match="signature"):
        unseal(seal(sealed(), SigningKey.generate()), KEY.verify_key)


def test_signature_of_something_else() -> None:
    """A signature that the key made over other bytes is of no use here."""
    payload = zlib.compress(sealed().to_json().encode())
    signature = KEY.sign(payload).signature
    parts = (base64.b64encode(part).decode() for part in (payload, signature))
    with pytest.raises(SealError, match="signature"):
        unseal(f"{MARK} {'.'.join(parts)} -->", KEY.verify_key)


def test_comment_without_a_result() -> None:
    """A comment of the grader's without a result is no error."""
    assert unseal(f"{MARK} - -->\ntext", KEY.verify_key) is None


def test_the_records_stay() -> None:
    """However many attempts there are, the latest and every record fit and stay."""
    shares = tuple(0.001 * (i % 97) for i in range(400))
    long = Feedback(asked="why " * 50, got="got " * 50, hint="hint " * 50)
    kept, line = fitted(sealed(shares, long), KEY)
    assert len(line) <= PAYLOAD_BUDGET
    sequences = {attempt.sequence for attempt in kept.attempts}
    assert {399, *range(97)} <= sequences
    assert len(kept.history) == 30
    assert unseal(line, KEY.verify_key) == kept


def test_keys_belong_together() -> None:
    """A private key is taken only where groups.yaml holds its public one."""
    private, public = new_keys()
    assert verify_key(roster(key=public)) == signing_key(private, roster(key=public)).verify_key
    for wrong in (None, "", "nonsense", "AAAA", new_keys()[0]):
        with pytest.raises(ConfigurationError, match="GRADER_SIGNING_KEY"):
            signing_key(wrong, roster(key=public))
    for call in (
        lambda: signing_key(private, roster(key=None)),
        lambda: verify_key(roster(key=None)),
    ):
        with pytest.raises(ConfigurationError, match="signing_key is null"):
            call()
