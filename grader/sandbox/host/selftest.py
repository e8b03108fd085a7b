"""The self-test: before student code runs, known escapes are tried from inside a jail.

It fails closed. A kernel, a container or a change of ours that lets one of them through makes
`Sandbox.__enter__` raise, and nothing is graded.
"""

import os
import secrets
import socket
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.errors import SandboxError
from grader.sandbox.host.exchange import Worker, WorkerFailed, WorkerTimedOut
from grader.sandbox.limits import Limits
from grader.sandbox.protocol import ProtocolError, decode
from grader.sandbox.request import File, encode_request

_ESCAPES = Path(__file__).parents[1] / "jail" / "escapes.py"
_NOT_THERE = {"EACCES", "ENOENT", "EPERM", "EROFS"}
_MOST_REFUSED = {"take too much memory": {"ENOMEM"}}
_PATIENCE = 60.0
_LOOP_SECONDS = 0.05
_FEWEST = 20

StartWorker = Callable[[Limits], Worker]


@dataclass(frozen=True)
class SelfTest:
    """A self-test that was passed: how many escapes were tried, and how long it took."""

    escapes: int
    seconds: float


def try_escapes(start: StartWorker, base: Path) -> SelfTest:
    """Try all escapes in a worker of `start`; `base` is the sandbox's own folder on disk.

    Raises:
        SandboxError: one of them succeeded, or could not be tried.
    """
    begin = time.monotonic()
    tried = 0
    with (
        tempfile.TemporaryDirectory(dir=base) as folder,
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.socket(socket.AF_UNIX) as abstract,
        start(Limits()) as worker,
    ):
        Path(folder).chmod(0o755)
        secret = Path(folder, "secret")
        secret.write_text("secret", encoding="ascii")
        name = f"grader-selftest-{secrets.token_hex(8)}"
        abstract.bind(f"\0{name}")
        abstract.listen()
        content = File(_ESCAPES.read_bytes())
        _ask(worker, op="load", files={_ESCAPES.name: content}, module=_ESCAPES.name, seed=0,
             stand_in=None)  # fmt: skip
        args = [os.getpid(), server.getsockname()[1], name, str(secret)]
        seen = _ask(worker, op="call", name="attempts", args=args, kwargs={}, echo=False)
        if not isinstance(seen, dict) or len(seen) < _FEWEST:
            raise SandboxError("the self-test of the sandbox did not answer; nothing was graded")
        for what, outcome in seen.items():
            tried += 1
            if outcome not in _MOST_REFUSED.get(what, _NOT_THERE):
                raise SandboxError(
                    f"the sandbox does not hold: a process in it can {what} ({outcome}); "
                    "nothing was graded"
                )
        _stop_an_endless_loop(worker)
    return SelfTest(tried + 1, time.monotonic() - begin)


def _ask(worker: Worker, **request: object) -> Any:
    try:
        reply = worker.ask(encode_request(request), seconds=_PATIENCE, max_reply=1 << 16)
        value = decode(reply)
    except (WorkerFailed, ProtocolError) as error:
        raise SandboxError(f"the self-test of the sandbox failed: {error}") from None
    if not isinstance(value, dict) or "value" not in value:
        raise SandboxError(f"the self-test of the sandbox failed: {str(value)[:200]}")
    return value["value"]


def _stop_an_endless_loop(worker: Worker) -> None:
    request = encode_request(
        {"op": "call", "name": "never_ends", "args": [], "kwargs": {}, "echo": False}
    )
    try:
        worker.ask(request, seconds=_LOOP_SECONDS, max_reply=1 << 16)
    except WorkerTimedOut:
        if not Path(f"/proc/{worker.pid}").exists():
            return
    except WorkerFailed:
        pass
    raise SandboxError("the sandbox does not hold: an endless loop was not ended in time")
