"""The permutations of signatures, which are datasketch's, and signatures as datasketch's own objects and back.

The only file that imports datasketch: it brings scipy along, half a second, which only the tasks that sketch pay.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from datasketch import LeanMinHash as LeanMinHash  # noqa: PLC0414 - it is imported from here, too
    from datasketch import MinHashLSH as MinHashLSH  # noqa: PLC0414 - as above

SCHEME = "affine32"  # of datasketch 2: a * fmix32(hash) + b mod 2**32


@cache
def permutations(num_perm: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Multipliers and offsets as datasketch draws them, uint32[num_perm] each."""
    from datasketch import MinHash  # noqa: PLC0415 - see above

    a, b = MinHash(num_perm=num_perm, seed=seed, scheme=SCHEME).permutations
    return np.ascontiguousarray(a, np.uint32), np.ascontiguousarray(b, np.uint32)


def lean_minhashes(signatures: np.ndarray, seed: int) -> list[LeanMinHash]:
    """uint32[n, P] to n objects that a MinHashLSH takes. `seed`: of the permutations that they were signed with."""
    from datasketch import LeanMinHash  # noqa: PLC0415 - see above

    return [LeanMinHash(seed=seed, hashvalues=values.copy(), scheme=SCHEME) for values in signatures]


def minhash_lsh(num_perm: int, bands: tuple[int, int]) -> MinHashLSH:
    """An empty MinHashLSH of so many (bands, rows)."""
    from datasketch import MinHashLSH  # noqa: PLC0415 - see above

    return MinHashLSH(num_perm=num_perm, params=bands)


def signatures_of(minhashes: Sequence[LeanMinHash]) -> np.ndarray:
    """uint32[n, P] of datasketch's objects, lean or not. ValueError unless scheme, seed and length are one."""
    kinds = {(one.scheme, one.seed, len(one)) for one in minhashes}
    if len(kinds) > 1 or any(scheme != SCHEME for scheme, *_ in kinds):
        message = (
            f"signatures cannot be compared: got (scheme, seed, length) {sorted(kinds)}; all must be one, with scheme {SCHEME}; "
            "sign them again with the same settings"
        )
        raise ValueError(message)
    if not minhashes:
        return np.empty((0, 0), np.uint32)
    return np.stack([np.asarray(one.hashvalues, np.uint32) for one in minhashes])
