"""The rule set of Landlock for old and new kernels."""

import struct

import pytest

from grader.sandbox.jail import landlock


@pytest.mark.parametrize(
    ("abi", "rights", "fields"),
    [(1, 13, 1), (2, 14, 1), (3, 15, 1), (4, 15, 2), (5, 16, 2), (6, 16, 3), (7, 16, 3),
     (99, 16, 3)],
)  # fmt: skip
def test_every_right_a_version_knows_is_handled(abi: int, rights: int, fields: int) -> None:
    """All file rights of a version are handled, and the kernel gets only fields that it knows."""
    handled, attribute = landlock.attributes(abi)
    assert handled == (1 << rights) - 1
    words = struct.unpack(f"={fields}Q", attribute)
    assert words == (handled, 3, 3)[:fields]


def test_what_is_granted_is_less_than_what_is_handled() -> None:
    """Nothing may be executed, and no device, socket or pipe be made; libraries are only read."""
    execute, make_char, make_sock, make_fifo, make_block, ioctl = (
        1 << bit for bit in (0, 6, 9, 10, 11, 15)
    )
    forbidden = execute | make_char | make_sock | make_fifo | make_block | ioctl
    for granted in (landlock.READ, landlock.WORK, landlock.DEVICE):
        assert not granted & forbidden
    assert landlock.READ == landlock.READ_FILE | landlock.READ_DIR


def test_without_landlock_there_is_no_restriction_to_pretend() -> None:
    """Restricting with a version of zero is an error, not a jail that does nothing."""
    with pytest.raises(OSError, match="no Landlock"):
        landlock.restrict([], [], [], abi=0)
