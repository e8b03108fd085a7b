"""Hostile text through every kind of output."""

import csv
import io
import json
import re
from io import StringIO

import pytest
from rich.text import Text

from grader.cli.common import err, out
from grader.harmless import (
    escape_md,
    fenced,
    in_a_cell,
    in_a_log,
    in_json,
    in_markdown,
    on_one_line,
)

HOSTILE = (
    "::error file=a::x",
    "a " * 39 + "::error::x",
    "x" * 79 + "::error::x",
    "    ::set-output name=a::b",
    "##[error]x",
    "##" + "[add-mask]x",
    "\x1b[31mred\x1b[0m\x9b2J\x07\x08\r",
    "\u202egnp.exe\u2066",
    "--> <script>@all [x](y) ```\n```\n::error::z",
    '=HYPERLINK("http://e.vil")',
    "\t=1+1",
)


def obeyed(text: str) -> list[str]:
    """What a runner or a terminal would obey in `text`."""
    return re.findall(
        r"(?m)^\s*::\w.*|##\[|[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text
    )


@pytest.mark.parametrize("text", HOSTILE)
def test_a_console_prints_no_command_at_any_width(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the width at which a line is broken, nothing is obeyed."""
    for console in (out, err):
        for width in range(1, 100):
            written = StringIO()
            monkeypatch.setattr(console, "_file", written)
            monkeypatch.setattr(console, "_width", width)
            console.print(f"failed: {text}", markup=False)
            console.print(text, markup=False, soft_wrap=True)
            console.print(Text(text[:3]) + Text(text[3:], "bold"), highlight=False)
            assert obeyed(written.getvalue()) == []


@pytest.mark.parametrize("text", HOSTILE)
def test_all_kinds_of_output(text: str) -> None:
    """Log, Markdown, fence and cell hold nothing that is obeyed."""
    for shown in (in_a_log(text), in_markdown(text), escape_md(text), in_a_cell(text)):
        assert obeyed(shown) == []
    assert obeyed(fenced(text).replace("\t", " ")) == []
    assert "\n" not in on_one_line(text)
    assert not in_a_cell(text).lstrip().startswith(("=", "+", "-", "@", "::"))


@pytest.mark.parametrize("text", HOSTILE)
def test_json_keeps_its_values(text: str) -> None:
    """JSON is read as what it was, and a log finds nothing to obey in it."""
    written = in_json(json.dumps({"name": text}, ensure_ascii=False))
    assert json.loads(written) == {"name": text}
    assert obeyed(written) == []


@pytest.mark.parametrize("text", ["기민준", "O'Brien", "a: b", "12", "", "x = 1"])
def test_ordinary_text_stays(text: str) -> None:
    """Names and sentences are shown as they are written."""
    assert in_a_cell(text) == in_a_log(text) == text
    assert list(csv.reader(io.StringIO(in_a_cell(text)))) == ([[text]] if text else [])
