"""Two limits, one of them for kinds of text that the other would harm."""

from __future__ import annotations

import numpy as np

from builder.core.limits import above_limits


def test_each_row_is_held_to_its_limit() -> None:
    rows, values = np.array([2, 3, 5, 8]), np.array([0.4, 0.4, 0.6, 0.3])
    found = above_limits("high", rows, values, np.array([False, True, True, False]), 0.3, 0.5)
    assert [(finding.code, finding.limit, finding.rows.tolist()) for finding in found] == [("high", 0.3, [2]), ("high", 0.5, [5])]
    assert [finding.value.tolist() for finding in found if finding.value is not None] == [[0.4], [0.6]]
