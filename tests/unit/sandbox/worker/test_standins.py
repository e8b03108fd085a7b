"""Batches of the stand-in for MNIST are, bit by bit, those of torchvision's own data set."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import torch
import torchvision
from torch import Tensor, nn
from torch.utils.data import (
    BatchSampler,
    DataLoader,
    Dataset,
    RandomSampler,
    SequentialSampler,
    Subset,
    SubsetRandomSampler,
    WeightedRandomSampler,
    random_split,
)
from torch.utils.data._utils.fetch import _MapDatasetFetcher
from torchvision import transforms
from torchvision.transforms import v2

from grader.hidden.mnist.stand_in import BatchTransforms, serve_mnist, transformed

ORIGINAL = torchvision.datasets.MNIST
COUNT = 64
NORMALIZE = transforms.Normalize((0.1307,), (0.3081,))

Loader = Callable[[Any], DataLoader[Any]]


@pytest.fixture(autouse=True)
def as_it_was(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """torchvision's class, the loader's fetching, torch's generator and default type, restored."""
    monkeypatch.setattr(_MapDatasetFetcher, "fetch", _MapDatasetFetcher.fetch)
    monkeypatch.setattr(torchvision.datasets, "MNIST", ORIGINAL)
    monkeypatch.setattr(torchvision.datasets.mnist, "MNIST", ORIGINAL)
    monkeypatch.setattr(torch.utils.data, "random_split", random_split)
    monkeypatch.setattr(torch.utils.data.dataset, "random_split", random_split)
    with torch.random.fork_rng():
        yield
    torch.set_default_dtype(torch.float32)


@pytest.fixture
def images() -> Tensor:
    """Images (64, 28, 28) with all 256 values."""
    generator = torch.Generator().manual_seed(1)
    return torch.randint(0, 256, (COUNT, 28, 28), dtype=torch.uint8, generator=generator)


@pytest.fixture
def served(images: Tensor, counted: list[int]) -> type[Any]:
    """The class that students find as `torchvision.datasets.MNIST`."""
    labels = torch.arange(COUNT) % 10
    serve_mnist(images, labels, images[:5], labels[:5], BatchTransforms())
    found: type[Any] = torchvision.datasets.MNIST
    return found


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The indices that were taken one by one, by torchvision's `__getitem__`."""
    taken: list[int] = []
    original = ORIGINAL.__getitem__

    def getitem(self: Any, index: int) -> Any:
        taken.append(index)
        return original(self, index)

    monkeypatch.setattr(ORIGINAL, "__getitem__", getitem)
    return taken


class OneByOne(Dataset[Any]):
    """A data set that shows a loader nothing but single samples: the ordinary path."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner

    def __len__(self) -> int:
        return len(self.inner)

    def __getitem__(self, index: Any) -> Any:
        return self.inner[index]


def same(one: Any, other: Any) -> bool:
    """Whether two nests of tensors and values agree in type, layout and every bit."""
    if type(one) is not type(other):
        return False
    if isinstance(one, Tensor):
        alike = one.dtype == other.dtype and one.shape == other.shape
        return alike and one.stride() == other.stride() and torch.equal(one, other)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)


def both_ways(dataset: Any, loader: Loader) -> tuple[list[Any], list[Any]]:
    """All batches of two epochs in the two ways, from the same state of the generator."""
    found = []
    for source in (dataset, OneByOne(dataset)):
        torch.manual_seed(3)
        batches = loader(source)
        found.append([batch for _ in range(2) for batch in batches])
    return found[0], found[1]


FAST = {
    "to_tensor": transforms.ToTensor(),
    "compose": transforms.Compose([transforms.ToTensor()]),
    "normalize": transforms.Compose([transforms.ToTensor(), NORMALIZE]),
    "numbers": transforms.Compose([transforms.ToTensor(), transforms.Normalize(0.5, 0.25)]),
    "in_place": transforms.Compose(
        [transforms.ToTensor(), transforms.Normalize([0.5], [3.0], inplace=True)]
    ),
    "nested": transforms.Compose(
        [transforms.Compose([transforms.ToTensor(), NORMALIZE]), transforms.Normalize(1, 7)]
    ),
}


class Darker(transforms.ToTensor):  # type: ignore[misc]
    """A student's own transform that inherits from one of torchvision's."""

    def __call__(self, image: Any) -> Tensor:
        """Half as bright."""
        return super().__call__(image) / 2  # type: ignore[no-any-return]


ORDINARY = {
    "lambda": transforms.Compose([transforms.ToTensor(), transforms.Lambda(torch.flatten)]),
    "rotation": transforms.Compose([transforms.RandomRotation(20), transforms.ToTensor()]),
    "function": transforms.functional.to_tensor,
    "erasing": transforms.Compose([transforms.ToTensor(), transforms.RandomErasing()]),
    "own_class": Darker(),
    "v2": v2.Compose([v2.PILToTensor(), v2.Resize((8, 8))]),
    "three_means": transforms.Compose(
        [transforms.ToTensor(), transforms.Lambda(lambda x: x.expand(3, 28, 28)),
         transforms.Normalize((0.1, 0.2, 0.3), (1, 2, 3))]
    ),
}  # fmt: skip

LOADERS: dict[str, Loader] = {
    "shuffled": lambda d: DataLoader(d, batch_size=10, shuffle=True),
    "drop_last": lambda d: DataLoader(d, batch_size=10, shuffle=True, drop_last=True),
    "in_order": lambda d: DataLoader(d, 7),
    "replacement": lambda d: DataLoader(d, 9, sampler=RandomSampler(d, True, 50)),
    "weighted": lambda d: DataLoader(
        d, 9, sampler=WeightedRandomSampler(torch.arange(1.0, COUNT + 1).tolist(), 40)
    ),
    "subset_sampler": lambda d: DataLoader(d, 4, sampler=SubsetRandomSampler(range(20))),
    "generator": lambda d: DataLoader(
        d, 8, shuffle=True, generator=torch.Generator().manual_seed(9)
    ),
    "batch_sampler": lambda d: DataLoader(
        d, batch_sampler=BatchSampler(SequentialSampler(d), 6, True)
    ),
    "negative": lambda d: DataLoader(d, batch_sampler=[[-1, 2], [3, -COUNT]]),
    "tensors": lambda d: DataLoader(d, batch_sampler=[torch.tensor([1, 2]), torch.tensor([3, 4])]),
    "own_collate": lambda d: DataLoader(d, 5, shuffle=True, collate_fn=list),
    "not_batched": lambda d: DataLoader(d, batch_size=None),
    "one": lambda d: DataLoader(d),
}


@pytest.mark.parametrize("loader", LOADERS.values(), ids=LOADERS)
@pytest.mark.parametrize("transform", FAST.values(), ids=FAST)
def test_batches_are_those_of_single_images(
    served: type[Any], transform: Any, loader: Loader
) -> None:
    """For transforms that fit a batch, every loader gives the same types, layouts and bits."""
    batched, single = both_ways(served("", transform=transform), loader)
    assert same(batched, single)


@pytest.mark.parametrize("transform", ORDINARY.values(), ids=ORDINARY)
def test_other_transforms_take_the_ordinary_path(
    served: type[Any], transform: Any, counted: list[int]
) -> None:
    """A transform that a batch cannot be given is asked once for each image, in order."""
    dataset = served("", transform=transform)
    batched, single = both_ways(dataset, LOADERS["shuffled"])
    assert len(counted) == 4 * COUNT
    assert counted[: 2 * COUNT] == counted[2 * COUNT :]
    assert same(batched, single)


@pytest.mark.parametrize("transform", FAST.values(), ids=FAST)
def test_nothing_is_taken_one_by_one(served: type[Any], transform: Any, counted: list[int]) -> None:
    """With these transforms the loader never asks for a single image: that is the point."""
    list(DataLoader(served("", transform=transform), 10, shuffle=True))
    assert counted == []


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.bfloat16])
def test_the_default_type_is_followed(served: type[Any], dtype: torch.dtype) -> None:
    """Images have torch's default type on both paths."""
    torch.set_default_dtype(dtype)
    batched, single = both_ways(served("", transform=FAST["normalize"]), LOADERS["in_order"])
    assert batched[0][0].dtype == dtype
    assert same(batched, single)


def test_labels_go_through_the_target_transform(served: type[Any]) -> None:
    """One-hot targets made by a target transform are those of the ordinary path."""
    dataset = served("", transform=transforms.ToTensor(),
                     target_transform=lambda label: torch.eye(10)[label])  # fmt: skip
    assert same(*both_ways(dataset, LOADERS["shuffled"]))


@pytest.mark.parametrize("change", ["floats", "fewer", "labels_as_list", "label_type"])
def test_data_that_the_student_replaced_is_used(served: type[Any], change: str) -> None:
    """Images or labels put in the place of the data set's own are what a batch is made of."""
    dataset = served("", transform=transforms.ToTensor())
    if change == "floats":
        dataset.data = dataset.data.float() / 255
    elif change == "fewer":
        dataset.data, dataset.targets = dataset.data[:31].flip(2), dataset.targets[:31]
    elif change == "labels_as_list":
        dataset.targets = [9 - int(label) for label in dataset.targets]
    else:
        dataset.targets = dataset.targets.float() + 0.5
    assert same(*both_ways(dataset, LOADERS["in_order"]))


@pytest.mark.parametrize("make", [
    lambda d: Subset(d, [5, 9, 11, 30, 2]),
    lambda d: random_split(d, [40, 24], torch.Generator().manual_seed(2))[1],
    lambda d: Subset(Subset(d, list(range(50))), list(range(0, 50, 2))),
])  # fmt: skip
def test_subsets_are_served_in_batches(
    served: type[Any], make: Callable[[Any], Any], counted: list[int]
) -> None:
    """torch's own subsets pass the request on, and give what single images give."""
    subset = make(served("", transform=FAST["normalize"]))
    list(DataLoader(subset, 4))
    assert counted == []
    assert same(*both_ways(subset, LOADERS["in_order"]))


def test_a_subclass_with_its_own_getitem_is_obeyed(served: type[Any]) -> None:
    """A student's `__getitem__` decides, also where the class inherits from MNIST."""

    class Inverted(served):  # type: ignore[misc]
        def __getitem__(self, index: int) -> Any:
            image, label = super().__getitem__(index)
            return 1 - image, label

    dataset = Inverted("", transform=transforms.ToTensor())
    batched, single = both_ways(dataset, LOADERS["in_order"])
    assert same(batched, single)
    assert torch.equal(batched[0][0][0], 1 - transforms.ToTensor()(dataset.data[0].numpy()))


def test_a_wrapper_that_hands_attributes_on_is_obeyed(served: type[Any]) -> None:
    """A student's wrapper with `__getattr__` is asked for its own samples, also in a subset."""

    class Wrapper(Dataset[Any]):
        def __init__(self, inner: Any) -> None:
            self.inner = inner

        def __getattr__(self, name: str) -> Any:
            return getattr(self.__dict__["inner"], name)

        def __len__(self) -> int:
            return COUNT

        def __getitem__(self, index: int) -> Any:
            image, label = self.inner[index]
            return image * 2, -label

    wrapper = Wrapper(served("", transform=transforms.ToTensor()))
    assert same(*both_ways(wrapper, LOADERS["in_order"]))
    assert same(*both_ways(Subset(wrapper, [3, 4, 5]), LOADERS["in_order"]))


def test_a_tampered_transform_is_obeyed(
    served: type[Any], monkeypatch: pytest.MonkeyPatch, counted: list[int]
) -> None:
    """Hooks and replaced methods are called for each image, as they would be without us."""
    hooked = transforms.Normalize((0.5,), (0.5,))
    calls: list[int] = []
    hooked.register_forward_hook(lambda *_: calls.append(1))
    pipeline = transforms.Compose([transforms.ToTensor(), hooked])
    list(DataLoader(served("", transform=pipeline), 8))
    assert len(calls) == COUNT
    monkeypatch.setattr(transforms.ToTensor, "__call__", lambda *_: torch.zeros(2))
    [first, *_] = DataLoader(served("", transform=transforms.ToTensor()), 8)
    assert first[0].shape == (8, 2)


@pytest.mark.parametrize(
    "normalize",
    [transforms.Normalize((0.1, 0.2, 0.3), (1, 1, 1)), transforms.Normalize((0.5,), (0.0,))],
    ids=["three_means", "no_deviation"],
)
def test_an_error_reads_as_it_would(served: type[Any], normalize: Any) -> None:
    """What a transform raises is what it raises for one image."""
    dataset = served("", transform=transforms.Compose([transforms.ToTensor(), normalize]))
    said = []
    for source in (dataset, OneByOne(dataset)):
        with pytest.raises((RuntimeError, ValueError)) as caught:
            list(DataLoader(source, 4))
        said.append((caught.type, str(caught.value)))
    assert said[0] == said[1]


def test_an_index_that_is_not_there_is_an_index_error(served: type[Any]) -> None:
    """A sampler that goes too far ends as it does with torchvision's data set."""
    dataset = served("", transform=transforms.ToTensor())
    with pytest.raises(IndexError):
        list(DataLoader(dataset, batch_sampler=[[COUNT]]))


@pytest.mark.parametrize("loader", ["shuffled", "drop_last", "weighted"])
@pytest.mark.parametrize("transform", ["to_tensor", "normalize"])
@pytest.mark.parametrize("convolution", [False, True], ids=["linear", "convolution"])
def test_weights_after_training_are_bit_identical(
    served: type[Any], transform: str, loader: str, convolution: bool
) -> None:
    """Three epochs from one seed end in the same weights on both paths."""
    dataset = served("", transform=FAST[transform])
    ends = []
    for source in (dataset, OneByOne(dataset)):
        torch.manual_seed(5)
        front: list[nn.Module] = [nn.Conv2d(1, 2, 3), nn.ReLU()] if convolution else []
        width = 2 * 26 * 26 if convolution else 784
        model = nn.Sequential(*front, nn.Flatten(), nn.Linear(width, 10))
        optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
        for _ in range(3):
            for x, y in LOADERS[loader](source):
                optimizer.zero_grad()
                nn.functional.cross_entropy(model(x), y).backward()
                optimizer.step()
        ends.append(list(model.state_dict().values()))
    assert same(ends[0], ends[1])


@pytest.mark.parametrize("transform", [*FAST.values(), None], ids=[*FAST, "none"])
def test_held_out_images_are_those_of_single_images(images: Tensor, transform: Any) -> None:
    """Held-out images go through the transform with the same bits at once and one by one."""
    at_once = transformed(images, transform, BatchTransforms())
    one_by_one = transformed(images, transform, None)
    assert torch.equal(at_once, one_by_one)
    assert at_once.shape == (COUNT, 1, 28, 28)


def test_the_lengths_of_the_real_set_split_a_smaller_one(served: type[Any]) -> None:
    """`random_split(train, [50000, 10000])` cuts in proportion; other lengths are as they are."""
    from torch.utils.data import random_split as split

    train = served(train=True)
    assert [len(part) for part in split(train, [50_000, 10_000])] == [54, 10]
    assert [len(part) for part in split(train, [60, 4])] == [60, 4]
    assert [len(part) for part in split(train, [0.5, 0.5])] == [32, 32]
    with pytest.raises(ValueError, match="Sum of input lengths"):
        split(train, [50_000, 5_000])
