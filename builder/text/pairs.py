"""Kernels over pairs of documents: propose pairs within groups, walk them in keeper order, and join them to clusters."""

from __future__ import annotations

import numpy as np

from builder.text.kernel import kernel
from builder.text.readonly import FLOAT64, INT64, SIGNATURES, UINT64

MAX_LEADERS = 2_000  # documents that stay, of one large group, with which the others are compared
STAND_INS = 4  # leaders that are noted for a document, should the first be dropped elsewhere


@kernel(f"int64({SIGNATURES}, int64, int64)")
def _agreement(signatures: np.ndarray, i: int, j: int) -> int:
    same = 0
    for place in range(signatures.shape[1]):
        same += signatures[i, place] == signatures[j, place]
    return same


@kernel(f"boolean({SIGNATURES}, int64, int64, int64, int64)")
def _share_band(signatures: np.ndarray, i: int, j: int, bands: int, rows: int) -> bool:
    for start in range(0, bands * rows, rows):
        equal = 0
        while equal < rows and signatures[i, start + equal] == signatures[j, start + equal]:
            equal += 1
        if equal == rows:
            return True
    return False


@kernel(f"float64({UINT64}, {INT64}, int64, int64)")
def _jaccard(hashes: np.ndarray, offsets: np.ndarray, i: int, j: int) -> float:
    one, one_end, other, other_end = offsets[i], offsets[i + 1], offsets[j], offsets[j + 1]
    size, common = one_end - one + other_end - other, 0
    while one < one_end and other < other_end:
        mine, theirs = hashes[one], hashes[other]
        common += mine == theirs
        one += mine <= theirs
        other += theirs <= mine
    return common / (size - common)


@kernel(f"int64({SIGNATURES}, {INT64}, int64, int64, int64, int64[::1], int64[::1], int32[::1])")
def _pairs(
    signatures: np.ndarray,
    borders: np.ndarray,
    bands: int,
    rows: int,
    min_agreement: int,
    left: np.ndarray,
    right: np.ndarray,
    agreement: np.ndarray,
) -> int:
    """Write the pairs if there is room; return how many there are."""
    found = 0
    for group in range(len(borders) - 1):
        for i in range(borders[group], borders[group + 1]):
            for j in range(i + 1, borders[group + 1]):
                same = _agreement(signatures, i, j)
                if same >= min_agreement and _share_band(signatures, i, j, bands, rows):
                    if found < len(left):
                        left[found], right[found], agreement[found] = i, j, same
                    found += 1
    return found


def group_pairs(
    signatures: np.ndarray, borders: np.ndarray, bands: int, rows: int, min_agreement: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """All pairs of a group that share a band and agree in at least `min_agreement` values of their signatures.

    signatures: uint32[n, P]; borders: int64[g + 1], of consecutive groups. Gives (left int64[k], right int64[k],
    agreement int32[k]) with left < right. Quadratic in the size of a group.
    """
    room = 4 * len(signatures) + 16
    while True:
        left, right, agreement = np.empty(room, np.int64), np.empty(room, np.int64), np.empty(room, np.int32)
        found = _pairs(signatures, borders, bands, rows, min_agreement, left, right, agreement)
        if found <= room:
            return left[:found], right[:found], agreement[:found]
        room = found


@kernel(
    f"int64({SIGNATURES}, {UINT64}, {INT64}, int64, int64, int64, float64, "
    "int64[::1], int64[::1], int64[::1], float64[::1], int64)"
)
def _lead(  # noqa: PLR0913 - four results; a kernel returns no arrays of its own making
    signatures: np.ndarray,
    hashes: np.ndarray,
    offsets: np.ndarray,
    bands: int,
    rows: int,
    min_agreement: int,
    limit: float,
    leaders: np.ndarray,
    left: np.ndarray,
    right: np.ndarray,
    similarity: np.ndarray,
    stand_ins: int,
) -> int:
    """Compare each document with the leaders so far; one that is like none becomes a leader while there is room."""
    found = count = 0
    for j in range(len(signatures)):
        alike = place = 0
        while place < count and alike < stand_ins:
            i = leaders[place]
            place += 1
            if _agreement(signatures, i, j) < min_agreement or not _share_band(signatures, i, j, bands, rows):
                continue
            ratio = _jaccard(hashes, offsets, i, j)
            if ratio >= limit:
                left[found], right[found], similarity[found] = i, j, ratio
                found += 1
                alike += 1
        if alike == 0 and count < len(leaders):
            leaders[count] = j
            count += 1
    return found


def leader_pairs(
    signatures: np.ndarray, hashes: np.ndarray, offsets: np.ndarray, bands: int, rows: int, min_agreement: int, limit: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The verified pairs of one large group: each document with leaders, the documents that are like none before them.

    As `group_pairs` and the exact Jaccard together, but linear in the group for each leader, of which there are at most
    MAX_LEADERS. signatures: uint32[n, P] in keeper order; hashes uint64[...], offsets int64[n + 1]: the sorted unique
    shingles of each document. Gives (left int64[k], right int64[k], similarity float64[k]).
    """
    room = STAND_INS * len(signatures)
    left, right, similarity = np.empty(room, np.int64), np.empty(room, np.int64), np.empty(room)
    leaders = np.empty(min(MAX_LEADERS, len(signatures)), np.int64)
    found = _lead(signatures, hashes, offsets, bands, rows, min_agreement, limit, leaders, left, right, similarity, STAND_INS)
    return left[:found], right[:found], similarity[:found]


@kernel(f"void({INT64}, {INT64}, {FLOAT64}, int64[::1])")
def _walk(starts: np.ndarray, earlier: np.ndarray, similarity: np.ndarray, keeper: np.ndarray) -> None:
    for node in range(len(starts) - 1):
        best = -1.0
        for edge in range(starts[node], starts[node + 1]):
            other = earlier[edge]
            if keeper[other] < 0 and similarity[edge] > best:
                best = similarity[edge]
                keeper[node] = other


def keepers(count: int, earlier: np.ndarray, later: np.ndarray, similarity: np.ndarray) -> np.ndarray:
    """int64[count]: for each document the one that stays in its place, or -1 if it stays itself.

    Documents are numbered in keeper order; (earlier, later) are verified pairs, earlier < later. A document goes if and
    only if it is paired with an earlier one that stays; of several the most similar is named, of equals the earliest.
    """
    order = np.lexsort((earlier, later))
    starts = np.searchsorted(later[order], np.arange(count + 1)).astype(np.int64)
    keeper = np.full(count, -1, np.int64)
    _walk(starts, earlier[order], similarity[order], keeper)
    return keeper


@kernel(f"void({INT64}, {INT64}, int64[::1])")
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
    """int64[count]: for each document the smallest number in its connected component; (left, right): int64[k] each."""
    parent = np.arange(count, dtype=np.int64)
    _join(np.ascontiguousarray(left), np.ascontiguousarray(right), parent)
    return parent
