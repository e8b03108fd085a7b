"""What a worker may read: the libraries of Python and of the system, without denied paths."""

import sys
import sysconfig
from collections.abc import Iterable, Sequence
from pathlib import Path

_SYSTEM = (
    "/lib",
    "/lib32",
    "/lib64",
    "/usr/lib",
    "/usr/lib32",
    "/usr/lib64",
    "/usr/local/lib",
    "/usr/share/zoneinfo",
    "/etc/ld.so.cache",
    # Which kernels torch may use on this processor; without them it complains in the output.
    "/proc/cpuinfo",
    "/sys/devices/system/cpu",
)


def library_roots(modules: Iterable[str]) -> list[Path]:
    """Existing paths, as Python spells them, that hold the interpreter and the given modules.

    Only the library folders of a prefix: a virtual environment may have been made in the middle
    of somebody's project.
    """
    prefixes = {sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix}
    places = [Path(p, name) for p in prefixes for name in ("lib", "lib64", "pyvenv.cfg")]
    places += [
        Path(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib", "purelib", "platlib")
    ]
    for name in modules:
        file = getattr(sys.modules.get(name.partition(".")[0]), "__file__", None)
        if file is not None:
            place = Path(file).absolute()
            places.append(place.parent if place.name.startswith("__init__.") else place)
    return outermost(place for place in (*places, *map(Path, _SYSTEM)) if place.exists())


def outermost(paths: Iterable[Path]) -> list[Path]:
    """The given paths without duplicates and without those that lie inside another of them."""
    kept: list[Path] = []
    for path in sorted(set(paths)):
        if not any(path.is_relative_to(other) for other in kept):
            kept.append(path)
    return kept


def without_denied(root: Path, denied_paths: Sequence[Path]) -> list[Path]:
    """Paths that together hold everything in `root` except `denied_paths`; all names resolved.

    Landlock can only add rights, so a folder that holds a denied path is not granted; its
    other entries are, one by one. Symbolic links are left out: what they point to has a path.
    """
    if any(root.is_relative_to(path) for path in denied_paths):
        return []
    if not any(path.is_relative_to(root) for path in denied_paths):
        return [root]
    children = sorted(child for child in root.iterdir() if not child.is_symlink())
    return [path for child in children for path in without_denied(child, denied_paths)]


def granted_paths(roots: Iterable[Path], denied_paths: Iterable[Path]) -> list[Path]:
    """What Landlock grants: `roots` with links resolved, less `denied_paths`."""
    hidden = [path.resolve() for path in denied_paths]
    resolved = outermost(root.resolve() for root in roots)
    return [path for root in resolved for path in without_denied(root, hidden)]
