"""`check`: what a pytest test says about itself to be a graded check."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest


@dataclass(frozen=True)
class Check:
    """The declaration of one check: its task, its points, and what students read about it."""

    task: int
    points: float
    title: str
    hint: str = ""


def check(task: int, points: float, title: str, hint: str = "") -> Callable[..., Any]:
    """Mark a test as a check of `task` worth `points`; `title` and `hint` are for students."""
    return pytest.mark.check(Check(task, points, title, hint))


def declared(item: pytest.Item) -> Check | None:
    """The declaration on a collected test, if it has one."""
    mark = item.get_closest_marker("check")
    return mark.args[0] if mark else None
