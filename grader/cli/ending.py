"""How a run ends that somebody ends: Ctrl-C, `kill`, a closed terminal."""

import signal
import sys
from types import FrameType

_MOMENT = 0.01
_NAMES = ("SIGINT", "SIGTERM", "SIGHUP")  # Windows has no SIGHUP


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
                signal.signal(number, self._interrupt)
        if hasattr(signal, "setitimer"):  # not on Windows
            signal.signal(signal.SIGALRM, signal.default_int_handler)
            sys.unraisablehook = self._raise_again

    @property
    def exit_code(self) -> int:
        """As a shell says it: 130 after Ctrl-C, 143 after `kill`, 129 after a closed terminal."""
        return 128 + (self.number or 0)

    def _raise_again(self, lost: "sys.UnraisableHookArgs") -> None:
        """Python drops what is raised while it tidies up, as after each import: interrupt anew."""
        if issubclass(lost.exc_type, KeyboardInterrupt):
            signal.setitimer(signal.ITIMER_REAL, _MOMENT)
        else:
            sys.__unraisablehook__(lost)

    def _interrupt(self, number: int, _frame: FrameType | None) -> None:
        # A closing terminal is told to us by the kernel and by the shell, a program that is to end
        # perhaps by several: one of them is enough. Who presses Ctrl-C again insists.
        again, self.number = self.number is not None, number
        if not again or number == signal.SIGINT:
            raise KeyboardInterrupt
