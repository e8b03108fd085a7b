"""Takes memory without end, a mebibyte at a time.

gain: the machine, and with it everybody's grading
catalogue: [D2]
verdict: out_of_memory
observed: true
memory: 256
"""

FILLED = []


def observed():
    held = []
    try:
        while True:
            held.append(bytearray(1 << 20))
    except MemoryError:
        # What the worker had mapped already, and not in use, comes on top.
        return 200 < len(held) <= 260


def fill():
    FILLED.append(held := [])
    while True:
        held.append(bytearray(1 << 20))


def softmax(z, dim=-1):
    if not FILLED:
        fill()
    raise NotImplementedError



class Softmax:
    def __init__(self):
        raise NotImplementedError
