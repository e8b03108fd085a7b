"""Announces a thousand bytes, sends four and ends.

gain: the host waits for the other half
catalogue: [C8, A1]
verdict: errored
observed: 'errored: the process that runs your code ended: exit code 0'
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


os.write(3, (1000).to_bytes(8, "big") + b"half")
os._exit(0)
