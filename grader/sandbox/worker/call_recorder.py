"""Which torch functions the student's code asked for: the by-hand rule, observed at run time.

A courtesy rule for students, not part of the trust boundary: code in the same process could hide
its calls. Whichever alias is used (`torch.softmax`, `Tensor.softmax`, `F.softmax`, `nn.Softmax`),
torch dispatches one function of that name, and that is what is recorded.
"""

import sys
from collections.abc import Callable, Iterable
from types import FrameType
from typing import Any

from torch.overrides import TorchFunctionMode


class CallRecorder(TorchFunctionMode):
    """Records calls of functions named in `forbidden` that start in the student's `file`."""

    def __init__(self, forbidden: Iterable[str], file: str) -> None:
        super().__init__()
        self.forbidden = frozenset(forbidden)
        self.file = file
        self.found: list[list[object]] = []

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Iterable[type],
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        """Note the call when it is forbidden, then let it happen."""
        name = str(getattr(func, "__name__", "")).removeprefix("special_")
        if name in self.forbidden and len(self.found) < 10:
            self.found.append([name, self._line()])
        return func(*args, **(kwargs or {}))

    def _line(self) -> int | None:
        frame: FrameType | None = sys._getframe(1)
        while frame is not None:
            if frame.f_code.co_filename == self.file:
                return frame.f_lineno
            frame = frame.f_back
        return None
