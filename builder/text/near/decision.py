"""The walk through all documents in keeper order, and the groups of documents that one split takes."""

from __future__ import annotations

import numpy as np

from builder.text.kernel import kernel
from builder.text.readonly import FLOAT64, INT64, UINT8, read

MAX_CLUSTER = 1_000  # larger clusters are formed again from pairs at the limit alone
NUMBERS = read("int32")


@kernel(f"void({INT64}, {NUMBERS}, {FLOAT64}, {UINT8}, int32[::1])")
def _walk(starts: np.ndarray, earlier: np.ndarray, similarity: np.ndarray, fixed: np.ndarray, keeper: np.ndarray) -> None:
    for node in range(len(starts) - 1):
        best = -1.0
        if fixed[node]:
            continue
        for edge in range(starts[node], starts[node + 1]):
            other = earlier[edge]
            if keeper[other] < 0 and similarity[edge] > best:
                best = similarity[edge]
                keeper[node] = other


def keepers(count: int, earlier: np.ndarray, later: np.ndarray, similarity: np.ndarray, fixed: np.ndarray) -> np.ndarray:
    """int32[count]: for each document the one that stays in its place, or -1 if it stays itself.

    Documents are numbered in keeper order; (earlier, later): int32[k], verified pairs, earlier < later. A document goes if
    and only if it is paired with an earlier one that stays; of several the most similar is named, of equals the earliest.
    `fixed`: bool[count], documents that stay whatever they are paired with.
    """
    order = np.lexsort((earlier, later))
    starts = np.searchsorted(later[order], np.arange(count + 1)).astype(np.int64)
    keeper = np.full(count, -1, np.int32)
    _walk(starts, earlier[order], similarity[order], fixed.view(np.uint8), keeper)
    return keeper


@kernel(f"void({NUMBERS}, {NUMBERS}, int32[::1])")
def _join(left: np.ndarray, right: np.ndarray, parent: np.ndarray) -> None:
    for edge in range(len(left)):
        a, b = left[edge], right[edge]
        while parent[a] != a:
            parent[a] = parent[parent[a]]
            a = parent[a]
        while parent[b] != b:
            parent[b] = parent[parent[b]]
            b = parent[b]
        parent[max(a, b)] = min(a, b)
    for node in range(len(parent)):
        parent[node] = parent[parent[node]]


def components(count: int, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """int32[count]: for each document the smallest number in its connected component; (left, right): int32[k] each."""
    parent = np.arange(count, dtype=np.int32)
    _join(np.ascontiguousarray(left), np.ascontiguousarray(right), parent)
    return parent


def smallest_keys(keys: np.ndarray, earlier: np.ndarray, later: np.ndarray, alike: np.ndarray, fixed: np.ndarray) -> np.ndarray:
    """uint64[n]: the smallest key of each document's component; components over MAX_CLUSTER again, from `alike` pairs alone.

    `fixed`: bool[n], documents whose key counts for their component whatever the others have; the first of several.
    """
    root = components(len(keys), earlier, later)
    large = np.bincount(root, minlength=len(keys))[root] > MAX_CLUSTER
    inside = ~large[earlier] | alike
    root = components(len(keys), earlier[inside], later[inside])
    smallest = np.full(len(keys), np.iinfo(np.uint64).max, np.uint64)
    np.minimum.at(smallest, root, keys)
    smallest[fixed] = keys[fixed]  # they come first in keeper order, so that each is the root of its component or is not asked
    return smallest[root]


def keeper_values(keeper: np.ndarray, earlier: np.ndarray, later: np.ndarray, similarity: np.ndarray) -> np.ndarray:
    """float64[n]: the similarity of each document with its keeper."""
    value = np.zeros(len(keeper))
    chosen = keeper[later] == earlier
    np.maximum.at(value, later[chosen], similarity[chosen])
    return value
