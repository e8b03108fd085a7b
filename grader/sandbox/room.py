"""A worker's private folder on disk, where there is no private file system for it."""

import os
import tempfile
from pathlib import Path

_MOST_ENTRIES = 10_000


def make_base() -> Path:
    """A new folder for the rooms of one sandbox; others can pass through but not list it."""
    base = Path(tempfile.mkdtemp(prefix="grader-"))
    base.chmod(0o711)
    return base


def make(base: Path) -> Path:
    """A new empty room in `base`."""
    return Path(tempfile.mkdtemp(dir=base))


def holds_more_than(room: Path, most_bytes: int) -> bool:
    """Whether the files in `room` are larger than `most_bytes` together, or absurdly many."""
    total = count = 0
    folders = [str(room)]
    while folders:
        try:
            with os.scandir(folders.pop()) as entries:
                for entry in entries:
                    count += 1
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(entry.path)
                    else:
                        total += entry.stat(follow_symlinks=False).st_blocks * 512
                    if total > most_bytes or count > _MOST_ENTRIES:
                        return True
        except OSError:  # gone meanwhile, or closed to us: files of this worker all the same
            continue
    return False


def remove(folder: Path) -> None:
    """Delete `folder` and all in it, however deep and whatever its modes; nobody uses it now.

    Folders are first moved up to the top, so that no path grows and nothing recurses.
    """
    moved = 0
    folder.chmod(0o700)
    while entries := list(os.scandir(folder)):
        for entry in entries:
            if not entry.is_dir(follow_symlinks=False):
                os.unlink(entry.path)
                continue
            os.chmod(entry.path, 0o700)
            with os.scandir(entry.path) as inner_entries:
                for inner in inner_entries:
                    if inner.is_dir(follow_symlinks=False):
                        os.chmod(inner.path, 0o700)
                        moved += 1
                        os.rename(inner.path, folder / f".{moved}-{os.urandom(8).hex()}")
                    else:
                        os.unlink(inner.path)
            os.rmdir(entry.path)
    folder.rmdir()
