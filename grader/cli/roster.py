"""`grader roster`: the content of groups.yaml."""

import secrets
import shlex
from pathlib import Path
from typing import Annotated

import typer

from grader.amounts import counted
from grader.cli.common import Groups, err, located, name_files, out, root, warn, write
from grader.cli.terminals import write_document
from grader.course.assignment import load_assignments
from grader.course.draw import draw_groups, read_members, written_roster
from grader.course.linking import linked
from grader.course.people import read_people
from grader.course.roster import load_roster
from grader.errors import ConfigurationError

app = typer.Typer(help="The roster in groups.yaml.", no_args_is_help=True)


@app.command()
def check(
    groups: Annotated[
        Path | None, typer.Argument(help="The roster (default: groups.yaml).")
    ] = None,
) -> None:
    """Validate groups.yaml and show what it says."""
    groups = groups or located("groups.yaml")
    name_files(groups, root() / "assignments")
    roster = load_roster(groups)
    roster.fits(load_assignments(root() / "assignments"))
    out.print(
        f"{roster.course}: {counted(len(roster.groups), 'group')}", highlight=False, markup=False
    )
    for group in roster.groups:
        members = ", ".join(
            f"{m.name} (@{m.github})" if m.github else m.name for m in group.members
        )
        out.print(f"  {group.name}: {members}", highlight=False, markup=False)
    unlinked = sum(m.github is None for g in roster.groups for m in g.members)
    if unlinked:
        err.print(
            f"{counted(unlinked, 'member has', 'members have')} no GitHub login yet: "
            "grader roster link",
            style="dim",
        )


@app.command()
def new(
    names: Annotated[Path, typer.Argument(metavar="NAMES.csv", help="A name on each line.")],
    size: Annotated[int, typer.Option("--size", min=1, help="Members of a group, at least.")] = 3,
    seed: Annotated[
        int | None, typer.Option("--seed", min=0, help="The same seed draws the same groups.")
    ] = None,
    apart: Annotated[
        list[str] | None, typer.Option("--apart", metavar="NAME,NAME", help="Must not meet.")
    ] = None,
    together: Annotated[
        list[str] | None, typer.Option("--together", metavar="NAME,NAME", help="Must meet.")
    ] = None,
    course: Annotated[str, typer.Option("--course", help="The course's title.")] = "NeuralNet 101",
    output: Annotated[
        Path | None, typer.Option("--output", help="A new file (default: standard output).")
    ] = None,
) -> None:
    """Draw random groups from a list of names."""
    seed = secrets.randbelow(1 << 31) if seed is None else seed  # public: it is printed
    groups = draw_groups(
        read_members(names),
        size,
        seed,
        apart=[_pair(one) for one in apart or []],
        together=[_pair(one) for one in together or []],
    )
    wishes = [("--apart", one) for one in apart or []]
    wishes += [("--together", one) for one in together or []]
    command = ["grader", "roster", "new", "--size", str(size), "--seed", str(seed)]
    command += [part for wish in wishes for part in wish]
    text = written_roster(course, groups, shlex.join([*command, names.name]))
    if output is None:
        write_document(text)
    elif output.exists():
        raise ConfigurationError(f"{output} is there already; move it away first")
    else:
        write(output, text)
    err.print(f"{counted(len(groups), 'group')}, drawn with --seed {seed}", highlight=False)


@app.command()
def link(
    name: Annotated[str | None, typer.Argument(help="A member's name.")] = None,
    login: Annotated[str | None, typer.Argument(help="Their GitHub login.")] = None,
    file: Annotated[
        Path | None, typer.Option("--csv", help="Many at once: columns name and github.")
    ] = None,
    groups: Groups = None,
) -> None:
    """Write GitHub logins into groups.yaml.

    Attempts under the names are still found.
    """
    if (file is None) == (name is None or login is None):
        raise ConfigurationError("name a member and a login, or a file: --csv LOGINS.csv")
    logins = [(name, login)] if name and login else []
    if file is not None:
        logins = [(one.name, one.login) for one in read_people(file, logins=True) if one.login]
    path = groups or located("groups.yaml")
    before = load_roster(path)
    try:
        write(path, linked(path, logins), check=load_roster)
    except ConfigurationError as error:
        raise ConfigurationError(str(error).replace(f".{path.name}.new", path.name)) from None
    after = load_roster(path)
    out.print(f"{len(logins)} linked in {path}", highlight=False, markup=False)
    for old, new in zip(before.members(), after.members(), strict=True):
        for login in set(new.formerly) - set(old.formerly):
            warn(
                f"{new.name}: {login} became {new.github}; what was filed under {login} stays "
                "theirs. If it was a mistake, take it out of `formerly`"
            )


def _pair(written: str) -> tuple[str, str]:
    parts = [part.strip() for part in written.split(",")]
    if len(parts) != 2 or not all(parts):
        raise ConfigurationError(f'"{written}" is not a pair of names; write it as NAME,NAME')
    return parts[0], parts[1]
