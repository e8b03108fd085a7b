"""The student's code as a check sees it: call this, forward that, give the gradient, the state."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, TypeVar

import torch
from torch import Tensor

from grader.checking.comparison import describe
from grader.checking.draw import Draw
from grader.checking.facts import NO_MODEL_RETURNED, OTHER_RETURNED
from grader.checking.failure import Failure
from grader.checking.process import StudentProcess
from grader.checking.replies import not_an_answer
from grader.result import Verdict
from grader.sandbox.protocol import OTHER_LOSSES, Handle

_Case = TypeVar("_Case", bound=tuple[Any, ...])


class Student:
    """A proxy of the student's module; every method may raise `Failure`.

    `order` decides in which order examples are asked for their scores.
    `forbidden` are the torch functions that the task under check must do without.
    """

    def __init__(self, process: StudentProcess, order: Draw, forbidden: Sequence[str] = ()) -> None:
        self._process = process
        self._order = order
        self._forbidden = tuple(forbidden)
        self.proven = process.proven

    @contextmanager
    def probing(self) -> Iterator[None]:
        """For questions beyond a check's own: a crash or hang in them costs the checks nothing.

        It is paid once: what broke in such a question is asked no more in later ones, where it
        fails with the verdict `SKIPPED`.
        """
        process = self._process
        broken = process.broken
        process.broken = process.broken_by_questions | broken
        try:
            yield
        finally:
            for subject in (
                process.broken.keys() - process.broken_by_questions.keys() - broken.keys()
            ):
                process.broken_by_questions[subject] = Failure(
                    Verdict.SKIPPED, asked=subject, got="it ended an earlier question badly"
                )
            process.broken = broken

    def ahead(self, ask: Callable[..., object], cases: Sequence[_Case]) -> Sequence[_Case]:
        """The `cases`, for each of which `ask(student, *case)` is put before the first is judged.

        All these questions travel together: one journey each would take longer than the answers.
        """
        self._process.ask_ahead(partial(ask, self, *case) for case in cases)
        return cases

    def call(self, name: str, *args: object, **kwargs: object) -> Any:
        """The value of `name(*args, **kwargs)`; models of this student may be arguments."""
        return self._call(name, args, kwargs, echo=False)

    def call_and_inputs(self, name: str, *args: object) -> tuple[Any, list[Tensor]]:
        """The value of `name(*args)`, and the tensors among `args` as they are after the call."""
        asked = _call_text(name, args, {})
        given = sum(isinstance(arg, Tensor) for arg in args)
        match self._call(name, args, {}, echo=True):
            case [value, list() as inputs] if len(inputs) == given and all(
                isinstance(t, Tensor) for t in inputs
            ):
                return value, inputs
        raise not_an_answer(asked)

    def gradient(
        self,
        name: str,
        *args: object,
        wrt: int = 0,
        cotangent: Tensor | None = None,
        **kwargs: object,
    ) -> tuple[Any, Any]:
        """`name(*args)` and the gradient of `(its value · cotangent).sum()` by `args[wrt]`.

        Without `cotangent` the value's plain sum is differentiated. The gradient is None where
        the value does not depend on the input through autograd.
        """
        asked = f"the gradient of {_call_text(name, args, kwargs)}"
        reply = self._process.ask(
            "gradient", name, asked, self._forbidden,
            name=name, args=_crossing(args), kwargs=_crossing(kwargs), wrt=wrt, cotangent=cotangent,
        )  # fmt: skip
        match reply:
            case [value, gradient]:
                return value, gradient
        raise not_an_answer(asked)

    def new(self, name: str, *args: object, weights: Sequence[Tensor] = ()) -> "Model":
        """An instance of the student's class `name`.

        It takes the `weights`, which are of different shapes, if these are just the shapes of its
        parameters, all of them or some; `Model.took` says so.
        """
        asked = _call_text(name, args, {})
        reply = self._process.ask(
            "new", name, asked, self._forbidden,
            name=name, args=_crossing(args), weights=list(weights),
        )  # fmt: skip
        model = self._model(reply, name, asked)
        model.took = reply.get("took") is True
        # Of a model that hung or crashed nothing is known any more; asking for it says so.
        if model.subject not in self._process.broken:
            model.fresh = _shapes(reply.get("shapes"))
        return model

    def linear(self, weight: Tensor, bias: Tensor, name: str = "linear") -> "Model":
        """A linear model of ours, beside the student's code: weight (C, D), bias (C,).

        `name` is the attribute that holds its `nn.Linear`; an empty one makes the model that layer.
        """
        asked = "a linear model to work on"
        reply = self._process.ask("linear", asked, asked, weight=weight, bias=bias, name=name)
        return self._model(reply, "model", asked)

    def run(self, name: str) -> "Model":
        """The model that the student's `name()` returns; it runs once for all checks."""
        asked = f"{name}()"
        if name not in self._process.models:
            reply = self._process.ask("run", name, asked, self._forbidden, name=name)
            self._process.models[name] = (self._process.generation, reply)
        generation, reply = self._process.models[name]
        model = self._model(reply, name, asked)
        model.generation = generation
        model.curves = _curves(reply.get("trace"))
        return model

    def _call(
        self, name: str, args: Sequence[object], kwargs: Mapping[str, object], echo: bool
    ) -> Any:
        return self._process.ask(
            "call", name, _call_text(name, args, kwargs), self._forbidden,
            name=name, args=_crossing(args), kwargs=_crossing(kwargs), echo=echo,
        )  # fmt: skip

    def _model(self, reply: Any, name: str, asked: str) -> "Model":
        match reply:
            case {"handle": Handle() as handle, "type": str(), "is_module": True}:
                return Model(self._process, handle, name, self._order, self._forbidden)
            case {"handle": Handle(), "type": "NoneType", "is_module": False}:
                got = "None instead of a model"
                raise Failure(Verdict.FAILED, asked=asked, got=got, diagnosis=NO_MODEL_RETURNED)
            case {"handle": Handle(), "type": str(kind), "is_module": False}:
                got = f"a value of type {kind}, not an nn.Module"
                raise Failure(Verdict.FAILED, asked=asked, got=got, diagnosis=OTHER_RETURNED)
        raise not_an_answer(asked)


class Model:
    """A model of the student's that lives in the worker."""

    def __init__(
        self,
        process: StudentProcess,
        handle: Handle,
        name: str,
        order: Draw,
        forbidden: Sequence[str],
    ) -> None:
        self._process = process
        self.handle = handle
        self.subject = f"{name} model"
        self._name = name
        self._order = order
        self._forbidden = forbidden
        self.generation = process.generation
        self.took = False
        """Whether it was given, as it was made, the weights that were offered."""
        self.fresh: dict[str, tuple[int, ...]] | None = None
        """The shapes of its parameters as it was made, where nothing was asked of it since."""
        self.curves: dict[str, list[float]] = {}
        """What the worker claims to have seen of its training, as `Trace.summary` names it."""

    def state(self) -> dict[str, Tensor]:
        """Its parameters and buffers by name."""
        asked = f"the parameters of {self._name}"
        reply = self._ask("state", asked)
        if not isinstance(reply, dict) or not all(isinstance(t, Tensor) for t in reply.values()):
            raise not_an_answer(asked)
        return reply

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """The shapes of its parameters and buffers by name."""
        if self.fresh is not None:
            return self.fresh
        return {name: tuple(tensor.shape) for name, tensor in self.state().items()}

    def load(self, state: Mapping[str, Tensor]) -> None:
        """Give it these parameters."""
        self._ask("load_state", f"{self._name} with other parameters", state=dict(state))

    def forward(self, x: Tensor) -> Any:
        """Its output for `x`."""
        return self._ask("forward", f"{self._name} on {_text(x)}", x=x, echo=False)

    def forward_and_input(self, x: Tensor) -> tuple[Any, Any]:
        """Its output for `x`, and `x` as it is afterwards."""
        asked = f"{self._name} on {_text(x)}"
        match self._ask("forward", asked, x=x, echo=True):
            case [value, after]:
                return value, after
        raise not_an_answer(asked)

    def weight_gradients(self, x: Tensor, cotangent: Tensor) -> dict[str, Tensor]:
        """The gradient of `(output for x · cotangent).sum()` by each parameter, by its name.

        A parameter that no gradient reaches is left out.
        """
        asked = f"the gradient of {self._name} on {_text(x)} by its parameters"
        reply = self._ask("weight_gradients", asked, x=x, cotangent=cotangent)
        if not isinstance(reply, dict) or not all(isinstance(t, Tensor) for t in reply.values()):
            raise not_an_answer(asked)
        return reply

    def scores(self, x: Tensor) -> Any:
        """Its output for `x` in evaluation mode; asked in a secret order, told in that of `x`."""
        return self._in_secret_order("scores", f"{self._name} on {_text(x)}", x=x)

    def image_scores(self, images: Tensor) -> Any:
        """Its output for `images` (N, 28, 28) uint8 through the student's own transform.

        Asked in a secret order, told in that of `images`.
        """
        asked = f"{self._name} on {len(images)} images"
        return self._in_secret_order("image_scores", asked, images=images)

    def _in_secret_order(self, op: str, asked: str, **examples: Tensor) -> Any:
        """The answer to `op`, its rows put back in the order of the examples.

        Examples are published: whoever knew in which place each is asked could answer by place.
        """
        [(name, rows)] = examples.items()
        order = self._order.permutation(len(rows))
        answer = self._ask(op, asked, **{name: rows[order]})
        if not isinstance(answer, Tensor) or answer.shape[:1] != rows.shape[:1]:
            return answer
        return answer[order.argsort()]

    def _ask(self, op: str, asked: str, **fields: object) -> Any:
        if self.generation != self._process.generation:
            raise Failure(Verdict.ERRORED, asked=asked, got="the process that held it has ended")
        self.fresh = None
        return self._process.ask(
            op, self.subject, asked, self._forbidden, model=self.handle, **fields
        )


_TOLD = (
    *("loss", "accuracy", "steps", "batches", "classes", "one_class", "softmaxed", "diverged"),
    *("updates", "rate", "slowed", "decay", "stale", "gradless", "cleared_too_soon", "given"),
    *OTHER_LOSSES,
)


def _curves(claimed: Any) -> dict[str, list[float]]:
    """The curves in a reply; what is not a list of floats is left out."""
    if not isinstance(claimed, dict):
        return {}
    return {
        name: claimed[name]
        for name in _TOLD
        if isinstance(claimed.get(name), list)
        and all(isinstance(value, float) for value in claimed[name])
    }


def _shapes(claimed: Any) -> dict[str, tuple[int, ...]] | None:
    """The shapes in a reply; None where there are none."""
    if not isinstance(claimed, dict) or not all(
        isinstance(shape, list) and all(isinstance(size, int) for size in shape)
        for shape in claimed.values()
    ):
        return None
    return {name: tuple(shape) for name, shape in claimed.items()}


def _crossing(value: Any) -> Any:
    """`value` with models replaced by their handles."""
    if isinstance(value, Model):
        return value.handle
    if isinstance(value, Mapping):
        return {key: _crossing(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_crossing(item) for item in value]
    return value


def _call_text(name: str, args: Sequence[object], kwargs: Mapping[str, object]) -> str:
    parts = [_text(a) for a in args] + [f"{key}={_text(value)}" for key, value in kwargs.items()]
    return f"{name}({', '.join(parts)})"


def _text(value: object) -> str:
    if isinstance(value, Tensor):
        if value.ndim == 0:
            return "scalar"
        kind = "" if value.dtype == torch.float32 else f"{str(value.dtype)[6:]} "
        return f"{kind}tensor {tuple(value.shape)}"
    if isinstance(value, Model):
        return "model"
    return repr(value) if isinstance(value, int | float | str) else describe(value)
