"""Randomness with a name: child streams of one seed.

>>> draws(7, "take 1", "melody").random() == draws(7, "take 1", "melody").random()
True
>>> draws(7, "take 1", "melody").random() == draws(7, "take 1", "drums").random()
False
"""

from __future__ import annotations

import hashlib
import random


def child_seed(seed: int, *names: str | int) -> int:
    """A 63-bit seed for the stream called ``names`` under ``seed``."""
    text = "\x1f".join([str(seed), *map(str, names)])
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") >> 1


def draws(seed: int, *names: str | int) -> random.Random:
    """A generator of its own for one purpose. ``random.Random`` is stable over Python versions for the
    methods ``random``, ``getrandbits`` and what is built on them in one release; use no others' state.
    """
    return random.Random(child_seed(seed, *names))
