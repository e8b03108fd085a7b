"""`grader new`: both sides of an assignment laid out, ready to be graded and to be filled in.

Each task is laid out as a function that doubles a tensor: it is graded from the first minute, and
`grader lint` lists each `TODO (staff)` that is left of it.
"""

import re
import shutil
from dataclasses import dataclass
from typing import Annotated

import typer

from grader.amounts import points as in_points
from grader.cli.common import out, root
from grader.course.assignment import load_assignments
from grader.course.sources import SHIPPED
from grader.errors import ConfigurationError, naming

app = typer.Typer()


@dataclass(frozen=True)
class NewTask:
    """A task to be laid out: a function of this name, worth at least one point."""

    number: int
    name: str
    points: float

    @property
    def title(self) -> str:
        """What its heading says until staff find better words."""
        return self.name.replace("_", " ").strip().capitalize()

    @property
    def public(self) -> float:
        """What its public check is worth: about a third, in halves of a point."""
        return max(0.5, round(2 * self.points / 3) / 2)


@app.command()
def new(
    id: Annotated[str, typer.Argument(help="The assignment: a folder's name, such as sigmoid.")],  # noqa: A002
    task: Annotated[
        list[str], typer.Option(metavar="NAME:POINTS", help="A function to write; repeatable.")
    ],
) -> None:
    """Lay out a new assignment: handout, stub, checks, mistakes, reference."""
    checkout = root()
    if not re.fullmatch(r"[a-z][a-z0-9_]*", id):
        raise ConfigurationError(
            f'"{id}" is no id of an assignment: lower-case letters, digits and underscores, such '
            "as sigmoid"
        )
    if SHIPPED.resolve() != (checkout / "grader" / "hidden").resolve():
        raise ConfigurationError(
            f"hidden checks belong to {SHIPPED}, which is not in {checkout}; install the grader "
            "from this checkout: pip install -e ."
        )
    tasks = _tasks(task)
    order = max(one.order for one in load_assignments(checkout / "assignments")) + 1
    places = {
        "assignments": checkout / "assignments" / id,
        "hidden": SHIPPED / id,
        "specimens": checkout / "tests" / "specimens" / id,
    }
    for place in places.values():
        if place.exists():
            raise ConfigurationError(f"{place} is there already; choose another id")
    files = {places[side] / name: text for (side, name), text in layout(id, tasks, order).items()}
    try:
        for path, text in files.items():
            with naming(path, "created"):
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
    except ConfigurationError:
        for place in places.values():
            shutil.rmtree(place, ignore_errors=True)
        raise
    for path in files:
        out.print(str(path.relative_to(checkout)), highlight=False, markup=False, soft_wrap=True)
    out.print(
        f"\nNext: grader lint {id} lists what is left to do; grader lint, without a name, also "
        "where the course lists its assignments."
    )


def _tasks(written: list[str]) -> list[NewTask]:
    """The tasks as the options write them.

    Raises:
        ConfigurationError: one is not NAME:POINTS, or two have one name.
    """
    tasks: list[NewTask] = []
    for number, text in enumerate(written, 1):
        name, _, worth = text.partition(":")
        if not re.fullmatch(r"[a-z][a-z0-9_]*", name) or not re.fullmatch(r"\d{1,4}(\.\d)?", worth):
            raise ConfigurationError(
                f'--task "{text}": write a function\'s name and its points, such as sigmoid:8'
            )
        if float(worth) < 1:
            raise ConfigurationError(f'--task "{text}": a task is worth at least one point')
        if name in {other.name for other in tasks}:
            raise ConfigurationError(f'--task "{text}": there is a task {name} already')
        tasks.append(NewTask(number, name, float(worth)))
    return tasks


def layout(id: str, tasks: list[NewTask], order: int) -> dict[tuple[str, str], str]:  # noqa: A002
    """The text of each file by its side and its name there."""
    reference = "passed/reference"
    title = id.replace("_", " ").capitalize()
    return {
        ("assignments", "README.md"): _handout(id, title, tasks),
        ("assignments", "assignment.yaml"): _rules(id, title, tasks, order),
        ("assignments", f"{id}.py"): _code(
            f"Assignment {order}: {title}.",
            tasks,
            "    # TODO (task {0.number}): return the values of {0.name}.\n"
            '    raise NotImplementedError("task {0.number}: {0.name}")\n',
        ),
        ("assignments", "hints.md"): _hints(id, tasks),
        ("assignments", "test_public.py"): _public(id, tasks),
        ("hidden", "__init__.py"): _INIT.format(id=id),
        ("hidden", f"test_{id}.py"): _hidden(id, tasks),
        ("hidden", "mistakes.py"): _mistakes(id, tasks),
        ("specimens", f"{reference}/{id}.py"): _code(
            f"The reference solution of {id}.",
            tasks,
            "    # TODO (staff): write {0.name}.\n    return 2 * x\n",
        ),
        ("specimens", f"{reference}/expected.yaml"): "about: The reference solution.\nchecks: {}\n",
    }


_INIT = '"""The staff\'s side of the assignment `{id}`: its hidden checks, and what they need."""\n'


def _rules(id: str, title: str, tasks: list[NewTask], order: int) -> str:  # noqa: A002
    names = ", ".join(task.name for task in tasks)
    lines = "".join(
        f"  - {{number: {t.number}, title: {t.title}, points: {t.points:g}}}\n" for t in tasks
    )
    return (
        f"title: {title}\norder: {order}\nfiles:\n  {id}.py: [{names}]\ntasks:\n{lines}"
        "limits: {seconds: 20, memory: 1024}\nforbidden: {}\ndata: null\ndue: null\n"
    )


def _handout(id: str, title: str, tasks: list[NewTask]) -> str:  # noqa: A002
    parts = [
        f"# {title}\n\n<!-- TODO (staff): say in two lines what this is for. -->\n"
        f"**Goal:** write {', '.join(f'`{task.name}`' for task in tasks)}. Edit `{id}.py`.\n"
    ]
    for task in tasks:
        parts.append(
            f"## Task {task.number}: {task.title} ({in_points(task.points)} points)\n\n"
            "<!-- TODO (staff): give the formula, the shapes, how it is graded, the traps. -->\n"
            f"`{task.name}(x)` takes a tensor of any shape and returns one of that shape, twice as "
            "large.\n\nWorked example:\n\n```python\n>>> import torch\n"
            f">>> from {id} import {task.name}\n>>> {task.name}(torch.tensor([1.0, 2.0]))\n"
            "tensor([2., 4.])\n```\n"
        )
    parts.append(
        f"## Check yourself\n\n`grader check {id}` runs the public checks, worth about a third of "
        "the points. Hidden checks test\nthe same contract with other inputs. Stuck? "
        f"`grader hint {id} 1`.\n"
    )
    return "\n".join(parts)


def _code(about: str, tasks: list[NewTask], body: str) -> str:
    """A file with a function for each task; `body` is the template of what stands in it."""
    functions = (
        f"\n\ndef {task.name}(x: Tensor) -> Tensor:\n"
        '    """Return twice x.\n\n    Args:\n        x: any shape; left unchanged.\n\n'
        '    Returns:\n        A tensor of the shape of x.\n    """\n' + body.format(task)
        for task in tasks
    )
    return f'"""{about}"""\n\nfrom torch import Tensor\n' + "".join(functions)


def _hints(id: str, tasks: list[NewTask]) -> str:  # noqa: A002
    parts = (
        f"\n## Task {task.number}\n\n"
        "1. TODO (staff): a question that leads there.\n"
        "2. TODO (staff): the concept.\n"
        "3. TODO (staff): a small example of something similar.\n"
        for task in tasks
    )
    return f"# Hints: {id}\n" + "".join(parts)


def _imports(id: str, tasks: list[NewTask]) -> str:  # noqa: A002
    names = ", ".join(sorted(task.name.upper() for task in tasks))
    line = f"from grader.hidden.{id}.mistakes import {names}\n"
    if len(line) > 101:
        listed = "".join(f"    {name},\n" for name in names.split(", "))
        line = f"from grader.hidden.{id}.mistakes import (\n{listed})\n"
    return (
        "from grader.checking import Draw, Student, check\n"
        f"from grader.checking.diagnosis import assert_computes\n{line}"
    )


def _check(task: NewTask, kind: str, points: float, title: str, body: str) -> str:
    return (
        f'\n\n@check(\n    task={task.number},\n    points={points:g},\n    title="{title}",\n'
        '    hint="TODO (staff): what to try.",\n)\n'
        f"def test_{task.name}_{kind}(student: Student, draw: Draw) -> None:\n{body}"
    )


def _public(id: str, tasks: list[NewTask]) -> str:  # noqa: A002
    checks = (
        _check(
            task, "small", task.public, f"{task.title} of two numbers",
            f'    """{task.name}([1, 2]) is [2, 4]."""\n'
            "    x = torch.tensor([1.0, 2.0])\n"
            f"    assert_computes(student, {task.name.upper()}, (x,), draw, "
            f'asked="{task.name}([1, 2])")\n',
        )
        for task in tasks
    )  # fmt: skip
    about = f'"""Public checks of {id}: what `grader check {id}` runs."""'
    return f"{about}\n\nimport torch\n\n{_imports(id, tasks)}" + "".join(checks)


def _hidden(id: str, tasks: list[NewTask]) -> str:  # noqa: A002
    checks = (
        _check(
            task, "values", task.points - task.public, f"{task.title} of any shape",
            f'    """{task.name} is right for a vector and for a batch."""\n'
            "    for x in (draw.normal(5), draw.normal(4, 3)):\n"
            f'        asked = f"{task.name} of a tensor of shape {{tuple(x.shape)}}"\n'
            f"        assert_computes(student, {task.name.upper()}, (x,), draw, asked=asked)\n",
        )
        for task in tasks
    )  # fmt: skip
    return f'"""Hidden checks of `{id}`."""\n\n{_imports(id, tasks)}' + "".join(checks)


_FORMULA = """

{constant} = Formula(
    lambda student, x: student.call("{name}", x),
    lambda x: 2 * x,  # TODO (staff): the right formula of {name}
    [
        # TODO (staff): name the mistakes of {name}; see grader/hidden/README.md
        *wrong("{name}_unchanged", "The argument comes back as it is.", lambda x: x),
        NOTHING,
    ],
    tensors,
)
"""


def _mistakes(id: str, tasks: list[NewTask]) -> str:  # noqa: A002
    head = f'''"""What the functions of `{id}` compute, and how they go wrong."""

from collections.abc import Iterator

from torch import Tensor

from grader.checking.diagnosis import NOTHING, Formula, Inputs, like, wrong
from grader.checking.draw import Draw


def tensors(draw: Draw, x: Tensor) -> Iterator[Inputs]:
    """Fresh tensors of several shapes."""
    for shape in ((5,), (2, 3), (4, 1)):
        yield (like(x, draw, *shape),)
'''
    return head + "".join(
        _FORMULA.format(constant=task.name.upper(), name=task.name, id=id) for task in tasks
    )
