"""Answers a request for a model with a handle that nobody made.

gain: a reference into the host's own objects
catalogue: [C8]
verdict: errored
observed:
  handle: handle -5
  type: Softmax
  is_module: true
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


WORKER.encode = lambda value: encode({"value": {"handle": WORKER.Handle(-5), "type": "Softmax", "is_module": True}, "forbidden": []})


def observed():
    return 1
