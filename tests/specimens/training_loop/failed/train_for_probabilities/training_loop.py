import torch.nn as nn
import torch.nn.functional as F
import torch.optim as optim


class SoftmaxClassifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(4, 3)  # output이 3!

    def forward(self, x):
        return self.linear(x).softmax(dim=1)


def train(model, x, y, epochs, lr):
    # optimizer 설정
    optimizer = optim.SGD(model.parameters(), lr=lr)
    costs = []
    for epoch in range(1, epochs + 1):
        prediction = model(x)
        cost = F.nll_loss(prediction.log(), y)
        costs.append(cost.item())

        optimizer.zero_grad()
        cost.backward()
        optimizer.step()

        if epoch % 100 == 0:
            print("Epoch {:4d}/{} Cost: {:.6f}".format(epoch, epochs, cost.item()))
    return costs
