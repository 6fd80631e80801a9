"""Columns of flagged documents, row by row."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from builder.core.flagged import Columns, Flagged


def test_a_row_reads_like_a_mapping() -> None:
    batch = pa.table({"url": ["a", "b", None], "counts": [[1], [], [2, 3]], "text": ["桥", "路", "河"]})
    flagged = Flagged(batch, np.array([0, 2]), ["url", "counts"])
    rows = [Columns(flagged, place) for place in range(2)]
    assert [dict(row) for row in rows] == [{"url": "a", "counts": [1]}, {"url": None, "counts": [2, 3]}]
    assert len(rows[0]) == 2
    assert "date" not in rows[0]


def test_an_unknown_column_is_a_key_error() -> None:
    flagged = Flagged(pa.table({"url": ["a"], "text": ["桥"]}), np.array([0]), ["url"])
    for name in ("date", "text"):
        with pytest.raises(KeyError):
            Columns(flagged, 0)[name]
