"""`grader doctor`: can this machine grade? Sandbox, torch pair, data."""

import platform
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from grader.errors import GraderError

_PAIR = (
    "torch and torchvision come from different builds; install them together from one index: "
    'pip install --force-reinstall "torch>=2.14" "torchvision>=0.29"'
)


@dataclass(frozen=True)
class Finding:
    """One line of the doctor's report; `good` is None for a remark."""

    what: str
    good: bool | None
    text: str


def examine(data: Path | None, denied_paths: list[Path]) -> Iterator[Finding]:
    """Look at Python, the torch pair, the sandbox and the data, in this order."""
    yield Finding("Python", True, platform.python_version())
    torch_works = True
    for finding in _torch_pair():
        torch_works = torch_works and finding.good is not False
        yield finding
    if torch_works:
        yield _sandbox(denied_paths)
        yield from _data(data)


def _torch_pair() -> Iterator[Finding]:
    try:
        torch = import_module("torch")
        torchvision = import_module("torchvision")
    except RuntimeError as error:
        pair = "torchvision::nms does not exist" in str(error)
        yield Finding("torch", False, _PAIR if pair else str(error))
        return
    except (ImportError, OSError) as error:
        yield Finding("torch", False, f"cannot be imported: {error}; {_PAIR}")
        return
    versions = f"torch {torch.__version__}, torchvision {torchvision.__version__}"
    yield Finding("torch", True, f"{versions}: a matching pair")


def _sandbox(denied_paths: list[Path]) -> Finding:
    from grader.sandbox.host.sandbox import Sandbox

    try:
        with Sandbox(denied_paths=denied_paths, preload=()) as sandbox:
            level, passed = sandbox.level, sandbox.self_test
    except GraderError as error:
        return Finding("sandbox", False, str(error))
    assert passed is not None
    tried = f"{passed.escapes} escapes were tried in {passed.seconds:.1f} s and refused"
    return Finding("sandbox", True, f"level {level.value}; {tried}")


def _data(data: Path | None) -> Iterator[Finding]:
    from grader.checking.datasets import shipped_data_sets

    for one in shipped_data_sets(data):
        try:
            yield Finding("data", None if data is None else True, one.describe())
        except GraderError as error:
            yield Finding("data", False, str(error))
