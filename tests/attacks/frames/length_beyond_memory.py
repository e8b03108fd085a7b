"""Announces a reply of four exbibytes and sends none of it.

gain: the host takes memory without end, or fails with an exception of its own
catalogue: [C8]
verdict: errored
observed: 'errored: far more values than were asked for'
"""

import json
import os
import struct
import sys

WORKER = sys.modules["grader.sandbox.worker.session"]
encode = WORKER.encode


def framed(header, body=b""):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack(">I", len(text)) + text + body


def reply(value, tensors=()):
    tree = {"dict": [["value", value], ["forbidden", {"list": []}]]}
    return {"value": tree, "tensors": list(tensors)}


WORKER.encode = lambda value: b""
WORKER._LENGTH = type("L", (), {"size": 8, "pack": lambda self, n: (1 << 62).to_bytes(8, "big"),
                                "unpack": struct.Struct(">Q").unpack})()
