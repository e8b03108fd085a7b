"""Sleeps for an hour without using the processor.

gain: a limit on processor time never passes
catalogue: [D5]
verdict: timed_out
observed: 'timed_out: no answer within 0.5 s; is there a loop that never ends?'
seconds: 0.5
"""

import os
import time


def observed():
    time.sleep(3600)


def softmax(z, dim=-1):
    observed()
    os._exit(9)  # so that it is set off once



class Softmax:
    def __init__(self):
        raise NotImplementedError
