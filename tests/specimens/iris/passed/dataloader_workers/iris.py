import pandas as pd
import torch
import torch.nn as nn
import torch.nn.functional as F
import torch.optim as optim
from torch.utils.data import DataLoader, TensorDataset


class SoftmaxClassifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(4, 3)

    def forward(self, x):
        return self.linear(x)


def main():
    num_epochs = 60
    batch_size = 16

    data = pd.read_csv("Iris.csv")
    features = data[["SepalLengthCm", "SepalWidthCm", "PetalLengthCm", "PetalWidthCm"]]
    info = {"Iris-setosa": [1, 0, 0], "Iris-versicolor": [0, 1, 0], "Iris-virginica": [0, 0, 1]}
    x_train = torch.FloatTensor(features.values)
    y_train = torch.FloatTensor([info[s] for s in data["Species"]])

    model = SoftmaxClassifier()
    loader = DataLoader(
        TensorDataset(x_train, y_train), batch_size=batch_size, shuffle=True, num_workers=2
    )
    optimizer = optim.Adam(model.parameters(), lr=0.05)
    for epoch in range(num_epochs):
        for x, y in loader:
            cost = F.cross_entropy(model(x), y)
            optimizer.zero_grad()
            cost.backward()
            optimizer.step()
        print(epoch, cost.item())

    return model


if __name__ == "__main__":
    main()
