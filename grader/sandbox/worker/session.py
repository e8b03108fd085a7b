"""The worker: runs the student's code inside the jail and answers with plain values.

It never computes a verdict and never holds a label of held-out data, a hidden test or the seed.
`serve` reads requests from the host (`{"op": name, ...}`), one at a time, and replies
`{"value": ...}`, or `{"error": {...}}` when the student's code raised. Everything here can be
tampered with by the student's code, which runs in the same process; the host therefore treats
each reply as a claim.
"""

import importlib.util
import random
import socket
import struct
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import chdir, nullcontext, suppress
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar

import numpy as np
import numpy.random  # numpy would import it in each worker anew
import torch
from torch import Tensor, nn

from grader.sandbox.protocol import Handle, decode, encode
from grader.sandbox.request import File, decode_request, encode_request
from grader.sandbox.worker import crash_report, harmless_imports, rehearsal, standins
from grader.sandbox.worker.call_recorder import CallRecorder
from grader.sandbox.worker.call_scanner import CallScanner
from grader.sandbox.worker.crash_report import NotThereError
from grader.sandbox.worker.trace import Trace, observe

_LENGTH = struct.Struct(">Q")


def prepare() -> None:
    """Do once, in the process that workers are forked from, what all of them would do."""
    standins.run_loaders_in_process(
        lambda length: Session.latest.trace.epoch(length), lambda: Session.latest.trace.batch()
    )
    observe(lambda: Session.latest.trace)
    session = Session()
    with tempfile.TemporaryDirectory() as folder, chdir(folder):
        before = list(sys.path), sys.argv, sys.orig_argv
        own = Path(rehearsal.__file__)
        session.do_load({own.name: File(own.read_bytes())}, own.name, seed=0, stand_in=None)
        sys.path, sys.argv, sys.orig_argv = before
        del sys.modules[own.stem]
    for request in rehearsal.REQUESTS:
        reply = session.answer(decode_request(encode_request(request)))
        if "error" in reply:
            raise RuntimeError(f"the rehearsal failed: {reply['error']}")
        decode(encode(reply))


def serve(connection: socket.socket) -> None:
    """Answer requests until the host hangs up."""
    session = Session()
    while (frame := _receive(connection)) is not None:
        reply = encode(session.answer(decode_request(frame)))
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        connection.sendall(_LENGTH.pack(len(reply)) + reply)


def _receive(connection: socket.socket) -> bytes | None:
    header = _read(connection, _LENGTH.size)
    return None if header is None else _read(connection, _LENGTH.unpack(header)[0])


def _read(connection: socket.socket, size: int) -> bytes | None:
    body = bytearray(size)
    view = memoryview(body)
    while view:
        count = connection.recv_into(view)
        if not count:
            return None
        view = view[count:]
    return bytes(body)


class Model(nn.Module):
    """A model of one layer, held as the attribute `name`; what else it is given takes no part."""

    def __init__(self, name: str, layer: nn.Module) -> None:
        super().__init__()
        self.add_module(name, layer)
        self._holds = name

    def forward(self, x: Tensor) -> object:
        """The layer's output."""
        return getattr(self, self._holds)(x)


class Session:
    """The student's module, and the objects it made that the host can refer to."""

    latest: ClassVar["Session"]
    """The one that hears what torch is asked to do, once `prepare` was called."""

    def __init__(self) -> None:
        Session.latest = self
        self.module: ModuleType | None = None
        self.objects: list[Any] = []
        self.notes: dict[int, Any] = {}
        self.trace = Trace()
        self.steps_on_load = 0
        self.ended: int | None = None
        """The line in which the file ended itself while it was imported; 0 where none is known."""
        self.source = ""
        self.reading = CallScanner("")
        self.seed = 0
        self.stand_in: Any = None

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """Carry out one request; an exception of the student's becomes an error reply."""
        operation = getattr(self, "do_" + request.pop("op"))
        forbidden = frozenset(request.pop("forbidden", ()))
        random.seed(self.seed)
        np.random.seed(self.seed)  # students use the global generator
        # torch.manual_seed asks for all devices, at a hundred times the cost; here is but one.
        torch.default_generator.manual_seed(self.seed)
        self.trace = Trace(self.steps_on_load)
        recorder = CallRecorder(forbidden, self._file())
        try:
            # Recording costs something at each call of torch's: only where something is forbidden.
            with recorder if forbidden else nullcontext():
                value = operation(**request)
        except BaseException as error:  # SystemExit and KeyboardInterrupt are the student's too
            described = crash_report.describe(error, self._file(), self.source)
            return {"error": described, "forbidden": recorder.found}
        ran = bool(recorder.found)
        found = recorder.found or self.reading.forbidden(str(request.get("name")), forbidden)
        return {"value": value, "forbidden": [[*call, ran] for call in found[:10]]}

    def do_load(
        self,
        files: dict[str, File],
        module: str,
        seed: int,
        stand_in: dict[str, Any] | None,
        ignored: Sequence[str] = (),
    ) -> list[str] | None:
        """Write `files` to the working directory and import `module`.

        `stand_in` is what the data set puts in place of the outside world: its source, and the
        tensors that its class `StandIn` is made of. Of `ignored` the modules do nothing; returned
        are those that it imports.
        """
        self.seed = seed
        harmless_imports.stand_in(ignored)
        for name, content in files.items():
            Path(name).write_bytes(content.content)
        if stand_in is not None:
            self.stand_in = _stand_in(**stand_in)
        path = Path.cwd() / module
        if module not in files:
            raise NotThereError(f"the file {module} is not there yet")
        self.source = crash_report.require_text(path.read_bytes(), module)
        self.reading = CallScanner(self.source)  # before it can run
        spec = importlib.util.spec_from_file_location(path.stem, path)
        assert spec is not None
        assert spec.loader is not None
        self.module = importlib.util.module_from_spec(spec)
        sys.modules[path.stem] = self.module
        sys.argv = [module]  # as if it had been started alone: `argparse` finds no words of ours
        sys.orig_argv = ["python", module]
        sys.path.append(str(path.parent))  # an assignment may have several files
        try:
            spec.loader.exec_module(self.module)
        except SystemExit as end:
            self.ended = crash_report.line_of(end, self._file()) or 0
            where = f" in line {self.ended}" if self.ended else ""
            print(f"grader: {module} ends itself{where}; what it defined before that counts")
        self.steps_on_load = self.trace.steps  # a model may be trained on import
        return harmless_imports.imported(self.source, ignored) or None

    def do_call(self, name: str, args: list[Any], kwargs: dict[str, Any], echo: bool) -> object:
        """`name(*args, **kwargs)`; with `echo`, also the arguments as they are afterwards."""
        real = self._resolve(args)
        value = self._lookup(name)(*real, **self._resolve(kwargs))
        return [value, [a for a in real if isinstance(a, Tensor)]] if echo else value

    def do_gradient(
        self, name: str, args: list[Any], kwargs: dict[str, Any], wrt: int, cotangent: Tensor | None
    ) -> list[object]:
        """`name(*args)` and the gradient of `(value · cotangent).sum()` by `args[wrt]`."""
        real = self._resolve(args)
        leaf = real[wrt].requires_grad_(True)
        # Not the leaf itself, which may not be changed in place: another check asks about that.
        real[wrt] = leaf.clone()
        value = self._lookup(name)(*real, **self._resolve(kwargs))
        if not isinstance(value, Tensor) or not value.requires_grad:
            return [value, None]
        weighted = value if cotangent is None else value * cotangent
        torch.autograd.backward(weighted.sum())
        return [value, leaf.grad]

    def do_new(
        self, name: str, args: list[Any], weights: Sequence[Tensor] = ()
    ) -> dict[str, object]:
        """An instance of the class `name`, kept here, and the shapes of its parameters.

        If `weights` have all these shapes, each another one, it takes them: `took`. Code that fails
        to tell shapes (None) or to take weights fails again when it is asked for that alone.
        """
        made = self._lookup(name)(*self._resolve(args))
        shapes, took = None, False
        if isinstance(made, nn.Module):
            with suppress(Exception):
                shapes = {own: list(tensor.shape) for own, tensor in _state(made).items()}
                fitting = {tuple(weight.shape): weight for weight in weights}
                given = {own: fitting.pop(tuple(shape), None) for own, shape in shapes.items()}
                if given and all(weight is not None for weight in given.values()):
                    _load(made, given)
                    took = True
        return {**self._keep(made), "shapes": shapes, "took": took}

    def do_run(self, name: str) -> dict[str, object]:
        """The model that `name()` returns, kept here, and how its training went."""
        kept = {**self._keep(self._lookup(name)()), "trace": self.trace.summary()}
        if self.stand_in is not None:
            self.notes[len(self.objects) - 1] = self.stand_in.note()
        return kept

    def do_linear(self, weight: Tensor, bias: Tensor, name: str) -> dict[str, object]:
        """A linear model of these weights, kept here, that is none of the student's.

        `name` is the attribute that holds its one layer; the model is the layer itself without.
        """
        layer = nn.Linear(weight.shape[1], weight.shape[0])
        layer.load_state_dict({"weight": weight, "bias": bias})
        return self._keep(Model(name, layer) if name else layer)

    def do_state(self, model: Handle) -> dict[str, Tensor]:
        """The parameters and buffers of a model; what has two names there, under its first."""
        return _state(self._model(model))

    def do_load_state(self, model: Handle, state: dict[str, Tensor]) -> None:
        """Give a model the parameters in `state`."""
        _load(self._model(model), state)

    def do_forward(self, model: Handle, x: Tensor, echo: bool = False) -> object:
        """`model(x)` as it stands, with the graph cut; with `echo`, also `x` as it is then."""
        value = self._model(model)(x)
        return [value, x] if echo else value

    def do_weight_gradients(self, model: Handle, x: Tensor, cotangent: Tensor) -> object:
        """The gradient of `(model(x) · cotangent).sum()` by each parameter that it reaches."""
        network = self._model(model)
        network.zero_grad()
        value = network(x)
        if isinstance(value, Tensor) and value.requires_grad:
            torch.autograd.backward((value * cotangent).sum())
        return {n: p.grad for n, p in network.named_parameters() if p.grad is not None}

    def do_scores(self, model: Handle, x: Tensor) -> object:
        """`model(x)` in evaluation mode."""
        network = self._model(model).eval()
        with torch.no_grad():
            return network(x)

    def do_image_scores(self, model: Handle, images: Tensor) -> object:
        """Scores of `images` as the data set's stand-in asks a model for them."""
        network = self._model(model).eval()
        with torch.no_grad():
            return self.stand_in.scores(network, images, self.notes.get(model.number))

    def _keep(self, made: object) -> dict[str, object]:
        self.objects.append(made)
        return {
            "handle": Handle(len(self.objects) - 1),
            "type": type(made).__name__,
            "is_module": isinstance(made, nn.Module),
        }

    def _model(self, handle: Handle) -> Any:
        return self.objects[handle.number]

    def _lookup(self, name: str) -> Any:
        found = getattr(self.module, name, None)
        if found is None:
            early = (
                ""
                if self.ended is None
                else f": the file ends itself in line {self.ended}, before it"
            )
            raise NotThereError(f"`{name}` is not there yet{early}")
        return found

    def _resolve(self, value: Any) -> Any:
        if isinstance(value, Handle):
            return self.objects[value.number]
        if isinstance(value, list):
            return [self._resolve(item) for item in value]
        if isinstance(value, dict):
            return {key: self._resolve(item) for key, item in value.items()}
        return value

    def _file(self) -> str:
        return str(getattr(self.module, "__file__", ""))


def _state(network: nn.Module) -> dict[str, Tensor]:
    first = {name for name, _ in network.named_parameters()}
    every = {name for name, _ in network.named_parameters(remove_duplicate=False)}
    return {n: t for n, t in network.state_dict().items() if n in first or n not in every}


def _load(network: nn.Module, state: Mapping[str, Any]) -> None:
    network.load_state_dict({**network.state_dict(), **state})  # second names share the memory


def _stand_in(source: File, tensors: dict[str, Tensor]) -> Any:
    """The `StandIn` of a data set's own source, which the host sent, made of `tensors`."""
    module = ModuleType("stand_in")
    exec(compile(source.content, "<stand-in>", "exec"), vars(module))
    return module.StandIn(**tensors)
