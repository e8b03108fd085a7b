"""Sends as many small values as the header can hold.

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


SENT = []


def many(value):
    SENT.append(value)
    # The replies to loading and to the first call; the host has had it then.
    return framed(reply({"list": [1] * 340_000})) if len(SENT) < 3 else encode(value)


WORKER.encode = many


def softmax(*args, dim=-1):
    raise NotImplementedError


observed = Softmax = softmax
