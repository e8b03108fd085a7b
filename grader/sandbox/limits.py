"""What a worker may use, and how strong a jail is: plain values shared by host and warm process."""

import enum
from dataclasses import dataclass

MIB = 1 << 20


class Level(enum.StrEnum):
    """The two jails, strongest first; below the second no student code runs."""

    NAMESPACES = "namespaces"
    LANDLOCK = "landlock"


@dataclass(frozen=True)
class Limits:
    """Bounds of one worker.

    `seconds` is the wall-clock time of one request, `memory_mib` what may be taken above the
    memory that torch itself occupies, `output_bytes` how much printing is kept, `disk_mib` the
    size of the private folder, `threads` the number of threads.
    """

    seconds: float = 20.0
    memory_mib: int = 1024
    output_bytes: int = 64 * 1024
    disk_mib: int = 64
    open_files: int = 256
    threads: int = 64
