"""The course of a training run, as the worker sees it."""

import math
from contextlib import AbstractContextManager, nullcontext

import pytest
import torch
from torch import nn

from grader.sandbox.worker.call_recorder import CallRecorder
from grader.sandbox.worker.trace import Trace, observe


@pytest.fixture
def trace(monkeypatch: pytest.MonkeyPatch) -> Trace:
    """What hears of each step of this test."""
    for name in ("backward", "grad"):
        monkeypatch.setattr(torch.autograd, name, getattr(torch.autograd, name))
    for name in ("cross_entropy", "nll_loss"):
        monkeypatch.setattr(nn.functional, name, getattr(nn.functional, name))
    for owner in (torch.optim.Optimizer, nn.Module):
        monkeypatch.setattr(owner, "zero_grad", owner.zero_grad)
    trace = Trace()
    observe(lambda: trace)
    return trace


@pytest.mark.parametrize("recorder", [nullcontext(), CallRecorder((), "")], ids=["", "recorded"])
def test_losses_and_hits_are_seen_once_at_each_step(
    trace: Trace, recorder: AbstractContextManager[object]
) -> None:
    """backward() tells the loss, cross_entropy the share of labels that were hit."""
    z = torch.tensor([[2.0, 0.0], [0.0, 2.0]], requires_grad=True)
    with recorder:
        for _ in range(3):
            nn.functional.cross_entropy(z, torch.tensor([0, 0])).backward()
    summary = trace.summary()
    assert summary["steps"] == [3.0]
    assert summary["accuracy"] == [0.5, 0.5, 0.5]
    assert all(math.isclose(loss, 1.1269, abs_tol=1e-4) for loss in summary["loss"])


def test_one_hot_targets_are_understood(trace: Trace) -> None:
    """Float one-hot rows are as good as indices."""
    nn.CrossEntropyLoss()(torch.eye(3), torch.eye(3))
    assert trace.summary()["accuracy"] == [1.0]


def test_epochs_are_told_apart_by_a_loader() -> None:
    """Between two starts of a loader lies an epoch, whose mean is told."""
    trace = Trace()
    for epoch in range(3):
        trace.epoch()
        for batch in range(4):
            trace.loss(torch.tensor(10.0 * epoch + batch))
    assert trace.summary()["loss"] == [1.5, 11.5, 21.5]


def test_a_long_run_is_told_in_few_numbers() -> None:
    """However many steps there are, some hundred means tell of them."""
    trace = Trace()
    for step in range(5000):
        trace.loss(torch.tensor(float(step)))
    summary = trace.summary()["loss"]
    assert 100 < len(summary) <= 400
    assert summary == sorted(summary)


def test_a_loss_that_is_no_number_is_told_as_such() -> None:
    """NaN stays NaN, so that the host sees the divergence."""
    trace = Trace()
    for loss in (1.0, math.nan, math.nan):
        trace.loss(torch.tensor(loss))
    summary = trace.summary()
    assert math.isnan(summary["loss"][1])
    assert summary["diverged"] == [0.0, 2.0]


def test_an_epoch_that_stops_after_its_first_batch_is_seen() -> None:
    """Of how many batches a gradient was taken is told beside how many there are."""
    trace = Trace()
    for used in (0, 1, 1):
        trace.epoch(15)
        for _ in range(used):
            trace.batch()
            trace.loss(torch.tensor(1.0))
    assert trace.summary()["batches"] == [1.0, 15.0]


def test_batches_of_one_class_are_counted() -> None:
    """The share of batches that hold one class alone is told, and how many classes there were."""
    trace = Trace()
    for labels in ([0, 0], [1, 1], [0, 1], [2]):
        trace.scores((torch.zeros(len(labels), 3), torch.tensor(labels)), {})
    assert trace.summary()["one_class"] == [2 / 3]  # a single label says nothing
    assert trace.summary()["classes"] == [3.0]


def test_batches_that_share_a_gradient_are_all_counted() -> None:
    """A loss that is gathered over the whole loader, with one backward(), uses every batch."""
    trace = Trace()
    for _ in range(2):
        trace.epoch(4)
        for _ in range(4):
            trace.batch()
        trace.loss(torch.tensor(1.0))
    assert trace.summary()["batches"] == [4.0, 4.0]


def test_gradients_by_way_of_autograd_are_steps_too(trace: Trace) -> None:
    """torch.autograd's own functions are as good as backward()."""
    w = torch.tensor(3.0, requires_grad=True)
    torch.autograd.grad(w * 2, w)
    torch.autograd.grad(outputs=[w * 3], inputs=[w])
    torch.autograd.backward(w * 4)
    torch.stack([w, w]).backward(torch.ones(2))
    summary = trace.summary()
    assert summary["loss"] == [6.0, 9.0, 12.0]
    assert summary["steps"] == [4.0]


def test_earlier_steps_are_counted() -> None:
    """Steps that were taken on import belong to the run."""
    trace = Trace(earlier=5)
    trace.loss(torch.tensor(1.0))
    assert trace.summary()["steps"] == [6.0]


def test_probabilities_given_to_cross_entropy_are_seen(trace: Trace) -> None:
    """cross_entropy of probabilities is a double softmax; nll_loss of anything is not."""
    z, y = torch.randn(4, 3), torch.zeros(4, dtype=torch.int64)
    nn.functional.cross_entropy(z.softmax(1), y)
    nn.functional.cross_entropy(z, y)
    nn.functional.nll_loss(z.softmax(1), y)
    assert trace.summary()["softmaxed"] == [0.5]


def test_observing_changes_nothing(trace: Trace) -> None:
    """Inside vmap a tensor has no value to note: the call happens all the same, and alike."""
    x, y, w = torch.randn(5, 4), torch.tensor([0, 1, 2, 0, 1]), torch.randn(3, 4)

    def loss(one: torch.Tensor) -> torch.Tensor:
        return nn.functional.cross_entropy(x @ one.T, y)

    before = torch.random.get_rng_state()
    gradients = torch.func.vmap(torch.func.grad(loss))(torch.stack([w, w + 1]))
    assert torch.equal(torch.random.get_rng_state(), before)
    assert trace.summary()["loss"] == []
    for one, gradient in zip((w, w + 1), gradients, strict=True):
        leaf = one.clone().requires_grad_()
        loss(leaf).backward()
        assert leaf.grad is not None
        assert torch.allclose(gradient, leaf.grad)


@pytest.mark.parametrize(
    ("order", "told"),
    [
        ("zbs", {"stale": 0.0, "gradless": 0.0, "cleared_too_soon": 0.0}),
        ("bsz", {"stale": 0.0, "gradless": 0.0, "cleared_too_soon": 0.0}),
        ("bs", {"stale": 1.0, "gradless": 0.0, "cleared_too_soon": 0.0}),
        ("bzs", {"stale": 0.0, "gradless": 1.0, "cleared_too_soon": 1.0}),
        ("os", {"stale": 0.0, "gradless": 1.0, "cleared_too_soon": 0.0}),
    ],
)
@pytest.mark.parametrize("optimizer", [torch.optim.SGD, torch.optim.Adam])
def test_what_a_step_finds_in_its_gradients_is_seen(
    trace: Trace, optimizer: type[torch.optim.SGD], order: str, told: dict[str, float]
) -> None:
    """z clears gradients, b goes backward, o so through another model, s makes a step."""
    model, other, x = nn.Linear(4, 3), nn.Linear(4, 3), torch.ones(2, 4)
    stepped = optimizer(model.parameters(), lr=0.25, weight_decay=0.5)
    for _ in range(3):
        for action in order:
            match action:
                case "z":
                    stepped.zero_grad()
                case "s":
                    stepped.step()
                case _:
                    (model if action == "b" else other)(x).square().sum().backward()
    summary = trace.summary()
    assert {name: summary[name] for name in told} == {name: [share] for name, share in told.items()}
    assert (summary["updates"], summary["rate"], summary["decay"]) == (
        [3.0],
        [0.25, 0.25],
        [0.5],
    )


def test_a_rate_that_falls_is_told(trace: Trace) -> None:
    """The rates of the first and the last step, and the share of steps with a tiny one."""
    model = nn.Linear(4, 3)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    schedule = torch.optim.lr_scheduler.ExponentialLR(optimizer, gamma=1e-2)
    for _ in range(4):
        model(torch.ones(2, 4)).sum().backward()
        optimizer.step()
        schedule.step()
    summary = trace.summary()
    assert summary["rate"] == [0.5, pytest.approx(5e-7)]
    assert summary["slowed"] == [0.5]


def test_other_losses_are_counted_by_name(trace: Trace) -> None:
    """By function or by module; cross-entropy is none of them."""
    scores, rows = torch.randn(4, 3), torch.eye(3)[[0, 1, 2, 0]]
    nn.MSELoss()(scores, rows)
    nn.functional.mse_loss(scores, rows)
    nn.functional.cross_entropy(scores, rows)
    summary = trace.summary()
    assert summary["mse_loss"] == [2.0]
    assert "l1_loss" not in summary


def test_steps_by_a_closure_are_in_order(trace: Trace) -> None:
    """LBFGS goes backward inside its step: nothing is stale and no gradient is missing."""
    model = nn.Linear(4, 3)
    optimizer = torch.optim.LBFGS(model.parameters())

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        loss = model(torch.ones(2, 4)).square().sum()
        loss.backward()
        return loss

    for _ in range(3):
        optimizer.step(closure)
    assert trace.summary()["stale"] == [0.0]
    assert trace.summary()["gradless"][0] < 0.5
