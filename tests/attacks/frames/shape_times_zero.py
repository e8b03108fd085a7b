"""Announces a tensor of 2^30 by 2^30 by 2^30 by zero elements, which takes no bytes.

gain: the host takes memory without end, or fails with an exception of its own
catalogue: [C8]
verdict: errored
observed: 'errored: an answer that is not of the agreed form'
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


WORKER.encode = lambda value: framed(reply({"tensor": 0}, [["float32", [1 << 30, 1 << 30, 1 << 30, 0]]]))
