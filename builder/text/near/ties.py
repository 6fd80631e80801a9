"""What decides between documents of one rank and one key, wherever they stand: the text, then the id."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import xxhash

from builder.text.buffers import views

ID_BITS = 24  # of a tie; the 40 above are of the text, so that documents without ids of their own do not depend on their places


def ties(texts: pa.ChunkedArray, ids: pa.ChunkedArray) -> np.ndarray:
    """uint64[n]: of two documents with one rank and one key, the smaller one comes first in keeper order."""
    text, name = (np.fromiter(map(xxhash.xxh3_64_intdigest, views(column)), np.uint64, len(column)) for column in (texts, ids))
    kept: np.ndarray = text >> np.uint64(ID_BITS) << np.uint64(ID_BITS) | name >> np.uint64(64 - ID_BITS)
    return kept
