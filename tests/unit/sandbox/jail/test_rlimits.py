"""The bounds given to the kernel."""

import resource
from mmap import mmap

from grader.sandbox.jail import rlimits
from grader.sandbox.limits import MIB, Limits


def test_memory_is_counted_on_top_of_what_is_mapped() -> None:
    """Torch's own memory is not the student's: the bound is what was mapped and the allowance."""
    bounds = rlimits.bounds(Limits(memory_mib=100), mapped=7 * MIB, count_threads=False)
    assert bounds[resource.RLIMIT_AS] == 107 * MIB


def test_every_limit_reaches_the_kernel() -> None:
    """Disk, open files, dumps, locked memory and message queues are bounded."""
    limits = Limits(disk_mib=3, open_files=9, threads=5)
    bounds = rlimits.bounds(limits, mapped=0, count_threads=True)
    assert bounds[resource.RLIMIT_FSIZE] == 3 * MIB
    assert bounds[resource.RLIMIT_NOFILE] == 9
    assert bounds[resource.RLIMIT_NPROC] == 5
    assert {bounds[what] for what in (
        resource.RLIMIT_CORE, resource.RLIMIT_MEMLOCK, resource.RLIMIT_MSGQUEUE
    )} == {0}  # fmt: skip


def test_threads_are_not_counted_where_others_would_be() -> None:
    """A user who has other processes gets no bound that these would use up."""
    bounds = rlimits.bounds(Limits(), mapped=0, count_threads=False)
    assert resource.RLIMIT_NPROC not in bounds


def test_address_space_grows_with_what_is_mapped() -> None:
    """The measure follows a large mapping, in bytes; an allocation may find room that is there."""
    before = rlimits.address_space()
    with mmap(-1, 64 * MIB) as block:
        grown = rlimits.address_space() - before
        assert len(block) <= grown < 2 * len(block)
