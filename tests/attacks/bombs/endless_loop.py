"""Never ends.

gain: the grader waits for ever
catalogue: [D5]
verdict: timed_out
observed: 'timed_out: no answer within 0.5 s; is there a loop that never ends?'
seconds: 0.5
"""

import os


def observed():
    while True:
        pass


def softmax(z, dim=-1):
    observed()
    os._exit(9)  # so that it is set off once



class Softmax:
    def __init__(self):
        raise NotImplementedError
