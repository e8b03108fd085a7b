"""Untrusted text in Markdown: it shows what was written and does nothing."""

import re

from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from grader.github.markdown import folded_away, table, within_budget
from grader.harmless import escape_md, fenced
from grader.harmless import in_markdown as plain

NASTY = st.text(st.sampled_from("@#`<>-|*_[]()!\n\\&:/$~ \u202e\u200baA1.w"), max_size=60)


def rendered(text: str) -> str:
    """The HTML of CommonMark with GitHub's tables."""
    return MarkdownIt("commonmark", {"html": True}).enable("table").render(text)


@given(NASTY)
@example("@all and org/team @a")
@example("[x](javascript:1) ![i](http://e.vil) <b onclick=1>")
@example("--> <!-- x")
@example("# h\n- l\n1. n\n::error::x")
@example("GH-12 a#1 o/r#2 https://e.vil www.e.vil")
def test_plain_does_nothing(text: str) -> None:
    """No text becomes a mention, a reference, a link, an element or a comment's end."""
    inside = plain(text)
    assert "\n" not in inside
    assert not re.search(r"@(?!\u200b)", inside)
    assert not re.search(r"#\d|(?<=[a-z])://|GH-\d|www\.", inside, re.IGNORECASE)
    assert not re.search(r"[<>]", inside)
    html = rendered(f"x {inside}")
    assert re.findall(r"<(?!/?p>)[^>]*>", html) == []
    assert len(re.findall(r"<li|<h\d|<blockquote|<hr", rendered(inside))) == 0


@given(NASTY)
def test_plain_in_a_cell(text: str) -> None:
    """No text adds a cell or a row to a table."""
    html = rendered(table(("a", "b"), [(plain(text), "2")]))
    assert html.count("<td") == 2
    assert html.count("<tr") == 2


@given(NASTY)
@example("a `@all` b `x` c")
@example("`<b>` ` `` `")
def test_worded_does_nothing_either(text: str) -> None:
    """Pieces of code are the only thing that text may bring along."""
    inside = escape_md(text)
    assert not re.search(r"@(?!\u200b)|[<>]", inside)
    assert re.findall(r"<(?!/?(?:p|code)>)[^>]*>", rendered(f"x {inside}")) == []


def test_worded_keeps_code() -> None:
    """A name in backticks is shown as code, and the sentence keeps its spaces."""
    assert escape_md("Is the sum over `dim`, with `keepdim=True`?") == (
        "Is the sum over `dim`, with `keepdim=True`?"
    )


def test_plain_keeps_words() -> None:
    """Ordinary words, also Hangul, stay as they are, and long text is cut."""
    assert plain("기민준: expected 0.5, got 1.5") == "기민준: expected 0.5, got 1.5"
    assert len(plain("x" * 9000)) == 400


@given(NASTY)
@example("```\n~~~\n````` x")
@example("a\n`````\nb")
def test_fence_holds(text: str) -> None:
    """No text ends the block of code that it stands in."""
    html = rendered(fenced(text) + "\n\nafter")
    assert html.count("<pre>") == 1
    assert html.rstrip().endswith("<p>after</p>")
    assert not re.search(r"(?m)^\s*(::|##\[)", fenced(text).split("\n", 1)[1])


def test_budget_leaves_out_what_does_not_fit() -> None:
    """Parts that fit are kept in order, and a sentence says that others are missing."""
    text = within_budget(["a" * 50, "b" * 500, "c" * 20], 200, "cut")
    assert ("a" in text, "b" in text, "cut" in text, len(text) <= 200) == (True, False, True, True)


def test_folded_away_has_its_blank_line() -> None:
    """GitHub formats what is folded away only after a blank line."""
    assert "</summary>\n\nx\n\n</details>" in folded_away("s", "x")
