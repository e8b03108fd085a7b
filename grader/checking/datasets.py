"""The data that trained models are judged on: held-out examples that stay in the host.

Iris: 45 of the 150 flowers, 15 of each species, chosen by the secret seed; the student's
`Iris.csv` in the jail holds the other 105, sorted by species as the published file is. MNIST: the
real 10,000 test images where the files are there, else scikit-learn's 1,797 digits, 8×8, brought to
MNIST's form; either way the student's `train=False` set is carved from the training set.

Labels are permuted by the secret seed, the same way for training and for judging, so that weights
or tables that were shipped with the code are wrong, whatever they know. The order of examples is
drawn too, so that the place of one tells nothing but the label that stands beside it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from grader.checking.draw import Draw, derive
from grader.errors import ConfigurationError

SPECIES = ("Iris-setosa", "Iris-versicolor", "Iris-virginica")
_HELD_OUT_PER_SPECIES = 15
_DIGITS_HELD_OUT = 397
_DIGITS_COPIES = 3


@dataclass(frozen=True)
class HeldOut:
    """Examples the student's code never saw, and their labels (N,) int64, host only.

    `train` are the features that the student's code trains on, where a diagnosis needs them.
    """

    name: str
    inputs: Tensor
    labels: Tensor
    train: Tensor | None = None


@dataclass(frozen=True)
class MnistData:
    """Images (N, 28, 28) uint8: what goes into the jail, and what stays here."""

    for_student: Mapping[str, Tensor]
    held_out: HeldOut


def split_iris(csv: bytes, seed: int) -> tuple[bytes, HeldOut]:
    """The `Iris.csv` for the jail, and the held-out flowers with features (45, 4) in cm."""
    header, *originals = csv.decode().splitlines()
    names = Draw(derive(seed, "renaming")).permutation(3).tolist()
    rows = [row.split(",") for row in originals]
    rows = [rows[i] for i in Draw(derive(seed, "order")).permutation(len(rows))]
    table = torch.tensor([[float(cell) for cell in row[1:5]] for row in rows])
    labels = torch.tensor([names[SPECIES.index(row[5])] for row in rows])
    split = Draw(derive(seed, "split"))
    of_class = [(labels == label).nonzero().flatten() for label in range(3)]
    shuffled = [members[split.permutation(len(members))] for members in of_class]
    # Sorted by the new names, not the old ones: the order of the blocks tells no renaming.
    train = torch.cat([members[_HELD_OUT_PER_SPECIES:] for members in shuffled])
    held = torch.cat([members[:_HELD_OUT_PER_SPECIES] for members in shuffled])
    held = held[split.permutation(len(held))]
    kept = [
        ",".join([str(number), *rows[i][1:5], SPECIES[labels[i]]])
        for number, i in enumerate(train.tolist(), 1)
    ]
    held_out = HeldOut("iris", table[held], labels[held], table[train])
    return ("\n".join([header, *kept]) + "\n").encode(), held_out


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
    return MnistData(_carved(train.data, train.targets, 5000, order), held_out)


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
    shifts = [(0, 0), (1, 1), (-1, -1)][:_DIGITS_COPIES]
    copies = torch.cat([rest.roll(shift, dims=(1, 2)) for shift in shifts])
    return MnistData(_carved(copies, names.repeat(_DIGITS_COPIES), 200, order), held_out)


def _carved(images: Tensor, labels: Tensor, test: int, order: Draw) -> dict[str, Tensor]:
    """The student's training and test set, out of examples in a drawn order."""
    mixed = order.permutation(len(images))
    return {
        "train_images": images[mixed[test:]],
        "train_labels": labels[mixed[test:]],
        "test_images": images[mixed[:test]],
        "test_labels": labels[mixed[:test]],
    }
