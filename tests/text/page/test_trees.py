"""The line scorer: its table, its scores in plain Python, and what is left in doubt."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.text.page.context import columns
from builder.text.page.lines import page_lines
from builder.text.page.segments import BRIDGED, HARDLY, bridged
from builder.text.page.shapes import shapes
from builder.text.page.trees import Trees, measured, trees

SMALL = Trees(np.array([[0, 1, -1]], np.int32), np.array([[5, 0, 0]], np.int32), np.array([[1, 2, 4, 8]], np.int32), 100)


def test_table_is_of_the_columns_that_are_measured() -> None:
    lines = page_lines(pa.array(["桥修好了。"], pa.large_string()))
    full = np.arange(1)
    known = columns(lines.rows, np.zeros(1, np.int64), lines.features, shapes(lines, full, lines.rows))
    assert tuple(known) == measured()


def test_table_is_whole() -> None:
    table = trees()
    inner = table.measured.shape[1]
    assert table.measured.shape == table.limits.shape == (len(table.scores), inner)
    assert table.scores.shape[1] == inner + 1
    assert table.measured.max() < len(measured())


@pytest.mark.parametrize(("values", "score"), [((5, 0), 101), ((5, 1), 102), ((6, 0), 104), ((6, 9), 104)])
def test_score(values: tuple[int, int], score: int) -> None:
    assert SMALL._replace(start=-200).score(np.array([values], np.int16), -300).tolist() == [score - 300]


@given(st.integers(0, 2**32), st.sampled_from([-10_000, -2000, -1, 0]))
def test_bounds_lie_on_the_side_of_the_scores(seed: int, lowest: int) -> None:
    """Exact from the lowest to -1; above 0, and below the lowest, on that side and no farther."""
    chance, table = np.random.default_rng(seed), trees()
    known = chance.integers(-2, 60, (20, len(measured()))).astype(np.int16)
    exact = [table.start + sum(int(leaves[leaf(tree, row)]) for tree, leaves in enumerate(table.scores)) for row in known]
    for whole, bound in zip(exact, table.score(known, lowest).tolist(), strict=True):
        if lowest <= whole < 0:
            assert bound == whole
        else:
            assert (whole >= bound >= 0) if whole >= 0 else (whole <= bound < lowest)


def leaf(tree: int, row: np.ndarray) -> int:
    """Which leaf of a shipped tree a line comes to."""
    table, node = trees(), 0
    inner = table.measured.shape[1]
    while node < inner:
        column = table.measured[tree, node]
        node = 2 * node + 1 + int(column >= 0 and row[column] > table.limits[tree, node])
    return node - inner


@given(st.lists(st.lists(st.tuples(st.sampled_from([-3000, -10, 10]), st.integers(0, 1)), min_size=1, max_size=9), max_size=4))
def test_a_few_lines_in_doubt_between_lines_of_the_text_are_kept(documents: list[list[tuple[int, int]]]) -> None:
    wanted = []
    for lines in documents:
        cut = [score < 0 for score, _ in lines]
        for first in range(len(lines)):
            for last in range(first + 1, min(first + BRIDGED, len(lines) - 1) + 1):
                between = lines[first:last]
                whole = first > 0 and last < len(lines) and lines[first - 1][0] >= 0 and lines[last][0] >= 0
                if whole and all(HARDLY < score < 0 and not kind for score, kind in between):
                    cut[first:last] = [False] * len(between)
        wanted += cut
    rows = np.repeat(np.arange(len(documents)), [len(lines) for lines in documents])
    scores, kinds = (np.array([line[part] for lines in documents for line in lines], np.int64) for part in (0, 1))
    assert bridged(rows, kinds, scores).tolist() == wanted
