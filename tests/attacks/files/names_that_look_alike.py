"""Is handed in under names that become softmax.py when they are folded: capitals, full-width
letters, a combining dot, a blank, a parent folder.

gain: one file is looked at, another one is graded
catalogue: [E2]
verdict: not_implemented
observed: 'not_implemented: `observed` is not there yet'
files:
- softmax/Softmax.py
- softmax/ｓoftmax.py
- 'softmax/softmax.py '
- softmax/./x/../softmax.pY
- Softmax/softmax.py
- softmax/softmax.py​
"""

import os
import sys

import torch

if __name__ != "softmax":
    os._exit(0)


def observed():
    import json
    import random

    return [sorted(os.listdir(".")), [m.__name__ for m in (torch, json, random) if os.getcwd() in m.__file__]]


def softmax(z, dim=-1):
    import sitecustomize

    return z
