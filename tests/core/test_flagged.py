"""Columns of flagged documents, row by row."""

from __future__ import annotations

import pyarrow as pa
import pytest

from builder.core.flagged import Columns, Flagged


def test_a_row_reads_like_a_mapping() -> None:
    flagged = Flagged(pa.table({"url": ["a", None], "counts": [[1], [2, 3]]}))
    rows = [Columns(flagged, place) for place in range(2)]
    assert [dict(row) for row in rows] == [{"url": "a", "counts": [1]}, {"url": None, "counts": [2, 3]}]
    assert len(rows[0]) == 2
    assert "date" not in rows[0]


def test_an_unknown_column_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        Columns(Flagged(pa.table({"url": ["a"]})), 0)["date"]
