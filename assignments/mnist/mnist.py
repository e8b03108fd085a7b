"""Assignment 5: a softmax model and a deeper network for MNIST."""

import torchvision.datasets as dsets
from torch import nn
from torch.utils.data import DataLoader
from torchvision import transforms


def main() -> nn.Module:
    """Train a softmax model with the MNIST train data.

    Returns:
        A model that maps images (N, 1, 28, 28) to scores (N, 10).
    """
    num_epochs = 5
    batch_size = 100

    model = nn.Sequential()  # your model in place of this empty one
    # TODO (task 1): replace the empty model by a softmax model, 784 pixels in, 10 scores out.
    raise NotImplementedError("task 1: the model of main")

    # Do not use mnist_test to train model.
    mnist_train = dsets.MNIST(
        root="MNIST_data/", train=True, transform=transforms.ToTensor(), download=True
    )
    data_loader = DataLoader(
        dataset=mnist_train, batch_size=batch_size, shuffle=True, drop_last=True
    )
    print(f"{num_epochs} epochs of {len(data_loader)} batches")
    # TODO (task 1): train the model on the batches of data_loader for num_epochs epochs.
    raise NotImplementedError("task 1: the training loop of main")

    return model


def deep() -> nn.Module:
    """Train the deeper network, 784-520-320-240-120-10 with ReLU between.

    Returns:
        A model that maps images (N, 1, 28, 28) to scores (N, 10).
    """
    # TODO (task 2): build the five layers, train them as in main(), and return the network.
    raise NotImplementedError("task 2: deep")


if __name__ == "__main__":
    main()
    deep()
