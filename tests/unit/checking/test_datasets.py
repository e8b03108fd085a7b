"""Held-out data: nothing of it is in what the student's code gets, and labels are permuted."""

import gzip
import pickle
import struct
from collections import Counter
from pathlib import Path

import pytest
import torch
from torch import Tensor
from torchvision.datasets import MNIST

from grader.checking.datasets import HeldOut, Table, data_set_of
from grader.course.assignment import TableFile, load_assignment
from grader.errors import ConfigurationError
from grader.hidden.mnist.data import MnistData, download_mnist, load_mnist
from grader.plan import Plan

ASSIGNMENTS = Path(__file__).parents[3] / "assignments"
SPECIES = ("Iris-setosa", "Iris-versicolor", "Iris-virginica")
IRIS = (ASSIGNMENTS / "iris" / "Iris.csv").read_bytes()


def split_iris(csv: bytes, seed: int) -> tuple[bytes, HeldOut]:
    """A split of the flowers, as iris/assignment.yaml asks for it."""
    table = data_set_of(load_assignment(ASSIGNMENTS / "iris"), None, None)
    assert isinstance(table, Table)
    return table.split(csv.decode(), seed)


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


def test_the_place_of_a_flower_tells_nothing_but_its_label() -> None:
    """Id counts the rows; blocks are in the order of the new names; within them flowers move."""
    places: dict[tuple[str, ...], set[str]] = {}
    blocks: dict[str, set[str]] = {}
    originals = {tuple(row[1:5]): row[5] for row in rows_of(IRIS)}
    for seed in range(30):
        rows = rows_of(split_iris(IRIS, seed)[0])
        assert [row[0] for row in rows] == [str(n) for n in range(1, 106)]
        assert [row[5] for row in rows] == [name for name in SPECIES for _ in range(35)]
        for row in rows:
            places.setdefault(tuple(row[1:5]), set()).add(row[0])
        blocks.setdefault("first", set()).add(originals[tuple(rows[0][1:5])])
    assert blocks["first"] == set(SPECIES)
    assert min(len(seen) for seen in places.values()) > 5


def test_held_out_flowers_stand_in_a_drawn_order() -> None:
    """Neither the species nor the published row of a held-out flower follows from its place."""
    firsts = [split_iris(IRIS, seed)[1] for seed in range(30)]
    assert {int(held.labels[0]) for held in firsts} == {0, 1, 2}
    assert len({tuple(held.inputs[0].tolist()) for held in firsts}) > 15


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
    """Another seed renames the ten digits, alike in training, carved and held-out labels."""
    other = load_mnist(None, seed=2)

    def named(images: Tensor, labels: Tensor) -> dict[bytes, int]:
        rows = zip(images, labels.tolist(), strict=True)
        return {image.numpy().tobytes(): label for image, label in rows}

    def all_of(data: MnistData) -> tuple[dict[bytes, int], dict[bytes, int]]:
        given = data.for_student
        handed = named(given["train_images"], given["train_labels"])
        handed |= named(given["test_images"], given["test_labels"])
        return named(data.held_out.inputs, data.held_out.labels), handed

    (held, handed), (held_there, handed_there) = all_of(digits), all_of(other)
    assert held.keys() == held_there.keys()
    renaming = {(held[image], held_there[image]) for image in held}
    assert len(renaming) == 10
    assert any(old != new for old, new in renaming)
    assert handed.keys() == handed_there.keys()
    assert {(handed[image], handed_there[image]) for image in handed} == renaming


def test_images_stand_in_a_drawn_order(digits: MnistData) -> None:
    """Another seed orders training, carved and held-out images in another way."""
    other = load_mnist(None, seed=2)
    assert not torch.equal(digits.held_out.inputs, other.held_out.inputs)
    for name in ("train_images", "test_images"):
        differ = digits.for_student[name] != other.for_student[name]
        assert differ.flatten(1).any(1).double().mean() > 0.9


def test_the_real_files_are_read_where_they_are(tmp_path: Path) -> None:
    """A folder with MNIST/raw gives its test images as held out, 60,000 and 10,000 to students."""
    raw = tmp_path / "MNIST" / "raw"
    raw.mkdir(parents=True)
    for part, count in (("train", 60_000), ("t10k", 20)):
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
    assert len(data.for_student["test_images"]) == 10_000
    assert len(data.for_student["train_images"]) == 60_000
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


def wine(folder: Path, content: str, **options: object) -> Table:
    """A table of a course's own, with the column `class`."""
    (folder / "wine.csv").write_text(content)
    written = TableFile.model_validate({"file": "wine.csv", "label": "class", **options})
    return Table("wine", folder / "wine.csv", written)


ROWS = "class,acid,colour\n" + "".join(f"{n % 2 + 9},{n}.5,{n * n}\n" for n in range(24))


def test_any_table_is_a_data_set(tmp_path: Path) -> None:
    """The label may stand anywhere and be a number; a quarter is held out, in as many trials."""
    trials = wine(tmp_path, ROWS, splits=3).trials(1)
    assert len(trials) == 3
    for trial in trials:
        assert trial.held_out is not None
        assert trial.held_out.inputs.shape == (6, 2)
        assert Counter(trial.held_out.labels.tolist()) == {0: 3, 1: 3}
        header, *rows = trial.files["wine.csv"].decode().splitlines()
        assert header == "class,acid,colour"
        assert len(rows) == 18
    assert len({trial.files["wine.csv"] for trial in trials}) == 3


def test_labels_stay_where_they_are_not_to_be_permuted(tmp_path: Path) -> None:
    """With `permute_labels: false` class 9 is 0 and class 10 is 1, numbers in their order."""
    for trial in wine(tmp_path, ROWS, splits=5, permute_labels=False).trials(1):
        held = trial.held_out
        assert held is not None
        assert (held.inputs[:, 0] - 0.5).long().remainder(2).tolist() == held.labels.tolist()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("kind,acid\n1,2\n", 'no column "class"; there are kind, acid'),
        ("class,acid\n1,sour\n", 'row 2: "sour" in "acid" is no number'),
        ("class,acid\n1,2,3\n", "row 2 has 3 cells, not 2"),
        ("class,acid\n1,2\n1,3\n", "a class has too few rows"),
        ("", 'no column "class"'),
    ],
)
def test_a_table_that_cannot_be_used_is_one_sentence(
    tmp_path: Path, content: str, sentence: str
) -> None:
    """It names the file, and the row and column where there is one."""
    with pytest.raises(ConfigurationError, match=sentence) as caught:
        wine(tmp_path, content).trials(1)
    assert str(caught.value).startswith(str(tmp_path / "wine.csv"))


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ("wine", 'line 11: there is no data set "wine"; write {file: table.csv'),
        ("3", 'line 11: "data" is 3; write'),
        ("{file: wine.csv}", 'line 11: "label" is missing'),
        ("{file: ../x.csv, label: a}", 'line 11: "file" '),
        ("{file: x.csv, label: a, held_out: 2}", 'line 11: "held_out" '),
    ],
)
def test_a_bad_data_key_is_one_sentence(tmp_path: Path, data: str, sentence: str) -> None:
    """File, line and what to write instead."""
    folder = tmp_path / "iris"
    folder.mkdir()
    text = (ASSIGNMENTS / "iris" / "assignment.yaml").read_text()
    lines = [f"data: {data}" if line.startswith("data:") else line for line in text.splitlines()]
    at = lines.index(f"data: {data}") + 1
    (folder / "assignment.yaml").write_text("\n".join(lines))
    with pytest.raises(ConfigurationError) as caught:
        data_set_of(load_assignment(folder), None, None)
    assert sentence.replace("line 11", f"line {at}") in str(caught.value)
    assert "more)" not in str(caught.value)


def test_two_assignments_may_have_the_same_table(tmp_path: Path) -> None:
    """Each has its own copy and its own splits."""
    trials = [
        Table(name, ASSIGNMENTS / "iris" / "Iris.csv", TableFile(file="Iris.csv", label="Species"))
        .trials(1)[0].files["Iris.csv"]
        for name in ("iris", "iris_deep")
    ]  # fmt: skip
    assert trials[0] != trials[1]


def test_a_plan_travels_without_its_data() -> None:
    """A job or a machine that gets the plan loads the data anew, and means the same by it."""
    assignments = [load_assignment(ASSIGNMENTS / name) for name in ("iris", "mnist")]
    plan = Plan(assignments, None, 5)
    trials = plan.trials(assignments[0])
    content = pickle.dumps(plan)
    assert plan.dataset == {"mnist": "digits"}
    assert len(content) < 10_000
    assert pickle.loads(content).trials(assignments[0])[0].files == trials[0].files
