"""Takes anonymous shared memory, which a limit on data does not count.

gain: the machine, and with it everybody's grading
catalogue: [D2]
verdict: errored
observed:
- ENOMEM
- true
memory: 256
"""

import errno
import mmap
import os


def observed():
    held = []
    try:
        while True:
            held.append(mmap.mmap(-1, 16 << 20))
            held[-1].write(bytes(16 << 20))
    except OSError as error:
        return [errno.errorcode[error.errno], len(held) < 16]


def softmax(z, dim=-1):
    observed()
    os._exit(9)  # so that it is set off once



class Softmax:
    def __init__(self):
        raise NotImplementedError
