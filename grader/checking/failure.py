"""How a check ends when it does not pass."""

from grader.result import Verdict


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
    ) -> None:
        super().__init__(f"{asked}: {got}")
        self.verdict = verdict
        self.asked = asked
        self.got = got
        self.values = values
        self.diagnosis = diagnosis
        self.evidence = evidence
        self.share = share
        self.about = about
        self.hint = hint
