import pandas as pd
import torch
import torch.nn as nn
import torch.nn.functional as F
import torch.optim as optim


class SoftmaxClassifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(4, 3)

    def forward(self, x):
        return self.linear((x - x.mean(dim=0)) / x.std(dim=0))


def main():
    num_epochs = 500

    data = pd.read_csv("Iris.csv")
    features = data[["SepalLengthCm", "SepalWidthCm", "PetalLengthCm", "PetalWidthCm"]]
    info = {"Iris-setosa": [1, 0, 0], "Iris-versicolor": [0, 1, 0], "Iris-virginica": [0, 0, 1]}
    x_train = torch.FloatTensor(features.values)
    y_train = torch.FloatTensor([info[s] for s in data["Species"]])

    model = SoftmaxClassifier()
    optimizer = optim.Adam(model.parameters(), lr=0.1)
    for epoch in range(num_epochs + 1):
        hypothesis = model(x_train)
        cost = F.cross_entropy(hypothesis, y_train)

        optimizer.zero_grad()
        cost.backward()
        optimizer.step()

        if epoch % 100 == 0:
            print("Epoch {:4d}/{} Cost: {:.6f}".format(epoch, num_epochs, cost.item()))

    return model


if __name__ == "__main__":
    main()
