"""Reports a forbidden call whose name is a workflow command, HTML and a mention, in line −5.

gain: text of the student's in a log or a comment, in the grader's own words
catalogue: [F4, F6]
verdict: forbidden
observed: true
"""

import sys

WORKER = sys.modules["grader.sandbox.worker.session"]
encode = WORKER.encode
NAME = "x\n::error file=a::b\n##[error]c\x1b[2J@everyone <img src=x> `" + "y" * 5000


def claim(value):
    return encode({"value": None, "forbidden": [[NAME, -5, True]]})


def observed():
    WORKER.encode = encode
    return "::error" in NAME


def softmax(z, dim=-1):
    WORKER.encode = claim
    return z
