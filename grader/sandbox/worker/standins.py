"""Loaders of student code in the jail.

`DataLoader` loads in the student's own process, because the jail allows no other.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from torch.utils.data import DataLoader
from torch.utils.data.dataloader import _BaseDataLoaderIter


def run_loaders_in_process(
    on_start: Callable[[int], None] = lambda _: None, on_batch: Callable[[], None] = lambda: None
) -> None:
    """Make `DataLoader(num_workers=2)` work by loading with no worker processes.

    `on_start` is called with its length whenever a loader starts from its beginning, `on_batch`
    for each batch that it gives.
    """
    original = DataLoader.__init__

    @wraps(original)
    def init(self: Any, *args: Any, **kwargs: Any) -> None:
        for option in ("num_workers", "prefetch_factor", "persistent_workers", "timeout"):
            kwargs.pop(option, None)
        kwargs.pop("multiprocessing_context", None)
        # num_workers is the sixth parameter after the data set.
        original(self, *args[:5], *(0 for _ in args[5:6]), *args[6:], **kwargs)

    start = DataLoader.__iter__

    @wraps(start)
    def iterate(self: Any) -> Any:
        try:
            length = len(self)
        except Exception:  # a stream of unknown length, or the student's own __len__
            length = 0
        on_start(length)
        return start(self)

    fetch = _BaseDataLoaderIter.__next__

    @wraps(fetch)
    def following(self: Any) -> Any:
        batch = fetch(self)
        on_batch()
        return batch

    DataLoader.__init__ = init  # type: ignore[method-assign]
    DataLoader.__iter__ = iterate  # type: ignore[method-assign]
    _BaseDataLoaderIter.__next__ = following  # type: ignore[method-assign]
