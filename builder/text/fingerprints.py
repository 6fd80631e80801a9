"""Fingerprints by which a text is found inside another: n-grams chosen so that every long enough quotation keeps some of them.

Winnowing (Schleimer, Wilkerson and Aiken, 2003): of each window of WINDOW consecutive n-grams the one with the smallest hash is
chosen. Two texts that share a run of GRAM + WINDOW - 1 characters share a window, and so what is chosen in it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from builder.text.groups import is_new
from builder.text.kernel import kernel
from builder.text.minhash import shingle_hashes64
from builder.text.readonly import INT64, UINT64

GRAM = 16  # characters; rare enough that two texts with one in common mostly quote each other
WINDOW = 64  # n-grams; one in 32 is chosen
QUOTED = GRAM + WINDOW - 1  # characters of a shared run that is never missed


@kernel(f"void({UINT64}, {INT64}, int64, uint8[::1])")
def _winnow(hashes: np.ndarray, offsets: np.ndarray, window: int, chosen: np.ndarray) -> None:
    """Flag the smallest hash of each window; of equal ones the last. A text with fewer n-grams is one window."""
    for row in range(offsets.size - 1):
        begin, end = offsets[row], offsets[row + 1]
        least = begin - 1
        for last in range(begin, end):
            first = last - window + 1
            if least < max(first, begin):
                least = max(first, begin)
                for at in range(least + 1, last + 1):
                    if hashes[at] <= hashes[least]:
                        least = at
            elif hashes[last] <= hashes[least]:
                least = last
            if first >= begin or last == end - 1:
                chosen[least] = 1


class Fingerprints(NamedTuple):
    """The different fingerprints of some documents, a row each; documents ascend, and the hashes of each."""

    document: np.ndarray  # int64[k]
    hash: np.ndarray  # uint64[k]
    total: np.ndarray  # int64[documents]: how many each has


def fingerprints(codes: np.ndarray, offsets: np.ndarray) -> Fingerprints:
    """Of canonical keys (codes uint32, offsets int64[n + 1]); a key shorter than GRAM has none."""
    hash_offsets, hashes = shingle_hashes64(codes, offsets, GRAM)
    chosen = np.zeros(len(hashes), np.uint8)
    _winnow(hashes, hash_offsets, WINDOW, chosen)
    places = np.flatnonzero(chosen)
    document = np.searchsorted(hash_offsets, places, side="right") - 1
    order = np.lexsort((hashes[places], document))
    document, values = document[order], hashes[places][order]
    fresh = is_new(document, values)
    return Fingerprints(document[fresh], values[fresh], np.bincount(document[fresh], minlength=offsets.size - 1))
