"""Announces fewer bytes than it sends, so that the rest is the next reply.

gain: an answer of one's own stands in the place of the next
catalogue: [C8]
verdict: failed
observed: smuggled
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


body = framed({"value": {"dict": [["value", None], ["forbidden", {"list": []}]]}, "tensors": []})
next_one = framed(reply("smuggled"))
os.write(3, len(body).to_bytes(8, "big") + body + len(next_one).to_bytes(8, "big") + next_one)
