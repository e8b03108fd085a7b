"""MNIST: the real 10,000 test images where the files are there, else scikit-learn's 1,797 digits.

The digits, 8×8, are brought to MNIST's form, ten times, each a little shifted: so many that the
five epochs of the lab's skeleton train a deep network on them as well. Either way the student's
`train=False` set holds images of the training set, and held-out images and labels stay in the host.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from grader.checking.datasets import WORKER_SEEDS, HeldOut, Trial
from grader.checking.draw import Draw, derive
from grader.checking.process import StandIn
from grader.errors import ConfigurationError

_STAND_IN = Path(__file__).with_name("stand_in.py")
_DIGITS_HELD_OUT = 397
_SHIFTS = ((0, 0), (1, 1), (-1, -1), (1, -1), (-1, 1), (0, 1), (1, 0), (0, -1), (-1, 0), (2, 0))


class Data:
    """MNIST under `folder`, which holds `MNIST/raw`; the digits where that is None."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        self.name = "digits" if folder is None else "mnist"

    def trials(self, seed: int) -> Sequence[Trial]:
        """The same images for each; only the seed of the student's generators differs."""
        data = load_mnist(self.folder, derive(seed, "mnist"))
        stand_in = StandIn(_STAND_IN.read_bytes(), data.for_student)
        return [Trial(data.held_out, seed=one, stand_in=stand_in) for one in WORKER_SEEDS]

    def describe(self) -> str:
        """Which images stand for MNIST's."""
        if self.folder is None:
            return "no GRADER_DATA: scikit-learn's digits stand for MNIST"
        count = len(load_mnist(self.folder, seed=0).held_out.labels)
        return f"MNIST in {self.folder}, {count:,} held-out images"

    def download(self) -> None:
        """Fetch MNIST into the folder."""
        assert self.folder is not None
        download_mnist(self.folder)


@dataclass(frozen=True)
class MnistData:
    """Images (N, 28, 28) uint8: what goes into the jail, and what stays here."""

    for_student: Mapping[str, Tensor]
    held_out: HeldOut


def load_mnist(folder: Path | None, seed: int) -> MnistData:
    """The real MNIST under `folder` (which holds `MNIST/raw`), or the digits without a folder.

    Raises:
        ConfigurationError: a folder is given and holds no MNIST.
    """
    order = Draw(derive(seed, "order"))
    data = _digits(order) if folder is None else _real(folder, order)
    renamed = Draw(derive(seed, "renaming")).permutation(10)
    student = {
        name: renamed[tensor] if name.endswith("labels") else tensor
        for name, tensor in data.for_student.items()
    }
    held, mixed = data.held_out, order.permutation(len(data.held_out.labels))
    held_out = HeldOut(held.name, held.inputs[mixed], renamed[held.labels[mixed]])
    return MnistData(student, held_out)


def download_mnist(folder: Path) -> None:
    """Fetch MNIST into `folder`, by torchvision; files that are there already are kept.

    Raises:
        ConfigurationError: it cannot be fetched, or not be written.
    """
    from torchvision.datasets import MNIST

    try:
        MNIST(str(folder), download=True)
    except (RuntimeError, OSError) as error:
        raise ConfigurationError(f"{folder}: MNIST cannot be fetched: {error}") from None


def _real(folder: Path, order: Draw) -> MnistData:
    from torchvision.datasets import MNIST

    try:
        train, test = (MNIST(str(folder), train=part, download=False) for part in (True, False))
    except (RuntimeError, OSError, ValueError) as error:
        raise ConfigurationError(
            f"{folder}: GRADER_DATA names this folder, but it holds no MNIST/raw ({error})"
        ) from None
    held_out = HeldOut("mnist", test.data, test.targets)
    return MnistData(_for_student(train.data, train.targets, 10_000, order), held_out)


def _digits(order: Draw) -> MnistData:
    from sklearn.datasets import load_digits

    digits = load_digits()
    small = torch.from_numpy(digits.images).float().unsqueeze(1) / 16
    # MNIST's own layout: the digit in a 20×20 box in the middle of 28×28.
    boxed = F.interpolate(small, size=(20, 20), mode="bilinear", align_corners=False)
    images = (F.pad(boxed, (4, 4, 4, 4)).squeeze(1) * 255).round().to(torch.uint8)
    labels = torch.from_numpy(digits.target).long()
    mixed = torch.randperm(len(images), generator=torch.Generator().manual_seed(0))
    images, labels = images[mixed], labels[mixed]
    held_out = HeldOut("digits", images[:_DIGITS_HELD_OUT], labels[:_DIGITS_HELD_OUT])
    rest, names = images[_DIGITS_HELD_OUT:], labels[_DIGITS_HELD_OUT:]
    copies = torch.cat([rest.roll(shift, dims=(1, 2)) for shift in _SHIFTS])
    return MnistData(_for_student(copies, names.repeat(len(_SHIFTS)), 2000, order), held_out)


def _for_student(images: Tensor, labels: Tensor, test: int, order: Draw) -> dict[str, Tensor]:
    """The student's training set in a drawn order, and so many of it as their test set."""
    mixed = order.permutation(len(images))
    return {
        "train_images": images[mixed],
        "train_labels": labels[mixed],
        "test_images": images[mixed[:test]],
        "test_labels": labels[mixed[:test]],
    }
