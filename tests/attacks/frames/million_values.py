"""Sends as many small values as the header can hold.

gain: the host takes memory without end, or fails with an exception of its own
catalogue: [C8]
verdict: failed
observed: list of 340000
"""

import json
import os
import struct
import sys

WORKER = sys.modules["grader.sandbox.worker"]
encode = WORKER.encode


def framed(header, body=b""):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack(">I", len(text)) + text + body


def reply(value, tensors=()):
    tree = {"dict": [["value", value], ["forbidden", {"list": []}]]}
    return {"value": tree, "tensors": list(tensors)}


def observed():
    WORKER.encode = lambda value: framed(reply({"list": [1] * 340_000}))


SENT = []


def softmax(z, dim=-1):
    if SENT:
        WORKER.encode = encode
        raise NotImplementedError  # the host has had it
    SENT.append(observed())


def Softmax():
    raise NotImplementedError
