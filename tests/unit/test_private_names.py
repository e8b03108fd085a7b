"""Private names of torch, torchvision and pytest that the grader uses: those, and no others.

`pyproject.toml` bounds the versions that they were tried with.
"""

import re
from importlib import import_module
from importlib.util import find_spec
from inspect import signature
from pathlib import Path

GRADER = Path(__file__).parents[2] / "grader"
PRIVATE = re.compile(
    r"(?:\b(?:torch|torchvision)(?:\.\w+)*\._(?!_)\w+(?:\.\w+)*|\b_pytest\b[\w.]*)"
)
USED = {"torch.utils.data._utils.fetch", "torch._dynamo"}


def test_no_other_private_name_is_used() -> None:
    """What is private may change with any release: each use has a guard below."""
    found = {
        name
        for path in GRADER.rglob("*.py")
        for name in PRIVATE.findall(path.read_text(encoding="utf-8"))
    }
    assert found == USED


def test_a_loader_fetches_its_batches_where_the_images_are_served() -> None:
    """grader/hidden/mnist/stand_in.py puts a whole batch in the place of one image at a time."""
    fetcher = getattr(import_module("torch.utils.data._utils.fetch"), "_MapDatasetFetcher", None)
    said = (
        "torch's DataLoader fetches batches elsewhere now: stand_in.py of mnist serves images one "
        "by one, or not at all"
    )
    assert fetcher is not None, said
    assert [*signature(fetcher.fetch).parameters] == ["self", "possibly_batched_index"], said
    assert {"dataset", "collate_fn"} <= fetcher(None, True, None, False).__dict__.keys(), said


def test_what_compiles_is_there_to_be_loaded_before_the_jail() -> None:
    """`torch.optim` imports torch._dynamo at its first use, a second for each submission."""
    assert find_spec("torch._dynamo"), "torch moved it: Sandbox.preload has to name its new place"
