"""`grader roster`: the content of groups.yaml."""

from pathlib import Path
from typing import Annotated

import typer

from grader.cli.common import err, out, root
from grader.course.roster import load_roster

app = typer.Typer(help="The roster in groups.yaml.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Keep `check` a sub-command, also while it is the only one."""


@app.command()
def check(
    groups: Annotated[
        Path | None, typer.Argument(help="The roster (default: groups.yaml).")
    ] = None,
) -> None:
    """Validate groups.yaml and show what it says."""
    roster = load_roster(groups or root() / "groups.yaml")
    out.print(f"{roster.course}: {len(roster.groups)} groups")
    for group in roster.groups:
        members = ", ".join(
            f"{m.name} (@{m.github})" if m.github else m.name for m in group.members
        )
        out.print(f"  {group.name}: {members}", highlight=False, markup=False)
    unlinked = sum(m.github is None for g in roster.groups for m in g.members)
    if unlinked:
        err.print(f"{unlinked} members have no GitHub login yet", style="dim")
