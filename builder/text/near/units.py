"""Canonical keys as UTF-16 code units: two bytes a character in the files that verification reads."""

from __future__ import annotations

import numpy as np

from builder.text.kernel import kernel
from builder.text.readonly import INT64, UINT16, UINT32

BASIC = 0x10000  # code points from here on take two units
HIGH, LOW = 0xD800, 0xDC00


@kernel(f"void({UINT32}, {INT64}, int64[::1], uint16[::1])")
def _encode(codes: np.ndarray, offsets: np.ndarray, unit_offsets: np.ndarray, units: np.ndarray) -> None:
    written = 0
    for row in range(len(offsets) - 1):
        for place in range(offsets[row], offsets[row + 1]):
            code = np.int64(codes[place])
            if code >= BASIC:
                units[written] = HIGH + ((code - BASIC) >> 10)
                written += 1
                code = LOW + ((code - BASIC) & 0x3FF)
            units[written] = code
            written += 1
        unit_offsets[row + 1] = written


@kernel(f"int64({UINT16}, int64, int64, uint32[::1])")
def decoded_units(units: np.ndarray, start: int, end: int, codes: np.ndarray) -> int:
    """Write the code points of one document to `codes`, from its beginning; return how many there are."""
    count = 0
    place = start
    while place < end:
        code = np.int64(units[place])
        place += 1
        if HIGH <= code < LOW and place < end:
            code = BASIC + ((code - HIGH) << 10) + (np.int64(units[place]) - LOW)
            place += 1
        codes[count] = code
        count += 1
    return count


def utf16_units(codes: np.ndarray, offsets: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(offsets int64[n + 1], units uint16[offsets[-1]]) of keys: codes uint32, offsets int64[n + 1]."""
    units = np.empty(len(codes) + int(np.count_nonzero(codes >= BASIC)), np.uint16)
    unit_offsets = np.zeros(len(offsets), np.int64)
    _encode(codes, offsets, unit_offsets, units)
    return unit_offsets, units
