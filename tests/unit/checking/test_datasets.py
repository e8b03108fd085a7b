"""Held-out data: nothing of it is in what the student's code gets, and labels are permuted."""

import gzip
import struct
from collections import Counter
from pathlib import Path

import pytest
import torch
from torch import Tensor
from torchvision.datasets import MNIST

from grader.checking.datasets import (
    SPECIES,
    MnistData,
    download_mnist,
    load_mnist,
    split_iris,
)
from grader.errors import ConfigurationError

IRIS = (Path(__file__).parents[3] / "assignments" / "iris" / "Iris.csv").read_bytes()


def rows_of(csv: bytes) -> list[list[str]]:
    """The cells of each row."""
    return [line.split(",") for line in csv.decode().splitlines()[1:]]


def test_no_held_out_flower_is_in_the_students_file() -> None:
    """105 flowers are handed out, 45 held out, 15 of each species, none in both."""
    csv, held = split_iris(IRIS, seed=1)
    given_out = [tuple(float(cell) for cell in row[1:5]) for row in rows_of(csv)]
    kept_back = [tuple(row) for row in held.inputs.double().tolist()]
    everything = [tuple(float(cell) for cell in row[1:5]) for row in rows_of(IRIS)]
    rounded = Counter(tuple(round(value, 3) for value in row) for row in given_out + kept_back)
    assert rounded == Counter(tuple(round(value, 3) for value in row) for row in everything)
    assert Counter(held.labels.tolist()) == {0: 15, 1: 15, 2: 15}
    assert csv.splitlines()[0] == IRIS.splitlines()[0]


def test_species_are_renamed_alike_for_training_and_judging() -> None:
    """One renaming of the species holds in the student's file and in the held-out labels."""
    originals = {tuple(row[1:5]): row[5] for row in rows_of(IRIS)}
    names = {tuple(float(cell) for cell in key): species for key, species in originals.items()}
    renamings = set()
    for seed in range(12):
        csv, held = split_iris(IRIS, seed)
        pairs = {(originals[tuple(row[1:5])], row[5]) for row in rows_of(csv)}
        assert len(pairs) == 3
        for features, label in zip(held.inputs.double().tolist(), held.labels, strict=True):
            original = names[tuple(round(value, 2) for value in features)]
            assert (original, SPECIES[int(label)]) in pairs
        renamings.add(frozenset(pairs))
    assert len(renamings) > 1


def test_a_split_is_drawn_from_its_seed() -> None:
    """The same seed holds out the same flowers, another seed others."""
    assert split_iris(IRIS, 3)[0] == split_iris(IRIS, 3)[0]
    assert split_iris(IRIS, 3)[0] != split_iris(IRIS, 4)[0]


@pytest.fixture(scope="module")
def digits() -> MnistData:
    """The embedded digits."""
    return load_mnist(None, seed=1)


def test_the_digits_have_the_form_of_mnist(digits: MnistData) -> None:
    """Images are (N, 28, 28) uint8, the digit within the middle 20 × 20 or beside it."""
    student = digits.for_student
    assert student["train_images"].shape[1:] == (28, 28)
    assert student["train_images"].dtype == torch.uint8
    assert student["train_images"].amax() > 200
    assert student["train_images"][:, :3].sum() == 0
    assert len(student["train_images"]) == len(student["train_labels"])
    assert digits.held_out.name == "digits"
    assert set(digits.held_out.labels.tolist()) == set(range(10))


def test_no_held_out_image_is_handed_to_the_student(digits: MnistData) -> None:
    """Neither the training set nor the carved test set holds an image that is judged on."""
    held = {image.numpy().tobytes() for image in digits.held_out.inputs}
    for name in ("train_images", "test_images"):
        assert not held & {image.numpy().tobytes() for image in digits.for_student[name]}


def test_labels_are_renamed_alike_everywhere(digits: MnistData) -> None:
    """Another seed renames the ten digits, the same way in training, carved and held-out labels."""
    other = load_mnist(None, seed=2)

    def pairs(old: Tensor, new: Tensor) -> set[tuple[int, int]]:
        return set(zip(old.tolist(), new.tolist(), strict=True))

    renaming = pairs(digits.held_out.labels, other.held_out.labels)
    assert len(renaming) == 10
    assert any(old != new for old, new in renaming)
    for name in ("train_labels", "test_labels"):
        assert pairs(digits.for_student[name], other.for_student[name]) <= renaming


def test_the_real_files_are_read_where_they_are(tmp_path: Path) -> None:
    """A folder with MNIST/raw gives its test images as held out, 5000 training images as carved."""
    raw = tmp_path / "MNIST" / "raw"
    raw.mkdir(parents=True)
    for part, count in (("train", 5010), ("t10k", 20)):
        images = torch.randint(0, 256, (count, 28, 28), dtype=torch.uint8)
        labels = (torch.arange(count) % 10).to(torch.uint8)
        head = struct.pack(">IIII", 2051, count, 28, 28)
        for name, content in (
            (f"{part}-images-idx3-ubyte", head + images.numpy().tobytes()),
            (
                f"{part}-labels-idx1-ubyte",
                struct.pack(">II", 2049, count) + labels.numpy().tobytes(),
            ),
        ):
            (raw / name).write_bytes(content)
            (raw / f"{name}.gz").write_bytes(gzip.compress(content))
    data = load_mnist(tmp_path, seed=1)
    assert (data.held_out.name, len(data.held_out.labels)) == ("mnist", 20)
    assert len(data.for_student["test_images"]) == 5000
    assert len(data.for_student["train_images"]) == 10
    download_mnist(tmp_path)  # finds them there and fetches nothing


def test_mnist_that_cannot_be_fetched_is_a_configuration_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a network, the request to download ends in one sentence that names the folder."""
    monkeypatch.setattr(MNIST, "mirrors", ["http://127.0.0.1:9/"])
    with pytest.raises(ConfigurationError, match="cannot be fetched") as caught:
        download_mnist(tmp_path)
    assert str(tmp_path) in str(caught.value)


def test_a_folder_without_mnist_is_a_configuration_error(tmp_path: Path) -> None:
    """The sentence names the folder and GRADER_DATA."""
    with pytest.raises(ConfigurationError, match="GRADER_DATA") as caught:
        load_mnist(tmp_path, seed=1)
    assert str(tmp_path) in str(caught.value)
