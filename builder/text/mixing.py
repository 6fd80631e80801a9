"""One good hash of 64 bits from another: what is chosen by hash (order, split, sample, bucket) is chosen with this."""

from __future__ import annotations

import numpy as np

# The finalizer of SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014).
GOLDEN = 0x9E3779B97F4A7C15
_ROUNDS = ((30, np.uint64(0xBF58476D1CE4E5B9)), (27, np.uint64(0x94D049BB133111EB)))


def mixed(values: np.ndarray, salt: int = 0) -> np.ndarray:
    """uint64[n] to uint64[n], one to one; another mapping for each salt, as good as drawn at random."""
    values = values + np.uint64((salt + 1) * GOLDEN % 2**64)
    for shift, factor in _ROUNDS:
        values = (values ^ (values >> np.uint64(shift))) * factor
    return values ^ (values >> np.uint64(31))
