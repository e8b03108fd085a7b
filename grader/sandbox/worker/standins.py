"""What student code finds in the jail in place of the outside world: data sets and loaders.

`torchvision.datasets.MNIST` serves images that the host sent, whatever `root` and `download` say;
`train=False` yields images carved from the training set, never the held-out ones. `DataLoader`
loads in the student's own process, because the jail allows no other, and takes whole batches
where that gives the same bits.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

import torch
from torch import Tensor
from torch.utils.data import DataLoader
from torch.utils.data.dataloader import _BaseDataLoaderIter

from grader.sandbox.worker.batches import BatchTransforms, Transform, take_whole_batches


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


def serve_mnist(
    train_images: Tensor,
    train_labels: Tensor,
    test_images: Tensor,
    test_labels: Tensor,
    batches: BatchTransforms,
) -> Callable[[], Transform | None]:
    """Replace `torchvision.datasets.MNIST` by one that serves these (N, 28, 28) uint8 images.

    Returns a function that gives the transform of the training set the student made last.
    """
    import torchvision
    from torchvision.datasets import VisionDataset

    training_sets: list[Any] = []

    class MNIST(torchvision.datasets.MNIST):  # type: ignore[misc]
        """MNIST as torchvision documents it, from memory."""

        def __init__(
            self,
            root: Any = None,
            train: bool = True,
            transform: Transform | None = None,
            target_transform: Transform | None = None,
            download: bool = False,  # noqa: ARG002 - accepted as torchvision accepts it
        ) -> None:
            VisionDataset.__init__(
                self, root or "", transform=transform, target_transform=target_transform
            )
            self.train = train
            self.data = (train_images if train else test_images).clone()
            self.targets = (train_labels if train else test_labels).clone()
            if train:
                training_sets.append(self)

        def _check_exists(self) -> bool:
            return True

        def download(self) -> None:
            """Nothing to fetch."""

    torchvision.datasets.MNIST = MNIST
    torchvision.datasets.mnist.MNIST = MNIST
    take_whole_batches(MNIST, batches)
    return lambda: training_sets[-1].transform if training_sets else None


def transformed(
    images: Tensor, transform: Transform | None, batches: BatchTransforms | None
) -> Tensor:
    """`images` (N, 28, 28) uint8 through `transform`, `ToTensor` without one."""
    from PIL import Image
    from torchvision.transforms import ToTensor

    through = transform or ToTensor()
    batch = batches.apply(images, through) if batches else None
    if batch is not None:
        return batch
    items = [through(Image.fromarray(image.numpy())) for image in images]
    return torch.stack([torch.as_tensor(item) for item in items])
