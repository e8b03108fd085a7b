"""How a check ends when it does not pass."""

from grader.result import Verdict

_LONGEST = 1000


class Failure(Exception):
    """A check did not pass.

    Args:
        asked: what the student's code was asked for.
        got: what came back, as a property; shows no hidden input or answer.
        values: the numbers behind `got`; shown for public checks only.
        diagnosis: the mistake that explains it, where one is known.
        share: the part of the check's points that is earned all the same, in [0, 1).
    """

    def __init__(
        self,
        verdict: Verdict,
        *,
        asked: str,
        got: str,
        values: str = "",
        diagnosis: str | None = None,
        share: float = 0.0,
    ) -> None:
        super().__init__(f"{asked}: {got}")
        self.verdict = verdict
        # The names and messages in these may come from the jail, as long and strange as it likes.
        self.asked = _readable(asked)
        self.got = _readable(got)
        self.values = _readable(values)
        self.diagnosis = diagnosis
        self.share = share


def _readable(text: str) -> str:
    """`text` without control characters, which a terminal or a log would obey, and not too long."""
    cut = text if len(text) <= _LONGEST else text[:_LONGEST] + " …"
    return "".join(c if c.isprintable() or c == "\n" else " " for c in cut)
