"""Text that a student can influence, made harmless for whoever reads it.

A name, a file's name, an exception, what a program printed: none of these may move a terminal's
cursor, turn the direction of a line, speak to the runner that prints it, mention people, link,
format, or be a spreadsheet's formula. Every output goes through one of these functions; HTML is
escaped by jinja, with `on_one_line` before it.
"""

import json
import re

ZERO_WIDTH = "\u200b"
"""Takes no room and means nothing; it parts what must not stand together."""

_SPECIAL = re.compile(r"([\\`*_{}\[\]()~|$!^=+])")
_CODE = re.compile(r"`([\w.,=+*/()\[\]'\" -]{1,80})`", re.ASCII)
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_COMMAND = re.compile(r":(?=:)|##(?=\[)")


def on_lines(text: str) -> str:
    """`text` without any control character but line breaks; a space stands for each.

    These are the ones that terminals obey, those that turn the direction of writing, and others
    that show nothing.
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c in (ZERO_WIDTH, "\n") else " " for c in text)


def on_one_line(text: str) -> str:
    """The same without line breaks."""
    return on_lines(text).replace("\n", " ")


def in_a_log(text: str) -> str:
    """`on_lines`, and a runner of GitHub Actions finds no command, wherever the lines are broken.

    A runner obeys `::word` at the start of a line, and `##[word]` anywhere in it.
    """
    return _COMMAND.sub(rf"\g<0>{ZERO_WIDTH}", on_lines(text))


def in_json(document: str) -> str:
    """A JSON document that holds the same values, and nothing that a terminal or a runner obeys."""
    if not document.isprintable():
        document = "".join(
            c if c.isprintable() or c == "\n" else json.dumps(c)[1:-1] for c in document
        )
    return document.replace("##[", "#\\u0023[")


def in_a_cell(text: str) -> str:
    """`text` in a spreadsheet's cell: on one line, never a formula, never a runner's command."""
    shown = in_a_log(on_one_line(text))
    # A cell that began with a tab or a line's end was cut off from what it is to a spreadsheet.
    risky = shown.lstrip().startswith((*_FORMULA, "::", f":{ZERO_WIDTH}")) or text[:1] in "\t\r\n"
    return f"'{shown}" if text and risky else shown


def in_markdown(text: str, limit: int = 400) -> str:
    """`text` on one line that shows as it is written, wherever it stands."""
    one_line = " ".join(on_one_line(text).split())
    if len(one_line) > limit:
        one_line = one_line[: limit - 1] + "…"
    one_line = "".join(_ENTITIES.get(c, c) for c in one_line)
    one_line = _SPECIAL.sub(r"\\\1", one_line)
    return _without_references(one_line)


def in_summary(text: str, limit: int = 400) -> str:
    """`text` inside HTML's `<summary>`, where Markdown is not read and a backslash would show."""
    one_line = " ".join(on_one_line(text).split())[:limit]
    return _without_references("".join(_ENTITIES.get(c, c) for c in one_line))


def escape_md(text: str, limit: int = 400) -> str:
    """`in_markdown`, but short pieces of code in backticks stay code."""
    parts = _CODE.split(text[:limit])
    shown = [f"`{part}`" if i % 2 else in_markdown(part, limit) for i, part in enumerate(parts)]
    # `in_markdown` trims each part; the spaces around code belong to the sentence.
    spaced = [
        (" " if i and not i % 2 and part[:1].isspace() else "")
        + one
        + (" " if not i % 2 and i + 1 < len(parts) and part[-1:].isspace() and one else "")
        for i, (part, one) in enumerate(zip(parts, shown, strict=True))
    ]
    return "".join(spaced)


def fenced(text: str, limit: int = 4000) -> str:
    """`text` as Markdown's block of code, in a fence longer than any inside."""
    if len(text) > limit:
        text = text[:limit] + "\n…"
    kept = "".join(c if c.isprintable() or c in "\n\t" else "\ufffd" for c in text)
    kept = re.sub(r"[@＠]", rf"\g<0>{ZERO_WIDTH}", kept)
    kept = _COMMAND.sub(rf"\g<0>{ZERO_WIDTH}", kept)
    longest = max((len(run) for run in re.findall(r"`+", kept)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{kept}\n{fence}"


def _without_references(text: str) -> str:
    """`text` in which nothing becomes a mention, a reference to an issue, a link or a command."""
    text = re.sub(r"[@＠]", rf"\g<0>{ZERO_WIDTH}", text)
    text = re.sub(r"#(?=\d)|(?<=gh)-(?=\d)", rf"\g<0>{ZERO_WIDTH}", text, flags=re.IGNORECASE)
    text = re.sub(r"(?<=[a-z])://|(?<=www)\.", rf"{ZERO_WIDTH}\g<0>", text, flags=re.IGNORECASE)
    text = _COMMAND.sub(rf"\g<0>{ZERO_WIDTH}", text)
    # At the start of a line: a heading, a list, a quotation.
    return re.sub(r"^(#|-|\d+[.)])", rf"{ZERO_WIDTH}\1", text)
