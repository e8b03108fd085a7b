"""The engine knows no assignment: only `grader/hidden/` names one."""

import re

from grader.course.sources import PACKAGE, SHIPPED

ANYWHERE = re.compile(r"(?<![a-z])(iris|mnist|training_loop|digits'? of scikit)(?![a-z])", re.I)
"""Names that mean nothing but an assignment or its data: nowhere, not even in a comment."""

QUOTED = re.compile(r"""["'](softmax|cross_entropy)(\.py)?["']""")
"""Names that torch has as well: not as a text of their own, which is what an id is."""

TORCH = {"sandbox/worker/trace.py"}
"""Compares names of torch's functions."""


def test_no_line_outside_the_hidden_checks_names_an_assignment() -> None:
    """Iris, MNIST and training_loop occur nowhere; softmax and cross_entropy not as quoted ids."""
    found = []
    files = [path for path in PACKAGE.rglob("*.py") if not path.is_relative_to(SHIPPED)]
    for path in files:
        name = path.relative_to(PACKAGE).as_posix()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if ANYWHERE.search(line) or (QUOTED.search(line) and name not in TORCH):
                found.append(f"{name}:{number}: {line.strip()}")
    assert len(files) > 100
    assert found == []
