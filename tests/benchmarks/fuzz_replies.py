"""Fuzz the host's reply parser with mutated frames, for as long as is asked.

    python tests/benchmarks/fuzz_replies.py SECONDS [SEED]

Ends with an error at the first frame that gives another exception than ProtocolError, takes more
than a second, or lets the process grow by more than a few replies. Prints what was tried.
"""

import json
import random
import resource
import struct
import sys
import time

import torch

from grader.sandbox.protocol import Handle, Opaque, ProtocolError, decode, encode

MOST_GROWTH_MIB = 200
SLOWEST = 1.0
WORDS = [
    b'"tensor"', b'"list"', b'"dict"', b'"float"', b'"value"', b'"tensors"', b'"float32"',
    b'"bool"', b"[", b"]", b"{", b"}", b"null", b"1e999", b"-1", b"NaN", b"9" * 400,
    b"\xff", b"\x00",
    b"\\ud800", b'{"list": [' * 50, b"2147483647", b"1152921504606846976",
]  # fmt: skip


def corpus() -> list[bytes]:
    """Well-formed frames of every kind of value."""
    values = [
        None, [1, 0.5, "x", True], {"a": {"b": [None]}}, float("nan"), Handle(3), Opaque("set"),
        torch.randn(3, 4), torch.zeros(0, 3), torch.eye(3).mT,
        [torch.ones(2).to(torch.bfloat16)] * 5,
        {"value": [torch.zeros(2, 3, dtype=torch.float64)], "forbidden": [["softmax", 3, True]]},
        {"error": {"kind": "errored", "type": "E", "message": "m", "line": 1, "text": "x + y",
                   "held": [["x", "tensor", "float32", [3, 4]]], "inside": "torch"},
         "forbidden": []},
    ]  # fmt: skip
    return [encode(value) for value in values]


def mutated(frame: bytes, others: list[bytes], chance: random.Random) -> bytes:
    """The frame with a few random changes; the header's length is mended half of the time."""
    data = bytearray(frame)
    for _ in range(chance.randint(1, 6)):
        place = chance.randrange(len(data) + 1)
        match chance.randrange(6):
            case 0 if data:
                data[place % len(data)] = chance.randrange(256)
            case 1:
                data[place:place] = chance.choice(WORDS)
            case 2:
                del data[place : place + chance.randint(1, 20)]
            case 3:
                other = chance.choice(others)
                start = chance.randrange(len(other))
                data[place:place] = other[start : start + chance.randint(1, 60)]
            case 4:
                data[place:place] = data[place : place + 40] * chance.randint(1, 20)
            case 5:
                data[place : place + 4] = struct.pack(">I", chance.choice([0, 1, 2**31, 2**32 - 1]))
    end = data.find(b"]}", 4)
    if chance.random() < 0.5 and end > 0:
        data[:4] = struct.pack(">I", chance.choice([end + 2 - 4, len(data) - 4]))
    return bytes(data)


def main() -> None:
    """Fuzz, and print a line of JSON."""
    seconds = float(sys.argv[1])
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(1 << 32)
    chance = random.Random(seed)
    known = corpus()
    pool = list(known)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    tried = accepted = 0
    slowest = 0.0
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        frame = mutated(chance.choice(pool), known, chance)
        begin = time.perf_counter()
        try:
            decode(frame)
            accepted += 1
            if len(pool) < 2000:
                pool.append(frame)
        except ProtocolError:
            pass
        except BaseException:
            print(f"seed {seed}, frame {frame!r}", file=sys.stderr)
            raise
        slowest = max(slowest, time.perf_counter() - begin)
        tried += 1
    growth = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024
    print(json.dumps({"seed": seed, "tried": tried, "accepted": accepted,
                      "slowest_ms": round(slowest * 1000, 1), "growth_mib": growth}))  # fmt: skip
    assert slowest < SLOWEST
    assert growth < MOST_GROWTH_MIB


main()
