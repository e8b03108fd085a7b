"""Crashes that have to do with dtypes, labels, indices and devices of tensors."""

import re

from grader.checking.crash import Crash, Kind


def _no_scores(crash: Crash, _: re.Match[str]) -> bool:
    """All tensors in the line have one number for each sample."""
    shapes = [one.shape for one in crash.held if one.kind == "tensor"]
    return len(shapes) > 1 and all(len(shape) == 1 for shape in shapes)


def _one_hot(crash: Crash, _: re.Match[str]) -> bool:
    """The line makes one-hot rows, or holds a table of whole numbers."""
    integers = [one for one in crash.held if one.dtype.startswith("int")]
    return "one_hot" in crash.text or any(len(one.shape) == 2 for one in integers)


TENSOR_KINDS = (
    Kind(
        r"log_softmax\w*\" not implemented for '(Long|Int)'",
        "What stands first in the loss are whole numbers: labels, it seems, where the scores "
        "belong.",
        "First the scores, then the labels.",
        line=r"(?i)cross_entropy|loss|criterion|cost",
        when=lambda crash, _: (
            [one.dtype.rstrip("0123456789") for one in crash.held if one.kind == "tensor"][:2]
            == ["int", "float"]
        ),
    ),
    Kind(
        r"Found dtype (Long|Int) but expected (Float|Double)",
        "The targets are whole numbers, and this loss wants floats.",
        "Add .float() to the targets.",
    ),
    Kind(
        r"two bool tensors is not supported|on a bool tensor is not supported",
        "Booleans cannot be subtracted.",
        "Use .float() for 1 and 0, or ~ for the opposite of a mask.",
    ),
    Kind(
        r"unsupported format string passed to Tensor",
        "A format such as :.4f takes one number, and this tensor holds many.",
        "Average first, or print the tensor without a format.",
    ),
    Kind(
        r"can only concatenate str \(not \"(\w+)\"\) to str",
        "A string and a {1} are joined by +.",
        'Write print("cost", value), or an f-string.',
    ),
    Kind(
        r"at start of device string: (\w+)",
        "There is no device called {1}.",
        "The names are cpu and cuda; where your code is graded there is only the CPU.",
    ),
    Kind(
        r"mat1 and mat2 must have the same dtype|expected m1 and m2 to have the same dtype|"
        r"expected scalar type (Float|Double) but found (Double|Float)|double != float",
        "float64 meets float32: numbers of pandas and NumPy are float64, a layer's weights are "
        "float32.",
        "Make the tensor with dtype=torch.float32, or add .float().",
        when=lambda crash, found: (
            ("ouble" in found.string or "ouble" in crash.message) and "Long" not in crash.message
        ),
    ),
    Kind(
        r"mat1 and mat2 must have the same dtype|expected m1 and m2 to have the same dtype",
        "Whole numbers meet floats: a layer takes floats.",
        "Add .float() to the inputs.",
    ),
    Kind(
        r"expected scalar type (Long|Int).*(Float|Double)|expected scalar type (Float|Double).*"
        r"(Long|Int)|Expected self\.dtype to be equal to src\.dtype",
        "Integers and floats meet here: class numbers are int64, tables of numbers float.",
        "Use .long() for labels that index, .float() for what is computed with.",
    ),
    Kind(
        r"expected target dtype to be Long.*got (Float|Double)|expected scalar type Long but found "
        r"(Float|Double)",
        "The labels are floats: class numbers have to be int64.",
        "Use .long(), or make the tensor with dtype=torch.long.",
    ),
    Kind(
        r"expected target dtype to be Long.*got (\w+)",
        "The labels are of type {1}: class numbers have to be int64.",
        "Use .long().",
    ),
    Kind(
        r"Expected floating point type for target with class probabilities, got (\w+)",
        "The scores are class numbers already: an argmax came before the loss.",
        "Give the loss the model's output, one score for each class.",
        when=_no_scores,
    ),
    Kind(
        r"Expected floating point type for target with class probabilities, got (\w+)",
        "The targets are one-hot rows of integers; as probabilities they have to be floats.",
        "Use .float() on them, or give the class numbers (N,) as int64.",
        when=_one_hot,
    ),
    Kind(
        r"Expected floating point type for target with class probabilities, got (\w+)",
        "Scores and labels have the same shape, so torch takes the labels for probabilities.",
        "Scores are (N, C), one for each class, and class numbers (N,).",
    ),
    Kind(
        r"0D or 1D target tensor expected, multi-target not supported|multi-target not supported",
        "The class numbers have an axis too many: one number for each sample is asked for, (N,).",
        "Use y.squeeze(1) for a column; of one-hot rows y.argmax(dim=1).",
    ),
    Kind(
        r"Target (-?\d+) is out of bounds",
        "A label is outside 0 … C − 1: the classes are counted from 0, or there are more of them "
        "than outputs.",
        "Subtract 1 where the labels begin with 1; compare the last layer's size with the number "
        "of classes.",
    ),
    Kind(
        r"Class values must be (smaller than num_classes|non-negative)",
        "A label is outside 0 … num_classes − 1.",
        "Count classes from 0, and give num_classes itself, not the largest label.",
    ),
    Kind(
        r"one_hot is only applicable to index tensor",
        "one_hot takes class numbers as int64.",
        "Use y.long().",
    ),
    Kind(
        r"all elements of (input|target) should be between 0 and 1",
        "The loss wants probabilities, and gets numbers outside 0 … 1.",
        "Use a sigmoid before it, or binary_cross_entropy_with_logits.",
    ),
    Kind(
        r"Boolean value of Tensor with more than one value is ambiguous",
        "The loss was called like a function, but it is a class: what stands in its brackets are "
        "settings.",
        "First make it, then call it: nn.CrossEntropyLoss()(scores, y).",
        line=r"(?i)loss|criterion|cost",
        inside="torch",
    ),
    Kind(
        r"Boolean value of Tensor with (more than one|no) values? is ambiguous|"
        r"truth value of an array",
        "`if`, `while`, `and`, `or` and `not` want one yes or no, and a tensor holds many.",
        "Use torch.where, a mask, or .any() and .all().",
        inside="",
    ),
    Kind(
        r"only one element tensors can be converted|only (length-1|0-dim)",
        "A list of tensors is to become one tensor.",
        "Use torch.stack(...), or torch.cat(...) for tensors with an axis of samples.",
        line=r"(?i)(tensor|array)\(",
    ),
    Kind(
        r"only integer tensors of a single element can be converted to an index",
        "A tensor of many numbers, or of floats, stands where one whole number is asked for.",
        "range takes len(x) or x.shape[0]; a list takes one index at a time.",
    ),
    Kind(
        r"only one element tensors can be converted|only (length-1|0-dim)",
        "Functions of `math`, float() and int() take one number, and this tensor holds many.",
        "Use torch's function of the same name: torch.exp, torch.log.",
    ),
    Kind(
        r"a Tensor with (\d+) elements cannot be converted to Scalar",
        ".item() takes one number out of a tensor, and this one holds {1}.",
        "Average or sum first, or use .tolist().",
    ),
    Kind(
        r"return_types\.(max|min|sort|topk|median|mode)",
        "With `dim`, torch.{1} returns a pair: the values and their places.",
        "Take .values (or .indices for the places).",
    ),
    Kind(
        r"(\w+)\(\): argument '(\w+)' \(position \d+\) must be Tensor, not (NoneType)",
        "{1} is given None: a function or forward without `return` gives None.",
        "Let it end with return.",
    ),
    Kind(
        r"(\w+)\(\): argument '(\w+)' \(position \d+\) must be Tensor, not (int|float)",
        "torch.{1} takes a tensor, and gets a plain number.",
        "Use math's function for a number, or torch.tensor(number).",
    ),
    Kind(
        r"(\w+)\(\): argument '(\w+)' \(position \d+\) must be Tensor, not (\S+)",
        "{1} is given a {3} where a tensor is asked for.",
        "Make a tensor of it first: torch.tensor(...).",
    ),
    Kind(
        r"Can't call numpy\(\) on Tensor that requires grad",
        "NumPy cannot follow gradients: its functions end the graph.",
        "Use torch's function of the same name in what is trained; to print or plot, "
        ".detach().numpy().",
    ),
    Kind(
        r"can't convert .*device type tensor to numpy|all tensors to be on the same device",
        "Tensors of different devices meet.",
        "Leave everything on the CPU.",
    ),
    Kind(
        r"NVIDIA driver|compiled with CUDA|CUDA (error|driver)|support for mps|No CUDA GPUs|MPS",
        "A graphics card is asked for, and there is none where your code is graded.",
        'Use device = "cuda" if torch.cuda.is_available() else "cpu", or leave the device out.',
    ),
    Kind(
        r"invalid index of a 0-dim tensor",
        "A cost is one number without axes: .data[0] and [0] are of an old version of torch.",
        "Use .item().",
    ),
    Kind(
        r"index (-?\d+) is out of bounds for dimension (\d+) with size (\d+)",
        "Index {1} is too large: axis {2} has {3} elements, counted from 0.",
        "Are rows and columns swapped, or are the labels counted from 1?",
    ),
    Kind(
        r"tensors used as indices must be|Expected dtype int(32/)?64 for index",
        "The index does not hold whole numbers.",
        "Use .long() on it.",
    ),
)
