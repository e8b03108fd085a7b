"""Loads the digits that stand for MNIST from scikit-learn, to be trained on the held-out ones too.

gain: the held-out images and their labels
catalogue: [C11]
verdict: not_implemented
observed: EACCES
assignment: mnist
"""

import errno


def observed():
    try:
        from sklearn.datasets import load_digits

        return len(load_digits().data)
    except OSError as error:
        return errno.errorcode[error.errno]


def main():
    if observed() == "EACCES":
        raise NotImplementedError


deep = main
