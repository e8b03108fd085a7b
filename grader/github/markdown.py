"""Markdown for GitHub, safe from what students and file names bring along.

Untrusted text must not mention people, link, format, close a comment or a fence, or speak to the
runner that prints it.
"""

import re
from collections.abc import Iterable, Sequence

BUDGET = 60_000
"""Characters of a comment or an issue; GitHub takes 65,536."""

ZERO_WIDTH = "\u200b"

_SPECIAL = re.compile(r"([\\`*_{}\[\]()~|$!^=+])")
_CODE = re.compile(r"`([\w.,=+*/()\[\]'\" -]{1,80})`", re.ASCII)
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def plain(text: str, limit: int = 400) -> str:
    """`text` on one line that shows as it is written, wherever it stands."""
    one_line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    if len(one_line) > limit:
        one_line = one_line[: limit - 1] + "…"
    one_line = "".join(_ENTITIES.get(c, c) for c in one_line)
    one_line = _SPECIAL.sub(r"\\\1", one_line)
    return _without_references(one_line)


def worded(text: str, limit: int = 400) -> str:
    """`plain`, but short pieces of code in backticks stay code."""
    parts = _CODE.split(text[:limit])
    shown = [f"`{part}`" if i % 2 else plain(part, limit) for i, part in enumerate(parts)]
    # `plain` trims each part; the spaces around code belong to the sentence.
    spaced = [
        (" " if i and not i % 2 and part[:1].isspace() else "")
        + one
        + (" " if not i % 2 and i + 1 < len(parts) and part[-1:].isspace() and one else "")
        for i, (part, one) in enumerate(zip(parts, shown, strict=True))
    ]
    return "".join(spaced)


def _without_references(text: str) -> str:
    """`text` in which nothing becomes a mention, a reference to an issue, or a link."""
    text = re.sub(r"[@＠]", rf"\g<0>{ZERO_WIDTH}", text)
    text = re.sub(r"#(?=\d)|(?<=gh)-(?=\d)", rf"\g<0>{ZERO_WIDTH}", text, flags=re.IGNORECASE)
    text = re.sub(r"(?<=[a-z])://|(?<=www)\.", rf"{ZERO_WIDTH}\g<0>", text, flags=re.IGNORECASE)
    # At the start of a line: a heading, a list, a quotation, a workflow command.
    return re.sub(r"^(#|-|::|\d+[.)])", rf"{ZERO_WIDTH}\1", text)


def fenced(text: str, limit: int = 4000) -> str:
    """`text` as a block of code, in a fence longer than any inside."""
    if len(text) > limit:
        text = text[:limit] + "\n…"
    kept = "".join(c if c.isprintable() or c in "\n\t" else "\ufffd" for c in text)
    kept = re.sub(r"[@＠]", rf"\g<0>{ZERO_WIDTH}", kept)
    kept = re.sub(r"(?m)^(\s*)(::|##\[)", rf"\1{ZERO_WIDTH}\2", kept)
    longest = max((len(run) for run in re.findall(r"`+", kept)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{kept}\n{fence}"


def table(head: Sequence[str], rows: Iterable[Sequence[str]], right: str = "") -> str:
    """A table of cells that are Markdown already; `right` marks columns with ">"."""
    marks = ["---:" if mark == ">" else "---" for mark in right.ljust(len(head), "<")]
    lines = [head, marks[: len(head)], *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def folded_away(summary: str, body: str) -> str:
    """A part that opens on a click; `summary` is Markdown's plain text already."""
    return f"<details><summary>{summary}</summary>\n\n{body}\n\n</details>"


def within_budget(parts: Sequence[str], budget: int, cut: str) -> str:
    """The parts in order, as many as fit; `cut` stands where others are missing."""
    text, missing = "", False
    for part in parts:
        if len(text) + len(part) + len(cut) + 4 <= budget:
            text += part + "\n\n"
        else:
            missing = True
    return text + (cut + "\n" if missing else "")


def number(value: float) -> str:
    """Points without needless zeros: 12, 2.5, 33.33."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
