"""The assembled filter, interpreted for both architectures."""

import struct

import pytest

from grader.sandbox.jail import seccomp
from grader.sandbox.jail.seccomp import ALLOW, KILL, NO_SUCH_CALL, REFUSE
from grader.sandbox.jail.syscalls import ABSENT, DENIED, LIMITED, MACHINES, NEWEST, Machine

OWN_PID = 4242
# Calls that torch and Python make all the time: (x86-64, aarch64).
PLAIN = {
    "read": (0, 63),
    "write": (1, 64),
    "mmap": (9, 222),
    "brk": (12, 214),
    "futex": (202, 98),
    "exit_group": (231, 94),
    "getrandom": (318, 278),
    "close_range": (436, 436),
}


def run(
    code: bytes, machine: Machine, number: int, *arguments: int, arch: int | None = None
) -> int:
    """What the kernel would do with a call: an interpreter of the few BPF instructions in use."""
    words = (*arguments, 0, 0, 0, 0, 0, 0)[:6]
    arch = machine.audit_arch if arch is None else arch
    data = struct.pack("=IIQ6Q", number, arch, 0, *words)
    steps = list(struct.iter_unpack("=HBBI", code))
    at = accumulator = 0
    while True:
        operation, if_true, if_false, value = steps[at]
        at += 1
        match operation:
            case 0x20:
                [accumulator] = struct.unpack_from("=I", data, value)
            case 0x54:
                accumulator &= value
            case 0x15:
                at += if_true if accumulator == value else if_false
            case 0x25:
                at += if_true if accumulator > value else if_false
            case 0x35:
                at += if_true if accumulator >= value else if_false
            case 0x06:
                return int(value)
            case _:
                raise AssertionError(f"unknown operation {operation:#x}")


@pytest.fixture(params=list(MACHINES.values()), ids=list(MACHINES))
def machine(request: pytest.FixtureRequest) -> Machine:
    """Each architecture in turn."""
    found: Machine = request.param
    return found


@pytest.fixture
def code(machine: Machine) -> bytes:
    """The filter for `machine`."""
    return seccomp.program(machine, OWN_PID)


def test_the_filter_is_one_that_the_kernel_takes(code: bytes) -> None:
    """Whole instructions, at most 4096 of them (BPF_MAXINSNS), and every jump stays inside."""
    steps = list(struct.iter_unpack("=HBBI", code))
    assert 0 < len(steps) <= 4096
    for place, (_, if_true, if_false, _) in enumerate(steps):
        assert place + 1 + max(if_true, if_false) < len(steps) or steps[place][0] == 0x06


def test_denied_calls_are_refused_whatever_their_arguments(machine: Machine, code: bytes) -> None:
    """Each call of the table is refused with EPERM."""
    for name in DENIED:
        number = machine.number(name)
        if number is not None:
            assert run(code, machine, number) == REFUSE, name
            assert run(code, machine, number, *[2**64 - 1] * 6) == REFUSE, name


def test_absent_and_future_calls_do_not_exist(machine: Machine, code: bytes) -> None:
    """The C library is told ENOSYS where it knows an older call, and for all unknown ones."""
    for name in ABSENT:
        number = machine.number(name)
        assert number is not None
        assert run(code, machine, number) == NO_SUCH_CALL, name
    assert run(code, machine, NEWEST + 1) == NO_SUCH_CALL
    assert run(code, machine, 0x3FFF_FFFF) == NO_SUCH_CALL


def test_plain_calls_are_allowed(machine: Machine, code: bytes) -> None:
    """Reading, writing, memory and threads' locks are not touched."""
    for name, numbers in PLAIN.items():
        assert run(code, machine, numbers[machine.column], 1, 2, 3) == ALLOW, name


def test_calls_of_another_architecture_end_the_process(machine: Machine, code: bytes) -> None:
    """Numbers mean other calls there: i386 on x86-64, 32-bit ARM on aarch64, and x32."""
    for arch in (0x4000_0003, 0x4000_0028, 0):
        assert run(code, machine, 0, arch=arch) == KILL
    if machine.has_x32:
        assert run(code, machine, 0x4000_0000 | 59) == KILL
        assert run(code, machine, 0x4000_0000) == KILL


CLONE_THREAD, CLONE_NEWUSER, CLONE_VM = 0x1_0000, 0x1000_0000, 0x100
PYTHON_THREAD = 0x3D_0F00
AF_UNIX, AF_INET, STREAM, DATAGRAM, NONBLOCK = 1, 2, 1, 2, 0o4000
TRUNCATE, WRITE, CREATE = 0o1000, 0o1, 0o100
CASES = [
    ("clone", (PYTHON_THREAD,), ALLOW),
    ("clone", (17,), REFUSE),  # fork: only a signal for the parent
    ("clone", (CLONE_VM | 0x4000 | 17,), REFUSE),  # vfork
    ("clone", (CLONE_THREAD | CLONE_NEWUSER,), REFUSE),
    ("socketpair", (AF_UNIX, STREAM), ALLOW),
    ("socketpair", (AF_UNIX, STREAM | NONBLOCK), ALLOW),
    ("socketpair", (AF_UNIX, DATAGRAM), REFUSE),
    ("socketpair", (AF_INET, STREAM), REFUSE),
    ("kill", (OWN_PID, 15), ALLOW),
    ("kill", (OWN_PID + 1, 15), REFUSE),
    ("kill", (0, 9), REFUSE),
    ("kill", (2**64 - 1, 9), REFUSE),
    ("tgkill", (OWN_PID, 7, 6), ALLOW),
    ("tgkill", (1, 1, 6), REFUSE),
    ("prlimit64", (0,), ALLOW),
    ("prlimit64", (OWN_PID,), ALLOW),
    ("prlimit64", (1,), REFUSE),
    ("sched_setaffinity", (0,), REFUSE),
    ("sched_setscheduler", (0,), REFUSE),
    ("sched_setattr", (0,), REFUSE),
    ("setpriority", (0, 0), REFUSE),
    ("ioctl", (1, 0x5401), ALLOW),
    ("ioctl", (0, 0x5412), REFUSE),  # TIOCSTI
    ("ioctl", (0, 0x1_0000_5412), REFUSE),  # the kernel looks at the low half only
    ("ioctl", (3, 0x8901), REFUSE),  # FIOSETOWN
    ("fcntl", (3, 4), ALLOW),  # F_SETFL
    ("fcntl", (3, 8), REFUSE),  # F_SETOWN
    ("fcntl", (3, 1024), REFUSE),  # F_SETLEASE
    ("prctl", (15,), ALLOW),  # PR_SET_NAME
    ("prctl", (1, 0), REFUSE),  # PR_SET_PDEATHSIG
    ("prctl", (4, 1), REFUSE),  # PR_SET_DUMPABLE
    ("prctl", (78, 1), REFUSE),  # PR_FUTEX_HASH
    ("prctl", (1000,), REFUSE),  # of the future
    ("openat", (0, 0, 0), ALLOW),
    ("openat", (0, 0, WRITE | CREATE | TRUNCATE), ALLOW),
    ("openat", (0, 0, TRUNCATE), REFUSE),
    ("openat", (0, 0, TRUNCATE | 3), REFUSE),
    ("open", (0, WRITE | TRUNCATE), ALLOW),
    ("open", (0, TRUNCATE), REFUSE),
]


@pytest.mark.parametrize(("name", "arguments", "expected"), CASES)
def test_limited_calls_depend_on_their_arguments(
    machine: Machine, code: bytes, name: str, arguments: tuple[int, ...], expected: int
) -> None:
    """Threads, own signals, own limits and stream pairs pass; what reaches others does not."""
    number = machine.number(name)
    if number is None:
        assert (machine.name, name) == ("aarch64", "open")
    else:
        assert run(code, machine, number, *arguments) == expected


def test_every_limited_call_has_a_rule() -> None:
    """The table of limited calls and the rules for them name the same calls."""
    assert seccomp.conditions(OWN_PID).keys() == LIMITED.keys()


def test_no_number_has_two_meanings(machine: Machine) -> None:
    """A slip in the tables would show as one number for two calls."""
    names = [*DENIED, *ABSENT, *LIMITED]
    numbers = [n for n in map(machine.number, names) if n is not None]
    assert len(names) == len(set(names))
    assert len(numbers) == len(set(numbers))
    assert max(numbers) <= NEWEST


def test_an_unknown_name_is_an_error(machine: Machine) -> None:
    """Asking for a call that is in no table raises KeyError."""
    with pytest.raises(KeyError):
        machine.number("no_such_call")
