"""How a run ends that somebody ends: Ctrl-C, `kill`, a closed terminal."""

import signal
import sys
from types import FrameType

_MOMENT = 0.02
_NAMES = ("SIGINT", "SIGTERM", "SIGHUP")  # Windows has no SIGHUP
_IMPORTING = "<frozen importlib._bootstrap>"


class Ending:
    """Turns the signals that ask a program to end into KeyboardInterrupt: it ends in order.

    `number` is the signal that came, None as long as none did.
    """

    def __init__(self) -> None:
        self.number: int | None = None

    def listen(self) -> None:
        """Begin to; what whoever started us has told us to ignore (nohup, &) stays ignored."""
        for name in _NAMES:
            number = getattr(signal, name, None)
            if number is not None and signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, self._hear)
        if hasattr(signal, "setitimer"):  # not on Windows
            signal.signal(signal.SIGALRM, self._interrupt)
            sys.unraisablehook = self._see_dropped

    @property
    def exit_code(self) -> int:
        """As a shell says it: 130 after Ctrl-C, 143 after `kill`, 129 after a closed terminal."""
        return 128 + (self.number or 0)

    def _hear(self, number: int, frame: FrameType | None) -> None:
        # A closing terminal is told to us by the kernel and by the shell, a program that is to end
        # perhaps by several: one of them is enough. Who presses Ctrl-C again insists.
        again, self.number = self.number is not None, number
        if not again or number == signal.SIGINT:
            self._interrupt(number, frame)

    def _interrupt(self, _number: int, frame: FrameType | None) -> None:
        # An exception while torch is imported may end in its C++ code, which aborts the program.
        if hasattr(signal, "setitimer") and _is_importing(frame):
            signal.setitimer(signal.ITIMER_REAL, _MOMENT)
        else:
            raise KeyboardInterrupt

    def _see_dropped(self, lost: "sys.UnraisableHookArgs") -> None:
        """What is raised while Python tidies up it drops: interrupt it anew."""
        if issubclass(lost.exc_type, KeyboardInterrupt):
            signal.setitimer(signal.ITIMER_REAL, _MOMENT)
        else:
            sys.__unraisablehook__(lost)


def _is_importing(frame: FrameType | None) -> bool:
    while frame is not None:
        if frame.f_code.co_filename == _IMPORTING:
            return True
        frame = frame.f_back
    return False
