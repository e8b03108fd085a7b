"""Announces a thousand bytes, sends half of them and waits.

gain: the host waits for the other half
catalogue: [C8, D5]
verdict: timed_out
observed: 'timed_out: no answer within 0.5 s; is there a loop that never ends?'
seconds: 0.5
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


import time

os.write(3, (1000).to_bytes(8, "big") + bytes(500))
time.sleep(600)
