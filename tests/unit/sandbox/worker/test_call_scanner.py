"""Forbidden calls found by reading the code."""

from textwrap import dedent

import pytest

from grader.sandbox.worker.call_scanner import CallScanner

NAMES = frozenset({"softmax", "log_softmax"})


def found(source: str, function: str = "f") -> list[tuple[str, int]]:
    """What reading `source` finds within reach of `function`."""
    return CallScanner(dedent(source)).forbidden(function, NAMES)


@pytest.mark.parametrize(
    "source",
    [
        "import torch\ndef f(z): return torch.softmax(z, 1)",
        "import torch.nn.functional as F\ndef f(z): return F.softmax(z, 1)",
        "from torch import softmax as s\ndef f(z): return s(z, 1)",
        "from torch import nn\ndef f(z): return nn.Softmax(dim=1)(z)",
        "x = 0\ndef f(z): return z.softmax(1)",
        "import torch\ndef f(z): return torch.special.softmax(z, 1)",
        "import torch\ndef f(z): return torch.exp(z).T[0].softmax(0)",
        "import torch\ndef f(z): return (z - z.amax(1, True)).softmax(1)",
        "x = 0\nf = lambda z: z.softmax(1)",
        "import torch\ndef f(z): return (z - 1 if z.sum() > 9 else torch.log_softmax(z, 1))",
    ],
)
def test_each_way_to_torchs_own_function_is_found(source: str) -> None:
    """Whichever alias is used, also on a branch that no run takes, call and line are told."""
    [[name, line]] = found(source)
    assert name in NAMES
    assert line == 2


def test_calls_through_own_functions_are_found() -> None:
    """A helper of the file's own belongs to the function that uses it."""
    assert found("""\
        import torch
        def helper(z): return torch.softmax(z, 1)
        def f(z): return helper(z)
    """) == [("softmax", 2)]


@pytest.mark.parametrize(
    "source",
    [
        "def softmax(z): return z.exp()\ndef f(z): return softmax(z)",
        "import torch\ndef f(z): return z.exp()\nclass M:\n    def forward(self, z):\n"
        "        return torch.softmax(z, 1)",
        "class M:\n    def f(self, z): return self.softmax(z)\nf = M().f",
        "import scipy.special as sp\ndef f(z): return sp.softmax(z)",
        "def f(z):\n    '''as torch.softmax does'''  # z.softmax(1)\n    return z",
        "def f(:",
        "import torch\ndef f(z):\n    return z.exp()\n    return torch.softmax(z, 1)",
        "import torch\ndef f(z):\n    if z.ndim:\n        raise ValueError\n"
        "        torch.softmax(z, 1)",
        "class Tools:\n    def softmax(self, z): return z.exp()\n"
        "def f(z):\n    tools = Tools()\n    return tools.softmax(z)",
        "class Tools:\n    def softmax(self, z): return z.exp()\n"
        "def f(z, tools=Tools()): return tools.softmax(z)",
        "import torch\nclass M:\n    def softmax(self, z): return z.exp()\n"
        "    def forward(self, z): return torch.softmax(z, 1)\ndef f(z): return M().softmax(z)",
    ],
)
def test_what_is_allowed_is_not_found(source: str) -> None:
    """Own functions of that name, other tasks' code, other libraries and comments are no calls."""
    assert found(source) == []


def test_methods_are_found_by_their_name() -> None:
    """The method that a function uses belongs to it, the other methods of its class do not."""
    assert found("""\
        import torch
        class M:
            def a(self, z): return torch.softmax(z, 1)
            def b(self, z): return torch.log_softmax(z, 1)
        def f(z):
            m = M()
            return m.b(z)
    """) == [("log_softmax", 4)]


def test_an_endless_expression_is_borne() -> None:
    """Code that is too deep to be read holds no calls."""
    assert found("def f(z): return " + "-" * 500 + "z.exp()" + ".exp()" * 900) == []


@pytest.mark.parametrize(
    ("module", "function"),
    [
        ("Softmax2d", "softmax"), ("AdaptiveLogSoftmaxWithLoss", "log_softmax"),
        ("BCELoss", "binary_cross_entropy"), ("Sigmoid", "sigmoid"), ("Conv2d", "conv2d"),
        ("BCEWithLogitsLoss", "binary_cross_entropy_with_logits"), ("KLDivLoss", "kl_div"),
    ],
)  # fmt: skip
def test_a_module_counts_as_the_function_that_it_calls(module: str, function: str) -> None:
    """Each of torch.nn's modules, not a few: what its forward calls is found by its name."""
    source = f"from torch import nn\ndef f(z): return nn.{module}(2)(z)"
    assert CallScanner(source).forbidden("f", frozenset({function})) == [(function, 2)]
