"""Kernels over pairs of documents: propose pairs within groups, walk them in keeper order, and join them to clusters."""

from __future__ import annotations

import numpy as np

from builder.text.kernel import kernel


@kernel("int64(uint32[:,::1], int64[::1], int64, int64, int64, int64[::1], int64[::1], int32[::1])")
def _pairs(signatures, groups, bands, rows, min_agreement, left, right, agreement):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202, C901, PLR0913 - numba infers types from the signature
    """Write the pairs if there is room; return how many there are. Groups are [groups[g], groups[g + 1])."""
    perms = signatures.shape[1]
    found = 0
    for group in range(len(groups) - 1):
        for i in range(groups[group], groups[group + 1]):
            for j in range(i + 1, groups[group + 1]):
                same = 0
                for p in range(perms):
                    same += signatures[i, p] == signatures[j, p]
                if same < min_agreement:
                    continue
                shared = False
                for band in range(bands):
                    equal = True
                    for p in range(band * rows, band * rows + rows):
                        if signatures[i, p] != signatures[j, p]:
                            equal = False
                            break
                    if equal:
                        shared = True
                        break
                if shared:
                    if found < len(left):
                        left[found], right[found], agreement[found] = i, j, same
                    found += 1
    return found


def group_pairs(
    signatures: np.ndarray, groups: np.ndarray, bands: int, rows: int, min_agreement: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """All pairs of a group that share a band and agree in at least `min_agreement` values of their signatures.

    signatures: uint32[n, P]; groups: int64[g + 1], borders of consecutive groups. Gives (left int64[k], right int64[k],
    agreement int32[k]) with left < right. Quadratic in the size of a group.
    """
    room = 4 * len(signatures) + 16
    while True:
        left, right, agreement = np.empty(room, np.int64), np.empty(room, np.int64), np.empty(room, np.int32)
        found = _pairs(np.ascontiguousarray(signatures), groups, bands, rows, min_agreement, left, right, agreement)
        if found <= room:
            return left[:found], right[:found], agreement[:found]
        room = found


@kernel("void(int64[::1], int64[::1], float64[::1], int64[::1])")
def _walk(starts, earlier, similarity, keeper):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202 - numba infers types from the signature
    for node in range(len(starts) - 1):
        best = -1.0
        for edge in range(starts[node], starts[node + 1]):
            other = earlier[edge]
            if keeper[other] < 0 and similarity[edge] > best:
                best = similarity[edge]
                keeper[node] = other


def keepers(count: int, earlier: np.ndarray, later: np.ndarray, similarity: np.ndarray) -> np.ndarray:
    """int64[count]: for each document the one that stays in its place, or -1 if it stays itself.

    Documents are numbered in keeper order; (earlier, later) are verified pairs. A document goes if and only if it is
    paired with an earlier one that stays; of several, the most similar is named, of equals the earliest.
    """
    order = np.lexsort((earlier, later))
    starts = np.searchsorted(later[order], np.arange(count + 1)).astype(np.int64)
    keeper = np.full(count, -1, np.int64)
    _walk(starts, np.ascontiguousarray(earlier[order]), np.ascontiguousarray(similarity[order]), keeper)
    return keeper


@kernel("void(int64[::1], int64[::1], int64[::1])")
def _join(left, right, parent):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202 - numba infers types from the signature
    for edge in range(len(left)):
        a, b = left[edge], right[edge]
        while parent[a] != a:
            parent[a] = parent[parent[a]]
            a = parent[a]
        while parent[b] != b:
            parent[b] = parent[parent[b]]
            b = parent[b]
        if a < b:
            parent[b] = a
        elif b < a:
            parent[a] = b
    for node in range(len(parent)):
        parent[node] = parent[parent[node]]


def components(count: int, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """int64[count]: for each document the smallest number in its connected component."""
    parent = np.arange(count, dtype=np.int64)
    _join(np.ascontiguousarray(left), np.ascontiguousarray(right), parent)
    return parent
