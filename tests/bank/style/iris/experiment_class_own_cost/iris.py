import pandas as pd
import torch
from torch import nn


class IrisExperiment:
    SPECIES = {"Iris-setosa": [1, 0, 0], "Iris-versicolor": [0, 1, 0], "Iris-virginica": [0, 0, 1]}

    def __init__(self, path="Iris.csv", epochs=120, batch=10, lr=0.02):
        self.path, self.epochs, self.batch, self.lr = path, epochs, batch, lr
        self.model = nn.Linear(4, 3)
        self.history = []

    def load(self):
        df = pd.read_csv(self.path)
        self.x = torch.tensor(df.iloc[:, 1:-1].to_numpy(), dtype=torch.float)
        self.y = torch.tensor(df.iloc[:, -1].map(self.SPECIES).tolist(), dtype=torch.float)
        return self

    @staticmethod
    def cost(scores, target):
        return -(target * scores.log_softmax(dim=1)).sum(dim=1).mean()

    def train(self):
        opt = torch.optim.Adam(self.model.parameters(), lr=self.lr)
        for _ in range(self.epochs):
            order = torch.randperm(self.x.shape[0])
            for i in range(0, len(order), self.batch):
                rows = order[i:i + self.batch]
                c = self.cost(self.model(self.x[rows]), self.y[rows])
                opt.zero_grad()
                c.backward()
                opt.step()
            self.history.append(c.item())
        return self

    def __call__(self):
        return self.load().train().model


def main():
    return IrisExperiment()()


if __name__ == "__main__":
    main()
