"""Stops itself by SIGSTOP, and blocks all signals that can be blocked.

gain: a process that is stopped, or ignores SIGTERM, is never waited for
catalogue: [D5]
verdict: timed_out
observed: 'timed_out: no answer within 0.5 s; is there a loop that never ends?'
seconds: 0.5
"""

import os
import signal
import time


def observed():
    signal.pthread_sigmask(signal.SIG_SETMASK, set(signal.valid_signals()))
    for number in signal.valid_signals():
        try:
            signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError):
            pass
    os.kill(os.getpid(), signal.SIGSTOP)
    while True:
        time.sleep(1)


def softmax(z, dim=-1):
    observed()
    os._exit(9)  # so that it is set off once



class Softmax:
    def __init__(self):
        raise NotImplementedError
