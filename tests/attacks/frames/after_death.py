"""Queues two answers and ends, so that they are read from a process that is no more.

gain: the answers of a dead process count
catalogue: [C8, A1]
verdict: errored
observed:
  any:
  - from the dead
  - 'errored: the process that runs your code ended: exit code 0'
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


one = framed({"value": {"dict": [["value", None], ["forbidden", {"list": []}]]}, "tensors": []})
two = framed(reply("from the dead"))
for body in (one, two):
    os.write(3, len(body).to_bytes(8, "big") + body)
os._exit(0)
