"""A document's place in one number: its part, and its row in the part."""

from __future__ import annotations

import numpy as np

ROW_BITS = 40  # a place is part << ROW_BITS | row


def packed_places(parts: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """uint64[n]: the places of some documents."""
    places: np.ndarray = parts.astype(np.uint64) << np.uint64(ROW_BITS) | rows.astype(np.uint64)
    return places


def place_parts(places: np.ndarray) -> np.ndarray:
    """int32[n]: the parts of some places."""
    return (places >> np.uint64(ROW_BITS)).astype(np.int32)


def place_rows(places: np.ndarray) -> np.ndarray:
    """int64[n]: the rows of some places in their parts."""
    return (places & np.uint64((1 << ROW_BITS) - 1)).astype(np.int64)
