"""Raises SystemExit(0) from a function, as `sys.exit(0)` does.

gain: full points where pytest ends with code 0 before it has run a test
catalogue: [A1]
verdict: errored
observed: 'errored: the program ended itself (line 13 of softmax.py)'
"""

import sys


def softmax(*args, dim=-1):
    sys.exit(0)


observed = Softmax = softmax
