"""Crashes of first submissions: real exceptions of today's torch, pandas and Python, explained."""

import os
from pathlib import Path
from textwrap import dedent

import pytest

from grader.checking.crash import Crash, explain_crash, held_of
from grader.checking.diagnosis.crash_kinds import KINDS
from grader.sandbox.worker.crash_report import describe, require_text

HEAD = """
import math, numpy as np, pandas as pd, torch
from torch import nn
from torch.nn import functional as F
x, y = torch.zeros(5, 4), torch.tensor([0, 1, 2, 1, 0])
table = pd.DataFrame({"Id": [1, 2], "SepalLengthCm": [3.0, 4.0], "Species": ["a", "b"]})
"""

# What the student wrote (the last line crashes) → a part of "looks like", a part of "try".
BANK = {
    "too few features": ("nn.Linear(4, 3)(torch.zeros(5, 3))", "rows of 4", "Which of the two"),
    "images not flattened": (
        "nn.Linear(784, 10)(torch.zeros(2, 1, 28, 28))",
        "not flattened",
        "flatten(1)",
    ),
    "fixed batch size": ("torch.zeros(50, 1, 28, 28).view(100, 784)", "last batch", "−1"),
    "matrix turned round": ("x @ torch.zeros(3, 4)", "turned round", ".T"),
    "keepdim forgotten": ("x / x.exp().sum(dim=1)", "axis was lost", "keepdim"),
    "shapes that do not fit": ("x - torch.zeros(5, 3)", "axis 1", "unsqueeze"),
    "float64 of NumPy": (
        "nn.Linear(4, 3)(torch.from_numpy(np.zeros((5, 4))))",
        "float64 meets float32",
        "float()",
    ),
    "integers into a layer": (
        "nn.Linear(4, 3)(torch.zeros(5, 4).long())",
        "Whole numbers",
        "float()",
    ),
    "labels as floats": ("F.cross_entropy(x, y.float())", "labels are floats", "long()"),
    "labels as int32": ("F.cross_entropy(x, y.int())", "type Int", "long()"),
    "labels as a column": ("F.cross_entropy(x, y.view(-1, 1))", "axis too many", "squeeze"),
    "label out of range": ("F.cross_entropy(x[:, :2], y)", "outside 0", "Subtract 1"),
    "one-hot as integers": ("F.cross_entropy(x, F.one_hot(y, 4))", "one-hot", "float()"),
    "one-hot of floats": ("F.one_hot(y.float(), 3)", "int64", "long()"),
    "too few classes": ("F.one_hot(y, 2)", "num_classes", "from 0"),
    "batch sizes differ": ("F.cross_entropy(x[:4], y)", "4 rows", "first axis"),
    "a loss without its second bracket": (
        "nn.CrossEntropyLoss(x, y).backward()",
        "is a class",
        "nn.CrossEntropyLoss()(",
    ),
    "bce of logits": ("F.binary_cross_entropy(x + 2, x)", "probabilities", "sigmoid"),
    "parameters without call": (
        "torch.optim.SGD(nn.Linear(4, 3).parameters, lr=0.1)",
        "brackets are missing",
        "parameters()",
    ),
    "the model as parameters": ("torch.optim.SGD(nn.Linear(4, 3), lr=0.1)", "the parameters", "()"),
    "no parameters": ("torch.optim.Adam(nn.ReLU().parameters())", "no parameters", "self.layer"),
    "a DataFrame": ("nn.Linear(4, 3)(table)", "DataFrame", "torch.tensor"),
    "a DataFrame as tensor": ("torch.tensor(table)", "table of pandas", ".values"),
    "labels as a Series": ("F.cross_entropy(x[:2], table['Id'])", "Series", "labels.values"),
    "an array of objects": ("torch.tensor(table.values)", "array of objects", "number columns"),
    "labels as text": ("torch.tensor(['a', 'b'])", "strings", "dictionary"),
    "a header among the numbers": (
        "table.values.astype(float)",
        "The string a cannot",
        "header row",
    ),
    "a column that is not there": ("table['SepalLength']", "no column SepalLength", "Print"),
    "columns by number": ("table[:, 0:4]", "column names", ".iloc"),
    "a list": ("nn.Linear(4, 3)([[1.0, 2, 3, 4]])", "list", "torch.tensor"),
    "an array": ("nn.Linear(4, 3)(np.zeros((5, 4)))", "ndarray", "torch.tensor"),
    "super forgotten": (
        """
        class Net(nn.Module):
            def __init__(self):
                self.linear = nn.Linear(4, 3)
        Net()
        """,
        "super().__init__() is missing",
        "first line",
    ),
    "self forgotten": (
        """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.linear = nn.Linear(4, 3)
            def forward(self, x):
                return linear(x)
        Net()(x)
        """,
        "`linear` is an attribute",
        "self.linear",
    ),
    "forward without self": (
        """
        class Net(nn.Module):
            def forward(x):
                return x
        Net()(x)
        """,
        "room for 1",
        "def forward(self, x)",
    ),
    "forward without return": (
        """
        class Net(nn.Module):
            def forward(self, x):
                x * 2
        F.cross_entropy(Net()(x), y)
        """,
        "without `return`",
        "return",
    ),
    "forward misspelt": (
        """
        class Net(nn.Module):
            def forwards(self, x):
                return x
        Net()(x)
        """,
        "no method called forward",
        "Check the name",
    ),
    "None from a function": ("None.backward()", "without `return`", "return"),
    "data[0]": ("x.sum().data[0]", "old version", ".item()"),
    "item of many": ("x.item()", "holds 20", "Average"),
    "a leaf in place": ("w = torch.zeros(3, requires_grad=True)\nw += 1", "in place", "no_grad"),
    "overwritten for backward": (
        "w = torch.zeros(3, requires_grad=True)\nw.exp().mul_(2).sum().backward()",
        "overwritten",
        "new tensor",
    ),
    "backward twice": (
        "c = (torch.zeros(3, requires_grad=True) ** 2).sum()\nc.backward()\nc.backward()",
        "used again",
        "anew",
    ),
    "backward of many": (
        "(torch.zeros(3, requires_grad=True) * 2).backward()",
        "one for each sample",
        ".mean()",
    ),
    "cut off": ("x.sum().backward()", "cut off", "themselves"),
    "a float's backward": ("x.sum().item().backward()", "plain number", "afterwards"),
    "truth of a tensor": ("x = x if x > 0 else -x", "one yes or no", "torch.where"),
    "math on tensors": ("math.exp(x)", "one number", "torch.exp"),
    "NumPy on weights": ("np.exp(nn.Linear(4, 3).weight)", "NumPy", "torch's function"),
    "torch.max as a pair": ("x - torch.max(x, 1)", "a pair", ".values"),
    "torch of a number": ("torch.log(2)", "plain number", "math"),
    "GPU": ("x.to('cuda')", "graphics card", "is_available"),
    "another case of a file's name": ("pd.read_csv('iris.csv')", "Capital", "handout"),
    "a Windows path": (r"pd.read_csv('C:\\Users\\me\\Iris.csv')", "your computer", "alone"),
    "a path of Colab": ("open('/content/drive/MyDrive/Iris.csv')", "your computer", "alone"),
    "endless recursion": ("def f(z):\n    return f(z)\nf(x)", "without end", "its own name"),
    "another argument's name": (
        "def loss(logits, labels):\n    return 1\nloss(x, y=y)",
        "no argument called y",
        "stub",
    ),
    "too many arguments": ("def loss(z):\n    return z\nloss(x, y)", "given 2", "stub"),
    "an argument missing": ("def loss(z, y):\n    return z\nloss(x)", "without its argument", ""),
    "not imported": ("plt.plot([1])", "not imported", "import"),
    "misspelt name": ("logit = x\nlogits.sum()", "Nothing called `logits`", "spelled"),
    "used before": ("def f():\n    n = n + 1\nf()", "before it gets a value", "first value"),
    "Colab": ("import google.colab", "Colab only", "Delete"),
    "own assignment": ("import my_softmax", "no module my_softmax", "Copy"),
    "missing from torch": ("from torch import softmaxx", "torch has no softmaxx", "spelling"),
    "shape called": ("x.shape(0)", "no function", "shape[0]"),
    "size indexed": ("x.size[0]", "round ones", "size(0)"),
    "method misspelt": ("x.flaten(1)", "called flaten", "spelled"),
    "an axis that is not there": ("x.sum(dim=2)", "no axis 2", "dim=-1"),
    "index of floats": ("x[y.float()]", "whole numbers", "long()"),
    "gather": ("x.gather(1, y)", "as many axes", "unsqueeze"),
    "rows and labels": ("x[torch.arange(4), y]", "equally many", "arange(len"),
    "a function in Sequential": (
        "nn.Sequential(nn.Linear(4, 3), F.relu)",
        "takes modules",
        "ReLU()",
    ),
    "nn.Softmax called at once": ("nn.Softmax(x)", "the axis", "nn.Softmax(dim=1)"),
    "a mean of integers": ("y.mean()", "whole numbers", "float()"),
    "gradient of integers": ("torch.tensor([1], requires_grad=True)", "no gradient", "point"),
    "random_split": (
        "torch.utils.data.random_split(range(10), [5, 4])",
        "do not add up",
        "len(dataset)",
    ),
    "unpacking": ("a, b = x.shape[0], 1, 2", "more or fewer names", "right side"),
    "divided by zero": ("1 / 0", "divided by zero", "batches"),
}

FILES = {
    "a shell's line": ("x = 1\n!pip install torch\n", 2, "line of a notebook", "Delete"),
    "a magic": ("%matplotlib inline\nx = 1\n", 1, "line of a notebook", "Delete"),
    "a prompt": (">>> x = 1\n", 1, "Python prompt", "Delete"),
    "a merge": (
        "def f(x):\n<<<<<<< HEAD\n    return x\n=======\n    return 2 * x\n>>>>>>> theirs\n",
        2,
        "merge conflict",
        "commit again",
    ),
    "an open bracket": ("x = (1,\ny = 2\n", 1, "opened in this line", "Close"),
    "no colon": ("def f(x)\n    return x\n", 1, "colon", "end with"),
    "an empty block": ("for i in range(3):\nprint(i)\n", 2, "begins in line 1", "four spaces"),
    "tabs and spaces": ("if 1:\n    a = 1\n\tb = 2\n", 3, "tabs", "editor"),
    "typographic quotes": ("print(“hallo”)\n", 1, "only looks like", "anew"),
    "UTF-16": ("x = 1\n".encode("utf-16"), 1, "UTF-16", "UTF-8"),
    "CP949": ("x = 1\n# 소프트맥스\n".encode("cp949"), 2, "CP949", "UTF-8"),
    "latin-1": ("# Lösung\n".encode("latin-1"), 1, "not saved as UTF-8", "UTF-8"),
    "a notebook": ('{"cells": [], "nbformat": 4}', 1, "notebook", "Download .py"),
}


def crash_of(content: str | bytes, folder: Path) -> Crash:
    """What the worker tells of the file, when it is imported."""
    raw = content.encode() if isinstance(content, str) else content
    path, source = str(folder / "file.py"), ""
    try:
        source = require_text(raw, "file.py")
        exec(compile(source, path, "exec"), {})
    except BaseException as error:
        told = describe(error, path, source)
    assert told["kind"] == "errored"
    where, held = (told["line"], told["text"]), held_of(told["held"])
    return Crash(told["type"], told["message"], *where, held, told["inside"])


@pytest.mark.parametrize("name", BANK)
def test_a_crash_is_explained(name: str, tmp_path: Path) -> None:
    """The line as it stands, what it looks like, and what to try for that."""
    code, looks, hint = BANK[name]
    source = HEAD + dedent(code)
    crash = crash_of(source, tmp_path)
    assert crash.line is not None
    assert crash.text == source.splitlines()[crash.line - 1].strip()
    looks_like, tries = explain_crash(crash, KINDS)
    assert looks in (looks_like or ""), (crash, looks_like)
    assert hint in tries, (crash, tries)
    assert "{" not in f"{looks_like}{tries}"


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_cannot_be_read_is_explained(name: str, tmp_path: Path) -> None:
    """The first line that is no Python, and what happened to the file."""
    content, line, looks, hint = FILES[name]
    crash = crash_of(content, tmp_path)
    assert crash.line == line
    looks_like, tries = explain_crash(crash, KINDS)
    assert looks in (looks_like or ""), (crash, looks_like)
    assert hint in tries


def test_what_meets_in_the_line_is_named(tmp_path: Path) -> None:
    """dtype and shape of every tensor in the line and of the layer's weight; never a value."""
    source = HEAD + "net = nn.Linear(4, 3)\nd = torch.full((5, 4), 7.5).double()\nnet(d)"
    sentence = crash_of(source, tmp_path).sentence("file.py")
    assert "file.py: `net(d)`; d is float64 (5, 4), Linear.weight is float32 (3, 4)" in sentence
    assert "7.5" not in sentence


def test_no_folder_and_no_name_of_ours_is_told(tmp_path: Path) -> None:
    """Paths that the student did not write lose their folders, functions of ours their place."""
    source = HEAD + "from torch import softmaxx"
    assert "/" not in crash_of(source, tmp_path).message
    source = HEAD + "def outer():\n    def inner(): pass\n    inner(1)\nouter()"
    assert "<locals>" not in crash_of(source, tmp_path).message


@pytest.mark.parametrize(
    "claim",
    [
        "text",
        [["x", "tensor", "float32"]],
        [["x y", "tensor", "float32", [1]]],
        [["x", "tensor\n::error::", "float32", [1]]],
        [["x", "tensor", "float32", ["1"]]],
        [["x", "tensor", "float32", [1] * 9]],
        [[3, "tensor", "float32", [1]]],
    ],
)
def test_a_forged_claim_says_nothing(claim: object) -> None:
    """What the worker says is a claim: other forms than the agreed one are left out."""
    assert held_of(claim) == ()


def test_another_exception_is_not_guessed_at(tmp_path: Path) -> None:
    """What leaves more than one explanation gets none."""
    crash = crash_of("raise RuntimeError('something else')", tmp_path)
    assert explain_crash(crash, KINDS) == (None, "")


def test_message_of_the_student_cannot_format(tmp_path: Path) -> None:
    """Braces and marks in a message are text, in the explanation too."""
    crash = crash_of("raise KeyError('{0.__class__}<b>`')", tmp_path)
    looks_like, _ = explain_crash(crash, KINDS)
    assert looks_like is not None
    assert not set("<`{") & set(looks_like.replace("`", "", 0))
    assert os.sep not in looks_like
