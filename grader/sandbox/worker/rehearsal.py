"""What every worker does, done once in the process that workers are forked from: the import of
this file as a student's, and questions to it.

The first call of anything takes up to ten times as long as the second: torch looks up its kernels,
the linker its functions. Workers find that done.
"""

from typing import Any

import torch
from torch import Tensor, nn

from grader.sandbox.protocol import Handle


class Layer(nn.Module):
    """A module as students write them: x (N, 4) → probabilities (N, 3)."""

    def __init__(self) -> None:
        super().__init__()
        self.linear = nn.Linear(4, 3)

    def forward(self, x: Tensor) -> Tensor:
        """The softmax of the layer's output."""
        return torch.softmax(self.linear(x), 1)


def loss(z: Tensor, y: Tensor) -> Tensor:
    """A mean loss with the operations that students write losses with: z (N, C), y (N,)."""
    exponentials = torch.exp(z - z.max(1, keepdim=True).values)
    logarithms = torch.log(exponentials / exponentials.sum(1, keepdim=True))
    table = torch.zeros(len(y), z.shape[1])
    table[torch.arange(len(y)), y] = 1.0
    return -(table * logarithms.clamp(min=-100)).sum(1).mean()


_Z = torch.zeros(2, 4)
_Y = torch.tensor([0, 1])
_LOSS = {"name": "loss", "args": [_Z, _Y], "kwargs": {}, "forbidden": ["sigmoid"]}
_FIRST = {"model": Handle(0)}
REQUESTS: tuple[dict[str, Any], ...] = (
    {"op": "call", "echo": False, **_LOSS},
    {"op": "gradient", "wrt": 0, "cotangent": None, **_LOSS},
    {"op": "new", "name": "Layer", "args": [], "weights": [torch.zeros(3, 4), torch.zeros(3)]},
    {"op": "state", **_FIRST},
    {"op": "load_state", "state": {"linear.bias": torch.zeros(3)}, **_FIRST},
    {"op": "forward", "x": _Z, **_FIRST},
    {"op": "weight_gradients", "x": _Z, "cotangent": torch.ones(2, 3), **_FIRST},
)
"""What is asked of the functions of this file."""
