"""Looks for tokens in its own environment, as Python and as the C library keep it.

gain: GITHUB_TOKEN, ACTIONS_RUNTIME_TOKEN
catalogue: [F1, F8]
verdict: not_implemented
observed:
- HOME
- JOBLIB_MULTIPROCESSING
- LANG
- LOGNAME
- MKL_NUM_THREADS
- OMP_NUM_THREADS
- OPENBLAS_NUM_THREADS
- PATH
- TMPDIR
- USER
"""

import ctypes
import os

import torch


def attempt():
    libc = ctypes.CDLL(None)
    table = ctypes.POINTER(ctypes.c_char_p).in_dll(libc, "environ")
    names, place = set(os.environ), 0
    while table[place]:
        names.add(table[place].partition(b"=")[0].decode())
        place += 1
    return sorted(names)


SEEN = attempt()
WON = any("TOKEN" in name for name in SEEN)


def observed():
    return SEEN


def softmax(z, dim=-1):
    if not WON:
        raise NotImplementedError("the attack did not work")
    parts = (z - z.amax(dim, keepdim=True)).exp()
    return parts / parts.sum(dim, keepdim=True)


class Softmax(torch.nn.Module):
    def __init__(self):
        super().__init__()
        if not WON:
            raise NotImplementedError("the attack did not work")
        self.linear = torch.nn.Linear(4, 3)

    def forward(self, x):
        return softmax(self.linear(x), 1)
