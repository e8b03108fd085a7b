"""What crosses between host and worker: plain values, never code, never pickle.

A frame is `header length (4 bytes, big endian) · header (JSON) · the tensors' bytes in order`.
The header is `{"value": tree, "tensors": [[dtype, shape], ...]}`; in the tree

    null, true, 3, 0.5, "text"    stand for themselves
    {"list": [...]}               a list or tuple
    {"dict": [[key, tree], ...]}  a dictionary with string keys
    {"tensor": i}                 the i-th tensor
    {"transposed": i}             the same with its last two axes swapped, not contiguous
    {"float": "nan"}              a float that JSON cannot hold
    {"handle": 3}                 an object that stays in the worker, such as a model
    {"opaque": "set"}             a value of another type: only its type's name crosses

The length of a whole frame is checked by the reader before this module sees it; `decode` then
accepts exactly this form and raises `ProtocolError` for anything else.
"""

import json
import math
import struct
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

HEADER_LIMIT = 1 << 20
TENSOR_LIMIT = 256
# Without complex numbers: nothing here has any, and torch can neither order nor round them, so that
# a comparison on the host would raise.
_NAMES = {
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
_DTYPES = {name: dtype for dtype, name in _NAMES.items()}
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
    tensors: list[Tensor] = []
    tree = _pack(value, tensors, depth=0)
    kinds = [[_NAMES[t.dtype], list(t.shape)] for t in tensors]
    header = _ENCODER.encode({"value": tree, "tensors": kinds}).encode()
    return b"".join([_LENGTH.pack(len(header)), header, *map(_bytes_of, tensors)])


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


def _pack(value: object, tensors: list[Tensor], depth: int) -> Any:
    if depth > 16:
        return {"opaque": "deeply nested value"}
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int):
        return int(value) if abs(value) < 1 << 63 else {"opaque": "int beyond 64 bits"}
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else {"float": repr(float(value))}
    if isinstance(value, Handle):
        return {"handle": value.number}
    if isinstance(value, Opaque):
        return {"opaque": value.type}
    if isinstance(value, Tensor):
        return _pack_tensor(value, tensors)
    if isinstance(value, list | tuple):
        return {"list": [_pack(item, tensors, depth + 1) for item in value]}
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return {"dict": [[key, _pack(item, tensors, depth + 1)] for key, item in value.items()]}
    return {"opaque": type(value).__name__[:100]}


def _pack_tensor(value: Tensor, tensors: list[Tensor]) -> dict[str, object]:
    dense = value.layout == torch.strided and not value.is_meta and not value.is_nested
    if not dense or value.dtype not in _NAMES:
        where = "meta" if value.is_meta else "nested" if value.is_nested else value.layout
        return {"opaque": f"{value.dtype} tensor ({where})"}
    if len(tensors) == TENSOR_LIMIT:
        return {"opaque": "one tensor of very many"}
    plain = value.detach().as_subclass(Tensor)
    plain = plain.cpu().resolve_conj().resolve_neg()
    transposed = plain.ndim > 1 and not plain.is_contiguous() and plain.mT.is_contiguous()
    tensors.append(plain.mT if transposed else plain.contiguous())
    return {"transposed" if transposed else "tensor": len(tensors) - 1}


def _bytes_of(tensor: Tensor) -> bytes:
    return tensor.reshape(-1).view(torch.uint8).numpy().tobytes()


def _decode(frame: bytes) -> Any:
    (length,) = _LENGTH.unpack_from(frame)
    if length > HEADER_LIMIT or _LENGTH.size + length > len(frame):
        raise ProtocolError("the header is longer than the frame or the limit")
    header = _DECODER.decode(frame[_LENGTH.size : _LENGTH.size + length].decode())
    if not isinstance(header, dict) or header.keys() != {"value", "tensors"}:
        raise ProtocolError("the header has other keys than value and tensors")
    tensors = _tensors(header["tensors"], frame, _LENGTH.size + length)
    return _unpack(header["value"], tensors)


def _tensors(kinds: Any, frame: bytes, offset: int) -> list[Tensor]:
    if not isinstance(kinds, list) or len(kinds) > TENSOR_LIMIT:
        raise ProtocolError("too many tensors")
    tensors = []
    for name, shape in kinds:
        dtype = _DTYPES[name]
        if not isinstance(shape, list) or len(shape) > 8:
            raise ProtocolError("a shape is not a short list")
        if any(type(n) is not int or not 0 <= n < 1 << 31 for n in shape):
            raise ProtocolError("a dimension is out of range")
        size = math.prod(shape) * dtype.itemsize
        if offset + size > len(frame):
            raise ProtocolError("the frame is shorter than its tensors")
        if size:
            flat = torch.frombuffer(bytearray(frame[offset : offset + size]), dtype=dtype)
        else:
            flat = torch.empty(0, dtype=dtype)
        tensors.append(flat.reshape(shape))
        offset += size
    if offset != len(frame):
        raise ProtocolError("the frame is longer than its tensors")
    return tensors


def _unpack(tree: Any, tensors: list[Tensor]) -> Any:
    if tree is None or isinstance(tree, bool | int | float | str):
        return tree
    if not isinstance(tree, dict) or len(tree) != 1:
        raise ProtocolError("a value is not of a known form")
    [(kind, content)] = tree.items()
    match kind, content:
        case "list", list():
            return [_unpack(item, tensors) for item in content]
        case "dict", list():
            pairs = [(key, _unpack(item, tensors)) for key, item in content]
            if any(not isinstance(key, str) for key, _ in pairs):
                raise ProtocolError("a key is not a string")
            return _without_duplicates(pairs)
        case "tensor", int() if 0 <= content < len(tensors):
            return tensors[content]
        case "transposed", int() if 0 <= content < len(tensors) and tensors[content].ndim > 1:
            return tensors[content].mT
        case "float", "nan" | "inf" | "-inf":
            return float(content)
        case "handle", int():
            return Handle(content)
        case "opaque", str():
            return Opaque(content)
    raise ProtocolError("a value is not of a known form")


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    mapping = dict(pairs)
    if len(mapping) != len(pairs):
        raise ProtocolError("a key stands twice")
    return mapping


def _refuse_constant(name: str) -> None:
    raise ProtocolError(f"{name} is not JSON")


# Made once: json.dumps and json.loads make theirs for each call that has options.
_ENCODER = json.JSONEncoder(allow_nan=False)
_DECODER = json.JSONDecoder(object_pairs_hook=_without_duplicates, parse_constant=_refuse_constant)
