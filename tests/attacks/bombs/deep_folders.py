"""Makes folders in folders until no path reaches them, without the right to enter them.

gain: the clean-up fails or goes on for ever, and leaves folders behind
catalogue: [D8]
verdict: errored
observed:
  namespaces: 299
  landlock:
    any:
    - 299
    - 'errored: the process that runs your code ended: it made a folder that cannot be listed'
"""

import os


def observed():
    for depth in range(300):
        os.mkdir("d" * 100, 0o300)
        os.chdir("d" * 100)
    return depth


def softmax(z, dim=-1):
    observed()
    os._exit(9)  # so that it is set off once



class Softmax:
    def __init__(self):
        raise NotImplementedError
