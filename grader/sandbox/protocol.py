"""What the worker replies to the host: plain values, never code, never pickle.

A frame is `header length (4 bytes, big endian) · header (JSON) · the tensors' bytes in order`.
The header is `{"value": tree, "tensors": [[dtype, shape], ...]}`; in the tree

    null, true, 3, 0.5, "text"    stand for themselves
    {"list": [...]}               a list
    {"tuple": [...]}              a tuple
    {"dict": [[key, tree], ...]}  a dictionary with string keys
    {"tensor": i}                 the i-th tensor
    {"transposed": i}             the same with its last two axes swapped, not contiguous
    {"float": "nan"}              a float that JSON cannot hold
    {"handle": 3}                 an object that stays in the worker, such as a model
    {"opaque": "set"}             a value of another type: only its type's name crosses

The length of a whole frame is checked by the reader before this module sees it; `decode` then
accepts exactly this form and raises `ProtocolError` for anything else. Bytes alone do not bound
what a value costs whoever computes with it, so the rest is bounded as well, before it is made: how
many values there are and how deep they lie, the length of texts and of numbers, and the shapes of
tensors, also of those without elements.
"""

import json
import math
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

HEADER_LIMIT = 1 << 20
TENSOR_LIMIT = 256
VALUE_LIMIT = 10_000
"""Of all values together, those inside lists and dictionaries included."""
TEXT_LIMIT = 10_000
"""Characters of one text, key or type's name."""
DEPTH_LIMIT = 16
"""Lists and dictionaries in each other."""
AXES_LIMIT = 8
EMPTY_LIMIT = 1 << 20
"""The elements that a tensor without any would have if each 0 in its shape were 1.

A tensor has no bytes then, whatever the rest of its shape says: (2³¹ − 1, 0) is summed to 16 GiB.
"""
OTHER_LOSSES = (
    *("mse_loss", "l1_loss", "smooth_l1_loss", "binary_cross_entropy"),
    *("binary_cross_entropy_with_logits", "multi_margin_loss", "kl_div"),
)
"""What torch has beside cross-entropy: the worker tells how often a training called each."""
_DIGITS = 40  # of a number with a point: more than any of 64 bits needs
# Without complex numbers: nothing here has any, and torch can neither order nor round them, so that
# a comparison on the host would raise.
NAMES = {
    dtype: str(dtype).removeprefix("torch.")
    for dtype in (
        torch.bool,
        torch.uint8,
        torch.int8,
        torch.int16,
        torch.int32,
        torch.int64,
        torch.float16,
        torch.bfloat16,
        torch.float32,
        torch.float64,
    )
}
DTYPES = {name: dtype for dtype, name in NAMES.items()}
_LENGTH = struct.Struct(">I")


class ProtocolError(Exception):
    """A frame that is not of the form above."""


@dataclass(frozen=True)
class Handle:
    """An object that stays in the worker; `number` names it."""

    number: int


@dataclass(frozen=True)
class Opaque:
    """A value of a type that does not cross; `type` is that type's name."""

    type: str


def encode(value: object) -> bytes:
    """The frame for `value`; values of other types become `Opaque`."""
    packing = _Packing([])
    tree = packing.tree(value, depth=0)
    tensors = packing.tensors
    kinds = [[NAMES[tensor.dtype], list(tensor.shape)] for tensor in tensors]
    header = _ENCODER.encode({"value": tree, "tensors": kinds}).encode()
    return b"".join([_LENGTH.pack(len(header)), header, *map(bytes_of, tensors)])


def decode(frame: bytes) -> Any:
    """The value of a frame.

    Raises:
        ProtocolError: the frame is malformed in any way.
    """
    try:
        return _decode(frame)
    except ProtocolError:
        raise
    except (
        ValueError,
        TypeError,
        KeyError,
        IndexError,
        OverflowError,
        struct.error,
        RuntimeError,
    ) as error:  # fmt: skip - RuntimeError: torch's, and too deep a header
        raise ProtocolError(f"malformed frame: {type(error).__name__}") from None


@dataclass
class _Packing:
    """The tensors of a value that is being packed, and how many values its lists have so far."""

    tensors: list[Tensor]
    values: int = 1

    def tree(self, value: object, depth: int) -> Any:
        """`value` as JSON holds it; what is too large or of another type, as `Opaque`."""
        if depth > DEPTH_LIMIT:
            return {"opaque": "deeply nested value"}
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, str):
            return value if len(value) <= TEXT_LIMIT else {"opaque": "very long text"}
        if isinstance(value, int):
            return int(value) if abs(value) < 1 << 63 else {"opaque": "int beyond 64 bits"}
        if isinstance(value, float):
            return float(value) if math.isfinite(value) else {"float": repr(float(value))}
        if isinstance(value, Handle):
            return {"handle": value.number}
        if isinstance(value, Opaque):
            return {"opaque": value.type}
        if isinstance(value, Tensor):
            return self._tensor(value)
        if isinstance(value, list | tuple | dict):
            self.values += len(value)
            if self.values > VALUE_LIMIT:
                return {"opaque": f"{_type_name(value)} of more than {VALUE_LIMIT:,} values"}
        if isinstance(value, list | tuple):
            kind = "list" if isinstance(value, list) else "tuple"
            return {kind: [self.tree(item, depth + 1) for item in value]}
        if isinstance(value, dict) and all(map(_is_key, value)):
            return {"dict": [[key, self.tree(item, depth + 1)] for key, item in value.items()]}
        return {"opaque": _type_name(value)}

    def _tensor(self, value: Tensor) -> dict[str, object]:
        dense = value.layout == torch.strided and not value.is_meta and not value.is_nested
        if not dense or value.dtype not in NAMES:
            where = "meta" if value.is_meta else "nested" if value.is_nested else value.layout
            return {"opaque": f"{value.dtype} tensor ({where})"}
        if len(self.tensors) == TENSOR_LIMIT:
            return {"opaque": "one tensor of very many"}
        if not _is_plain_shape(value.shape):
            return {"opaque": f"{value.dtype} tensor with too many axes or of too large a shape"}
        plain = value
        if type(value) is not Tensor or value.requires_grad:
            plain = value.detach().as_subclass(Tensor)
        if not plain.is_cpu or plain.is_neg():
            plain = plain.cpu().resolve_neg()
        transposed = is_transposed(plain)
        self.tensors.append(plain.mT if transposed else plain)
        return {"transposed" if transposed else "tensor": len(self.tensors) - 1}


def _type_name(value: object) -> str:
    return type(value).__name__[:100]


def _is_key(key: object) -> bool:
    return isinstance(key, str) and len(key) <= TEXT_LIMIT


def _is_plain_shape(shape: Sequence[int]) -> bool:
    """Whether a shape has few axes, and is no larger than its elements, where it has none."""
    if len(shape) > AXES_LIMIT:
        return False
    return 0 not in shape or math.prod(n or 1 for n in shape) <= EMPTY_LIMIT


def is_transposed(tensor: Tensor) -> bool:
    """Whether it lies in memory as a contiguous one does whose last two axes are swapped."""
    return tensor.ndim > 1 and not tensor.is_contiguous() and tensor.mT.is_contiguous()


def bytes_of(tensor: Tensor) -> bytes:
    """The bytes of a tensor's elements in order."""
    # numpy has no bfloat16.
    return (
        (tensor.view(torch.int16) if tensor.dtype == torch.bfloat16 else tensor).numpy().tobytes()
    )


def tensor_of(content: bytes, dtype: torch.dtype, shape: Sequence[int]) -> Tensor:
    """The tensor with these bytes, which may be written to."""
    # One without elements has no bytes, which frombuffer does not take.
    if not content:
        return torch.empty(shape, dtype=dtype)
    return torch.frombuffer(bytearray(content), dtype=dtype).reshape(shape)


def _decode(frame: bytes) -> Any:
    (length,) = _LENGTH.unpack_from(frame)
    if length > HEADER_LIMIT or _LENGTH.size + length > len(frame):
        raise ProtocolError("the header is longer than the frame or the limit")
    text = frame[_LENGTH.size : _LENGTH.size + length].decode()
    header, end = _DECODER.raw_decode(text)
    if end != len(text):
        raise ProtocolError("there is something after the header")
    if not isinstance(header, dict) or header.keys() != {"value", "tensors"}:
        raise ProtocolError("the header has other keys than value and tensors")
    tensors = _tensors(header["tensors"], frame, _LENGTH.size + length)
    return _Unpacking(tensors).value(header["value"], depth=0)


def _tensors(kinds: Any, frame: bytes, offset: int) -> list[Tensor]:
    if not isinstance(kinds, list) or len(kinds) > TENSOR_LIMIT:
        raise ProtocolError("too many tensors")
    tensors: list[Tensor] = []
    for name, shape in kinds:
        dtype = DTYPES[name]
        if not isinstance(shape, list):
            raise ProtocolError("a shape is not a list")
        if any(type(n) is not int or not 0 <= n < 1 << 31 for n in shape):
            raise ProtocolError("a dimension is out of range")
        if not _is_plain_shape(shape):
            raise ProtocolError("a shape is larger than its tensor")
        size = math.prod(shape) * dtype.itemsize
        if offset + size > len(frame):
            raise ProtocolError("the frame is shorter than its tensors")
        tensors.append(tensor_of(frame[offset : offset + size], dtype, shape))
        offset += size
    if offset != len(frame):
        raise ProtocolError("the frame is longer than its tensors")
    return tensors


class _Unpacking:
    """Makes the value of a tree, and counts as it goes."""

    def __init__(self, tensors: list[Tensor]) -> None:
        self._tensors = tensors
        self._values = 0

    def value(self, tree: Any, depth: int) -> Any:
        """The value of `tree`; ProtocolError where it is no value or goes beyond a limit."""
        self._values += 1
        if depth > DEPTH_LIMIT + 1 or self._values > VALUE_LIMIT:
            raise ProtocolError("too many values, or too deeply nested")
        form = type(tree)
        if form is str:
            return _short(tree)
        if form is int:
            return _int(tree)
        if form is float or form is bool or tree is None:
            return tree
        if form is not dict or len(tree) != 1:
            raise ProtocolError("a value is not of a known form")
        [(kind, content)] = tree.items()
        match kind, content:
            case "list", list():
                return [self.value(item, depth + 1) for item in content]
            case "tuple", list():
                return tuple(self.value(item, depth + 1) for item in content)
            case "dict", list():
                return _without_duplicates(
                    [(_short(key), self.value(item, depth + 1)) for key, item in content]
                )
            case "tensor", int() if 0 <= content < len(self._tensors):
                return self._tensors[content]
            case "transposed", int() if 0 <= content < len(self._tensors):
                tensor = self._tensors[content]
                if tensor.ndim > 1:
                    return tensor.mT
            case "float", "nan" | "inf" | "-inf":
                return float(content)
            case "handle", int():
                return Handle(_int(content))
            case "opaque", str():
                return Opaque(_short(content))
        raise ProtocolError("a value is not of a known form")


def _short(text: Any) -> str:
    if not isinstance(text, str) or len(text) > TEXT_LIMIT:
        raise ProtocolError("a text is too long, or is none")
    return text


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    mapping = dict(pairs)
    if len(mapping) != len(pairs):
        raise ProtocolError("a key stands twice")
    return mapping


def _refuse_constant(name: str) -> None:
    raise ProtocolError(f"{name} is not JSON")


def _int(number: int) -> int:
    if abs(number) >= 1 << 63:
        raise ProtocolError("an integer has too many digits")
    return number


def _float(digits: str) -> float:
    if len(digits) > _DIGITS or not math.isfinite(number := float(digits)):
        raise ProtocolError("a number has too many digits, or is too large")
    return number


# Made once: json.dumps and json.loads make theirs for each call that has options.
_ENCODER = json.JSONEncoder(allow_nan=False)
_DECODER = json.JSONDecoder(
    object_pairs_hook=_without_duplicates,
    parse_constant=_refuse_constant,
    parse_float=_float,
)
