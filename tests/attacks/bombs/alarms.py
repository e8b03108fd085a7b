"""Sets timers that send it signals it does not handle.

gain: the grader's own alarm is taken away
catalogue: [D5]
verdict: {'namespaces': 'timed_out', 'landlock': 'errored'}
observed:
  namespaces: 'timed_out: no answer within 0.5 s; is there a loop that never ends?'
  landlock: 'errored: the process that runs your code ended: signal SIGALRM'
seconds: 0.5
"""

import os
import signal


def observed():
    signal.setitimer(signal.ITIMER_REAL, 0.001)
    while True:
        pass


def softmax(z, dim=-1):
    observed()
    os._exit(9)  # so that it is set off once



class Softmax:
    def __init__(self):
        raise NotImplementedError
