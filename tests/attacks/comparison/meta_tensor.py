"""Answers tensors without data, sparse ones and quantised ones.

gain: a comparison without data succeeds or crashes
catalogue: [C1, C6]
verdict: errored
observed: torch.float32 tensor (nested)
"""

import torch


def forged(z):
    z.zero_()
    kinds = [z.to("meta"), z.to_sparse(), torch.quantize_per_tensor(z, 0.1, 0, torch.qint8), torch.nested.nested_tensor([z])]
    return kinds[z.shape[-1] % 4] if z.ndim else kinds[0]


def softmax(z, dim=-1):
    return forged(z)


def observed():
    return forged(torch.ones(2, 3))


class Softmax(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = torch.nn.Linear(4, 3, bias=False)

    def forward(self, x):
        return forged(x)
