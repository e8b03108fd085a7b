"""A worker's private folder on disk, where there is no private file system for it."""

import contextlib
import os
import secrets
import stat
import tempfile
from pathlib import Path

from grader.sandbox.limits import MIB

_MOST_ENTRIES = 10_000


def name_base() -> Path:
    """A name that nobody else has for the folder of `make_base`."""
    return Path(tempfile.gettempdir(), f"grader-{secrets.token_hex(8)}")


def make_base(base: Path) -> None:
    """Make the folder for the workdirs of one sandbox; others can enter but not list it."""
    base.mkdir(0o700)
    base.chmod(0o711)


def make(base: Path) -> Path:
    """A new empty working directory in `base`."""
    return Path(tempfile.mkdtemp(dir=base))


def excess(workdir: Path, most_mib: int, deleted: int = 0) -> str | None:
    """What is too much in `workdir`, `deleted` bytes counted in; None: all is well.

    Whoever uses it may change it meanwhile. A folder that cannot be listed (no right to
    read it, or too deep for a path) counts as too much: files could be hidden there.
    """
    total, count = deleted, 0
    folders = [str(workdir)]
    while folders and total <= most_mib * MIB:
        try:
            with os.scandir(folders.pop()) as entries:
                for entry in entries:
                    count += 1
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(entry.path)
                    else:
                        total += entry.stat(follow_symlinks=False).st_blocks * 512
                    if count > _MOST_ENTRIES:
                        return f"it made more than {_MOST_ENTRIES:,} files"
        except (FileNotFoundError, NotADirectoryError):  # gone meanwhile
            continue
        except OSError:
            return "it made a folder that cannot be listed"
    return f"its files took more than {most_mib} MiB" if total > most_mib * MIB else None


def deleted_bytes(pid: int) -> int:
    """The size of files that process `pid` has deleted and still holds open: proc(5), `fd`."""
    sizes: dict[tuple[int, int], int] = {}
    with contextlib.suppress(OSError):  # the process has ended
        for descriptor in Path(f"/proc/{pid}/fd").iterdir():
            with contextlib.suppress(OSError):  # closed meanwhile
                status = descriptor.stat()
                if stat.S_ISREG(status.st_mode) and status.st_nlink == 0:
                    sizes[status.st_dev, status.st_ino] = status.st_blocks * 512
    return sum(sizes.values())


def remove(folder: Path) -> None:
    """Delete `folder` and all in it, however deep and whatever its modes; nobody uses it now.

    Folders are first moved up to the top, so that no path grows and nothing recurses.
    """
    moved = 0
    folder.chmod(0o700)
    while entries := list(folder.iterdir()):
        for entry in entries:
            if not _is_folder(entry):
                entry.unlink()
                continue
            entry.chmod(0o700)
            for inner in list(entry.iterdir()):
                if _is_folder(inner):
                    inner.chmod(0o700)
                    moved += 1
                    inner.rename(folder / f".{moved}-{os.urandom(8).hex()}")
                else:
                    inner.unlink()
            entry.rmdir()
    folder.rmdir()


def _is_folder(path: Path) -> bool:
    return not path.is_symlink() and path.is_dir()
