import matplotlib.pyplot as plt
import torch
from torch import Tensor, nn


def softmax(z: Tensor, dim: int = -1) -> Tensor:
    m = z.max(dim, keepdim=True)[0]
    ex = torch.exp(z - m)
    s = ex.sum(dim, keepdim=True)
    return ex / s


class Softmax(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.linear = nn.Linear(4, 3)
        self.softmax = nn.Softmax(dim=1)

    def forward(self, x: Tensor) -> Tensor:
        return self.softmax(self.linear(x))


# ---- just to see what it looks like ----
t = torch.linspace(-6, 6, 200)
logits = torch.stack([t, torch.zeros(200), -t], dim=1)
curves = softmax(logits)
for k in range(3):
    plt.plot(t.numpy(), curves[:, k].numpy(), label=f"class {k}")
plt.xlabel("z_0 = -z_2")
plt.ylabel("probability")
plt.legend()
plt.title("softmax(t, 0, -t)")
plt.show()
