"""Crashes with the wording of another kind: each gets its own explanation."""

import time
from pathlib import Path
from textwrap import dedent

import pytest

from grader.checking import crash as claims
from grader.checking.crash import Crash, explain_crash, held_of
from grader.checking.diagnosis.crash_kinds import KINDS
from grader.sandbox.worker.crash_report import describe

HEAD = """
import math, io, numpy as np, pandas as pd, torch
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset
x, y = torch.rand(5, 4), torch.tensor([0, 1, 2, 1, 0])
w = torch.ones(3, requires_grad=True)
table = pd.DataFrame({"Id": [1, 2], "SepalLengthCm": [3.0, 4.0], "Species": ["a", "b"]})
"""

# What crashes → a part of "looks like", a part of "try"; where they say nothing, None and "".
LOOK_ALIKES = {
    # KeyError: of the student's dictionary, of a table's columns, of its rows
    "[{'setosa': 0}[s] for s in table['Species']]": ("dictionary has no key a", "keys"),
    "table['Species'].map(lambda s: {'setosa': 0}[s])": ("dictionary has no key a", "keys"),
    "cols = ['Sepal']\ntable[cols]": ("no column Sepal", "columns"),
    "table.drop(columns=['id'])": ("no column id", "columns"),
    "table.Sepal": ("no column Sepal", "columns"),
    "table.loc[7]": ("labelled 7", "iloc"),
    "table['Id'][7]": ("labelled 7", "iloc"),
    "table.iloc[7]": ("fewer rows", "shape"),
    "pd.read_csv(io.StringIO('a,b'), usecols=['c'])": ("no column c", "columns"),
    # what "only integers" means
    "np.concatenate(np.zeros(3), np.zeros(3))": ("one list of arrays", "brackets"),
    "np.zeros((5, 4))['Id']": ("string or a float", "0:4"),
    "x[1.5]": ("string or a float", "//"),
    "x['Id']": ("string or a float", "0:4"),
    "range(x)": ("one whole number", "len(x)"),
    "torch.tensor([x[0], x[1]])": ("list of tensors", "stack"),
    "math.exp(x)": ("Functions of `math`", "torch.exp"),
    # None: of a gradient, of a function
    "w.grad.zero_()": ("gradient is None", "backward()"),
    "w.data -= 0.1 * w.grad": ("gradient is None", "in place"),
    "a, b = print()": ("without `return`", "return"),
    "print() * 2": ("without `return`", "return"),
    # yes or no: of the student's `if`, of a setting of a class
    "x = x if x > 0 else -x": ("one yes or no", "where"),
    "loss = nn.CrossEntropyLoss\nloss(x, y)": ("is a class", "First make it"),
    "table[(table['Id'] == 1) and (table['Id'] == 2)]": ("a Series holds many", "& and |"),
    # whole numbers: labels first, one-hot rows, as many scores as labels
    "F.cross_entropy(y, x)": ("stands first", "First the scores"),
    "F.softmax(y, 0)": ("whole numbers", "float()"),
    "F.cross_entropy(x[:, 0], y)": ("same shape", "(N, C)"),
    "F.cross_entropy(x, F.one_hot(y, 4))": ("one-hot", "float()"),
    "F.binary_cross_entropy(x[0], x[0].long())": ("wants floats", "float()"),
    # matrices
    "nn.Linear(16, 3)(torch.rand(8, 4))": ("rows of 16", "Which of the two"),
    "t = torch.rand(8, 4)\nnn.Linear(16, 3)(t)": ("rows of 16", "Which of the two"),
    "x @ torch.rand(3, 2)": ("4 columns and the second 3 rows", "(N, C)"),
    "torch.mm(x, x[0])": ("mm takes two", "@"),
    "torch.dot(x, x)": ("dot two rows", "@"),
    # an axis that a sum lost, and one that no sum lost
    "x / x.exp().sum(dim=1)": ("axis was lost", "keepdim"),
    "x / torch.sum(torch.exp(x), dim=1)": ("axis was lost", "keepdim"),
    "((x - y) ** 2).sum(dim=1)": ("do not fit", "Compare"),
    "((x - y) ** 2).mean()": ("do not fit", "Compare"),
    # what is called, and by whom
    "TensorDataset(np.zeros(3))": (None, ""),
    "x.T(0)": ("one pair too many", "x.T"),
    "F.softmax('a')": ("torch is given a str", "torch.tensor"),
    "[].append[1]": ("Square brackets", "Round brackets"),
    "x.size[0]": ("Square brackets", "x.size(0)"),
    "torch.optim.SGD(5, lr=1)": (None, ""),
    "torch.optim.SGD(nn.Linear(4, 3), lr=1)": ("not the model", "parameters()"),
    "torch.optim.SGD(w, lr=1)": ("gets one tensor", "brackets"),
    "torch.optim.SGD([w * 2], lr=1)": ("computed from another", "requires_grad_"),
    "torch.optim.SGD([w], lr=-1)": ("positive", "small"),
    "torch.optim.SGD([w], learning_rate=1)": ("no argument called learning_rate", "lr"),
    "np.argmax(x.numpy(), dim=1)": ("no argument called dim", "axis"),
    "F.softmax(x, 1, dim=1)": ("given twice", "Leave one"),
    # lists
    "costs = []\ncosts += x.sum()": ("grows by a list", "append"),
    "for row in x.sum(): pass": ("one number without axes", "dim"),
    "[1, 2][0.5]": ("indexed by a float", "//"),
    "for i in 5: pass": ("a single int", "range(n)"),
    "range(10 / 2)": ("/ gives a float", "//"),
    "torch.zeros(10 / 2)": ("size is a float", "//"),
    "x.view(10 / 2, -1)": ("size is a float", "//"),
    "torch.cat(x, x)": ("one list", "brackets"),
    "torch.cat([x, torch.zeros(3, 3)])": ("along axis 0", "dim"),
    "torch.stack([x, x[0]])": ("different shapes", "same shape"),
    "torch.tensor([[1, 2], [3]])": ("not equally long", "row"),
    "x.t().view(-1)": ("transposed", "reshape"),
    "x[torch.ones(4, dtype=torch.bool)]": ("mask", "same samples"),
    "(x > 0) - (x < 0)": ("subtracted", "float()"),
    "TensorDataset(x, y[:3])": ("belongs together", "first axis"),
    "next(DataLoader(x))": ("no list", "next(iter"),
    "DataLoader(x)[0]": ("no list", "next(iter"),
    # modules
    "nn.Linear(4, 3).weight = torch.zeros(3, 4)": ("plain tensor", "nn.Parameter"),
    "nn.Linear(4, 3).load_state_dict({})": ("another network", "Train"),
    """
    class Net(nn.Module):
        def __init__(self):
            super.__init__()
    Net()
    """: ("base class", "super().__init__()"),
    """
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.layer = nn.Linear(4, 3),
        def forward(self, x):
            return self.layer(x)
    Net()(x)
    """: ("comma", "away"),
    # texts, numbers, files
    "'cost ' + x.sum()": ("joined by +", "f-string"),
    "f'{x:.4f}'": ("takes one number", "Average"),
    "int('Iris-setosa')": ("Iris-setosa", "class number"),
    "table.mean()": ("column of strings", "numbers"),
    "math.log(0)": ("logarithm", "log-softmax"),
    "math.exp(1000)": ("so large", "largest"),
    "x.to('gpu')": ("no device called gpu", "CPU"),
    "torch.load('model.pt')": ("not handed in", "trained"),
    "np.loadtxt('iris.txt')": ("no file iris.txt", "handout"),
    "from sklearn_x import load_iris": ("no module sklearn_x", "Copy"),
    "import torch.optm": ("torch has no part called optm", "spelling"),
}  # fmt: skip

FILES = {
    "print('abc)": ("never ends", "Close"),
    "print(1))": ("closes nothing", "Remove it"),
    "if x = 1:\n    pass": ("single =", "=="),
    "f(a b)": ("side by side", "comma"),
    "x = 1\n  y = 2": ("further to the right", "alike"),
    "pip install torch": ("for the terminal", "Delete"),
}


def crash_of(source: str, folder: Path) -> Crash:
    """What the worker tells of the file, when it is imported."""
    path = str(folder / "file.py")
    try:
        exec(compile(source, path, "exec"), {})
    except Exception as error:
        told = describe(error, path, source)
    where, held = (told["line"], told["text"]), held_of(told["held"])
    return Crash(told["type"], told["message"], *where, held, told["inside"])


@pytest.mark.parametrize("code", LOOK_ALIKES)
def test_each_look_alike_gets_its_own_explanation(code: str, tmp_path: Path) -> None:
    """What another kind says of the same words is not said here."""
    looks, hint = LOOK_ALIKES[code]
    crash = crash_of(HEAD + dedent(code), tmp_path)
    looks_like, tries = explain_crash(crash, KINDS)
    assert (looks_like is None) is (looks is None), (crash, looks_like)
    assert (looks or "") in (looks_like or ""), (crash, looks_like)
    assert hint in tries, (crash, tries)


@pytest.mark.parametrize("code", FILES)
def test_a_slip_of_the_pen_is_explained(code: str, tmp_path: Path) -> None:
    """What Python cannot read for a sign too many or too few."""
    looks, hint = FILES[code]
    looks_like, tries = explain_crash(crash_of(code, tmp_path), KINDS)
    assert looks in (looks_like or "")
    assert hint in tries


def test_whose_code_raised_it_is_told(tmp_path: Path) -> None:
    """Empty for the student's own line, else the package."""
    assert crash_of("{}['a']", tmp_path).inside == ""
    assert crash_of(HEAD + "table['a']", tmp_path).inside == "pandas"
    assert crash_of(HEAD + "F.softmax('a')", tmp_path).inside == "torch"


@pytest.mark.parametrize("error", ["PermissionError", "FileNotFoundError", "ModuleNotFoundError"])
def test_a_data_set_of_a_package_is_to_be_read_from_the_handouts_file(error: str) -> None:
    """load_iris() fails in the jail in one of three ways, and each says what to read."""
    message = "No module named 'sklearn'" if error == "ModuleNotFoundError" else "iris.csv"
    crash = Crash(error, message, 5, "data = load_iris()", ())
    looks_like, tries = explain_crash(crash, KINDS)
    assert "comes with a package" in (looks_like or "")
    assert "handout" in tries


def test_a_long_claim_costs_no_more_than_an_honest_one() -> None:
    """What a worker may forge is cut before a hundred patterns search through it."""
    parts = ["E" * 9000, "m" * 9000, 10**18, "t" * 9000]
    crash = claims.crash_of(*parts, [["x" * 9000, "tensor", "float32", [1]]] * 9000, "p" * 9000)  # type: ignore[arg-type]
    assert (len(crash.type), len(crash.message), len(crash.text)) == (100, 300, 160)
    assert (crash.held, len(crash.inside)) == ((), 40)
    begin = time.process_time()
    explain_crash(crash, KINDS)
    assert time.process_time() - begin < 1
