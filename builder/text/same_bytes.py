"""Whether the same bytes stand at two places of a buffer; compiled, for other kernels."""

from __future__ import annotations

import numpy as np

from builder.text.kernel import kernel
from builder.text.readonly import UINT8


@kernel(f"boolean({UINT8}, int64, int64, int64)")
def same_bytes(utf8_bytes: np.ndarray, one: int, other: int, length: int) -> bool:
    """Whether `length` bytes from one place on are those from another place on."""
    byte = 0
    while byte < length and utf8_bytes[one + byte] == utf8_bytes[other + byte]:
        byte += 1
    return byte == length
