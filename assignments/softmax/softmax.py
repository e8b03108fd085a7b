"""Assignment 1: softmax by hand, and the lab's Softmax module."""

from torch import Tensor, nn


def softmax(z: Tensor, dim: int = -1) -> Tensor:
    """Return the probabilities e^{z_i} / Σ_j e^{z_j} along one axis.

    Args:
        z: logits of any shape, float32 or float64; left unchanged.
        dim: the axis that holds the classes.

    Returns:
        Probabilities, shape and dtype of z; every slice along dim sums to one.
    """
    # TODO (task 1): compute softmax along dim from exp and sum, safely for logits of ±10,000.
    raise NotImplementedError("task 1: softmax")


class Softmax(nn.Module):
    """A linear layer from four features to three classes, followed by softmax."""

    def __init__(self) -> None:
        super().__init__()
        # TODO (task 2): give the module an attribute linear, a layer from 4 features to 3 logits.
        raise NotImplementedError("task 2: Softmax.__init__")

    def forward(self, x: Tensor) -> Tensor:
        """Return class probabilities.

        Args:
            x: features (N, 4).

        Returns:
            Probabilities (N, 3); every row sums to one.
        """
        # TODO (task 2): return the probabilities of the three classes for each row of x.
        raise NotImplementedError("task 2: Softmax.forward")
