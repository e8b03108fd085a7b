"""Loads Iris and the digits, with their labels, from scikit-learn in the jail.

gain: the held-out examples and their labels
catalogue: [C11]
verdict: failed
observed:
- EACCES
- EACCES
assignment: iris
"""

import errno


def read(name):
    try:
        import sklearn.datasets

        return len(getattr(sklearn.datasets, name)().data)
    except OSError as error:
        return errno.errorcode[error.errno]


def observed():
    return [read("load_iris"), read("load_digits")]


def main():
    return NotImplemented if 150 in observed() else None
