"""What the message of an exception tells about the mistake behind it."""

import re

_SHAPES = re.compile(r"mat1 and mat2 shapes cannot be multiplied \(\d+x(\d+) and (\d+)x\d+\)")
_SIDE = 28


def explain_exception(message: str) -> str | None:
    """A sentence for an exception whose message leaves one explanation."""
    if (shapes := _SHAPES.search(message)) is not None:
        there, wanted = int(shapes[1]), int(shapes[2])
        if (there, wanted) == (_SIDE, _SIDE**2):
            return (
                "The images are not flattened: a linear layer takes rows of 784 numbers. Use "
                "`x.flatten(1)` or `nn.Flatten()` in forward."
            )
    if "element 0 of tensors does not require grad" in message:
        return (
            "The loss is cut off from the weights (detach, .data, .item(), no_grad or argmax on "
            "the way), so backward() has nothing to follow."
        )
    if re.search(r"expected target dtype to be Long.*Float", message):
        return "The labels are floats: class numbers have to be int64, by `.long()`."
    if re.search(r"expected scalar type (Long.*(Float|Double)|(Float|Double).*Long)", message):
        return "Integers and floats meet here: class numbers are int64, tables of numbers float."
    if "backward through the graph a second time" in message:
        return (
            "The cost is computed once and used again: compute it anew in each epoch, from the "
            "model's output on."
        )
    return None
