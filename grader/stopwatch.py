"""Where the time of a run goes."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager


class Stopwatch:
    """Seconds by phase; while a phase is inside another one, only the inner one counts."""

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self.seconds: Counter[str] = Counter()
        self._clock = clock
        self._phases: list[str] = []
        self._since = clock()

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Count the time in the `with` block for `name`."""
        self._charge()
        self._phases.append(name)
        try:
            yield
        finally:
            self._charge()
            self._phases.pop()

    def add(self, seconds: Mapping[str, float]) -> None:
        """Add what another stopwatch has counted."""
        self.seconds.update(seconds)

    def _charge(self) -> None:
        now = self._clock()
        if self._phases:
            self.seconds[self._phases[-1]] += now - self._since  # type: ignore[assignment]
        self._since = now
