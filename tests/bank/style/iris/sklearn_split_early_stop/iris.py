import copy

import pandas as pd
import torch
from sklearn.model_selection import train_test_split
from torch import nn


def main() -> nn.Module:
    # 데이터 읽기
    data = pd.read_csv("Iris.csv")
    columns = ["SepalLengthCm", "SepalWidthCm", "PetalLengthCm", "PetalWidthCm"]
    info = {"Iris-setosa": 0, "Iris-versicolor": 1, "Iris-virginica": 2}
    x = torch.tensor(data[columns].values.tolist())
    y = torch.tensor([info[name] for name in data["Species"]])

    # 학습 / 검증 나누기 (품종 비율 유지)
    tr, va = train_test_split(torch.arange(len(y)).numpy(), test_size=0.2, stratify=y.numpy(), random_state=7)
    tr, va = torch.tensor(tr), torch.tensor(va)

    model = nn.Linear(4, 3)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.03)
    criterion = nn.CrossEntropyLoss()
    best, best_cost, patience = None, float("inf"), 0
    for epoch in range(3000):
        cost = criterion(model(x[tr]), y[tr])
        optimizer.zero_grad()
        cost.backward()
        optimizer.step()
        with torch.no_grad():
            v = criterion(model(x[va]), y[va]).item()
        if v < best_cost - 1e-5:
            best, best_cost, patience = copy.deepcopy(model.state_dict()), v, 0
        else:
            patience += 1
            if patience > 100:  # 조기 종료
                break
    model.load_state_dict(best)
    return model
