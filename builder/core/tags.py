"""Which documents a recipe does not want, by a column that tags them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from builder.core.batch import Batch


def unwanted(batch: Batch, column: str, keep: Sequence[str], drop: Sequence[str]) -> np.ndarray:
    """int64[k]: rows whose tag is in `drop`, or, unless `keep` is empty, not in `keep`."""
    tags = np.array(batch[column].to_pylist(), object)
    goes = np.isin(tags, drop)
    if keep:
        goes |= ~np.isin(tags, keep)
    return np.flatnonzero(goes)
