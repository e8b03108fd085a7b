"""How a check ends when it does not pass."""

from grader.checking.crash import Crash
from grader.harmless import on_lines
from grader.result import Verdict

_LONGEST = 1000


class Failure(Exception):
    """A check did not pass.

    Args:
        asked: what the student's code was asked for.
        got: what came back, as a property; shows no hidden input or answer.
        values: the numbers behind `got`; shown for public checks only.
        diagnosis: the mistake that explains it, where one is known; a sentence without values.
        evidence: the numbers that show the mistake; shown for public checks only.
        share: the part of the check's points that is earned all the same, in [0, 1).
        about: which property is wrong, in the order of comparison: "type", "shape", "dtype",
            "finite", "values"; empty where none of these was compared.
        hint: what to try, where the check's own hint would lead astray.
        crash: the exception of the student's, where there was one.
    """

    def __init__(
        self,
        verdict: Verdict,
        *,
        asked: str,
        got: str,
        values: str = "",
        diagnosis: str | None = None,
        evidence: str = "",
        share: float = 0.0,
        about: str = "",
        hint: str | None = None,
        crash: Crash | None = None,
    ) -> None:
        super().__init__(f"{asked}: {got}")
        self.verdict = verdict
        # The names and messages in these may come from the jail, as long and strange as it likes.
        self.asked = _readable(asked)
        self.got = _readable(got)
        self.values = _readable(values)
        self.diagnosis = None if diagnosis is None else _readable(diagnosis)
        self.evidence = _readable(evidence)
        self.share = share
        self.about = about
        self.hint = hint
        self.crash = crash


def _readable(text: str) -> str:
    """`text` without control characters, which a terminal or a log would obey, and not too long."""
    cut = text if len(text) <= _LONGEST else text[:_LONGEST] + " …"
    return on_lines(cut)
