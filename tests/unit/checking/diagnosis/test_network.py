"""What stands between the layers of a network is told by its scores."""

import pytest
import torch

from grader.hidden.mnist.network import Layers, explained, scores_of

WIDTHS = (520, 320, 240, 120, 10)


@pytest.fixture
def layers() -> Layers:
    """Weights and biases as the check draws them; the first weight plays no part."""
    draw = torch.Generator().manual_seed(1)
    widths = zip((784, *WIDTHS), WIDTHS, strict=False)
    return [
        (0.1 * torch.randn(o, i, generator=draw), 0.1 * torch.randn(o, generator=draw))
        for i, o in widths
    ]


@pytest.mark.parametrize(
    ("between", "end", "sentence"),
    [
        (["no ReLU"] * 4, "no ReLU", "There is nothing between the layers"),
        (["a sigmoid"] * 4, "no ReLU", "Between the layers there is a sigmoid"),
        (["a tanh"] * 4, "no ReLU", "Between the layers there is a tanh"),
        (["a GELU"] * 4, "no ReLU", "Between the layers there is a GELU"),
        (["a ReLU"] * 4, "a ReLU", "After the last layer there is a ReLU"),
        (["a ReLU"] * 4, "a softmax", "After the last layer there is a softmax"),
        (["a ReLU"] * 3 + ["no ReLU"], "no ReLU", "A ReLU is missing after layer 4."),
        (["no ReLU"] * 4, "a softmax", "After the last layer there is a softmax"),
    ],
)
def test_another_function_is_named(
    layers: Layers, between: list[str], end: str, sentence: str
) -> None:
    """One network alone gives these scores: its functions are named, two mistakes at once too."""
    assert sentence in (explained(scores_of(layers, 5, between, end), layers) or "")


def test_scores_of_no_known_network_are_not_explained(layers: Layers) -> None:
    """A network that none of the hypotheses gives is left without a name."""
    right = scores_of(layers, 5, ["a ReLU"] * 4)
    assert explained(2 * right, layers) is None
    assert explained(None, layers) is None
