"""Reading specimens: submissions whose outcome is known in advance."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from grader.course.submission import Submission

FOLDER = Path(__file__).parents[1] / "specimens"


@dataclass(frozen=True)
class Specimen:
    """One specimen; `checks` are the verdicts of those checks that must not pass.

    `diagnosis` are the names of the mistakes that must be told.
    """

    assignment: str
    verdict: str
    name: str
    about: str
    checks: dict[str, str]
    diagnosis: tuple[str, ...]
    files: dict[str, bytes]

    @property
    def id(self) -> str:
        """Where it lies below the specimens' folder."""
        return f"{self.assignment}/{self.verdict}/{self.name}"

    def submission(self) -> Submission:
        """What a member hands in who hands in just this."""
        return Submission(member=self.id, files={self.assignment: self.files})


def read_specimens(assignment: str = "*") -> Iterator[Specimen]:
    """All specimens, or those of one assignment, in a fixed order."""
    for path in sorted(FOLDER.glob(f"{assignment}/*/*/expected.yaml")):
        expected = yaml.safe_load(path.read_text(encoding="utf-8"))
        folder = path.parent
        yield Specimen(
            assignment=folder.parts[-3],
            verdict=folder.parts[-2],
            name=folder.name,
            about=expected["about"],
            checks=expected["checks"],
            diagnosis=tuple(expected.get("diagnosis", ())),
            files={file.name: file.read_bytes() for file in folder.glob("*.py")},
        )
