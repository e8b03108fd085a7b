"""MNIST in the jail: what student code finds in place of torchvision's files.

This source is sent to the worker, which runs it before any code of the student's; it may import
torch and torchvision, nothing of ours. `torchvision.datasets.MNIST` serves images that the host
sent, whatever `root` and `download` say; `train=False` yields images of the training set, never the
held-out ones. `random_split` takes the lengths that fit the real set for a smaller one as well.

A `DataLoader` takes many images at once, with the bits that one at a time would give. That holds
for torchvision's `ToTensor`, `Normalize` and compositions of them: each is arithmetic on single
pixels (a conversion, a quotient, a difference), which IEEE 754 rounds alike whatever stands beside
a pixel. For any other transform, and for one that was tampered with, the answer is None, and the
caller takes the images one by one.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.utils.data import Subset, default_collate
from torch.utils.data._utils.fetch import _MapDatasetFetcher

Transform = Callable[..., Any]

_IMAGES_AT_ONCE = 1000
_REAL_SIZE = 60_000
_ARGUMENTS = {"mean", "std", "inplace", "training"}


class StandIn:
    """MNIST of these (N, 28, 28) uint8 images and labels (N,), installed in torchvision."""

    def __init__(self, **tensors: Tensor) -> None:
        self._batches = BatchTransforms()
        self.note = serve_mnist(**tensors, batches=self._batches)
        """What is to be known of a model that was just trained: the transform of its images."""

    def scores(self, network: nn.Module, images: Tensor, transform: Transform | None) -> object:
        """Scores (N, C) of `images` (N, 28, 28) uint8, through the student's own transform."""
        parts = [
            _scores_of_batch(network, transformed(some, transform, self._batches))
            for some in torch.split(images, _IMAGES_AT_ONCE)
        ]
        tensors = [part for part in parts if isinstance(part, Tensor) and part.ndim]
        return torch.cat(tensors) if len(tensors) == len(parts) else parts[0]


class BatchTransforms:
    """Knows torchvision's transforms; to be made before any code of the student's has run."""

    def __init__(self) -> None:
        from torchvision import transforms
        from torchvision.transforms import functional

        self._compose = transforms.Compose
        self._to_tensor = transforms.ToTensor
        self._normalize = transforms.Normalize
        self._fresh = vars(transforms.Normalize(0.5, 0.5))
        self._originals = [
            (owner, name, getattr(owner, name))
            for owner, name in (
                (transforms.Compose, "__call__"),
                (transforms.ToTensor, "__call__"),
                (transforms.Normalize, "__call__"),
                (transforms.Normalize, "forward"),
                (functional, "to_tensor"),
                (functional, "normalize"),
            )
        ]

    def apply(self, images: Tensor, transform: Transform | None) -> Tensor | None:
        """`images` (N, 28, 28) uint8 → (N, 1, 28, 28) floats; None for a transform not known."""
        dtype = torch.get_default_dtype()
        steps = self._steps(transform)
        if not steps or steps[0] is not None or None in steps[1:]:
            return None
        if images.dtype != torch.uint8 or dtype not in (torch.float32, torch.float64):
            return None
        if any(getattr(owner, name) is not original for owner, name, original in self._originals):
            return None
        batch = images.unsqueeze(1).to(dtype).div_(255)
        for normalize in steps[1:]:
            batch = normalize(batch)
        return batch

    def _steps(self, transform: Any) -> list[Any]:
        """None for each `ToTensor`, each `Normalize` itself, in order; empty for anything else."""
        if type(transform) is self._to_tensor and not vars(transform):
            return [None]
        if type(transform) is self._normalize and self._is_plain(vars(transform)):
            return [transform]
        if type(transform) is self._compose and vars(transform).keys() == {"transforms"}:
            parts = [self._steps(one) for one in transform.transforms]
            return [step for part in parts for step in part] if all(parts) else []
        return []

    def _is_plain(self, normalize: dict[str, Any]) -> bool:
        """One mean and one deviation, and no hook or method that was added to the instance."""
        return normalize.keys() == self._fresh.keys() and all(
            _is_one_number(normalize[name])
            if name in ("mean", "std")
            else name in _ARGUMENTS or normalize[name] == fresh
            for name, fresh in self._fresh.items()
        )


def _is_one_number(value: object) -> bool:
    if isinstance(value, list | tuple):
        return len(value) == 1 and type(value[0]) in (int, float)
    return type(value) in (int, float)


def take_whole_batches(mnist: type[Any], transforms: BatchTransforms) -> None:
    """Make a `DataLoader` of `mnist`, or of a `Subset` of it, take the images of a batch at once.

    Where a loader looks for `__getitems__` it also finds one that a student's wrapper merely hands
    on from the data set inside; so the loader's own fetching asks here what the data set is.
    """
    one_by_one = mnist.__getitem__
    ordinary: Callable[[Any, Any], Any] = _MapDatasetFetcher.fetch

    def at_once(dataset: Any, indices: Any) -> list[Any] | None:
        if type(indices) is not list or set(map(type, indices)) != {int} or min(indices) < 0:
            return None
        if type(dataset) is Subset and max(indices) < len(dataset):
            return at_once(dataset.dataset, [dataset.indices[index] for index in indices])
        if not isinstance(dataset, mnist) or type(dataset).__getitem__ is not one_by_one:
            return None
        return _batch(dataset, indices, transforms)

    @wraps(ordinary)
    def fetch(self: Any, indices: Any) -> Any:
        batch = None
        if self.auto_collation and self.collate_fn is default_collate:
            batch = at_once(self.dataset, indices)
        return ordinary(self, indices) if batch is None else batch

    _MapDatasetFetcher.fetch = fetch  # type: ignore[method-assign]


def _batch(dataset: Any, indices: list[int], transforms: BatchTransforms) -> list[Any] | None:
    """Images (N, 1, 28, 28) and labels as `default_collate` gives them; None where they differ."""
    data, targets = dataset.data, dataset.targets
    plain = type(data) is Tensor and type(targets) is Tensor and data.shape[1:] == (28, 28)
    if not plain or targets.dtype != torch.int64 or targets.ndim != 1:
        return None
    if max(indices) >= min(len(data), len(targets)):
        return None
    chosen = torch.from_numpy(np.array(indices))
    images = transforms.apply(data.index_select(0, chosen), dataset.transform)
    if images is None:
        return None
    labels = targets.index_select(0, chosen)
    if dataset.target_transform is not None:
        labels = default_collate([dataset.target_transform(label) for label in labels.tolist()])
    return [images, labels]


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
    split_in_proportion()
    take_whole_batches(MNIST, batches)
    return lambda: training_sets[-1].transform if training_sets else None


def split_in_proportion() -> None:
    """Let `random_split(train, [50000, 10000])` cut a smaller set in the same proportion."""
    ordinary = torch.utils.data.random_split

    @wraps(ordinary)
    def random_split(dataset: Any, lengths: Any, *args: Any, **kwargs: Any) -> Any:
        counts = list(lengths)
        size = len(dataset)
        if all(type(n) is int for n in counts) and sum(counts) == _REAL_SIZE != size:
            counts = [n * size // _REAL_SIZE for n in counts]
            counts[0] += size - sum(counts)
        return ordinary(dataset, counts, *args, **kwargs)

    torch.utils.data.random_split = random_split
    torch.utils.data.dataset.random_split = random_split


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


def _scores_of_batch(network: nn.Module, x: Tensor) -> object:
    """`network(x)`; a network that wants another form of the images is given that form.

    x: (N, 1, 28, 28) as the transform made it; flattened (N, 784) is tried next. Where no form
    gives (N, C), the first answer is returned as it is, or the first error raised.
    """
    forms = [x, x.flatten(1)]
    if x.numel() == len(x) * 784:
        forms.append(x.reshape(-1, 1, 28, 28))
    answers: list[object] = []
    errors: list[Exception] = []
    for form in forms:
        try:
            scores = network(form)
        except (RuntimeError, ValueError, IndexError) as error:
            errors.append(error)
            continue
        if isinstance(scores, Tensor) and scores.shape[:1] == x.shape[:1] and scores.ndim == 2:
            return scores
        answers.append(scores)
    if answers:
        return answers[0]
    raise errors[0]
