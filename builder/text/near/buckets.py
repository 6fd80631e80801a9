"""Who meets whom: bands by recall, documents that share one, and few names for the groups that they form."""

from __future__ import annotations

import numpy as np

from builder.text.groups import group_starts, unique_pairs

LAST = np.uint64(np.iinfo(np.uint64).max)
FOUND = 0.999  # bands are chosen so that a pair at the limit shares one with at least this probability


def best_bands(num_perm: int, jaccard: float) -> tuple[int, int]:
    """(bands, rows): the most rows that find a pair at the limit with probability FOUND."""
    for rows in range(num_perm, 0, -1):
        bands = num_perm // rows
        if 1 - (1 - jaccard**rows) ** bands >= FOUND:
            return bands, rows
    return num_perm, 1


def sharing(hashes: np.ndarray, places: np.ndarray, end: np.uint64 = LAST) -> tuple[np.ndarray, np.ndarray]:
    """(places uint64[k], groups uint64[k]) of the documents in a band with others; the band's first document names the group.

    `hashes`, `places`: uint64[n], of one band of one document each; hashes ascend. Two documents that share several bands
    mostly meet in one group, since those bands have one first document. Bands whose first document has its place at `end` or
    behind it are left out.
    """
    starts = group_starts(hashes)
    if not len(starts):
        return places, hashes
    first = np.minimum.reduceat(places, starts)
    size = np.diff(np.append(starts, len(hashes)))
    shared = np.repeat((size > 1) & (first < end), size)
    return unique_pairs(places[shared], np.repeat(first, size)[shared])


def renamed(groups: np.ndarray, places: np.ndarray, least: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(places, groups) under new names: a group is called by the smallest name that any of its documents has among its own.

    `groups`, `places`, `least`: uint64[n], groups ascend; `least` is the smallest name of the document's groups. Whoever met
    still meets, and a family whose documents met in many groups mostly meets in one: its large groups have early first documents.
    """
    starts = group_starts(groups)
    if not len(starts):
        return places, groups
    size = np.diff(np.append(starts, len(groups)))
    return unique_pairs(places, np.repeat(np.minimum.reduceat(least, starts), size))
