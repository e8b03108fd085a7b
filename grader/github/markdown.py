"""The parts of a comment in Markdown; text inside them has gone through `grader.harmless`."""

from collections.abc import Iterable, Sequence

from grader.harmless import in_summary

BUDGET = 60_000
"""Characters of a comment or an issue; GitHub takes 65,536."""


def table(head: Sequence[str], rows: Iterable[Sequence[str]], right: str = "") -> str:
    """A table of cells that are Markdown already; `right` marks columns with ">"."""
    marks = ["---:" if mark == ">" else "---" for mark in right.ljust(len(head), "<")]
    lines = [head, marks[: len(head)], *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def folded_away(summary: str, body: str) -> str:
    """A part that opens on a click; `summary` is any text, `body` is Markdown already."""
    return f"<details><summary>{in_summary(summary)}</summary>\n\n{body}\n\n</details>"


def within_budget(parts: Sequence[str], budget: int, cut: str) -> str:
    """The parts in order, as many as fit; `cut` stands where others are missing."""
    text, missing = "", False
    for part in parts:
        if len(text) + len(part) + len(cut) + 4 <= budget:
            text += part + "\n\n"
        else:
            missing = True
    return text + (cut + "\n" if missing else "")
