"""`grader setup`, `grader approve`: a course's repository on GitHub, made and kept right."""

import os
from pathlib import Path
from typing import Annotated

import typer

from grader.amounts import counted
from grader.cli.common import err, located, out, root, write
from grader.cli.github import Groups, Repo, connection_to
from grader.course.assignment import load_assignments
from grader.course.public_key import with_signing_key
from grader.course.roster import load_roster
from grader.errors import ConfigurationError, naming
from grader.github.approval import approve as approve_runs
from grader.github.setup import (
    Finding,
    course_settings,
    look,
    make,
    permissions,
    staff_settings,
)
from grader.github.signing import Keys

app = typer.Typer()

MARKS = {
    "right": ("✓", "green"),
    "changed": ("+", "green"),
    "would change": ("+", "yellow"),
    "wrong": ("✗", "red"),
    "kept": ("✗", "red"),
    "refused": ("✗", "red"),
    "unread": ("?", "yellow"),
}

TEMPLATE = Path(".github/staff/grade-course.yml")

DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be done; change nothing.")]


@app.command()
def setup(
    repository: Annotated[
        str | None, typer.Argument(metavar="OWNER/NAME", help="Default: GITHUB_REPOSITORY.")
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Only say what is unsafe or missing; exit 1 then.")
    ] = False,
    dry_run: DryRun = False,
    new_key: Annotated[
        bool, typer.Option("--new-key", help="Replace the pair of keys; run grader collect first.")
    ] = False,
    staff: Annotated[
        str | None,
        typer.Option("--staff", metavar="OWNER/NAME", help="The private repository that grades."),
    ] = None,
    groups: Groups = None,
) -> None:
    """Set up a course's repository on GitHub, or check its settings.

    Settings of Actions, the environment with the signing key, the ruleset, the label. Run again, it
    changes nothing. With --staff it sets up the private repository that grades the course instead:
    its workflow and the key.
    """
    if check and (dry_run or new_key):
        raise ConfigurationError("--check changes nothing; leave out --dry-run and --new-key")
    path = groups or located("groups.yaml")
    roster, assignments = load_roster(path), load_assignments(root() / "assignments")
    findings: list[Finding] = []
    keys = Keys(
        os.environ.get("GRADER_SIGNING_KEY"),
        new_key,
        lambda public: write(path, with_signing_key(path, public)),
    )
    course = repository or os.environ.get("GITHUB_REPOSITORY")
    if staff and (course or "").count("/") != 1:
        raise ConfigurationError("--staff: name the course that it grades as well, as OWNER/NAME")
    with connection_to(staff or course) as connection:
        if staff:
            file = root() / TEMPLATE
            with naming(file):
                template = file.read_text(encoding="utf-8")
            settings = staff_settings(
                connection, assignments, roster, keys, course=course or "", template=template
            )
        else:
            settings = course_settings(connection, assignments, roster, keys)
        for setting in settings:
            finding = (
                look(connection, setting) if check else make(connection, setting, dry_run=dry_run)
            )
            _show(finding)
            findings.append(finding)
        name = connection.name
    _conclude(findings, name, check=check, dry_run=dry_run)
    if (lacking := permissions(findings)) and not check:
        raise ConfigurationError(
            f"{name}: the token may not do everything; give it {', '.join(lacking)}, or see above "
            "what else GitHub said, and run the command again"
        )
    outcomes = [one.outcome for one in findings]
    if "kept" in outcomes or (check and "wrong" in outcomes):
        raise typer.Exit(1)


def _show(finding: Finding) -> None:
    setting = finding.setting
    mark, colour = MARKS[finding.outcome]
    out.print(mark, style=colour, end=" ", highlight=False)
    said = {
        "right": "",
        "changed": f": changed (before: {finding.sentence})",
        "would change": f": would be changed (now: {finding.sentence})",
        "unread": f": not looked at; {finding.sentence}",
    }.get(finding.outcome, f": {finding.sentence}")
    out.print(f"{setting.name}{said}", markup=False, highlight=False, soft_wrap=True)
    if finding.outcome == "wrong":
        advice = setting.advice or "grader setup changes it"
        text = f"  why it matters: {setting.why}\n  what to do: {advice}"
        out.print(text, markup=False, highlight=False, soft_wrap=True)


def _conclude(findings: "list[Finding]", name: str, *, check: bool, dry_run: bool) -> None:
    number = {
        outcome: sum(one.outcome == outcome for one in findings)
        for outcome in ("changed", "would change", "wrong", "unread")
    }
    left = number["wrong"]
    if check:
        text = f"{counted(left, 'finding')}, {number['unread']} not looked at"
    elif dry_run:
        text = f"{counted(number['would change'], 'setting')} would be changed"
    else:
        text = f"{counted(number['changed'], 'setting')} changed"
    if left and not check:
        text += f", {left} left for you"
    out.print(f"{name}: {text}", markup=False, highlight=False, soft_wrap=True)


@app.command()
def approve(repo: Repo = None, dry_run: DryRun = False) -> None:
    """Approve waiting runs of pull requests that change only the files students edit.

    The others are named, for you to look at.
    """
    assignments = load_assignments(root() / "assignments")
    approved = left = 0
    with connection_to(repo) as connection:
        for one in approve_runs(connection, assignments, dry_run=dry_run):
            place = f"#{one.number}" if one.number else "a run"
            who = f"{place} of {one.login or 'a deleted account'}"
            if one.refusal is None:
                approved += 1
                out.print(who, markup=False, highlight=False)
            else:
                left += 1
                err.print(
                    f"not approved: {who}: {one.refusal}",
                    style="yellow", markup=False, highlight=False, soft_wrap=True,
                )  # fmt: skip
    would = "would be " if dry_run else ""
    out.print(f"{counted(approved, 'run')} {would}approved, {left} left for you", highlight=False)
