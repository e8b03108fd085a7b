"""Sends lists nested a hundred thousand deep.

gain: the parser's stack overflows and the grader dies
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


WORKER.encode = lambda value: framed(b'{"value": ' + b'{"list": [' * 50_000 + b"1" + b"]}" * 50_000 + b', "tensors": []}')
