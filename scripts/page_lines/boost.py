"""Gradient boosting of complete binary trees over integers.

Friedman, Greedy Function Approximation, 2001; steps of second order as in Chen and Guestrin, XGBoost,
2016. Written out, since few hundred thousand lines need no library.
"""

from __future__ import annotations

import numpy as np

from builder.text.kernel import kernel
from builder.text.page.trees import Trees
from builder.text.readonly import FLOAT64, INT64, read

BINS = 24  # values that a column is cut at, at most
THOUSANDTHS = 1000
LEAST_GAIN = 1e-3
LEAST, SMOOTH = 2.0, 5.0  # weight of a leaf; what is added to it, so that rare leaves say little
FLAT = read("uint8", 2)


def boosted(columns: np.ndarray, labels: np.ndarray, weights: np.ndarray, *, trees: int, depth: int, rate: float) -> Trees:
    """Trees that score a line above 0 where its label is 1. Each tree is shown two columns in five, so that they differ."""
    edges = [_edges(values) for values in columns.T]
    binned = np.stack([np.searchsorted(cut, values) for cut, values in zip(edges, columns.T, strict=True)], axis=1).astype(
        np.uint8
    )
    share = (weights * labels).sum() / weights.sum()
    start = float(np.log(share / (1 - share)))
    scores = np.full(len(labels), start)
    chance = np.random.default_rng(0)
    grown = []
    for _ in range(trees):
        odds = 1 / (1 + np.exp(-scores))
        shown = np.sort(chance.choice(columns.shape[1], int(columns.shape[1] * 0.4), replace=False))
        measured = np.full(2**depth - 1, -1, np.int64)
        places = np.zeros(2**depth - 1, np.int64)
        leaf_of, leaves = np.zeros(len(labels), np.int64), np.zeros(2**depth)
        slope, bend = weights * (odds - labels), weights * odds * (1 - odds)
        _grow(binned, slope, bend, shown, measured, places, leaf_of, leaves)
        scores += rate * leaves[leaf_of]
        limits = [edges[column][place] if column >= 0 else 0 for column, place in zip(measured, places, strict=True)]
        grown.append((measured, limits, np.rint(THOUSANDTHS * rate * leaves)))
    measured_of, limits_of, scores_of = (np.array(part).astype(np.int32) for part in zip(*grown, strict=True))
    return Trees(measured_of, limits_of, scores_of, round(THOUSANDTHS * start))


def _edges(values: np.ndarray) -> np.ndarray:
    """Where a column is cut: a line goes right above one of these."""
    found = np.unique(values)
    if len(found) > BINS:
        found = np.unique(np.quantile(values, np.linspace(0, 1, BINS + 1), method="lower"))
    return found[:-1] if len(found) > 1 else found


@kernel(f"void({FLAT}, {FLOAT64}, {FLOAT64}, {INT64}, int64[::1], int64[::1], {INT64})")
def _split(
    binned: np.ndarray,
    slope: np.ndarray,
    bend: np.ndarray,
    shown: np.ndarray,
    measured: np.ndarray,
    places: np.ndarray,
    node_of: np.ndarray,
) -> None:
    """Find the best cut of each node of a level. `node_of`: the node of each line on this level."""
    sums = np.zeros((measured.size, shown.size, BINS + 2, 2))
    for line in range(node_of.size):
        for place in range(shown.size):
            cell = sums[node_of[line], place, binned[line, shown[place]]]
            cell[0] += slope[line]
            cell[1] += bend[line]
    for node in range(measured.size):
        whole, weight, best = sums[node, 0, :, 0].sum(), sums[node, 0, :, 1].sum(), LEAST_GAIN
        for place in range(shown.size):
            left, low = 0.0, 0.0
            for cut in range(BINS + 1):
                left += sums[node, place, cut, 0]
                low += sums[node, place, cut, 1]
                if low < LEAST or weight - low < LEAST:
                    continue
                gain = left**2 / (low + SMOOTH) + (whole - left) ** 2 / (weight - low + SMOOTH) - whole**2 / (weight + SMOOTH)
                if gain > best:
                    best, measured[node], places[node] = gain, shown[place], cut


@kernel(f"void({FLAT}, {FLOAT64}, {FLOAT64}, {INT64}, int64[::1], int64[::1], int64[::1], float64[::1])")
def _grow(
    binned: np.ndarray,
    slope: np.ndarray,
    bend: np.ndarray,
    shown: np.ndarray,
    measured: np.ndarray,
    places: np.ndarray,
    leaf_of: np.ndarray,
    leaves: np.ndarray,
) -> None:
    """Grow one tree, level by level; `leaf_of` holds each line's node, and in the end its leaf."""
    first = 0
    while first < measured.size:
        _split(binned, slope, bend, shown, measured[first : 2 * first + 1], places[first : 2 * first + 1], leaf_of - first)
        for line in range(leaf_of.size):
            column = measured[leaf_of[line]]
            right = column >= 0 and binned[line, column] > places[leaf_of[line]]
            leaf_of[line] = 2 * leaf_of[line] + 1 + int(right)
        first = 2 * first + 1
    total = np.zeros(leaves.size)
    for line in range(leaf_of.size):
        leaf_of[line] -= measured.size
        leaves[leaf_of[line]] -= slope[line]
        total[leaf_of[line]] += bend[line]
    for leaf in range(leaves.size):
        leaves[leaf] /= total[leaf] + SMOOTH
