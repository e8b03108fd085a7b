"""Recurses in C until the stack ends.

gain: a grader in the same process dies with it
catalogue: [A1, D2]
verdict: errored
observed:
  any:
  - 'errored: the process that runs your code ended: signal SIGSEGV'
  - 'errored: RecursionError: maximum recursion depth exceeded (line 19 of softmax.py: `return repr(self.inner)`)'
"""

import sys
import threading

sys.setrecursionlimit(1 << 30)


class Deep:
    def __init__(self, inner):
        self.inner = inner

    def __repr__(self):
        return repr(self.inner)


def observed():
    deep = None
    for _ in range(1_000_000):
        deep = Deep(deep)
    return len(repr(deep))


def softmax(z, dim=-1):
    return z * observed()


def Softmax():
    return observed()
