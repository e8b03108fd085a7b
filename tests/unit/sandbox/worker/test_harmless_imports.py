"""Plots, bars and logs in a right solution: accepted, ignored, and never in the way."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.course.assignment import IGNORED_IMPORTS
from grader.sandbox.worker.harmless_imports import imported, stand_in


@pytest.fixture(autouse=True)
def _stand_ins(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Stand-ins for one test alone."""
    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path])
    kept = dict(sys.modules)
    stand_in((*IGNORED_IMPORTS, "wandb"))
    yield
    for name in sys.modules.keys() - kept.keys():
        del sys.modules[name]


@pytest.mark.parametrize(
    "source",
    [
        "import matplotlib.pyplot as plt\nplt.plot([1, 2]); plt.savefig('a.png'); plt.show()",
        "import matplotlib\nmatplotlib.use('Agg')\nfrom matplotlib import pyplot\npyplot.figure(1)",
        "from matplotlib import pyplot as plt\nfig, ax = plt.subplots()\nax.plot([1], label='x')",
        "from matplotlib import pyplot as plt\nfig, (a, b) = plt.subplots(1, 2)\n"
        "a.plot(1); b.hist(2)",
        "import matplotlib.pyplot as plt\n_, axes = plt.subplots(2, 2)\naxes[0, 1].imshow(0)",
        "import matplotlib.pyplot as plt\nfor ax in plt.subplots(2)[1]: ax.plot(1)",
        "import seaborn as sns\nsns.set_theme(style='dark')\n"
        "sns.lineplot(x=[1], y=[2]).set(title='x')",
        "from torch.utils.tensorboard import SummaryWriter\nwith SummaryWriter('runs') as w:\n"
        "    w.add_scalar('cost', 1.0, 3)",
        "import wandb\nwandb.init(project='x'); wandb.log({'cost': 1})",
        "from IPython.display import clear_output\nclear_output(wait=True)",
        "import matplotlib.pyplot as plt\nclass Figure(plt.Figure):\n    pass\nFigure()",
        "import matplotlib.pyplot as plt\nwith plt.style.context('dark'):\n"
        "    plt.title(f'{plt.gca()}')",
    ],
)
def test_what_draws_or_reports_is_ignored(source: str) -> None:
    """The usual lines of plots, boards and notebooks run through."""
    exec(source, {})


def test_a_bar_goes_through_what_it_is_given() -> None:
    """tqdm gives its items, and takes what is said to it."""
    from tqdm import tqdm, trange  # type: ignore[import-untyped]
    from tqdm.auto import tqdm as of_auto  # type: ignore[import-untyped]

    bar = tqdm([1, 2, 3], desc="epochs")
    seen = []
    for item in bar:
        bar.set_description(f"{item}")
        bar.set_postfix(cost=1.0)
        seen.append(item)
    assert seen == [1, 2, 3]
    assert len(bar) == 3
    assert list(trange(4)) == [0, 1, 2, 3]
    assert list(of_auto(range(2), leave=False)) == [0, 1]
    assert list(enumerate(tqdm(range(2)))) == [(0, 0), (1, 1)]
    with tqdm(total=3) as counter:
        counter.update(1)


def test_the_imports_of_a_file_are_found() -> None:
    """Wherever they stand and however they are written; others are not named."""
    source = (
        "import torch\ndef f():\n    from torch.utils import tensorboard\nimport tqdm.auto as t"
    )
    assert imported(source, IGNORED_IMPORTS) == ["torch.utils.tensorboard", "tqdm"]
    assert imported("import torch.utils.data, matplot", IGNORED_IMPORTS) == []
    assert imported("import (", IGNORED_IMPORTS) == []


def test_students_read_which_modules_do_nothing() -> None:
    """The page about all assignments names every one of them."""
    page = (Path(__file__).parents[4] / "assignments" / "README.md").read_text(encoding="utf-8")
    assert [name for name in IGNORED_IMPORTS if f"`{name}`" not in page] == []
