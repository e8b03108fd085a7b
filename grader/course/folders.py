"""Files and folders of strangers, read without trusting a path.

Each is read through the descriptor of the folder that holds it, so a symbolic link is refused
wherever it stands, also one put there meanwhile.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SIZE_CAP = 256 * 1024
"""Bytes; a file that is larger is refused."""

Folder = int | Path
"""A folder that is read in: its descriptor, or its path where there are none."""


class RefusedError(Exception):
    """A file or folder that is not read; the message says why."""


@contextmanager
def open_folder(name: Path | str, within: Folder | None = None) -> Iterator[Folder]:
    """A folder to read in, never through a link."""
    place, dir_fd = _place(name, within)
    mode = os.stat(place, dir_fd=dir_fd, follow_symlinks=False).st_mode
    if not stat.S_ISDIR(mode):
        raise RefusedError(f"is {_kind(mode)}, not a folder")
    if not _has_descriptors():
        yield Path(place)
        return
    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
    descriptor = os.open(place, flags, dir_fd=dir_fd)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _has_descriptors() -> bool:
    """Whether folders have descriptors here; Windows has none, and grades only one's own files."""
    return os.open in os.supports_dir_fd and os.scandir in os.supports_fd


def _place(name: Path | str, within: Folder | None) -> tuple[Path | str, int | None]:
    """How to name what is in a folder to the system: a path, and what it is relative to."""
    return (within / name, None) if isinstance(within, Path) else (name, within)


def read_file(name: str, folder: Folder) -> bytes:
    """The content of a regular file, never through a link and never more than the cap."""
    place, dir_fd = _place(name, folder)
    # Looked at before it is opened, because opening a device can already do something.
    mode = os.stat(place, dir_fd=dir_fd, follow_symlinks=False).st_mode
    if not stat.S_ISREG(mode):
        raise RefusedError(f"is {_kind(mode)}, not a file")
    # Not blocking, because it may have become a FIFO since; Windows has neither, and would change
    # the ends of lines.
    names = ("O_RDONLY", "O_NOFOLLOW", "O_NONBLOCK", "O_BINARY")
    flags = sum(getattr(os, one, 0) for one in names)
    with os.fdopen(os.open(place, flags, dir_fd=dir_fd), "rb") as file:
        mode = os.fstat(file.fileno()).st_mode
        if not stat.S_ISREG(mode):
            raise RefusedError(f"is {_kind(mode)}, not a file")
        content = file.read(SIZE_CAP + 1)
    if len(content) > SIZE_CAP:
        raise RefusedError(f"is larger than {SIZE_CAP // 1024} KiB")
    return content


def _kind(mode: int) -> str:
    kinds = {
        stat.S_IFLNK: "a symbolic link",
        stat.S_IFIFO: "a FIFO",
        stat.S_IFDIR: "a folder",
        stat.S_IFREG: "a file",
        stat.S_IFSOCK: "a socket",
    }
    return kinds.get(stat.S_IFMT(mode), "a device")


def why(error: Exception) -> str:
    """Why something was not read, as the end of a sentence that begins with its name."""
    return f"cannot be read: {error.strerror}" if isinstance(error, OSError) else str(error)
