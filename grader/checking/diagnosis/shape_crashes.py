"""Crashes that have to do with the shapes of tensors."""

import re

from grader.checking.crash import Crash, Kind


def _flatten(crash: Crash, found: re.Match[str]) -> bool:
    """Rows of an image meet a layer that wants all of its pixels; a table is no image."""
    rows, columns, wanted = (int(found[n]) for n in (1, 2, 3))
    table = any(len(one.shape) == 2 and one.shape[1] == columns for one in crash.held)
    return columns >= 8 and columns**2 == wanted and rows % columns == 0 and not table


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
        "The first matrix has {2} columns and the second {3} rows: a product wants as many of one "
        "as of the other.",
        "Write the shapes of both beside the formula: (N, D) times (D, C) gives (N, C).",
        line=r"@|\b(matmul|mm)\(",
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
        r"Target size \((.*?)\) must be the same as input size|Size mismatch between tensors",
        "What belongs together has different shapes.",
        "Look at the shapes above: the first axis of all is the sample; squeeze(1) and "
        "unsqueeze(1) take away or add an axis of one.",
    ),
    Kind(
        r"iteration over a 0-d tensor",
        "A list grows by a list with +=, and the tensor on the right is one number.",
        "Use .append(...).",
        line=r"\w\s*\+=",
        when=lambda crash, _: any(one.kind == "list" for one in crash.held),
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
        line=r"^(?!.*keepdim).*[-/+*]\s*[\w.\[\]]*(\([^()]*\)[\w.]*)?\.(sum|mean|max|min|logsumexp|"
        r"amax)\(.*(dim|axis|[(,]\s*-?\d)",
        when=_target,
    ),
    Kind(
        r"size of tensor a \((\d+)\) must match the size of tensor b \((\d+)\).* dimension (\d+)",
        "The shapes do not fit: along axis {3} there are {1} on one side and {2} on the other.",
        "Compare the shapes above; unsqueeze(1) turns (N,) into a column.",
    ),
    Kind(
        r"Sizes of tensors must match except in dimension (\d+)",
        "torch.cat puts tensors one after the other along axis {1}; along the others they have to "
        "be equal, and are not.",
        "Compare the shapes above, or choose another dim.",
    ),
    Kind(
        r"cat\(\): argument 'tensors' \(position 1\) must be tuple of Tensors, not Tensor",
        "torch.cat takes one list or tuple of tensors.",
        "Put square brackets around them: torch.cat([a, b]).",
    ),
    Kind(
        r"stack expects each tensor to be equal size",
        "Tensors of different shapes are to become one.",
        "Bring them to the same shape first; what cannot have one stays in a list.",
    ),
    Kind(
        r"expected sequence of length \d+ at dim|inhomogeneous shape",
        "The inner lists are not equally long, so they are no table of numbers.",
        "Look for the row that is shorter or longer than the others.",
    ),
    Kind(
        r"view size is not compatible",
        "view cannot follow a transposed or cut tensor.",
        "Use .reshape(...).",
    ),
    Kind(
        r"must be a matrix, got|size mismatch, got (input|vec)|1D tensors expected|must be a 3D|"
        r"self must be a matrix|inconsistent tensor size",
        "This product is made for tensors of other shapes: mm takes two matrices, dot two rows of "
        "equal length, bmm two batches of matrices.",
        "Compare the shapes above; @ takes matrices and vectors alike.",
    ),
    Kind(
        r"The shape of the mask \[(.*?)\].* does not match the shape of the indexed",
        "The mask has another shape than what it chooses from.",
        "Make it from the same samples.",
    ),
    Kind(
        r"Sum of input lengths does not equal the length of the input dataset",
        "The parts of random_split do not add up to the number of samples there are.",
        "Compute the last part from len(dataset).",
    ),
    Kind(
        r"must be tuple of ints, ?(but got|not) float|type must be tuple of ints|"
        r"invalid combination of arguments - got \([^)]*\bfloat\b.*tuple of ints",
        "A size is a float.",
        "Use // for whole-number division, or int(...).",
    ),
)
