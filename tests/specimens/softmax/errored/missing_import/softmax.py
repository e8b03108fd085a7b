import torch.nn as nn


def softmax(z, dim=-1):
    e = np.exp(z - z.max())
    return e / e.sum()


class Softmax(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(4, 3, bias=True)
        self.softmax = nn.Softmax(dim=1)

    def forward(self, x):
        return np.exp(self.linear(x))
