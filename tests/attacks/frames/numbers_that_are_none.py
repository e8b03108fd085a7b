"""Sends NaN, Infinity and an integer of a million digits in JSON.

gain: NaN gets through where only numbers are expected; reading the integer takes minutes
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


COUNT = [0]


def encode(value):
    COUNT[0] += 1
    texts = (b'{"value": NaN, "tensors": []}', b'{"value": ' + b"9" * 1_000_000 + b', "tensors": []}')
    return framed(texts[COUNT[0] % 2])


WORKER.encode = encode
