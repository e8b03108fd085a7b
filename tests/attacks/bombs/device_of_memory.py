"""Fills /dev/shm and every other folder that may be kept in memory.

gain: the machine, and with it everybody's grading
catalogue: [D3]
verdict: errored
observed:
  namespaces:
    any:
    - - EACCES
      - ENOENT
    - - ENOENT
      - EROFS
    - - ENOENT
      - EACCES
      - EROFS
    - - EACCES
      - ENOENT
      - EROFS
  landlock:
  - EACCES
"""

import errno
from pathlib import Path
import os


def observed():
    seen = set()
    for place in ("/dev/shm", "/run", "/tmp/..", "/dev"):
        try:
            Path(place, "stuffed").write_bytes(bytes(1 << 20))
            seen.add("done")
        except OSError as error:
            seen.add(errno.errorcode[error.errno])
    return sorted(seen)


def softmax(z, dim=-1):
    observed()
    os._exit(9)  # so that it is set off once



class Softmax:
    def __init__(self):
        raise NotImplementedError
