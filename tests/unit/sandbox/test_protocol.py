"""What a worker replies: round trips, and every way a frame can be wrong."""

import contextlib
import json
import math
import os
import resource
import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.checking import Failure, accuracy_of, assert_close, describe
from grader.checking.diagnosis.answers import same, vary
from grader.sandbox.protocol import (
    DEPTH_LIMIT,
    EMPTY_LIMIT,
    HEADER_LIMIT,
    TENSOR_LIMIT,
    TEXT_LIMIT,
    VALUE_LIMIT,
    Handle,
    Opaque,
    ProtocolError,
    decode,
    encode,
)

PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**62), 2**62)
    | st.floats(allow_nan=False)
    | st.text()
    | st.builds(Handle, st.integers(0, 10)),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(st.text(), inner, max_size=4)
    ),
    max_leaves=20,
)


def frame(header: object, body: bytes = b"") -> bytes:
    """A frame with this header, well-formed or not."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack(">I", len(text)) + text + body


@given(PLAIN)
def test_plain_values_come_back_as_they_went(value: Any) -> None:
    """Numbers, texts, lists, tuples, dictionaries and handles survive, infinities included."""
    assert decode(encode(value)) == value


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.int64, torch.bool,
                                   torch.bfloat16, torch.float16, torch.uint8])  # fmt: skip
@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 0, 4), (2, 3, 4)])
def test_tensors_come_back_as_they_went(dtype: torch.dtype, shape: tuple[int, ...]) -> None:
    """Every dtype and shape survives bit by bit."""
    tensor = (torch.arange(24)[: torch.Size(shape).numel()] % 2).to(dtype).reshape(shape)
    back = decode(encode({"t": [tensor]}))["t"][0]
    assert back.dtype == dtype
    assert torch.equal(back, tensor)


def test_a_transposed_matrix_stays_one() -> None:
    """A transposed tensor arrives as it went, not contiguous: student code may meet one."""
    back = decode(encode(torch.arange(24.0).reshape(2, 3, 4).mT))
    assert torch.equal(back, torch.arange(24.0).reshape(2, 3, 4).mT)
    assert not back.is_contiguous()


def test_a_view_with_a_graph_crosses_as_its_values() -> None:
    """A transposed slice that autograd knows arrives as a plain tensor of the same values."""
    tensor = torch.arange(12.0, requires_grad=True).reshape(3, 4).T[1:]
    back = decode(encode(tensor))
    assert torch.equal(back, tensor)
    assert not back.requires_grad


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ({1, 2}, "set"),
        (object(), "object"),
        (2**70, "int beyond 64 bits"),
        ({1: 2}, "dict"),
        (torch.eye(2).to_sparse(), "torch.float32 tensor (torch.sparse_coo)"),
        (torch.zeros(2, dtype=torch.complex64), "torch.complex64 tensor (torch.strided)"),
        (
            torch.nested.nested_tensor([torch.zeros(2)], layout=torch.jagged),
            "torch.float32 tensor (nested)",
        ),
        (torch.empty(2, device="meta"), "torch.float32 tensor (meta)"),
    ],
)
def test_other_types_cross_as_their_name(value: object, kind: str) -> None:
    """Whatever has no form of its own becomes `Opaque`, never an error and never its content."""
    assert decode(encode(value)) == Opaque(kind)


def test_nan_crosses() -> None:
    """NaN is a value like others, though JSON has none."""
    assert str(decode(encode([float("nan")]))[0]) == "nan"


def test_a_list_that_holds_itself_is_cut() -> None:
    """A value nested without end is cut at a depth, not followed."""
    endless: list[Any] = []
    endless.append(endless)
    assert "deeply nested" in repr(decode(encode(endless)))


def test_very_many_tensors_are_named_not_sent() -> None:
    """Beyond the limit a tensor becomes `Opaque`, so that the host can say what it saw."""
    back = decode(encode([torch.zeros(1)] * (TENSOR_LIMIT + 1)))
    assert isinstance(back[TENSOR_LIMIT - 1], torch.Tensor)
    assert back[TENSOR_LIMIT] == Opaque("one tensor of very many")


def test_a_list_of_very_many_values_is_named_not_sent() -> None:
    """A list beyond the limit crosses as its type and what is too much, whatever lies deeper."""
    name = f"list of more than {VALUE_LIMIT:,} values"
    assert decode(encode([0.0] * VALUE_LIMIT)) == Opaque(name)
    assert decode(encode([0.0] * (VALUE_LIMIT - 1))) == [0.0] * (VALUE_LIMIT - 1)
    half = [1] * (VALUE_LIMIT // 2)
    assert decode(encode([half, half, 5])) == [half, Opaque(name), 5]


def test_what_is_too_long_or_too_large_crosses_as_its_kind() -> None:
    """A very long text, and shapes that weigh nothing and cost much, become `Opaque`."""
    assert decode(encode("x" * (TEXT_LIMIT + 1))) == Opaque("very long text")
    assert decode(encode({"x" * (TEXT_LIMIT + 1): 1})) == Opaque("dict")
    for shape in [(EMPTY_LIMIT + 1, 0), (1,) * 9]:
        back = decode(encode(torch.empty(shape)))
        assert back == Opaque("torch.float32 tensor with too many axes or of too large a shape")


def _header(**changes: object) -> dict[str, object]:
    return {"value": {"tensor": 0}, "tensors": [["float32", [2]]], **changes}


@pytest.mark.parametrize(
    "wrong",
    [
        b"",
        b"\x00\x00",
        frame(_header(), b"1234567"),
        frame(_header(), b"123456789"),
        frame(_header(tensors=[["float32", [2]]] * 2), b"12345678"),
        frame(_header(tensors=[["float31", [2]]]), b"12345678"),
        frame(_header(tensors=[["float32", [-2]]]), b"12345678"),
        frame(_header(tensors=[["float32", [2.0]]]), b"12345678"),
        frame(_header(tensors=[["float32", [True, 2]]]), b"12345678"),
        frame(_header(tensors=[["float32", [2**31]]]), b""),
        frame(_header(tensors=[["float32", [1] * 9]]), b"1234"),
        frame(_header(tensors=[["float32", [2**31 - 1, 0]]])),
        frame(_header(tensors=[["float32", [0, EMPTY_LIMIT + 1]]])),
        frame(_header(tensors=[["float32", [0] + [1] * 8]])),
        frame(_header(value="x" * (TEXT_LIMIT + 1), tensors=[])),
        frame(_header(value={"opaque": "x" * (TEXT_LIMIT + 1)}, tensors=[])),
        frame(_header(value={"dict": [["x" * (TEXT_LIMIT + 1), 1]]}, tensors=[])),
        frame(_header(value={"list": [1] * VALUE_LIMIT}, tensors=[])),
        frame(_header(value={"dict": [["x", {"list": [1] * VALUE_LIMIT}]]}, tensors=[])),
        frame(_header(value=2**63, tensors=[])),
        frame(b'{"value": ' + b"9" * 4000 + b', "tensors": []}'),
        frame(b'{"value": 0.' + b"9" * 4000 + b', "tensors": []}'),
        frame(b'{"value": 1e999, "tensors": []}'),
        frame(
            b'{"value": '
            + b'{"list": [' * (DEPTH_LIMIT + 2)
            + b"1"
            + b"]}" * (DEPTH_LIMIT + 2)
            + b', "tensors": []}'
        ),
        frame(_header(tensors=[["float32"]]), b"12345678"),
        frame(_header(tensors={}), b""),
        frame(_header(tensors=[["bool", []]] * (TENSOR_LIMIT + 1)), b"\1" * (TENSOR_LIMIT + 1)),
        frame(_header(value={"tensor": 1}), b"12345678"),
        frame(_header(value={"tensor": -1}), b"12345678"),
        frame(_header(value={"transposed": 0}), b"12345678"),
        frame(_header(value={"tensor": "0"}), b"12345678"),
        frame(_header(value={"code": "print(1)"}), b"12345678"),
        frame(_header(value={"list": [], "dict": []}), b"12345678"),
        frame(_header(value={"dict": [["a", 1], ["a", 2]]}), b"12345678"),
        frame(_header(value={"dict": [[1, 2]]}), b"12345678"),
        frame(_header(value={"dict": [["a"]]}), b"12345678"),
        frame(_header(value={"handle": 2**63}, tensors=[])),
        frame(_header(value={"file": 0}, tensors=[["file", [8]]]), b"12345678"),
        frame(b'{"value": 1, "tensors": []} '),
        frame(_header(value={"float": "1"}), b"12345678"),
        frame(_header(value=[1, 2]), b"12345678"),
        frame({"value": 1}),
        frame({"value": 1, "tensors": [], "more": 1}),
        frame(b'{"value": 1, "value": 2, "tensors": []}'),
        frame(b'{"value": NaN, "tensors": []}'),
        frame(b'{"value": 1, "tensors": []'),
        frame(b"\xff\xfe"),
        frame(b"[" * 100_000),
        frame(b'{"value": ' + b'{"list": [' * 50_000 + b"1" + b"]}" * 50_000 + b', "tensors": []}'),
        struct.pack(">I", 2**32 - 1),
        frame(b" " * HEADER_LIMIT + b'{"value": 1, "tensors": []}'),
    ],
)
def test_whatever_is_not_exactly_a_frame_is_refused(wrong: bytes) -> None:
    """A malformed frame raises ProtocolError and nothing else."""
    with pytest.raises(ProtocolError):
        decode(wrong)


@given(st.data())
def test_a_changed_frame_is_refused_or_a_value(data: st.DataObject) -> None:
    """Whatever byte of a frame is changed, decoding gives a value or ProtocolError."""
    good = bytearray(encode({"a": [torch.arange(3), 0.5, "x"], "b": None}))
    place = data.draw(st.integers(0, len(good) - 1))
    good[place] = data.draw(st.integers(0, 255))
    _value_or_refusal(lambda: decode(bytes(good)))


SIZES = st.sampled_from([0, 1, 2, 3, 5, 1000, 1 << 20, 1 << 22, (1 << 31) - 1])
SHAPES = st.lists(SIZES, max_size=9)
MOST_BYTES = 16 << 20
MEMORY = 1 << 30


@pytest.fixture(scope="module")
def little_memory() -> Iterator[None]:
    """Room for a few copies of the largest reply in this process, and no more."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (pages * os.sysconf("SC_PAGE_SIZE") + MEMORY, hard))
    yield
    resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


@given(SHAPES, st.sampled_from(["float32", "float64", "bool", "int64", "bfloat16"]))
@settings(max_examples=300, deadline=None)
@pytest.mark.usefixtures("little_memory")
def test_whatever_shape_comes_costs_little(shape: list[int], dtype: str) -> None:
    """A reply of any shape is refused, or judged as far as a check does it, in bounded memory."""
    size = math.prod(shape) * getattr(torch, dtype).itemsize
    content = bytes(size if size <= MOST_BYTES else 0)
    try:
        got = decode(frame({"value": {"tensor": 0}, "tensors": [[dtype, shape]]}, content))
    except ProtocolError:
        return
    assert got.numel() * got.element_size() == size
    describe(got)
    expected = torch.ones(3, 5)
    assert not same(expected, got)
    vary([got, [got, 0.5]])
    with pytest.raises(Failure):
        assert_close(got, expected, asked="a matrix")
    with pytest.raises(Failure):
        accuracy_of(got, torch.zeros(4, dtype=torch.int64), 3, asked="scores")


@given(st.binary(max_size=200))
def test_noise_is_refused(noise: bytes) -> None:
    """Random bytes give ProtocolError or a value, never another exception."""
    _value_or_refusal(lambda: decode(noise))


def _value_or_refusal(attempt: Callable[[], Any]) -> None:
    """Any other exception than ProtocolError fails the test that calls this."""
    with contextlib.suppress(ProtocolError):
        attempt()
