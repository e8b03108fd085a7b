"""What a commit changes beside the files that students edit."""

from collections.abc import Sequence

from github.File import File
from github.Repository import Repository

from grader.amounts import counted
from grader.course.assignment import Assignment
from grader.github.blobs import FOLDER

COMPARED_FILES = 300
"""GitHub lists no more in a comparison."""


def foreign_files(
    repository: Repository, assignments: Sequence[Assignment], base: str, head: str
) -> tuple[list[str], str | None]:
    """The other files that differ between `base` and `head`, and why GitHub may not list all."""
    files: list[File] | None = repository.compare(base, head).files
    if files is None:
        return [], "GitHub does not say what was changed"
    allowed = {f"{FOLDER}/{a.id}/{name}" for a in assignments for name in a.files}
    changed = {name for f in files for name in (f.filename, f.previous_filename) if name}
    cut = f"{counted(len(files), 'file')} or more" if len(files) >= COMPARED_FILES else None
    return sorted(changed - allowed), cut
