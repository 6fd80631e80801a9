"""Tags that a recipe keeps or drops."""

from __future__ import annotations

import pyarrow as pa
import pytest

from builder.core.tags import unwanted

TAGS = pa.table({"kind": ["甲", "乙", None, "甲", "丙"]})


@pytest.mark.parametrize(
    ("keep", "drop", "rows"),
    [((), (), []), (("甲",), (), [1, 2, 4]), ((), ("甲",), [0, 3]), (("甲", "乙"), ("甲",), [0, 2, 3, 4])],
)
def test_unwanted(keep: tuple[str, ...], drop: tuple[str, ...], rows: list[int]) -> None:
    assert unwanted(TAGS, "kind", keep, drop).tolist() == rows
