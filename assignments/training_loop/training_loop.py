"""Assignment 3: a classifier that returns logits, and the loop that trains it."""

from torch import Tensor, nn


class SoftmaxClassifier(nn.Module):
    """A linear layer from four features to the logits of three classes."""

    def __init__(self) -> None:
        super().__init__()
        # TODO (task 1): give the module an attribute linear, a layer from 4 features to 3 logits.
        raise NotImplementedError("task 1: SoftmaxClassifier.__init__")

    def forward(self, x: Tensor) -> Tensor:
        """Return logits, not probabilities.

        Args:
            x: features (N, 4).

        Returns:
            Logits (N, 3).
        """
        # TODO (task 1): return what the loss function wants to be given.
        raise NotImplementedError("task 1: SoftmaxClassifier.forward")


def train(model: nn.Module, x: Tensor, y: Tensor, epochs: int, lr: float) -> list[float]:
    """Train the model in place by full-batch SGD on the cross-entropy.

    Args:
        model: maps (N, D) to logits (N, C).
        x: features (N, D).
        y: class indices (N,) int64.
        epochs: number of steps.
        lr: learning rate.

    Returns:
        The cost of each epoch before its step, `epochs` plain floats.
    """
    # TODO (task 2): in each epoch compute the cost, record it, and take one step downhill.
    raise NotImplementedError("task 2: train")
