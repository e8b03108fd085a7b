# iris.py
import pandas as pd
import torch
import torch.nn as nn


def main():
    num_epochs = 500
    df = pd.read_csv("Iris.csv")
    X = torch.tensor(df.iloc[:, 1:5].values, dtype=torch.float32)
    classes = {"Iris-setosa": 0, "Iris-versicolor": 1, "Iris-virginica": 2}
    Y = torch.tensor([classes[s] for s in df["Species"]])

    softmax_model = nn.Linear(4, 3)
    optimizer = torch.optim.SGD(softmax_model.parameters(), lr=0.1)
    loss_function = nn.CrossEntropyLoss()

    for epoch in range(num_epochs):
        optimizer.zero_grad()
        loss = loss_function(softmax_model(X), Y)
        loss.backward()
        if epoch % 100 == 0:
            print("epoch", epoch, "loss", loss.item())
            optimizer.step()

    return softmax_model
