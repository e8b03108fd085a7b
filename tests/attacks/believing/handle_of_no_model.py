"""Hands over the number of an object that there is none of, and then a negative one.

gain: another object than a model is asked, such as the module itself
catalogue: [C8]
verdict: errored
observed: true
"""

import sys

WORKER = sys.modules["grader.sandbox.worker.session"]
encode = WORKER.encode
HANDLE = WORKER.Handle


class Softmax:
    def __init__(self):
        WORKER.encode = lambda value: encode(
            {"value": {"handle": HANDLE(-1), "type": "Softmax", "is_module": True}, "forbidden": []}
        )


def observed():
    WORKER.encode = encode
    return True


def softmax(z, dim=-1):
    raise NotImplementedError
