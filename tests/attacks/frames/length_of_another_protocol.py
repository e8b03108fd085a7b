"""Sends HTTP in the place of a length.

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


os.write(3, b"HTTP/1.1 200 OK\r\n\r\n")
