"""Work in another place than where it belongs: found by the names of the stubs, and named."""

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from itertools import islice
from pathlib import Path, PurePosixPath

ENTRY_CAP = 1000
"""Entries looked at in one folder; a folder may hold millions."""

NAMED_CAP = 10
"""Ignored files that are named in the notice; the others are counted."""

JUNK = {"__MACOSX", "__pycache__"}
"""Folders that systems leave beside people's work; hidden ones are left alone too."""


def misplaced(paths: Iterable[str], homes: Mapping[str, str], *, packed: bool) -> list[str]:
    """Where files lie that are called like a stub and are not read, and where they belong.

    Args:
        paths: of files, relative to where the submission is.
        homes: name → path of each stub of which nothing was handed in.
        packed: whether archives and notebooks are named too: where nothing at all was handed in.
    """
    sentences = []
    for path in paths:
        place = path.encode(errors="replace").decode()
        name, suffix = PurePosixPath(path).name, PurePosixPath(path).suffix
        if name in homes and path != homes[name]:
            sentences.append(f"found {place}, which is not read; it belongs in {homes[name]}")
        elif packed and suffix in (".zip", ".ipynb"):
            what = "unpack it" if suffix == ".zip" else "hand in .py files"
            sentences.append(f"found {place}, which is not read; {what}")
    return sentences[:NAMED_CAP]


def within(folder: Path, depth: int) -> Iterator[Path]:
    """Files in `folder` and so many levels of folders, through no link; none hidden or of JUNK."""
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in sorted(islice(entries, ENTRY_CAP), key=lambda entry: entry.name):
            if entry.is_file(follow_symlinks=False):
                yield Path(entry)
            elif (
                depth > 1
                and entry.is_dir(follow_symlinks=False)
                and entry.name not in JUNK
                # A .git alone may hold more than is looked at.
                and not entry.name.startswith(".")
            ):
                yield from within(Path(entry), depth - 1)
