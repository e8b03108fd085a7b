"""Sends a dictionary that has the same name twice.

gain: what is checked is not what is used
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


WORKER.encode = lambda value: framed({"value": {"dict": [["value", 1], ["value", 2], ["forbidden", {"list": []}]]}, "tensors": []})
