"""What the READMEs and manuals say is true: their commands run as written, and show what is shown.

The `console` and `bash` blocks of a page are run in order, in a copy of the checkout of the page's
own, with `submissions/` beside it. A `yaml` block begins with a comment that names its file, and is
written there first.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import typer
from rich.cells import cell_len

from grader.cli import app

CHECKOUT = Path(__file__).parents[2]
README = CHECKOUT / "README.md"
PAGES = (README, *sorted((CHECKOUT / ".github").glob("*.md")))
"""What is written for people, and full of commands."""
GUIDES = (*PAGES, CHECKOUT / "grader" / "README.md")

INSTALLS = ("pip install -e . && grader demo", 'pip install -e ".[test]" && pytest')
"""What a fresh machine needs, in this form; not run, because they would run this test."""

NOT_RUN = (*INSTALLS, ".ci/run")

DRAWN = ("grader demo", "grader grade", "grader doctor", "grader lint", "pytest", "python")
"""Commands whose numbers are another seed's, clock's or machine's each time."""

SECONDS = 900.0

SUBMISSIONS = {
    "홍길동": {
        "softmax": "passed/reference",
        "cross_entropy": "passed/loops",
        "training_loop": "passed/reference",
    },
    "심청": {
        "softmax": "failed/no_max_shift",
        "cross_entropy": "failed/sum_over_the_batch",
    },
    "성춘향": {
        "softmax": "passed/lab_module",
        "cross_entropy": "failed/log_of_softmax",
        "training_loop": "failed/missing_zero_grad",
    },
    "이몽룡": {
        "softmax": "errored/syntax_error",
        "cross_entropy": "passed/one_hot_style",
    },
    "hahn-kim": {
        "softmax": "passed/loops",
        "training_loop": "passed/manual_update",
    },
}
"""The submissions of the README's invented members, as specimens."""


@dataclass(frozen=True)
class Block:
    """A fenced block: its language and its lines."""

    language: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Step:
    """A command, and the lines that are shown under it; None where no output is shown."""

    command: str
    shown: tuple[str, ...] | None


def blocks_of(text: str) -> Iterator[Block]:
    """The fenced blocks of a Markdown text, in order."""
    language, lines = None, []
    for line in text.splitlines():
        fence = re.match(r"\s*```(\w*)", line)
        if language is not None and not fence:
            lines.append(line)
        elif fence and language is None:
            language, lines = fence[1], []
        elif fence and language is not None:
            yield Block(language, tuple(lines))
            language = None


def steps_of(block: Block) -> Iterator[Step]:
    """The commands of a block: each line of `bash`; each line of `console` after `$`."""
    if block.language == "bash":
        for line in block.lines:
            yield Step(line.partition("  #")[0].strip(), None)
        return
    assert block.lines[0].startswith("$ "), block.lines[0]
    for chunk in "\n".join(block.lines).removeprefix("$ ").split("\n$ "):
        command, *shown = chunk.splitlines()
        yield Step(command, tuple(line.rstrip() for line in shown if line.strip()))


BLOCKS = {page.name: list(blocks_of(page.read_text(encoding="utf-8"))) for page in PAGES}
RUN = [
    name
    for name, blocks in BLOCKS.items()
    if any(block.language in ("console", "bash") for block in blocks)
]
"""The pages with commands that are run."""


@pytest.fixture
def stage(tmp_path: Path) -> Path:
    """A copy of the checkout without what tools left in it, and with `submissions/`."""
    clutter = shutil.ignore_patterns(
        ".git", "*cache*", "*venv", "*.egg-info", "build", ".hypothesis", ".grader", "*.sqlite*"
    )
    copy = tmp_path / "checkout"
    shutil.copytree(CHECKOUT, copy, ignore=clutter)
    for member, handed_in in SUBMISSIONS.items():
        for assignment, specimen in handed_in.items():
            source = copy / "tests" / "specimens" / assignment / specimen
            target = copy / "submissions" / member / assignment
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("expected.yaml"))
    return copy


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a shell command as a reader would, with this Python's programs and `folder`'s grader."""
    programs = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    inherited = {name: value for name, value in os.environ.items() if name != "GRADER_DATA"}
    return subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env={**inherited, "PATH": programs, "PYTHONPATH": str(folder), "COLUMNS": "80"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


def shape(line: str) -> str:
    """A line without its numbers, and without the width that they and bars give to columns."""
    return " ".join(re.sub(r"[█░]+", "█", re.sub(r"\d+(\.\d+)*", "0", line)).split())


def settled(line: str) -> str:
    """A line with long decimals cut to two digits: the rest depends on the processor."""
    return re.sub(r"\d+\.\d{3,}", lambda number: f"{float(number[0]):.2g}", line.rstrip())


def assert_shown(step: Step, done: subprocess.CompletedProcess[str]) -> None:
    """What a block shows is what a terminal would show."""
    assert step.shown is not None
    out = [line.rstrip() for line in done.stdout.splitlines() if line.strip()]
    err = [line.rstrip() for line in done.stderr.splitlines() if line.strip()]
    # Sorted, because members are ready in any order, on one of two streams.
    everything = sorted(map(shape, out + err))
    assert sorted(map(shape, step.shown)) == everything, f"{step.command}\n{done.stderr}"
    forms = {shape(line) for line in out}
    results = [line for line in step.shown if shape(line) in forms]
    if step.command.startswith(DRAWN):
        assert [shape(line) for line in results] == [shape(line) for line in out]
    else:
        assert [settled(line) for line in results] == [settled(line) for line in out]


@pytest.mark.parametrize("page", RUN)
def test_commands_do_what_the_page_shows(page: str, stage: Path) -> None:
    """The commands of a page, run in order, end well and print what stands under them."""
    for block in BLOCKS[page]:
        if block.language == "yaml":
            name = block.lines[0].removeprefix("# ")
            (stage / name).write_text("\n".join(block.lines) + "\n", encoding="utf-8")
        if block.language not in ("console", "bash"):
            continue
        for step in steps_of(block):
            if step.command in NOT_RUN:
                continue
            done = run(step.command, stage)
            assert done.returncode == 0, f"{step.command}\n{done.stdout}{done.stderr}"
            if step.shown is not None:
                assert_shown(step, done)


def test_the_quick_start_is_two_commands() -> None:
    """The quick start is the two commands that install, run and test; what they name exists."""
    text = README.read_text(encoding="utf-8")
    first = next(blocks_of(text[text.index("## Quick start") :]))
    assert tuple(step.command for step in steps_of(first)) == INSTALLS
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert "test" in project["optional-dependencies"]
    assert os.access(CHECKOUT / ".ci" / "run", os.X_OK)


def test_the_readme_is_short() -> None:
    """The README is read in one sitting: at most 200 lines, the rest stands in the manuals."""
    assert len(README.read_text(encoding="utf-8").splitlines()) <= 200


@pytest.mark.parametrize("page", BLOCKS)
def test_shown_output_fits_a_terminal(page: str) -> None:
    """Output that is shown is at most 80 columns wide, where Hangul takes two."""
    for line in (line for block in BLOCKS[page] for line in block.lines):
        assert line.startswith("$ ") or cell_len(line) <= 80, line


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_commands_named_in_a_sentence_exist(guide: Path) -> None:
    """`grader …` between backticks names a command there is, with options that it has."""
    text = re.sub(r"```.*?```", "", guide.read_text(encoding="utf-8"), flags=re.DOTALL)
    for mentioned in re.findall(r"`(?:[A-Z_]+=\S+ )?grader ([a-z][^`]*)`", text):
        command: Any = typer.main.get_command(app)
        words = iter(shlex.split(mentioned))
        while commands := getattr(command, "commands", None):
            name = next(words)
            assert name in commands, f"grader {mentioned}"
            _, command, _ = command.resolve_command(typer.Context(command), [name])
        options = {option for parameter in command.params for option in parameter.opts}
        for word in words:
            assert not word.startswith("-") or word in options | {"-"}, f"grader {mentioned}"


def links_of(guide: Path) -> list[str]:
    """The files of the project that a page links to."""
    return re.findall(r"\]\(([^)#:]+)\)", guide.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "guide", [*filter(links_of, GUIDES)], ids=lambda path: f"{path.parent.name}/{path.name}"
)
def test_links_lead_somewhere(guide: Path) -> None:
    """A link to a file of the project leads to one that exists."""
    for link in links_of(guide):
        assert (guide.parent / link).exists(), link
