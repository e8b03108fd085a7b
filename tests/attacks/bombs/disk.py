"""Writes files without end into its private folder.

gain: the machine, and with it everybody's grading
catalogue: [D3, D8]
verdict: errored
observed:
  namespaces:
  - ENOSPC
  - 7
  landlock: 'errored: the process that runs your code ended: its files took more than 64 MiB'
"""

import errno
import os


def observed():
    block, count = bytes(8 << 20), 0
    try:
        for count in range(100_000):
            with open(str(count), "wb") as file:
                file.write(block)
    except OSError as error:
        return [errno.errorcode[error.errno], count]


def softmax(z, dim=-1):
    observed()
    os._exit(9)  # so that it is set off once



class Softmax:
    def __init__(self):
        raise NotImplementedError
