"""Sends an error whose line is a list, whose kind is a number and whose message is a tensor.

gain: the host fails with an exception of its own
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


import torch

WORKER.encode = lambda value: encode({"error": {"kind": 1, "type": None, "message": torch.zeros(3), "line": [1]}, "forbidden": {}})
