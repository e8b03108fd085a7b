"""Assignment 2: one-hot labels, cross-entropy and its relatives."""

from torch import Tensor


def one_hot(y: Tensor, num_classes: int) -> Tensor:
    """Return one row per label, with a single one at the label's column.

    Args:
        y: labels (N,) int64, each in 0 … num_classes − 1.
        num_classes: C, the number of columns.

    Returns:
        (N, C) float32.
    """
    # TODO (task 1): build the (N, C) table of zeros and put a one at each label's column.
    raise NotImplementedError("task 1: one_hot")


def cross_entropy(logits: Tensor, y: Tensor) -> Tensor:
    """Return the mean over the batch of −log softmax(logits)[label], natural logarithm.

    Args:
        logits: (N, C), any finite size up to ±10,000; left unchanged.
        y: labels (N,) int64.

    Returns:
        A scalar tensor, shape (), dtype of the logits.
    """
    # TODO (task 2): compute the loss from a log-softmax that can neither overflow nor underflow.
    raise NotImplementedError("task 2: cross_entropy")


def nll_loss(log_probs: Tensor, y: Tensor) -> Tensor:
    """Return the mean over the batch of −log_probs[n, y[n]].

    Args:
        log_probs: log-probabilities (N, C).
        y: labels (N,) int64.

    Returns:
        A scalar tensor, shape ().
    """
    # TODO (task 3): pick each row's log-probability of its label and average them with a minus.
    raise NotImplementedError("task 3: nll_loss")


def binary_cross_entropy(o: Tensor, y: Tensor) -> Tensor:
    """Return −(y log₂ o + (1 − y) log₂(1 − o)) for each sample, in bits.

    Args:
        o: probabilities (N,), strictly between 0 and 1.
        y: labels (N,) float, each 0 or 1.

    Returns:
        One loss per sample (N,), in bits.
    """
    # TODO (task 4): write the formula for all samples at once, in bits.
    raise NotImplementedError("task 4: binary_cross_entropy")


def binary_cross_entropy_grad(x: Tensor, w: Tensor, b: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    """Return each sample's gradient of the natural-log loss with o = σ(w·x + b).

    Args:
        x: inputs (N, D).
        w: weights (D,).
        b: bias, a scalar tensor of shape ().
        y: labels (N,) float, each 0 or 1.

    Returns:
        (dw, db): x (o − y) of shape (N, D), and o − y of shape (N,).
    """
    # TODO (task 5): compute o, then both gradients, one per sample.
    raise NotImplementedError("task 5: binary_cross_entropy_grad")


def log_likelihood(o: Tensor, y: Tensor) -> Tensor:
    """Return −log₂ of each sample's output at its label, in bits.

    Args:
        o: probabilities (N, C), strictly between 0 and 1; each row sums to one.
        y: labels (N,) int64.

    Returns:
        One number per sample (N,), in bits.
    """
    # TODO (task 6): pick each row's output at its label and take its logarithm, in bits.
    raise NotImplementedError("task 6: log_likelihood")


def binary_cross_entropy_multi(o: Tensor, y: Tensor) -> Tensor:
    """Return −Σ_i (y_i log₂ o_i + (1 − y_i) log₂(1 − o_i)) over the nodes of each sample, in bits.

    Args:
        o: probabilities (N, C), strictly between 0 and 1, each node's own.
        y: labels (N, C) float, each 0 or 1.

    Returns:
        One loss per sample (N,), in bits, summed over the nodes.
    """
    # TODO (task 7): write the binary loss of every node, then sum the nodes of each sample.
    raise NotImplementedError("task 7: binary_cross_entropy_multi")
