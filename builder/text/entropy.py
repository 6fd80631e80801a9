"""How many bits one character of a text tells: the entropy of its characters, spaces left out.

Counted and summed in integers (logarithms as multiples of 2**-24, made by squaring), so that every machine finds the same number.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pyarrow as pa

from builder.text.buffers import utf8
from builder.text.classes import SPACES, partition
from builder.text.decoding import decoded
from builder.text.kernel import kernel
from builder.text.readonly import INT64, UINT8

FRACTION = 24  # bits behind the point: sums of up to 10**10 characters fit in 63 bits
TABLE = 4096  # logarithms kept ready; few characters stand more often in one text


@kernel("int64(int64)")
def log2(number: int) -> np.int64:
    """Base-2 logarithm of a positive integer below 2**32, in units of 2**-24.

    Digit by digit: squaring a number from [1, 2) doubles its logarithm, and a result of 2 or more is a digit 1.
    """
    whole = 0
    while number >> (whole + 1):
        whole += 1
    mantissa = np.uint64(number) << np.uint64(31 - whole)  # 1 is 2**31
    logarithm = np.int64(whole)
    for _ in range(FRACTION):
        mantissa = mantissa * mantissa >> np.uint64(31)
        digit = mantissa >> np.uint64(32)
        mantissa >>= digit
        logarithm = (logarithm << 1) + np.int64(digit)
    return logarithm


@kernel(f"void({INT64}, {UINT8}, {INT64}, {UINT8}, {INT64}, int64[::1], int64[::1])")
def _measure(
    offsets: np.ndarray,
    utf8_bytes: np.ndarray,
    rows: np.ndarray,
    is_counted: np.ndarray,
    logarithms: np.ndarray,
    bits: np.ndarray,
    chars: np.ndarray,
) -> None:
    """Fill `bits` (of all characters together, in units of 2**-24) and `chars` of each row."""
    times = np.zeros(is_counted.size, np.int32)
    kinds = np.empty(is_counted.size, np.uint32)
    for number in range(rows.size):
        place, end = np.uint64(offsets[rows[number]]), np.uint64(offsets[rows[number] + 1])
        total, different = 0, np.uint64(0)
        while place < end:
            code, place = decoded(utf8_bytes, place)
            if is_counted[code]:
                kinds[different] = code
                different += np.uint64(times[code] == 0)
                times[code] += np.int32(1)
                total += 1
        spent = 0
        for kind in range(different):
            count = np.int64(times[kinds[kind]])
            times[kinds[kind]] = 0
            spent += count * (logarithms[count] if count < logarithms.size else log2(count))
        chars[number] = total
        bits[number] = total * log2(total) - spent if total else 0


@cache
def _tables() -> tuple[np.ndarray, np.ndarray]:
    """(bool of each code point as uint8[DECODABLE], int64[TABLE]): what is counted, and the logarithms of small numbers."""
    classes = partition()
    spaces = [number for number, name in enumerate(classes.names) if set(name.split("+")) & set(SPACES)]
    is_counted = (~np.isin(classes.class_of, spaces)).astype(np.uint8)
    return is_counted, np.array([0, *(log2(number) for number in range(1, TABLE))], np.int64)


def character_bits(texts: pa.ChunkedArray | pa.Array, rows: np.ndarray) -> np.ndarray:
    """float64[k]: bits for each character that is no space, of each text of `rows` (int64[k], positions in a column of strings).

    0 for a text without such characters. Off by less than 2**-22 bits, by the same on every machine: one division, rounded once.
    """
    offsets, utf8_bytes = utf8(texts)
    bits, chars = np.zeros(rows.size, np.int64), np.zeros(rows.size, np.int64)
    if rows.size:
        _measure(offsets, utf8_bytes, rows, *_tables(), bits, chars)
    measured: np.ndarray = bits / (np.maximum(chars, 1) << FRACTION)
    return measured
