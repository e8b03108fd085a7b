"""Cross-entropy, L = (1/N) Σ −log softmax(z)_y, and how it goes wrong."""

from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from grader.checking.diagnosis import Formula, wrong
from grader.hidden.cross_entropy.averages import at, averaged, fresh_batches, hot, in_pairs

EPSILONS = (1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-12, 1e-15, 1e-20, 1e-30)
"""What people add inside a logarithm."""


CLAMPS = (1, 5, 10, 20, 30, 40, 50, 60, 70, 80, 85, 88, 100)
"""Where people cut off logits before exp."""

REPLACEMENTS: tuple[float | None, ...] = (None, 0.0, -100.0, -1e9, -1e10, 100.0, 1e9, 1e10)
"""What people put in place of infinities and NaN; None is what nan_to_num does by itself."""


def _replaced(values: Tensor, by: float | None) -> Tensor:
    """`values` with each infinity and NaN replaced."""
    return values.nan_to_num() if by is None else values.nan_to_num(by, by, by)


def _divided(e: Tensor) -> Tensor:
    return e / e.sum(1, True)


def _log_p(z: Tensor) -> Tensor:
    return z.log_softmax(1)


def _losses(z: Tensor, y: Tensor) -> Tensor:
    """−log softmax(z)_y of each row (N,)."""
    return -at(_log_p(z), y)


def _over_all(p: Tensor, y: Tensor) -> Tensor:
    """The lecture's error of c output nodes: every node as a binary problem, summed over them."""
    ones = hot(y, p)
    return -(ones * p.log() + (1 - ones) * (1 - p).log()).sum(1)


_OF_BATCHES = {
    "wrong_axis": [lambda z, y: -at(z.log_softmax(0), y)],
    "batch_maximum": [
        lambda z, y: (z - z.max()).exp().sum(1).log() - at(z - z.max(), y),
        lambda z, y: -at(_divided((z - z.max()).exp()), y).log(),
    ],
}
"""Losses (N,) of mistakes by which the rows of a batch change each other's."""

_MISTAKES = [
    *averaged(_losses, "−y log p", 2),
    *wrong(
        "wrong_axis",
        "The softmax runs over the batch (dim=0): the classes of a row are axis 1.",
        *(lambda z, y, losses=losses: losses(z, y).mean() for losses in _OF_BATCHES["wrong_axis"]),
    ),
    *wrong(
        "double_softmax",
        "Softmax is applied twice: cross_entropy takes logits and applies it once.",
        lambda z, y: _losses(z.softmax(1), y).mean(),
    ),
    *wrong(
        "softmax_missing",
        "The softmax is missing: these logits are averaged as if they were log-probabilities.",
        lambda z, y: -at(z, y).mean(),
    ),
    *wrong(
        "logits_as_probabilities",
        "The logarithm is taken of the logits: turn them into probabilities by softmax first.",
        lambda z, y: -at(z, y).log().mean(),
        lambda z, y: (hot(y, z) * -z.log()).sum(1).mean(),
    ),
    *wrong(
        "log_missing",
        "The logarithm is missing: this is minus the mean probability of the labels.",
        lambda z, y: -at(z.softmax(1), y).mean(),
    ),
    *wrong(
        "one_minus_probability",
        "This is one minus the label's probability: the loss is minus its logarithm.",
        lambda z, y: (1 - at(z.softmax(1), y)).mean(),
    ),
    *wrong(
        "log_of_the_mean",
        "The logarithm is taken after the mean: take it in each row, then the mean.",
        lambda z, y: -at(z.softmax(1), y).mean().log(),
    ),
    *wrong(
        "sigmoid_for_softmax",
        "The probabilities are sigmoids of single logits: softmax divides by the row's sum.",
        lambda z, y: -F.logsigmoid(at(z, y)).mean(),
    ),
    *wrong(
        "sum_of_exponentials_forgotten_log",
        "The sum of exponentials enters without its logarithm: log softmax(z) = z − log Σ eᶻ.",
        lambda z, y: (z.exp().sum(1) - at(z, y)).mean(),
    ),
    *wrong(
        "maximum_not_added_back",
        "The maximum is subtracted inside the log-sum-exp, but not accounted for outside.",
        lambda z, y: ((z - z.amax(1, True)).exp().sum(1).log() - at(z, y)).mean(),
    ),
    *wrong(
        "squared_error",
        "This is the squared error of the probabilities: cross-entropy takes the logarithm of "
        "the label's.",
        lambda z, y: ((z.softmax(1) - hot(y, z)) ** 2).sum(1).mean(),
        lambda z, y: ((z.softmax(1) - hot(y, z)) ** 2).mean(),
    ),
    *wrong(
        "binary_over_all_nodes",
        "Every class is treated as a binary problem, with (1 − y) log(1 − p) added: with "
        "softmax only the label's node counts.",
        lambda z, y: _over_all(z.softmax(1), y).mean(),
        lambda z, y: _over_all(z.softmax(1), y).mean() / z.shape[1],
        lambda z, y: _over_all(z.sigmoid(), y).mean(),
        lambda z, y: _over_all(z.sigmoid(), y).mean() / z.shape[1],
    ),
    *wrong(
        "entropy_of_the_prediction",
        "This is the entropy of the prediction, −Σ p log p: the label has to weigh the "
        "logarithms.",
        lambda z, y: -(z.softmax(1) * _log_p(z)).sum(1).mean(),  # noqa: ARG005
    ),
    *wrong(
        "all_classes_summed",
        "The logarithms of all classes are summed: only the label's counts.",
        lambda z, y: -_log_p(z).sum(1).mean(),  # noqa: ARG005
        lambda z, y: -_log_p(z).mean(),  # noqa: ARG005
    ),
    *wrong(
        "log_of_softmax",
        "softmax rounds a tiny probability to 0, and log(0) is −inf: take log and exp "
        "together, as z − logsumexp(z).",
        lambda z, y: -at(z.softmax(1).log(), y).mean(),
        lambda z, y: (hot(y, z) * -z.softmax(1).log()).sum(1).mean(),
    ),
    *wrong(
        "capped_probability",
        "A small number added inside the logarithm, or a clamp, hides the zero: it caps the "
        "loss of a confident mistake and its gradient. Take log and exp together, as "
        "z − logsumexp(z).",
        *(lambda z, y, e=e: -(at(z.softmax(1), y) + e).log().mean() for e in EPSILONS),
        *(lambda z, y, e=e: -at(z.softmax(1), y).clamp(min=e).log().mean() for e in EPSILONS),
        *(lambda z, y, e=e: -at(z.softmax(1), y).clamp(e, 1 - e).log().mean()
          for e in EPSILONS[:6]),
    ),
    *wrong(
        "batch_maximum",
        "The largest logit of the whole batch is subtracted: in rows far below it every exp "
        "becomes 0, and log(0) is −inf. Subtract each row's own maximum.",
        *(lambda z, y, losses=losses: losses(z, y).mean()
          for losses in _OF_BATCHES["batch_maximum"]),
    ),
    *wrong(
        "clamped_logits",
        "The logits are clamped before exp: differences beyond the limits are lost. Subtract "
        "the row's maximum instead.",
        *(lambda z, y, c=c: _losses(z.clamp(-c, c), y).mean() for c in CLAMPS),
        *(lambda z, y, c=c: _losses(z.clamp(max=c), y).mean() for c in CLAMPS),
    ),
    *wrong(
        "infinities_replaced",
        "Infinite or NaN values are replaced by other numbers, which hides the overflow: take "
        "log and exp together, as z − logsumexp(z).",
        *(lambda z, y, r=r: -at(_replaced(z.softmax(1).log(), r), y).mean()
          for r in REPLACEMENTS),
        *(lambda z, y, r=r: -at(_replaced(_divided(z.exp()).log(), r), y).mean()
          for r in REPLACEMENTS),
        *(lambda z, y, r=r: _replaced((z.exp().sum(1).log() - at(z, y)).mean(), r)
          for r in REPLACEMENTS),
    ),
    *wrong(
        "logits_normalised",
        "The logits are normalised before softmax: it takes them as they are.",
        lambda z, y: _losses(F.normalize(z), y).mean(),
        lambda z, y: _losses(z / z.sum(1, True), y).mean(),
        lambda z, y: _losses(z / z.amax(1, True), y).mean(),
        lambda z, y: _losses((z - z.mean(1, True)) / z.std(1, keepdim=True), y).mean(),
    ),
    *wrong(
        "label_smoothing",
        "A share of each label is spread over all classes (label smoothing): plain "
        "cross-entropy is asked for.",
        *(lambda z, y, s=s: F.cross_entropy(z, y, label_smoothing=s)
          for s in (0.1, 0.05, 0.2, 0.01)),
    ),
    *wrong(
        "no_max_shift",
        "exp is taken of the logits as they are and overflows: subtract the row's largest "
        "logit first, or use logsumexp.",
        lambda z, y: (z.exp().sum(1).log() - at(z, y)).mean(),
        lambda z, y: -at(z.exp() / z.exp().sum(1, True), y).log().mean(),
        lambda z, y: (hot(y, z) * -(z.exp() / z.exp().sum(1, True)).log()).sum(1).mean(),
        lambda z, y: (hot(y, z) * (z.exp().sum(1, True).log() - z)).sum(1).mean(),
    ),
]  # fmt: skip

CROSS_ENTROPY = Formula(
    lambda student, z, y: student.call("cross_entropy", z, y),
    F.cross_entropy,
    _MISTAKES,
    fresh_batches,
    pairs=in_pairs(_MISTAKES, "−y log p", 2, _OF_BATCHES),
)
"""Inputs (logits (N, C), y (N,))."""

CROSS_ENTROPY_GRADIENT = CROSS_ENTROPY.gradient("cross_entropy")
"""Inputs (logits, y, cotangent ())."""
