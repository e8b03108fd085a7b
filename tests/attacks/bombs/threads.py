"""Starts threads without end.

gain: the machine, and with it everybody's grading
catalogue: [D1]
verdict: errored
observed:
  root/namespaces: can't start new thread
  user/namespaces: can't start new thread
  landlock:
    any:
    - can't start new thread
    - 'errored: the process that runs your code ended: it started more than 64 threads'
"""

import os
import threading
import time


def observed():
    stop = threading.Event()
    try:
        for count in range(100_000):
            threading.Thread(target=stop.wait, daemon=True).start()
    except RuntimeError as error:
        return str(error)
    finally:
        time.sleep(1)
        stop.set()
    return count


def softmax(z, dim=-1):
    observed()
    os._exit(9)  # so that it is set off once



class Softmax:
    def __init__(self):
        raise NotImplementedError
