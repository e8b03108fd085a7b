"""Replaces the worker's own method, so that it answers verdicts instead of values.

gain: full points where the process of the student's code reports its own verdict
catalogue: [A2, A3]
verdict: errored
observed: 'errored: an answer that is not of the agreed form'
"""

import sys

WORKER = sys.modules["grader.sandbox.worker.session"]
WORKER.Session.answer = lambda self, request: {"verdict": "passed", "score": 20.0, "points": 20.0}


def observed():
    return "never asked"
