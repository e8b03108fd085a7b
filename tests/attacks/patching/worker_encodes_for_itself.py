"""Replaces the worker's encoder by one that writes the fields of a result.

gain: a reply with more fields than were agreed is taken for more than a value
catalogue: [A2, C8]
verdict: errored
observed: 'errored: an answer that is not of the agreed form'
"""

import json
import sys


def encode(value):
    header = json.dumps({"value": {"dict": [["value", 20], ["forbidden", {"list": []}], ["score", 20]]},
                         "tensors": []}).encode()
    return len(header).to_bytes(4, "big") + header


sys.modules["grader.sandbox.worker.session"].encode = encode
