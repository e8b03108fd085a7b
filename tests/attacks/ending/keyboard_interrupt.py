"""Raises KeyboardInterrupt and GeneratorExit, which `except Exception` does not catch.

gain: the loop that serves checks is left, and the run ends early without a failure
catalogue: [A1]
verdict: errored
observed: 'errored: KeyboardInterrupt (line 10 of softmax.py: `raise KeyboardInterrupt`)'
"""

def softmax(*args, dim=-1):
    raise KeyboardInterrupt


def Softmax():
    raise GeneratorExit


observed = softmax
