"""Crashes that have to do with the shapes of tensors."""

import re

from grader.checking.crash import Crash, Kind


def _flatten(_: Crash, found: re.Match[str]) -> bool:
    """Rows of an image meet a layer that wants all of its pixels."""
    return int(found[2]) ** 2 == int(found[3])


def _turned(_: Crash, found: re.Match[str]) -> bool:
    """The second factor would fit if it were transposed."""
    return found[2] == found[4]


def _target(crash: Crash, found: re.Match[str]) -> bool:
    """Rows against samples: an axis was lost on the way."""
    shapes = [one.shape for one in crash.held if one.kind == "tensor"]
    return any(len(one) == 2 for one in shapes) and bool(found)


_MATRICES = r"mat1 and mat2 shapes cannot be multiplied \((\d+)x(\d+) and (\d+)x(\d+)\)"

SHAPE_KINDS = (
    Kind(
        _MATRICES,
        "The images are not flattened: a linear layer takes rows of {3} numbers, and gets rows of "
        "{2}.",
        "Use x.flatten(1) or nn.Flatten() before the layer.",
        when=_flatten,
    ),
    Kind(
        _MATRICES,
        "The second matrix is turned round: it is {3} × {4}, and {4} × {3} would fit.",
        "Use .T on it, or swap the factors.",
        line=r"@|\b(matmul|mm)\(",
        when=_turned,
    ),
    Kind(
        _MATRICES,
        "Each row has {2} numbers, and the weights are made for rows of {3}.",
        "Which of the two is right? Look at the columns you chose (a slice leaves out its end) "
        "and at the layers: the second size of one is the first of the next.",
    ),
    Kind(
        r"shape '(\[.*?\])' is invalid for input of size (\d+)",
        "view or reshape to {1} asks for another number of elements than the {2} there are; the "
        "last batch may be smaller.",
        "Write −1 (or x.shape[0]) for the batch's size in place of a fixed number.",
    ),
    Kind(
        r"Expected 3D \(unbatched\) or 4D \(batched\) input to conv2d",
        "A convolution wants images (N, channels, height, width), and gets another shape.",
        "Do not flatten before it; an axis of one channel is added by x.unsqueeze(1).",
    ),
    Kind(
        r"Expected input batch_size \((\d+)\) to match target batch_size \((\d+)\)",
        "There are {1} rows of scores and {2} labels: samples and labels were cut or reshaped "
        "differently.",
        "Look at the shapes above: the first axis of both is the sample.",
    ),
    Kind(
        r"Using a target size \((.*?)\) that is different to the input size \((.*?)\)",
        "Outputs and targets have different shapes.",
        "Bring one to the shape of the other, by squeeze(1) or unsqueeze(1).",
    ),
    Kind(
        r"(len\(\) of|iteration over) a 0-d tensor",
        "The tensor is one number without axes: it was summed or averaged already.",
        "Sum over one axis (dim=...), or leave the loop out.",
    ),
    Kind(
        r"Dimension out of range .*range of \[(-?\d+), (-?\d+)\], but got (-?\d+)",
        "There is no axis {3}: the tensor's axes are counted from {1} to {2}.",
        "Use dim=-1 for the last one.",
    ),
    Kind(
        r"Index tensor must have the same number of dimensions as (input|self)",
        "gather and scatter want an index with as many axes as the table.",
        "Use y.unsqueeze(1), or index by table[torch.arange(len(y)), y].",
    ),
    Kind(
        r"shape mismatch: indexing tensors could not be broadcast",
        "The row numbers and the column numbers are not equally many.",
        "Use torch.arange(len(y)) for the rows.",
    ),
    Kind(
        r"The size of tensor a \((\d+)\) must match the size of tensor b \((\d+)\)",
        "An axis was lost by a sum, mean or max: its result has to line up with the rows again.",
        "Add keepdim=True.",
        line=r"\.(sum|mean|max|min|logsumexp|amax)\(",
        when=_target,
    ),
    Kind(
        r"size of tensor a \((\d+)\) must match the size of tensor b \((\d+)\).* dimension (\d+)",
        "The shapes do not fit: along axis {3} there are {1} on one side and {2} on the other.",
        "Compare the shapes above; unsqueeze(1) turns (N,) into a column.",
    ),
    Kind(
        r"Sum of input lengths does not equal the length of the input dataset",
        "The parts of random_split do not add up to the number of samples there are.",
        "Compute the last part from len(dataset).",
    ),
    Kind(
        r"must be tuple of ints, ?but got float|type must be tuple of ints",
        "A size is a float.",
        "Use // for whole-number division, or int(...).",
    ),
)
