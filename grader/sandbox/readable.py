"""What a worker may read: the libraries of Python and of the system, without concealed paths."""

import os
import sys
import sysconfig
from collections.abc import Iterable, Sequence

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


def library_roots(modules: Iterable[str]) -> list[str]:
    """Existing paths, as Python spells them, that hold the interpreter and the given modules.

    Only the library folders of a prefix: a virtual environment may have been made in the middle
    of somebody's project.
    """
    prefixes = (sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix)
    places = [os.path.join(p, name) for p in prefixes for name in ("lib", "lib64", "pyvenv.cfg")]
    places += [sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")]
    for name in modules:
        file = getattr(sys.modules.get(name.partition(".")[0]), "__file__", None)
        if file is not None:
            place = os.path.abspath(file)
            is_package = os.path.basename(place).startswith("__init__.")
            places.append(os.path.dirname(place) if is_package else place)
    return outermost(p for p in (*places, *_SYSTEM) if os.path.exists(p))


def outermost(paths: Iterable[str]) -> list[str]:
    """The given paths without duplicates and without those that lie inside another of them."""
    kept: list[str] = []
    for path in sorted(set(paths)):
        if not any(is_inside(path, other) for other in kept):
            kept.append(path)
    return kept


def is_inside(path: str, folder: str) -> bool:
    """Whether `path` is `folder` or lies in it (by name; resolve symbolic links before)."""
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def without_concealed(root: str, concealed: Sequence[str]) -> list[str]:
    """Paths that together hold everything in `root` except `concealed`; all names resolved.

    Landlock can only add rights, so a folder that holds a concealed path is not granted; its
    other entries are, one by one. Symbolic links are left out: what they point to has a path.
    """
    if any(is_inside(root, path) for path in concealed):
        return []
    if not any(is_inside(path, root) for path in concealed):
        return [root]
    with os.scandir(root) as entries:
        children = sorted(entry.path for entry in entries if not entry.is_symlink())
    return [path for child in children for path in without_concealed(child, concealed)]


def granted_paths(roots: Iterable[str], concealed: Iterable[str]) -> list[str]:
    """What Landlock grants: `roots` with links resolved, less `concealed`."""
    hidden = [os.path.realpath(path) for path in concealed]
    resolved = outermost(os.path.realpath(root) for root in roots)
    return [path for root in resolved for path in without_concealed(root, hidden)]
