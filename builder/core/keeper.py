"""Keeper order in one number: a field of few bits for each thing that decides, the first one in the highest."""

from __future__ import annotations

import numpy as np

from builder.core.batch import PRIORITY, REPAIRS, WOULD_DROP, Batch, integers

PRIORITY_BITS, REPAIRS_BITS, CHARS_BITS = 16, 8, 32
LAST_PRIORITY, MOST_REPAIRS, MOST_CHARS = (1 << 15) - 1, (1 << REPAIRS_BITS) - 1, (1 << CHARS_BITS) - 1  # that are told apart

Field = tuple[np.ndarray, int]  # uint64[n], and bits


def packed_rank(*fields: Field) -> np.ndarray:
    """uint64[n]: smaller is kept first; of two fields the one that was given first decides."""
    rank = np.zeros_like(fields[0][0])
    for values, bits in fields:
        rank = rank << np.uint64(bits) | values
    return rank


def would_drop(batch: Batch) -> Field:
    """1 for what a later filter would drop."""
    return integers(batch, WOULD_DROP).astype(np.uint64), 1


def lower_priority(batch: Batch) -> Field:
    """Less for a source of higher priority."""
    return (LAST_PRIORITY - integers(batch, PRIORITY).astype(np.int64)).astype(np.uint64), PRIORITY_BITS


def repairs(batch: Batch) -> Field:
    """How many steps edited the document."""
    return np.minimum(integers(batch, REPAIRS), MOST_REPAIRS).astype(np.uint64), REPAIRS_BITS


def shorter(chars: np.ndarray) -> Field:
    """Less for more characters (int64[n])."""
    return (MOST_CHARS - np.minimum(chars, MOST_CHARS)).astype(np.uint64), CHARS_BITS
