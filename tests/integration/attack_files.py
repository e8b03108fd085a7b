"""Reading attacks: hostile submissions, one file each, whose outcome stands in their header.

A file's docstring is a sentence that says what it does, an empty line, and YAML:

    gain        what it would win if it worked
    catalogue   the rows of the catalogue of known attacks that it belongs to
    verdict     the assignment's verdict that it gets; where it differs, as `observed`
    observed    what its `observed()` returns inside the jail, or how its process ends; exactly.
                A mapping by level, user ("root", "user") or "user/level" where they differ;
                {any: [...]} where the kernel decides which
    points      the points it gets, none without this line, and `because`, why no trick is in them
    open        what is not closed, in words that SECURITY.md has too; `points` may then be won
    assignment  softmax, or another
    seconds     the time limit of a request, 20 without this line
    total       that of all requests, as for `seconds` without this line
    memory      MiB, 1024 without this line
    files       the names under which it is handed in, beside the stub if the stub is not named
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

LEVELS = ("namespaces", "landlock")
USERS = ("root", "user")


@dataclass(frozen=True)
class Attack:
    """One attack; the module's docstring says what the fields mean."""

    id: str
    about: str
    source: bytes
    gain: str
    catalogue: list[str]
    verdict: Any
    observed: Any
    points: float = 0.0
    because: str = ""
    open: str = ""
    assignment: str = "softmax"
    seconds: float = 20.0
    total: float | None = None
    memory: int = 1024
    files: list[str] = field(default_factory=list)

    @property
    def family(self) -> str:
        """The folder it lies in."""
        return self.id.partition("/")[0]

    def expected(self, user: str, level: str) -> list[Any]:
        """The observations that are right for this user and level."""
        return self._at(self.observed, user, level)

    def verdicts(self, user: str, level: str) -> list[Any]:
        """The verdicts that are right for this user and level."""
        return self._at(self.verdict, user, level)

    @staticmethod
    def _at(wanted: Any, user: str, level: str) -> list[Any]:
        for key in (f"{user}/{level}", level, user):
            if isinstance(wanted, dict) and key in wanted:
                wanted = wanted[key]
                break
        if isinstance(wanted, dict) and wanted.keys() == {"any"}:
            return list(wanted["any"])
        return [wanted]


def read_attacks(folder: Path) -> Iterator[Attack]:
    """All attacks below `folder`, in a fixed order."""
    for path in sorted(folder.glob("*/*.py")):
        source = path.read_bytes()
        text = ast.get_docstring(ast.parse(source))
        assert text is not None, path
        about, _, header = text.partition("\n\n")
        name = f"{path.parent.name}/{path.stem}"
        yield Attack(name, " ".join(about.split()), source, **yaml.safe_load(header))
