"""The worker's answers to single requests; here without a jail, in this process."""

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
import torchvision
from torch import autograd
from torch.nn import functional
from torch.utils.data import DataLoader
from torch.utils.data._utils.fetch import _MapDatasetFetcher
from torch.utils.data.dataloader import _BaseDataLoaderIter

from grader.course.sources import SHIPPED
from grader.sandbox.protocol import Handle
from grader.sandbox.request import File
from grader.sandbox.worker.session import Session, prepare


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A working directory for the files of each test, and torch as it was afterwards."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", sys.argv)
    monkeypatch.setattr(sys, "orig_argv", sys.orig_argv)
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.setattr(torchvision.datasets, "MNIST", torchvision.datasets.MNIST)
    monkeypatch.setattr(torchvision.datasets.mnist, "MNIST", torchvision.datasets.mnist.MNIST)
    monkeypatch.setattr(DataLoader, "__init__", DataLoader.__init__)
    monkeypatch.setattr(DataLoader, "__iter__", DataLoader.__iter__)
    monkeypatch.setattr(_MapDatasetFetcher, "fetch", _MapDatasetFetcher.fetch)
    for name in ("backward", "grad"):
        monkeypatch.setattr(autograd, name, getattr(autograd, name))
    for name in ("cross_entropy", "nll_loss"):
        monkeypatch.setattr(functional, name, getattr(functional, name))
    monkeypatch.setattr(_BaseDataLoaderIter, "__next__", _BaseDataLoaderIter.__next__)


@pytest.fixture(autouse=True, scope="module")
def prepared() -> None:
    """torch as workers find it."""
    prepare()


@pytest.fixture(autouse=True)
def own_generator() -> Iterator[None]:
    """The state of torch's generator as it was, after each test."""
    with torch.random.fork_rng():
        yield


STAND_IN = File((SHIPPED / "mnist" / "stand_in.py").read_bytes())


def session_of(source: str, mnist: dict[str, torch.Tensor] | None = None) -> Session:
    """A session that has imported `source`."""
    made = Session()
    stand_in = mnist and {"source": STAND_IN, "tensors": mnist}
    code = File(source.encode())
    answer = made.answer(
        {
            "op": "load",
            "files": {"own.py": code},
            "module": "own.py",
            "seed": 7,
            "stand_in": stand_in,
        }
    )
    assert answer == {"value": None, "forbidden": []}
    return made


def call(at: Session, name: str, *args: object, **more: Any) -> dict[str, Any]:
    """The reply to a call."""
    request = {"op": "call", "name": name, "args": list(args), "kwargs": {}, "echo": False}
    return at.answer({**request, **more})


def images(count: int) -> dict[str, torch.Tensor]:
    """Blank images, numbered by their first pixel, as the host hands them over."""
    pixels = torch.zeros(count, 28, 28, dtype=torch.uint8)
    pixels[:, 0, 0] = torch.arange(count)
    labels = torch.arange(count) % 10
    return {"train_images": pixels, "train_labels": labels, "test_images": pixels[:2],
            "test_labels": labels[:2]}  # fmt: skip


def test_a_call_gives_its_value() -> None:
    """The value of the student's function comes back, keyword arguments included."""
    at = session_of("def f(a, b=1): return a - b")
    assert call(at, "f", 5, kwargs={"b": 3}) == {"value": 2, "forbidden": []}


def test_an_exception_is_described_with_its_line() -> None:
    """The reply to a failing call holds type, message and the line in the student's file."""
    at = session_of("def f():\n    return {}['key']\n")
    assert call(at, "f")["error"] == {
        "kind": "errored", "type": "KeyError", "message": "'key'", "line": 2,
        "text": "return {}['key']", "held": [], "inside": "",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("raise NotImplementedError", "not_implemented"),
        ("raise MemoryError", "out_of_memory"),
        ("raise RuntimeError('std::bad_alloc')", "out_of_memory"),
        ("raise SystemExit(0)", "errored"),
        ("raise KeyboardInterrupt", "errored"),
        (
            "class E(Exception):\n        def __str__(self): raise ValueError\n    raise E",
            "errored",
        ),
    ],
)
def test_kinds_of_errors(body: str, kind: str) -> None:
    """What ends a call is told apart as far as the verdicts need it; nothing ends the worker."""
    assert call(session_of(f"def f():\n    {body}\n"), "f")["error"]["kind"] == kind


def test_a_missing_name_is_named() -> None:
    """Asking for what the file does not define names it."""
    assert call(session_of("x = 1"), "g")["error"]["kind"] == "not_there"
    assert call(session_of("g = None"), "g")["error"]["message"] == "`g` is not there yet"


@pytest.mark.parametrize("end", ["exit()", "sys.exit('done')", "raise SystemExit", "quit(3)"])
def test_what_comes_before_an_exit_counts(end: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that ends itself keeps what it defined; what it defines later is missed, and said."""
    at = session_of(f"import sys\ndef f(): return 5\n{end}\ndef g(): return 6\n")
    assert call(at, "f")["value"] == 5
    assert call(at, "g")["error"]["message"] == (
        "`g` is not there yet: the file ends itself in line 3, before it"
    )
    assert "own.py ends itself in line 3; what it defined before that counts" in (
        capsys.readouterr().out
    )


def test_argparse_at_the_top_of_a_file_works() -> None:
    """The words of the command line are those of the file started alone; none is a path here."""
    at = session_of(
        "import argparse, sys\n"
        "parser = argparse.ArgumentParser()\n"
        "parser.add_argument('--epochs', type=int, default=3)\n"
        "epochs = parser.parse_args().epochs\n"
        "def f(): return [epochs, parser.prog, sys.argv, sys.orig_argv]\n"
    )
    assert call(at, "f")["value"] == [3, "own.py", ["own.py"], ["python", "own.py"]]


def test_an_own_file_that_is_not_there_is_named() -> None:
    """Of who imports an earlier assignment the line and the module's name are told."""
    at = Session()
    code = File(b"import earlier_one")
    error = at.answer(
        {"op": "load", "files": {"own.py": code}, "module": "own.py", "seed": 7, "stand_in": None}
    )["error"]
    assert (error["type"], error["line"]) == ("ModuleNotFoundError", 1)
    assert "No module named 'earlier_one'" in error["message"]
    assert error["text"] == "import earlier_one"


def test_files_of_one_assignment_import_each_other() -> None:
    """The first file of an assignment finds the others."""
    files = {
        "own.py": b"from other_of_own import x\ndef f(): return x",
        "other_of_own.py": b"x = 4",
    }
    tensors = {n: File(c) for n, c in files.items()}
    at = Session()
    at.answer({"op": "load", "files": tensors, "module": "own.py", "seed": 7, "stand_in": None})
    assert call(at, "f")["value"] == 4


def test_echo_shows_a_change_in_place() -> None:
    """With `echo` the arguments come back as they are after the call."""
    value, [after] = call(session_of("def f(z): z += 1; return 0"), "f", torch.zeros(2), echo=True)[
        "value"
    ]
    assert value == 0
    assert after.tolist() == [1, 1]


def test_the_gradient_is_that_of_the_weighted_sum() -> None:
    """The gradient of (value · cotangent).sum() by the chosen argument comes back."""
    at = session_of("def f(a, z): return a * z ** 2")
    request = {"op": "gradient", "name": "f", "args": [2.0, torch.tensor([1.0, 3.0])],
               "kwargs": {}, "wrt": 1, "cotangent": torch.tensor([1.0, 10.0])}  # fmt: skip
    _, gradient = at.answer(request)["value"]
    assert gradient.tolist() == [4.0, 120.0]


def test_a_gradient_survives_a_change_in_place() -> None:
    """A function that changes its input in place still has its gradient: that is another fault."""
    at = session_of("def f(z): z *= 3; return z")
    request = {"op": "gradient", "name": "f", "args": [torch.ones(2)], "kwargs": {}, "wrt": 0,
               "cotangent": None}  # fmt: skip
    assert at.answer(request)["value"][1].tolist() == [3.0, 3.0]


def test_a_detached_value_has_no_gradient() -> None:
    """Where autograd finds no way back, the gradient is None."""
    at = session_of("def f(z): return z.detach() * 2")
    request = {"op": "gradient", "name": "f", "args": [torch.ones(2)], "kwargs": {}, "wrt": 0,
               "cotangent": None}  # fmt: skip
    assert at.answer(request)["value"][1] is None


@pytest.mark.parametrize(
    "code",
    [
        "torch.softmax(z, 0)",
        "F.softmax(z, 0)",
        "z.softmax(0)",
        "torch.nn.Softmax(0)(z)",
        "torch.special.softmax(z, 0)",
        "getattr(torch, 'soft' + 'max')(z, 0)",
        "F.softmax(input=z, dim=0)",
    ],
)
def test_a_forbidden_call_is_recorded_whatever_its_alias(code: str) -> None:
    """The by-hand rule sees the call by any name, and its line in the student's file."""
    at = session_of(f"import torch\nimport torch.nn.functional as F\ndef f(z): return {code}")
    reply = call(at, "f", torch.zeros(2), forbidden=["softmax"])
    assert reply["forbidden"] == [["softmax", 3, True]]


def test_an_own_function_of_that_name_is_not_recorded() -> None:
    """The student's own softmax is no forbidden call."""
    at = session_of("def softmax(z): e = z.exp(); return e / e.sum()")
    assert call(at, "softmax", torch.zeros(2), forbidden=["softmax"])["forbidden"] == []


def test_objects_stay_and_are_named_by_handles() -> None:
    """A model stays in the worker; its handle stands for it in later requests."""
    at = session_of("import torch\nclass M(torch.nn.Linear):\n    def __init__(self): "
              "super().__init__(2, 1)\ndef f(m, x): return m(x) * 0 + 5")  # fmt: skip
    made = at.answer({"op": "new", "name": "M", "args": []})["value"]
    shapes = {"weight": [1, 2], "bias": [1]}
    assert made == {
        "handle": Handle(0), "type": "M", "is_module": True, "shapes": shapes, "took": False
    }  # fmt: skip
    state = {"weight": torch.ones(1, 2), "bias": torch.zeros(1)}
    at.answer({"op": "load_state", "model": Handle(0), "state": state})
    back = at.answer({"op": "state", "model": Handle(0)})["value"]
    assert torch.equal(back["weight"], state["weight"])
    forward = at.answer(
        {"op": "forward", "model": Handle(0), "x": torch.ones(1, 2), "echo": False}
    )["value"]
    assert forward.item() == 2
    assert call(at, "f", Handle(0), torch.ones(1, 2))["value"].item() == 5


OFFER = [torch.tensor([[1.0, 2.0]]), torch.tensor([3.0])]
"""A weight (1, 2) and a bias (1,)."""


@pytest.mark.parametrize(
    ("layers", "took"),
    [
        ("self.own = torch.nn.Linear(2, 1)", True),
        ("self.own = torch.nn.Linear(2, 1, bias=False)", True),
        ("self.own = torch.nn.Linear(2, 2)", False),
        ("self.a, self.b = torch.nn.Linear(2, 1), torch.nn.Linear(2, 1)", False),
        ("self.own = torch.nn.Linear(2, 1); self.more = torch.nn.Linear(3, 1)", False),
        ("pass", False),
    ],
)
def test_a_new_module_takes_weights_of_its_shapes(layers: str, took: bool) -> None:
    """All its parameters or none, each from another tensor; what it has is told either way."""
    at = session_of("import torch\nclass M(torch.nn.Module):\n    def __init__(self):\n"
                    f"        super().__init__(); {layers}")  # fmt: skip
    made = at.answer({"op": "new", "name": "M", "args": [], "weights": OFFER})["value"]
    state = at.answer({"op": "state", "model": Handle(0)})["value"]
    assert made["took"] is took
    assert made["shapes"] == {name: list(tensor.shape) for name, tensor in state.items()}
    taken = [any(torch.equal(tensor, one) for one in OFFER) for tensor in state.values()]
    assert taken == [took] * len(state)


def test_a_module_that_fails_to_tell_its_parameters_is_made_all_the_same() -> None:
    """What fails then is said when the parameters are asked for."""
    at = session_of("import torch\nclass M(torch.nn.Module):\n    def __init__(self): pass")
    made = at.answer({"op": "new", "name": "M", "args": [], "weights": OFFER})["value"]
    assert (made["shapes"], made["took"]) == (None, False)
    assert "error" in at.answer({"op": "state", "model": Handle(0)})


def test_the_generators_are_seeded_anew_for_each_request() -> None:
    """Two requests draw the same numbers, so a verdict does not hang on what was asked before."""
    at = session_of("""
import random, torch, numpy
def f(): return [random.random(), float(torch.rand(1)), numpy.random.rand()]
""")
    assert call(at, "f") == call(at, "f")


def test_loaders_load_in_this_process() -> None:
    """DataLoader(num_workers=2) works where no process may be started, by whatever argument."""
    at = session_of("from torch.utils.data import DataLoader\n"
              "def f():\n"
              "    a = DataLoader([1, 2, 3], num_workers=2, prefetch_factor=2, "
              "persistent_workers=True, batch_size=2)\n"
              "    b = DataLoader([1, 2, 3], 2, False, None, None, 2)\n"
              "    return [[t.tolist() for t in l] for l in (a, b)] + [a.num_workers]")  # fmt: skip
    assert call(at, "f")["value"] == [[[1, 2], [3]], [[1, 2], [3]], 0]


@pytest.mark.parametrize(
    "arguments",
    ["'x', train=True, download=True", "root='MNIST_data/', transform=None", "'/no/such', True"],
)
def test_mnist_comes_from_memory(arguments: str) -> None:
    """`MNIST` serves the images that were handed over, whatever its arguments."""
    source = f"""
from torchvision import datasets as dsets
def f(): d = dsets.MNIST({arguments}); return [len(d), d[3][1], d.data]
"""
    at = session_of(source, images(20))
    count, label, data = call(at, "f")["value"]
    assert (count, label) == (20, 3)
    assert torch.equal(data, images(20)["train_images"])


def test_no_test_images_but_carved_ones() -> None:
    """`train=False` serves what the host carved from the training set."""
    at = session_of("from torchvision.datasets import MNIST\n"
              "def f(): return len(MNIST('.', train=False))", images(20))  # fmt: skip
    assert call(at, "f")["value"] == 2


def test_images_reach_a_model_through_its_own_transform() -> None:
    """Each model sees held-out images through the transform of its own training set."""
    at = session_of("""
import torch
from torch import nn
from torchvision import transforms
from torchvision.datasets import MNIST
class First(nn.Module):
    def forward(self, x): return x.flatten(1)[:, :10]
def train(shift):
    MNIST('.', transform=transforms.Compose([transforms.ToTensor(), lambda t: t + shift]))
    MNIST('.', train=False, transform=transforms.ToTensor())
    return First()
def main(): return train(1.0)
def deep(): return train(2.0)
""", images(20))  # fmt: skip
    for name in ("main", "deep"):
        at.answer({"op": "run", "name": name})
    for number, shift in enumerate((1.0, 2.0)):
        blank = torch.zeros(3, 28, 28, dtype=torch.uint8)
        request = {"op": "image_scores", "model": Handle(number), "images": blank}
        assert at.answer(request)["value"].tolist() == [[shift] * 10] * 3


@pytest.mark.parametrize("form", ["(-1, 1, 28, 28)", "(-1, 784)"])
def test_a_model_is_given_images_in_the_form_it_takes(form: str) -> None:
    """A model that insists on (N, 784) gets that, one that insists on (N, 1, 28, 28) gets that."""
    at = session_of(
        f"""
from torch import nn
class Picky(nn.Module):
    def forward(self, x):
        if x.shape[1:] != x.reshape{form}.shape[1:]: raise RuntimeError("shape")
        return x.flatten(1)[:, :10]
def main(): return Picky()
""",
        images(20),
    )
    at.answer({"op": "run", "name": "main"})
    blank = torch.zeros(3, 28, 28, dtype=torch.uint8)
    request = {"op": "image_scores", "model": Handle(0), "images": blank}
    assert at.answer(request)["value"].shape == (3, 10)


def test_scores_of_another_shape_come_back_as_they_are() -> None:
    """The worker does not judge: digits instead of scores are returned, and judged by the host."""
    at = session_of(
        """
from torch import nn
class Digits(nn.Module):
    def forward(self, x): return x.flatten(1).argmax(1)
def main(): return Digits()
""",
        images(20),
    )
    at.answer({"op": "run", "name": "main"})
    blank = torch.zeros(3, 28, 28, dtype=torch.uint8)
    request = {"op": "image_scores", "model": Handle(0), "images": blank}
    assert at.answer(request)["value"].tolist() == [0, 0, 0]


def test_a_crash_at_import_is_an_error_reply() -> None:
    """Code that fails at import is described like code that fails in a call."""
    made = Session()
    source = File(b"import nosuch")
    request = {"op": "load", "files": {"own.py": source}, "module": "own.py", "seed": 1,
               "stand_in": None}  # fmt: skip
    assert made.answer(request)["error"]["type"] == "ModuleNotFoundError"
    with contextlib.suppress(KeyError):
        import sys

        del sys.modules["own"]


def test_training_on_import_is_training() -> None:
    """A gradient taken when the file was imported counts for the model that main() returns."""
    at = session_of(
        "import torch\nm = torch.nn.Linear(2, 1)\nm(torch.ones(1, 2)).sum().backward()\n"
        "def main(): return m\ndef other(): return m\n"
    )
    for name in ("main", "other"):
        assert at.answer({"op": "run", "name": name})["value"]["trace"]["steps"] == [1.0]


def test_each_batch_of_a_loader_is_counted() -> None:
    """A loader that is left after its first batch gave one of its batches."""
    at = session_of(
        "import torch\nfrom torch.utils.data import DataLoader\n"
        "def f(left):\n"
        "    m = torch.nn.Linear(1, 1)\n"
        "    loss = 0\n"
        "    for x in DataLoader(torch.ones(6, 1), batch_size=2):\n"
        "        loss = loss + m(x).sum()\n"
        "        if left: break\n"
        "    loss.backward()\n"
        "    return m\n"
        "def main(): return f(False)\n"
        "def first(): return f(True)\n"
    )
    for name, fetched in (("main", 3.0), ("first", 1.0)):
        summary = at.answer({"op": "run", "name": name})["value"]["trace"]
        assert summary["batches"] == [fetched, 3.0]


@pytest.mark.parametrize(("name", "names"), [("linear", ["linear.weight", "linear.bias"]),
                                             ("", ["weight", "bias"])])  # fmt: skip
def test_a_linear_model_is_made_without_the_students_code(name: str, names: list[str]) -> None:
    """The worker keeps a model of the host's weights, whatever the student's file defines."""
    at = session_of("pass")
    weight, bias = torch.ones(2, 3), torch.zeros(2)
    made = at.answer({"op": "linear", "weight": weight, "bias": bias, "name": name})["value"]
    state = at.answer({"op": "state", "model": made["handle"]})["value"]
    assert list(state) == names
    request = {"op": "forward", "model": made["handle"], "x": torch.ones(1, 3), "echo": False}
    assert at.answer(request)["value"].tolist() == [[3.0, 3.0]]


@pytest.mark.parametrize(("before", "reached"), [("", True), ("@torch.no_grad()", False)])
def test_gradients_of_a_models_weights_are_those_that_reach_them(
    before: str, reached: bool
) -> None:
    """A forward without a graph gives no gradient for any parameter."""
    at = session_of(f"""
import torch
class Model(torch.nn.Linear):
    def __init__(self): super().__init__(2, 1)
    {before}
    def forward(self, x): return super().forward(x)
""")
    made = at.answer({"op": "new", "name": "Model", "args": []})["value"]
    request = {"op": "weight_gradients", "model": made["handle"], "x": torch.ones(3, 2),
               "cotangent": torch.ones(3, 1)}  # fmt: skip
    gradients = at.answer(request)["value"]
    assert bool(gradients) is reached
    if reached:
        assert gradients["weight"].tolist() == [[3.0, 3.0]]


def test_a_layer_with_two_names_is_one_layer() -> None:
    """An attribute that also lies in a Sequential is listed once, and loaded under both names."""
    at = session_of(
        "from torch import nn\n"
        "class Net(nn.Module):\n"
        "    def __init__(self):\n"
        "        super().__init__()\n"
        "        self.linear = nn.Linear(2, 1)\n"
        "        self.layers = nn.Sequential(self.linear)\n"
        "    def forward(self, x): return self.layers(x)\n"
    )
    model = at.answer({"op": "new", "name": "Net", "args": []})["value"]["handle"]
    state = at.answer({"op": "state", "model": model})["value"]
    assert list(state) == ["linear.weight", "linear.bias"]
    ones = {"linear.weight": torch.ones(1, 2), "linear.bias": torch.ones(1)}
    at.answer({"op": "load_state", "model": model, "state": ones})
    assert at.answer({"op": "scores", "model": model, "x": torch.ones(1, 2)})["value"].item() == 3
