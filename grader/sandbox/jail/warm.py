"""The warm process: has imported torch and nothing secret, and forks workers into their jails.

It serves one host on a SOCK_SEQPACKET socket; messages are JSON objects, descriptors travel as
SCM_RIGHTS:

    start   preload, worker, levels, denied_paths, base    → level
    spawn   limits, home   (+ connection, output pipe)  → pid
    reap    pid, grace (seconds before it is killed)    → status, killed, max_rss_kib

A reply with `error` says in one sentence what failed. When the host hangs up, everything ends.
"""

import contextlib
import gc
import importlib
import importlib.util
import json
import os
import pkgutil
import platform
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Iterable
from importlib.machinery import FileFinder
from pathlib import Path
from typing import Any

from grader.sandbox.jail import kernel, landlock, launch, readable, workdir
from grader.sandbox.jail.enter import Plan
from grader.sandbox.jail.launch import JailError
from grader.sandbox.jail.syscalls import MACHINES
from grader.sandbox.limits import Level, Limits

_LARGEST_MESSAGE = 128 * 1024
_REAP_STEP = 0.002


class Warm:
    """The state between the host's messages: what to serve with, and the living workers."""

    def __init__(self, control: socket.socket) -> None:
        self.control = control
        self.base: Path | None = None
        self.level: Level | None = None
        self.shown: tuple[Path, ...] = ()
        self.hidden: tuple[Path, ...] = ()
        self.granted: tuple[Path, ...] = ()
        self.serve: launch.Serve = lambda _: None
        self.workers: set[int] = set()
        self.ending = False

    def run(self) -> None:
        """Answer the host until it hangs up, then end all workers and remove their folders."""
        try:
            with contextlib.suppress(ConnectionError):  # the host is gone
                self._serve()
            self.ending = True
        except SystemExit:
            pass
        finally:
            for pid in list(self.workers):
                self.reap(pid, 0)
            if self.base is not None and self.base.is_dir():
                workdir.remove(self.base)

    def _end(self, _number: int, _frame: object) -> None:
        if not self.ending:  # nothing may interrupt the tidying up
            self.ending = True
            raise SystemExit

    def _serve(self) -> None:
        while True:
            message, fds, _, _ = socket.recv_fds(self.control, _LARGEST_MESSAGE, 2)
            if not message:
                break
            reply = self._answer(json.loads(message), fds)
            self.control.send(json.dumps(reply).encode())

    def _answer(self, request: dict[str, Any], fds: list[int]) -> dict[str, Any]:
        try:
            match request.pop("do"):
                case "start":
                    return self.start(**request)
                case "spawn":
                    return self.spawn(Limits(**request["limits"]), request["home"], *fds)
                case "reap":
                    return self.reap(request["pid"], request["grace"])
        except Exception as error:
            return {"error": f"{type(error).__name__}: {error}" if str(error) else repr(error)}
        finally:
            for fd in fds:
                os.close(fd)
        return {"error": "unknown request"}

    def start(
        self,
        preload: list[str],
        worker: str,
        levels: list[str],
        denied_paths: list[str],
        base: str,
    ) -> dict[str, Any]:
        """Import everything, then find the first of `levels` that can really be entered."""
        for name in preload:
            importlib.import_module(name)
        module = _load_worker(worker)
        module.prepare()
        self.serve = module.serve
        _use_one_thread()
        package = Path(__file__).resolve().parents[2]
        if sys.path[-1] == str(package.parent):  # added by the host's command line
            sys.path.pop()
        signal.signal(signal.SIGTERM, self._end)  # from here on there is something to tidy up
        self.base = Path(base)
        workdir.make_base(self.base)
        self.shown = tuple(readable.library_roots(preload))
        self.hidden = tuple(path.resolve() for path in (package, *map(Path, denied_paths)))
        self.granted = tuple(readable.granted_paths(self.shown, self.hidden))
        _remember_names([package, *map(Path, denied_paths)], self.shown)
        gc.collect()
        gc.freeze()  # workers then share the pages of what is here already
        refusals = []
        for level in map(Level, levels):
            refusal = self._refusal(level, self.base)
            if refusal is None:
                self.level = level
                return {"level": level}
            refusals.append(f"{level}: {refusal}")
        return {"error": "no jail can be built here (" + "; ".join(refusals) + ")"}

    def _refusal(self, level: Level, base: Path) -> str | None:
        """Why `level` cannot be entered here; None after a throw-away child has entered it."""
        if platform.machine() not in MACHINES:
            return f"no system call table for {platform.machine()}"
        if landlock.version() < 1:
            return "the kernel has no Landlock (Linux 5.13 or newer, enabled)"
        home = workdir.make(base)
        ours, theirs = socket.socketpair()
        null = os.open(os.devnull, os.O_WRONLY)
        try:
            plan = Plan(level, self.shown, self.hidden, self.granted, Limits(), home)
            pid = launch.launch(plan, lambda _: None, theirs.fileno(), null)
            self.workers.add(pid)
            self.reap(pid, 5.0)
        except (JailError, OSError) as error:
            return str(error)
        finally:
            os.close(null)
            ours.close()
            theirs.close()
            workdir.remove(home)
        return None

    def spawn(
        self, limits: Limits, home: str | None, connection: int, output: int
    ) -> dict[str, Any]:
        """Start a worker on the two descriptors, in a jail that stands."""
        assert self.level is not None
        room_on_disk = Path(home) if home else None
        plan = Plan(self.level, self.shown, self.hidden, self.granted, limits, room_on_disk)
        pid = launch.launch(plan, self.serve, connection, output)
        self.workers.add(pid)
        return {"pid": pid}

    def reap(self, pid: int, grace: float) -> dict[str, Any]:
        """Wait up to `grace` seconds for a worker to end by itself, then kill it."""
        if pid not in self.workers:
            return {"error": f"no worker {pid}"}
        deadline = time.monotonic() + grace
        done, status, usage = os.wait4(pid, os.WNOHANG)
        while not done and time.monotonic() < deadline:
            time.sleep(_REAP_STEP)
            done, status, usage = os.wait4(pid, os.WNOHANG)
        if not done:
            os.kill(pid, signal.SIGKILL)  # our child, not yet waited for: still the same process
            _, status, usage = os.wait4(pid, 0)
        self.workers.discard(pid)
        return {"status": status, "killed": not done, "max_rss_kib": usage.ru_maxrss}


def _load_worker(worker: str) -> Any:
    """The module that serves: a module's name, or a file (tests)."""
    if not worker.endswith(".py"):
        return importlib.import_module(worker)
    spec = importlib.util.spec_from_file_location("worker_from_file", worker)
    if spec is None or spec.loader is None:
        raise ImportError(worker)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _remember_names(hidden: Iterable[Path], shown: Iterable[Path]) -> None:
    """Have Python's importer list the library folders that hold a hidden path.

    No worker may list them, and could otherwise import nothing from them.
    """
    above = {folder for path in hidden for folder in path.parents}
    for folder in above:
        finder = pkgutil.get_importer(str(folder))
        if isinstance(finder, FileFinder) and any(folder.is_relative_to(root) for root in shown):
            finder.find_spec("_")


def _use_one_thread() -> None:
    """One thread in torch, and in this process: forking more than one is not safe."""
    torch = sys.modules.get("torch")
    if torch is not None:
        torch.set_num_threads(1)
    count = len(list(Path("/proc/self/task").iterdir()))
    if count != 1:
        raise RuntimeError(f"the warm process has {count} threads after its imports, not one")


def main(control: int, host: int) -> None:
    """Serve on the descriptor `control`; called by the command line of process `host`."""
    # The host may go while this process imports torch, or waits, and does not listen to it.
    kernel.end_with_parent(host, signal.SIGTERM)
    kernel.prctl(kernel.PR_SET_DUMPABLE, 0)
    os.set_inheritable(control, False)
    tempfile.tempdir = os.environ["HOME"]
    Warm(socket.socket(fileno=control)).run()
    os._exit(0)  # Python would take a second to dismantle torch
