"""What the host sends to a worker arrives as it was."""

from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from grader.sandbox.protocol import Handle
from grader.sandbox.request import File, decode_request, encode_request

PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text()
    | st.builds(Handle, st.integers(0, 10))
    | st.builds(File, st.binary(max_size=20)),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text() | st.just("$"), inner, max_size=4)
    ),
    max_leaves=20,
).filter(lambda value: not _looks_marked(value))


def _looks_marked(value: Any) -> bool:
    """Whether a list lies under the name that marks what JSON has no form for."""
    if isinstance(value, dict):
        return isinstance(value.get("$"), list) or any(map(_looks_marked, value.values()))
    return isinstance(value, list) and any(map(_looks_marked, value))


def arrived(value: object) -> Any:
    """A value after its journey."""
    return decode_request(encode_request({"op": "call", "value": value}))["value"]


@given(PLAIN)
def test_plain_values_arrive_as_they_went(value: Any) -> None:
    """Numbers, texts, lists, dictionaries, handles and files, in any order."""
    assert arrived(value) == value


def test_a_parameter_may_be_called_like_the_mark() -> None:
    """A student's name for a parameter is never taken for the mark of something else."""
    back = arrived({"$": torch.arange(3), "bias": torch.zeros(2)})
    assert torch.equal(back["$"], torch.arange(3))
    assert torch.equal(back["bias"], torch.zeros(2))


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.int64, torch.bool,
                                   torch.bfloat16, torch.float16, torch.uint8])  # fmt: skip
@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 0, 4), (2, 3, 4)])
def test_tensors_arrive_as_they_went(dtype: torch.dtype, shape: tuple[int, ...]) -> None:
    """Every dtype and shape, bit by bit, between files; students may write into them."""
    tensor = (torch.arange(24)[: torch.Size(shape).numel()] % 2).to(dtype).reshape(shape)
    first, back, last = arrived([File(b"a"), tensor, File(b"")])
    assert (first, last) == (File(b"a"), File(b""))
    assert (back.dtype, back.shape) == (dtype, tensor.shape)
    assert torch.equal(back, tensor)
    back.fill_(1)


def test_a_transposed_matrix_stays_one() -> None:
    """A transposed tensor arrives as it went, not contiguous; a strided one as its values."""
    transposed, strided = arrived(
        [torch.arange(24.0).reshape(2, 3, 4).mT, torch.arange(24.0).reshape(4, 6)[::2, ::3]]
    )
    assert torch.equal(transposed, torch.arange(24.0).reshape(2, 3, 4).mT)
    assert not transposed.is_contiguous()
    assert torch.equal(strided, torch.tensor([[0.0, 3.0], [12.0, 15.0]]))
    matrix = torch.arange(6, dtype=torch.bfloat16).reshape(2, 3)
    assert torch.equal(arrived(matrix.T), matrix.T)


def test_what_autograd_knows_arrives_as_its_values() -> None:
    """A tensor with a graph arrives without one."""
    tensor = torch.arange(3.0, requires_grad=True) * 2
    back = arrived(tensor)
    assert torch.equal(back, tensor)
    assert not back.requires_grad


def test_tuples_arrive_as_lists_and_nan_as_itself() -> None:
    """JSON knows no tuples, and Python's knows NaN and infinity."""
    back = arrived((1, (2.0, float("inf"), float("nan"))))
    assert back[:1] == [1]
    assert back[1][:2] == [2.0, float("inf")]
    assert str(back[1][2]) == "nan"


def test_other_values_are_not_sent() -> None:
    """It is our own mistake to send one."""
    with pytest.raises(TypeError, match="a set cannot be sent to a worker"):
        encode_request({"args": [{1}]})
