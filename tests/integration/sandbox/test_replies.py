"""What the host makes of a worker that prints, lies, hangs up or dies."""

import json
import time
from pathlib import Path

import pytest
from probes import PATIENCE, probe

from grader.sandbox.host.sandbox import (
    Level,
    ReplyTooLarge,
    Sandbox,
    Worker,
    WorkerDied,
    WorkerFailed,
    WorkerTimedOut,
)


def test_large_frames_cross_both_ways(worker: Worker) -> None:
    """Frames of many megabytes arrive whole, while the worker prints."""
    source = b"print('x' * 300000); result = 'y' * (20 << 20)\n#" + b"z" * (30 << 20)
    reply = worker.ask(source, seconds=PATIENCE, max_reply=64 << 20)
    assert len(json.loads(reply)) == 20 << 20


def test_hundred_megabytes_of_printing_are_drained_and_capped(worker: Worker) -> None:
    """Printing without end neither blocks the worker nor fills the host."""
    source = """
        import sys
        line = 'x' * 9999 + '\\n'
        for _ in range(10_000): sys.stdout.write(line)
        result = 'done'
        """
    assert probe(worker, source) == "done"
    assert len(worker.output) == 64 * 1024


def test_output_is_kept_and_decoded(worker: Worker) -> None:
    """Both streams are kept, wrong bytes become replacement characters, also after the end."""
    source = """
        import os, sys
        print('안녕 \\ud800'); print('error', file=sys.stderr); os.write(1, b'\\xff\\n')
        """
    assert probe(worker, source) is None
    worker.close()
    assert worker.output == "안녕 \\ud800\nerror\n\ufffd\n"


def test_closing_the_output_is_allowed(worker: Worker) -> None:
    """A worker that closes its standard streams still answers."""
    assert probe(worker, "import os; os.close(1); os.close(2); result = 1") == 1
    assert probe(worker, "result = 2") == 2


def test_a_worker_that_does_not_read_does_not_hold_the_host(worker: Worker) -> None:
    """A frame that a sleeping worker does not take ends at the deadline."""
    source = "import threading, time; threading.Thread(target=time.sleep, args=(0,)).start()"
    probe(worker, source)
    with pytest.raises(WorkerTimedOut):
        worker.ask(b"import time; time.sleep(600)", seconds=0.5, max_reply=100)


def test_answering_before_the_question_was_read_wins_nothing(worker: Worker) -> None:
    """A reply to a frame that the worker never reads is not taken, and does not busy the host."""
    early = """
        import threading, time
        connection.sendall((0).to_bytes(8, 'big'))  # the reply to this frame
        for _ in range(9): connection.sendall((1).to_bytes(8, 'big') + b'7')
        time.sleep(600)
        """
    assert (
        worker.ask(early.replace("\n        ", "\n").encode(), seconds=PATIENCE, max_reply=9) == b""
    )
    used = time.process_time()
    with pytest.raises(WorkerTimedOut):
        worker.ask(bytes(64 << 20), seconds=2, max_reply=9)
    assert time.process_time() - used < 1


def test_questions_are_answered_in_their_order(worker: Worker) -> None:
    """Frames that are sent before any is answered, more of them than a socket holds, all arrive."""
    padding = b"#" * (1 << 20)
    for number in range(5):
        worker.send(f"result = {number}\n".encode() + padding)
    replies = [worker.receive(seconds=PATIENCE, max_reply=100) for _ in range(5)]
    assert replies == [b"0", b"1", b"2", b"3", b"4"]


@pytest.mark.parametrize("code", [0, 7])
def test_an_exit_is_a_death(worker: Worker, code: int) -> None:
    """Ending the process, with whatever code, is WorkerDied with that code."""
    with pytest.raises(WorkerDied) as caught:
        probe(worker, f"import os; os._exit({code})")
    assert caught.value.exit_code == code
    assert str(caught.value) == f"exit code {code}"


@pytest.mark.parametrize(
    ("source", "name"),
    [("import ctypes; ctypes.string_at(0)", "SIGSEGV"), ("import os; os.abort()", None)],
)
def test_a_crash_is_a_death_with_its_signal(worker: Worker, source: str, name: str | None) -> None:
    """A crash is reported by the name of its signal.

    abort(3) of process 1 of a namespace ends with another signal than SIGABRT, see signal(7).
    """
    with pytest.raises(WorkerDied) as caught:
        probe(worker, source)
    assert caught.value.signal in ({name} if name else {"SIGABRT", "SIGSEGV", "SIGILL"})
    assert not caught.value.out_of_memory


def test_a_signal_without_a_name_is_a_death(sandbox: Sandbox, worker: Worker) -> None:
    """A real-time signal that Python has no name for is reported by its number.

    Process 1 of a namespace ignores signals it does not handle.
    """
    source = "import os; os.kill(os.getpid(), 40); result = 'alive'"
    if sandbox.level is Level.NAMESPACES:
        assert probe(worker, source) == "alive"
        return
    with pytest.raises(WorkerDied) as caught:
        probe(worker, source)
    assert caught.value.signal == "number 40"


@pytest.mark.parametrize(
    "source",
    [
        "import time; connection.close(); time.sleep(600)",
        "import os; connection.sendall(b'\\0\\0\\0'); os._exit(0)",
        "import os; connection.sendall((9).to_bytes(8, 'big') + b'half'); os._exit(0)",
        "import socket, time; connection.shutdown(socket.SHUT_RDWR); time.sleep(600)",
    ],
    ids=["close", "half a length", "half a body", "shutdown"],
)
def test_hanging_up_is_a_death(worker: Worker, source: str) -> None:
    """A worker that hangs up, at whatever point, is killed and reported."""
    with pytest.raises(WorkerDied):
        probe(worker, source)
    assert not Path(f"/proc/{worker.pid}").exists()


@pytest.mark.parametrize(
    "length",
    [(1001).to_bytes(8, "big"), (1 << 62).to_bytes(8, "big"), (1 << 63).to_bytes(8, "big"),
     b"\xff" * 8, b"HTTP/1.1"],
)  # fmt: skip
def test_an_oversized_reply_is_refused_by_its_announced_length(
    worker: Worker, length: bytes
) -> None:
    """The length is checked before the body is read; nothing is allocated for it."""
    source = f"connection.sendall({length!r}); import time; time.sleep(600)".encode()
    with pytest.raises(ReplyTooLarge):
        worker.ask(source, seconds=PATIENCE, max_reply=1000)
    assert not Path(f"/proc/{worker.pid}").exists()


def test_half_a_reply_is_waited_for_until_the_deadline(worker: Worker) -> None:
    """A reply that stops in the middle is a time-out, however slowly it drips."""
    source = """
        import time
        connection.sendall((1000).to_bytes(8, 'big'))
        while True: connection.sendall(b'x'); time.sleep(0.1)
        """
    with pytest.raises(WorkerTimedOut):
        probe(worker, source, seconds=1)


def test_every_failure_has_one_type(worker: Worker) -> None:
    """A caller needs to know one exception: the others are kinds of it."""
    assert {WorkerDied, WorkerTimedOut, ReplyTooLarge} == set(WorkerFailed.__subclasses__())
    worker.close()
    with pytest.raises(WorkerFailed):
        probe(worker, "result = 1")
