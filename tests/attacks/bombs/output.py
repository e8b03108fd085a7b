"""Prints a hundred megabytes on both streams, and as much without a line's end.

gain: the disk or the memory of whoever keeps the log
catalogue: [D4]
verdict: errored
observed: printed
"""

import os


def observed():
    for _ in range(100):
        os.write(1, b"x" * (1 << 20))
        os.write(2, b"y" * (1 << 20))
    return "printed"


def softmax(z, dim=-1):
    observed()
    os._exit(9)  # so that it is set off once



class Softmax:
    def __init__(self):
        raise NotImplementedError
