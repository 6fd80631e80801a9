"""One good hash of 64 bits from another: what is chosen by hash (order, split, sample, bucket) is chosen with this.

And the hash that kernels make of a sequence, a value at a time: FNV-1a with 64 bits (Fowler, Noll and Vo).
"""

from __future__ import annotations

import numpy as np

from builder.text.kernel import inlined

GOLDEN = 0x9E3779B97F4A7C15
FNV_BASIS, FNV_PRIME = 0xCBF29CE484222325, 0x100000001B3


def _finalized(values: np.ndarray) -> np.ndarray:
    """The finalizer of SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014)."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


finalized = inlined(_finalized)  # of one number, for kernels


@inlined
def fnv(hashed: np.uint64, value: np.uint64) -> np.uint64:
    """The hash of a sequence with one value more; FNV_BASIS is that of none."""
    return (hashed ^ value) * np.uint64(FNV_PRIME)


def mixed(values: np.ndarray, salt: int = 0) -> np.ndarray:
    """uint64[n] to uint64[n], one to one; another mapping for each salt, as good as drawn at random."""
    return _finalized(values + np.uint64((salt + 1) * GOLDEN % 2**64))
