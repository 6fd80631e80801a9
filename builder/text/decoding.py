"""UTF-8 to code points, one at a time, for the kernels: inlined into each, so that it costs no call.

The bytes are known to be valid UTF-8 (Arrow checked them).
"""

from __future__ import annotations

import numpy as np

from builder.text.kernel import inlined


@inlined
def decoded(utf8_bytes: np.ndarray, place: np.uint64) -> tuple[np.uint32, np.uint64]:
    """The code point that begins at a byte, and the place behind it. Places are unsigned: a signed index costs a comparison."""
    one, two, three = np.uint64(1), np.uint64(2), np.uint64(3)
    low, shift = np.uint32(0x3F), np.uint32(6)
    code = np.uint32(utf8_bytes[place])
    if code >= 0xE0 and code < 0xF0:  # three bytes first: most Chinese; lead bytes as in RFC 3629
        code = (code & np.uint32(0x0F)) << shift | np.uint32(utf8_bytes[place + one]) & low
        return code << shift | np.uint32(utf8_bytes[place + two]) & low, place + three
    if code < 0x80:
        return code, place + one
    if code < 0xE0:
        return (code & np.uint32(0x1F)) << shift | np.uint32(utf8_bytes[place + one]) & low, place + two
    code = (code & np.uint32(0x07)) << shift | np.uint32(utf8_bytes[place + one]) & low
    code = code << shift | np.uint32(utf8_bytes[place + two]) & low
    return code << shift | np.uint32(utf8_bytes[place + three]) & low, place + three + one


@inlined
def decoded_or_break(utf8_bytes: np.ndarray, place: np.uint64, end: np.uint64) -> tuple[np.uint32, np.uint64]:
    """The same up to `end`, where a line break is read: for loops `while place <= end`, whose last line ends like the others."""
    if place < end:
        return decoded(utf8_bytes, place)
    return np.uint32(0x0A), place + np.uint64(1)
