"""What student code finds in the jail in place of the outside world: data sets and loaders.

`torchvision.datasets.MNIST` serves images that the host sent, whatever `root` and `download` say;
`train=False` yields images carved from the training set, never the held-out ones. `DataLoader`
loads in the student's own process, because the jail allows no other, and takes whole batches
where that gives the same bits.
"""

import sys
from collections.abc import Callable
from functools import wraps
from typing import Any

import torch
from torch import Tensor
from torch.utils.data import DataLoader, Subset
from torch.utils.data._utils.fetch import _MapDatasetFetcher

from grader.sandbox.batches import BatchTransforms, Transform


def run_loaders_in_process() -> None:
    """Make `DataLoader(num_workers=2)` work by loading with no worker processes."""
    original = DataLoader.__init__

    @wraps(original)
    def init(self: Any, *args: Any, **kwargs: Any) -> None:
        for option in ("num_workers", "prefetch_factor", "persistent_workers", "timeout"):
            kwargs.pop(option, None)
        kwargs.pop("multiprocessing_context", None)
        # num_workers is the sixth parameter after the data set.
        original(self, *args[:5], *(0 for _ in args[5:6]), *args[6:], **kwargs)

    DataLoader.__init__ = init  # type: ignore[method-assign]


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

        def __getitems__(self, indices: Any) -> list[Any]:
            """The samples at `indices`: what a DataLoader asks for where a data set has it."""
            asked = _asked_of(self)
            images = None
            if asked is self and type(self).__getitem__ is one_by_one:
                images = _images_at(self, indices, batches)
            if images is None:
                return [asked[index] for index in indices]
            labels = self.targets[torch.tensor(indices)].tolist()
            if self.target_transform is not None:
                labels = [self.target_transform(label) for label in labels]
            return list(zip(images.unbind(), labels, strict=True))

        def _check_exists(self) -> bool:
            return True

        def download(self) -> None:
            """Nothing to fetch."""

    one_by_one = MNIST.__getitem__
    torchvision.datasets.MNIST = MNIST
    torchvision.datasets.mnist.MNIST = MNIST
    return lambda: training_sets[-1].transform if training_sets else None


def _asked_of(dataset: Any) -> Any:
    """What the loader really asked for a batch: `dataset`, or a wrapper of the student's own.

    A wrapper with a `__getattr__` hands out our `__getitems__` as if it were its own.
    """
    caller = sys._getframe(2).f_locals.get("self")
    return caller.dataset if isinstance(caller, _MapDatasetFetcher | Subset) else dataset


def _images_at(dataset: Any, indices: Any, batches: BatchTransforms) -> Tensor | None:
    """The transformed images (N, 1, 28, 28) at `indices`; None where they differ one by one."""
    data, targets = dataset.data, dataset.targets
    plain = type(data) is Tensor and type(targets) is Tensor and data.shape[1:] == (28, 28)
    if not plain or targets.dtype != torch.int64 or targets.ndim != 1:
        return None
    if type(indices) is not list or not indices:
        return None
    size = min(len(data), len(targets))
    if not all(type(index) is int and -size <= index < size for index in indices):
        return None
    return batches.apply(data[torch.tensor(indices)], dataset.transform)


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
