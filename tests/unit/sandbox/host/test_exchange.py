"""The host's side of an exchange, fuzzed: whatever a worker writes, a reply or one kind of failure.

A longer run, over frames and their mutations: `python tests/benchmarks/fuzz_replies.py SECONDS`.
"""

import contextlib
import os
import socket
import threading
import time
from types import SimpleNamespace
from typing import Any, cast

from hypothesis import given, settings
from hypothesis import strategies as st

from grader.sandbox.host.exchange import Worker, WorkerFailed
from grader.sandbox.host.watch import Watch
from grader.sandbox.limits import Limits
from grader.sandbox.protocol import ProtocolError, decode, encode

MOST = 4096
SECONDS = 0.2

SMALL = st.integers(0, 2 * MOST).map(lambda n: n.to_bytes(8, "big"))
ANY_LENGTH = st.integers(0, 2**64 - 1).map(lambda n: n.to_bytes(8, "big"))
FRAMES = st.sampled_from([encode(v) for v in ([1, 2], {"value": None, "forbidden": []}, "x" * 50)])
WHOLE = FRAMES.map(lambda frame: len(frame).to_bytes(8, "big") + frame)
CHUNKS = st.lists(st.one_of(SMALL, ANY_LENGTH, FRAMES, WHOLE, st.binary(max_size=300)), max_size=6)


def answer_to(chunks: list[bytes], hang_up: bool, seconds: float = SECONDS) -> tuple[Any, Worker]:
    """What the host makes of a worker that writes `chunks`, then hangs up or waits."""
    ours, theirs = socket.socketpair()
    output, output_end = os.pipe()
    worker = Worker(
        os.getpid(),
        ours,
        output,
        Limits(threads=10_000),
        None,
        lambda *_: cast(Any, SimpleNamespace(get=lambda _: {"killed": True})),
        Watch([]),
    )

    def write() -> None:
        with contextlib.suppress(OSError):
            for chunk in chunks:
                theirs.sendall(chunk)
                os.write(output_end, chunk[:100])
            if hang_up:
                theirs.close()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        return decode(worker.ask(b"question", seconds=seconds, max_reply=MOST)), worker
    except (WorkerFailed, ProtocolError) as error:
        return error, worker
    finally:
        worker.close()
        theirs.close()
        writer.join()
        os.close(output_end)


@given(CHUNKS, st.booleans())
@settings(max_examples=150, deadline=None)
def test_whatever_is_written_is_a_reply_or_a_failure(chunks: list[bytes], hang_up: bool) -> None:
    """No other exception than WorkerFailed and ProtocolError, in time, in bounded memory."""
    begin = time.monotonic()
    _, worker = answer_to(chunks, hang_up)
    assert time.monotonic() - begin < SECONDS + 10
    assert len(worker.output) <= Limits().output_bytes


@given(WHOLE, st.binary(max_size=300))
@settings(max_examples=50, deadline=None)
def test_a_whole_reply_is_read_whatever_follows(reply: bytes, rest: bytes) -> None:
    """What is written after a reply does not change it."""
    value, _ = answer_to([reply, rest], hang_up=False, seconds=60)
    assert value == decode(reply[8:])
