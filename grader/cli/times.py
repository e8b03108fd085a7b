"""`--submitted-at`: when submissions were handed in, which a folder does not tell."""

from collections.abc import Sequence
from datetime import UTC
from pathlib import Path
from typing import Annotated

import typer

from grader.cli.common import course_roster, warn
from grader.course.roster import normalize_key
from grader.course.submission import Submission
from grader.course.times import moment_of_submission, read_times
from grader.errors import ConfigurationError

SUFFIXES = (".csv", ".yaml", ".yml")

SubmittedAt = Annotated[
    str | None,
    typer.Option(
        "--submitted-at",
        metavar="TIME|FILE",
        help="When it was handed in, or a CSV or YAML file of members' times. Without it nothing "
        "is late.",
    ),
]


def with_times(
    submissions: Sequence[Submission], names: Sequence[str], written: str | None
) -> list[Submission]:
    """The submissions with their times of submission.

    Args:
        submissions: what was read.
        names: the members in the same order, as their folders are called.
        written: the option's value: a time for all, or a file of them.

    Raises:
        ConfigurationError: neither a time nor a file; says what to write.
    """
    if written is None:
        return list(submissions)
    roster = course_roster()
    zone = roster.zone if roster else UTC
    path = Path(written)
    if path.suffix not in SUFFIXES:
        try:
            moment = moment_of_submission(written, zone)
        except ValueError as error:
            raise ConfigurationError(
                f"--submitted-at: {error}; or name a .csv or .yaml file"
            ) from None
        return [one.model_copy(update={"submitted_at": moment}) for one in submissions]

    def identity(name: str) -> str:
        found = roster.find(name) if roster else None
        return normalize_key(found[1].key if found else name)

    times = {}
    writers: dict[str, str] = {}
    for member, moment in read_times(path, zone).items():
        key = identity(member)
        if key in times:
            raise ConfigurationError(
                f'{path}: "{writers[key]}" and "{member}" are one member; remove one'
            )
        times[key], writers[key] = moment, member
    keys = [identity(name) for name in names]
    if unknown := [name for name, key in zip(names, keys, strict=True) if key not in times]:
        warn(f"{path} has no time for {', '.join(unknown)}: nothing of theirs is late")
    if len(names) > 1 and (missing := [writers[key] for key in times if key not in keys]):
        warn(f"{path} has a time for {', '.join(missing)}, of whom there is no folder")
    return [
        one.model_copy(update={"submitted_at": times.get(key)})
        for one, key in zip(submissions, keys, strict=True)
    ]
