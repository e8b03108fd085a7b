"""What the host sends to the worker: requests, which the worker trusts.

A frame is `header length (4 bytes, big endian) · header (JSON) · the bytes of tensors and files in
order`. The header is the request itself; tuples arrive as lists, and for what JSON has no form

    {"$": ["tensor", dtype, shape]}       stands for the next tensor
    {"$": ["transposed", dtype, shape]}   for one whose last two axes are then swapped
    {"$": ["file", length]}               for the content of the next file
    {"$": ["handle", 3]}                  for an object that the worker keeps, such as a model

Nothing that a worker sends is read by this module: replies are read by `protocol`, which trusts
nobody.
"""

import json
import math
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from torch import Tensor

from grader.sandbox.protocol import DTYPES, NAMES, Handle, bytes_of, is_transposed, tensor_of

_LENGTH = struct.Struct(">I")


@dataclass(frozen=True)
class File:
    """The content of a file."""

    content: bytes


def encode_request(request: Mapping[str, object]) -> bytes:
    """The frame for a request.

    Raises:
        TypeError: it holds a value of another type.
    """
    contents: list[bytes] = []

    def marked(value: object) -> dict[str, list[object]]:
        if isinstance(value, Handle):
            return {"$": ["handle", value.number]}
        if isinstance(value, File):
            contents.append(value.content)
            return {"$": ["file", len(value.content)]}
        if not isinstance(value, Tensor):
            raise TypeError(f"a {type(value).__name__} cannot be sent to a worker")
        plain = value.detach() if value.requires_grad else value
        transposed = is_transposed(plain)
        plain = plain.mT if transposed else plain
        contents.append(bytes_of(plain))
        kind = "transposed" if transposed else "tensor"
        return {"$": [kind, NAMES[plain.dtype], list(plain.shape)]}

    header = json.dumps(request, default=marked).encode()
    return b"".join([_LENGTH.pack(len(header)), header, *contents])


def decode_request(frame: bytes) -> Any:
    """The request of a frame that `encode_request` made."""
    [length] = _LENGTH.unpack_from(frame)
    offset = _LENGTH.size + length

    def taken(size: int) -> bytes:
        nonlocal offset
        offset += size
        return frame[offset - size : offset]

    def unmarked(found: dict[str, Any]) -> Any:
        mark = found.get("$")
        if not isinstance(mark, list):
            return found
        kind, *about = mark
        if kind == "file":
            return File(taken(*about))
        if kind == "handle":
            return Handle(*about)
        name, shape = about
        dtype = DTYPES[name]
        tensor = tensor_of(taken(math.prod(shape) * dtype.itemsize), dtype, shape)
        return tensor.mT if kind == "transposed" else tensor

    return json.loads(frame[_LENGTH.size : offset], object_hook=unmarked)
