"""Processes that tests start end with the tests, also when these are killed."""

import ctypes
import os
import signal

_LIBC = ctypes.CDLL(None)
_PR_SET_PDEATHSIG = 1
_TESTS = os.getpid()


def tether() -> None:
    """Have the kernel kill this process when its parent is gone; for `preexec_fn`."""
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != _TESTS:
        os._exit(1)
