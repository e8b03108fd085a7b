"""Nothing of a sandbox is left, however it, its host or its workers end."""

import os
import signal
import socket
import subprocess
import sys
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest
from probes import PATIENCE, PROBE_WORKER, ROOT, at_rest, descendants, probe, processes, wait_until
from tether import tether

from grader.errors import SandboxError
from grader.sandbox.host.sandbox import Level, Limits, Sandbox, WorkerDied, WorkerTimedOut


def traces(sandbox: Sandbox) -> dict[str, object]:
    """What workers could leave: processes, mounts, folders, descriptors here and there."""
    at_rest(sandbox)
    assert sandbox._warm is not None
    assert sandbox._base is not None
    warm = Path(f"/proc/{sandbox._warm.process.pid}/fd")
    return {
        "processes": descendants(os.getpid()),
        "mounts": Path("/proc/self/mountinfo").read_text(),
        "folders": sorted(sandbox._base.iterdir()),
        "descriptors": len(list(Path("/proc/self/fd").iterdir())),
        # Only root may look at the warm process's.
        "warm": len(list(warm.iterdir())) if os.geteuid() == 0 else None,
    }


def test_two_hundred_workers_leave_nothing(sandbox: Sandbox) -> None:
    """No process, mount, descriptor or folder of 200 workers remains, however they ended."""
    before = traces(sandbox)
    for number in range(200):
        with sandbox.start_worker(Limits()) as worker:
            match number % 5:
                case 0:
                    with pytest.raises(WorkerDied):
                        probe(worker, "import os; os._exit(1)")
                case 1:
                    probe(worker, "import os; os.makedirs('a/b/c', mode=0o000); open('x', 'w')")
                case 2:
                    with pytest.raises(WorkerTimedOut):
                        probe(worker, "print('x'); connection.recv(1)", seconds=0.01)
                case 3:
                    probe(worker, "import threading; threading.Thread(target=input).start()")
    assert traces(sandbox) == before


def test_a_jail_whose_process_was_killed_is_not_used(sandbox: Sandbox) -> None:
    """What stands ready and ends before it is used costs nobody anything."""
    limits = Limits(threads=7)
    for _ in range(2):
        sandbox.start_worker(limits).close()
    built = sandbox._spares[limits].built
    assert built is not None
    ready = built.get(PATIENCE)["pid"]
    os.kill(ready, signal.SIGKILL)
    assert wait_until(lambda: not sandbox._spares[limits]._connection.recv(1, socket.MSG_PEEK))
    with sandbox.start_worker(limits) as worker:
        assert worker.pid != ready
        assert probe(worker, "result = 1") == 1


def test_a_dismissed_worker_ends(sandbox: Sandbox) -> None:
    """Who is dismissed, whatever it is at, is gone soon, with its folder."""
    before = traces(sandbox)
    worker = sandbox.start_worker(Limits())
    probe(worker, "import threading, time; threading.Thread(target=time.sleep, args=[600]).start()")
    worker.dismiss()
    assert traces(sandbox) == before
    with pytest.raises(WorkerDied):
        probe(worker, "result = 1")


def test_workers_of_one_sandbox_are_independent(sandbox: Sandbox) -> None:
    """Several workers live at once, and the end of one does not touch the others."""
    with ExitStack() as stack:
        workers = [stack.enter_context(sandbox.start_worker(Limits())) for _ in range(4)]
        for number, worker in enumerate(workers):
            probe(worker, f"mine = {number}")
        workers[0].close()
        assert [probe(worker, "result = mine") for worker in workers[1:]] == [1, 2, 3]


def test_two_sandboxes_are_independent(sandbox: Sandbox) -> None:
    """Two sandboxes work side by side; closing one leaves the workers of the other alive."""
    with sandbox.start_worker(Limits()) as worker:
        with (
            Sandbox(sandbox.level, worker=PROBE_WORKER, preload=()) as second,
            second.start_worker(Limits()) as other,
        ):
            assert probe(other, "result = 'second'") == "second"
            assert probe(worker, "result = 'first'") == "first"
        assert probe(worker, "result = 'still'") == "still"


HOST = """
import sys
from grader.sandbox.host.sandbox import Level, Limits, Sandbox
with Sandbox(Level(sys.argv[1]), worker=sys.argv[2], preload=()) as sandbox:
    worker = sandbox.start_worker(Limits())
    print(worker.pid, sandbox._base, flush=True)
    worker.ask(b"while True: pass", seconds=600, max_reply=10)
"""


def busy_host(level: Level) -> tuple["subprocess.Popen[str]", set[int], Path]:
    """A host that waits for its worker: the host, the processes below it, its folder on disk."""
    host = subprocess.Popen(
        [sys.executable, "-c", HOST, level, PROBE_WORKER],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        preexec_fn=tether,
    )  # fmt: skip
    assert host.stdout is not None
    worker, base = host.stdout.readline().split()
    family = descendants(host.pid)
    assert int(worker) in family
    assert len(family) == 2  # the warm process and the worker
    return host, family, Path(base)


@pytest.mark.parametrize("level", list(Level))
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_host_that_ends_takes_everything_with_it(level: Level, how: signal.Signals) -> None:
    """When the host is killed or interrupted, the warm process, a busy worker and folders go."""
    host, family, base = busy_host(level)
    host.send_signal(how)
    _, complaint = host.communicate(timeout=PATIENCE)
    assert wait_until(lambda: not family & processes().keys())
    assert wait_until(lambda: not base.exists())
    if how is signal.SIGINT:
        assert "KeyboardInterrupt" in complaint
        assert "SandboxError" not in complaint


@pytest.mark.parametrize("level", list(Level))
def test_a_worker_does_not_outlive_host_and_warm_process(level: Level) -> None:
    """When both are killed at once, the kernel ends a busy worker."""
    host, family, base = busy_host(level)
    [warm] = [pid for pid, parent in processes().items() if parent == host.pid]
    host.send_signal(signal.SIGSTOP)  # so that it cannot do anything about it
    os.kill(warm, signal.SIGKILL)
    host.kill()
    host.communicate(timeout=PATIENCE)
    assert wait_until(lambda: not family & processes().keys())
    with suppress(FileNotFoundError):  # nobody was left to remove it
        for path in sorted(base.rglob("*"), reverse=True):
            path.rmdir()
        base.rmdir()


@pytest.mark.parametrize("level", list(Level))
def test_a_killed_warm_process_is_an_error_of_ours(level: Level) -> None:
    """When the warm process dies its workers die; the host raises SandboxError, not a verdict."""
    with Sandbox(level, worker=PROBE_WORKER, preload=()) as sandbox:
        worker = sandbox.start_worker(Limits())
        assert sandbox._warm is not None
        sandbox._warm.process.kill()
        with pytest.raises(SandboxError):
            worker.ask(b"while True: pass", seconds=PATIENCE, max_reply=10)
        assert wait_until(lambda: worker.pid not in processes())
        with pytest.raises(SandboxError):
            sandbox.start_worker(Limits())
    assert sandbox._base is not None
    assert not sandbox._base.exists()


def test_an_unopened_sandbox_starts_no_worker() -> None:
    """A sandbox that was not entered refuses to start workers."""
    with pytest.raises(SandboxError, match="not open"):
        Sandbox().start_worker(Limits())


def test_a_closed_sandbox_starts_no_worker() -> None:
    """A sandbox that was left refuses to start workers."""
    with Sandbox(worker=PROBE_WORKER, preload=()) as sandbox:
        pass
    with pytest.raises(SandboxError, match="not open"):
        sandbox.start_worker(Limits())


def test_a_sandbox_that_was_only_started_leaves_nothing() -> None:
    """Who starts the warm process and then fails to enter ends it by closing the sandbox."""
    before = descendants(os.getpid())
    sandbox = Sandbox(worker=PROBE_WORKER, preload=())
    sandbox.start()
    assert descendants(os.getpid()) > before
    sandbox.close()
    assert descendants(os.getpid()) == before


def test_a_worker_that_cannot_be_imported_is_an_error_of_ours() -> None:
    """A failing import in the warm process is a SandboxError that names it, and nothing is left."""
    before = descendants(os.getpid())
    with (
        pytest.raises(SandboxError, match="no_such_module"),
        Sandbox(worker=PROBE_WORKER, preload=("no_such_module",)),
    ):
        pass
    assert descendants(os.getpid()) == before
