"""Stand-ins for packages that draw or report: whatever is asked of them is accepted and ignored.

A right solution that plots its costs or shows a bar stays right where nobody looks at a screen.
They stand in also where the package is installed: a plot takes seconds, and a font cache a folder.
"""

import ast
import sys
from collections.abc import Iterable, Iterator
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from opcode import opmap
from types import ModuleType
from typing import Any, Self

_UNPACK = opmap["UNPACK_SEQUENCE"]


class Anything:
    """Takes every call, attribute, index, comparison and loop, and does nothing."""

    def __init__(self, *_: object, **__: object) -> None: ...

    def __call__(self, *_: object, **__: object) -> Self:  # noqa: D102 - nothing to say
        return self

    def __getattr__(self, name: str) -> Self:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return self

    def __setattr__(self, name: str, value: object) -> None: ...

    def __getitem__(self, _: object) -> Self:
        return self

    def __setitem__(self, _: object, __: object) -> None: ...

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None: ...

    def __iter__(self) -> Iterator[Self]:
        """As many as the names on the left of `figure, axes = plt.subplots()`, else none."""
        frame = sys._getframe(1)
        code, at = frame.f_code.co_code, frame.f_lasti
        return iter([self] * (code[at + 1] if at >= 0 and code[at] == _UNPACK else 0))

    def __mro_entries__(self, _: tuple[object, ...]) -> tuple[type, ...]:
        return ()

    def __bool__(self) -> bool:
        return True

    def __str__(self) -> str:
        return ""


class Bar(Anything):
    """tqdm's bar: it goes through what it is given."""

    def __init__(self, iterable: Iterable[Any] = (), *_: object, **__: object) -> None:
        object.__setattr__(self, "_iterable", iterable)

    def __iter__(self) -> Iterator[Any]:
        return iter(object.__getattribute__(self, "_iterable"))

    def __len__(self) -> int:
        return len(object.__getattribute__(self, "_iterable"))


class _Module(ModuleType):
    """A module that has every name."""

    def __getattr__(self, name: str) -> object:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        if name == "tqdm":
            return Bar
        if name == "trange":
            return lambda *numbers, **_: Bar(range(*numbers))
        return Anything()


class _Finder(MetaPathFinder, Loader):
    def __init__(self, names: frozenset[str]) -> None:
        self._names = names

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:  # noqa: ARG002
        """A stand-in for the modules of these names and all below them."""
        return ModuleSpec(name, self, is_package=True) if _is_of(name, self._names) else None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """A module that has every name."""
        return _Module(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing to run."""


def stand_in(names: Iterable[str]) -> None:
    """From now on let modules of these names, and all below them, be stand-ins."""
    sys.meta_path.insert(0, _Finder(frozenset(names)))


def imported(source: str, names: Iterable[str]) -> list[str]:
    """Which of `names` a file imports, anywhere in it."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return []
    modules = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            modules |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return sorted({name for name in names if any(_is_of(one, {name}) for one in modules)})


def _is_of(module: str, names: Iterable[str]) -> bool:
    return any(module == name or module.startswith(f"{name}.") for name in names)
