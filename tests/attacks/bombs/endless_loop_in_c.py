"""Never leaves a call into C, where no Python signal handler or thread gets a turn.

gain: a time limit in the same process has no turn
catalogue: [D5]
verdict: timed_out
observed: 'timed_out: no answer within 0.5 s; is there a loop that never ends?'
seconds: 0.5
"""

import os
import re


def observed():
    re.match(r"(a+)+$", "a" * 64 + "b")


def softmax(z, dim=-1):
    observed()
    os._exit(9)  # so that it is set off once



class Softmax:
    def __init__(self):
        raise NotImplementedError
