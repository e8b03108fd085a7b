"""Makes empty files without end.

gain: the machine, and with it everybody's grading
catalogue: [D3, D8]
verdict:
  namespaces: errored
  landlock: {any: [errored, timed_out]}
observed:
  namespaces:
  - ENOSPC
  - true
  landlock:
    any:
    - 'errored: the process that runs your code ended: it made more than 10,000 files'
    - 'timed_out: no answer within 20 s; is there a loop that never ends?'
"""

import errno
import os


def observed():
    count = 0
    try:
        for count in range(10_000_000):
            os.close(os.open(f"{count}", os.O_CREAT))
    except OSError as error:
        return [errno.errorcode[error.errno], count < 16_384]


def softmax(z, dim=-1):
    observed()
    os._exit(9)  # so that it is set off once



class Softmax:
    def __init__(self):
        raise NotImplementedError
