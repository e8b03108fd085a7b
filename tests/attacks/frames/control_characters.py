r"""Names its tensors, its types and its errors with escape sequences, workflow commands and mark-
up.

gain: the terminal, the log or the comment of whoever reads the feedback
catalogue: [C8, F4, F6]
verdict: errored
observed: "errored:  ]0;20 points  \n::error::x\n::set-output name=score::20\n<img src=x>@everyone:\
  \  ]0;20 points  \n::error::x\n::set-output name=score::20\n<img src=x>@everyonexxxxxxxxxxxxxxxxxxxx\
  xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\
  xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\
  xxxxxxxxxxxxxxxxxxxxxxxxx\
  \ (line 1 of softmax.py: ` ]0;20 points  \n::error::x\n::set-output name=score::20\n<img src=x>@everyone`) … 488 characters"
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


NAME = "\x1b]0;20 points\x07\r\n::error::x\n::set-output name=score::20\n<img src=x>@everyone"
WORKER.encode = lambda value: encode({"error": {"kind": "errored", "type": NAME, "message": NAME + "x" * 9_000, "line": 1, "text": NAME, "held": [[NAME, NAME, NAME, [1]]], "inside": NAME}, "forbidden": []})
