import torch


def one_hot(y, num_classes):
    rows = []
    for label in y.tolist():
        rows.append([1.0 if i == label else 0.0 for i in range(num_classes)])
    return torch.tensor(rows)


def cross_entropy(logits, y):
    total = 0
    for row, label in zip(logits, y):
        biggest = row.max()
        total = total + torch.log(torch.exp(row - biggest).sum()) + biggest - row[label]
    return total / len(y)


def nll_loss(log_probs, y):
    total = 0
    for row, label in zip(log_probs, y):
        total = total - row[label]
    return total / len(y)


def binary_cross_entropy(o, y):
    losses = []
    for o_n, y_n in zip(o, y):
        losses.append(-torch.log2(o_n) if y_n == 1 else -torch.log2(1 - o_n))
    return torch.stack(losses)


def binary_cross_entropy_grad(x, w, b, y):
    dw, db = [], []
    for x_n, y_n in zip(x, y):
        o = torch.sigmoid(torch.dot(w, x_n) + b)
        dw.append(x_n * (o - y_n))
        db.append(o - y_n)
    return torch.stack(dw), torch.stack(db)


def log_likelihood(o, y):
    return torch.stack([-torch.log2(row[label]) for row, label in zip(o, y)])


def binary_cross_entropy_multi(o, y):
    losses = []
    for o_n, y_n in zip(o, y):
        total = 0
        for o_i, y_i in zip(o_n, y_n):
            total = total - (torch.log2(o_i) if y_i == 1 else torch.log2(1 - o_i))
        losses.append(total)
    return torch.stack(losses)
