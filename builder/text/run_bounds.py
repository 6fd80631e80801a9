"""How often runs of letters can stand in a text again at most, in a third of the time that the exact count takes.

Runs are counted by a hash alone, in a table that stays in the processor's cache; two runs of one hash count as equal. So a
count is now and then too high and never too low: a text whose bound is below a limit needs no exact count
(`builder/text/repetition.py`).
"""

from __future__ import annotations

import numpy as np

from builder.text.kernel import kernel
from builder.text.readonly import INT64, UINT32
from builder.text.repetition import STRETCH
from builder.text.rolling import FACTOR, begun, oldest_factor

SLOTS = 8  # for each run: then at most one run in sixteen counts as a repeat and is none
MOST = 65_535  # what an entry can count to


@kernel(f"void({UINT32}, {INT64}, {INT64}, int64, uint16[::1], int64[::1], int64[::1])")
def _bound(
    codes: np.ndarray,
    offsets: np.ndarray,
    rows: np.ndarray,
    width: int,
    times: np.ndarray,
    repeats: np.ndarray,
    most: np.ndarray,
) -> None:
    """Fill `repeats` and `most`, see run_bounds. `times`: a power of two of entries, SLOTS for each run of a stretch."""
    factor, leaving = np.uint64(FACTOR), oldest_factor(width)
    for number in range(rows.size):
        end = offsets[rows[number] + 1]
        for start in range(offsets[rows[number]], end, STRETCH):
            letters = codes[start : min(start + STRETCH, end)]
            runs = letters.size - width + 1
            if runs < 2:
                continue
            bits = 4
            while (1 << bits) < SLOTS * runs:
                bits += 1
            times[: 1 << bits] = 0
            shift = np.uint64(64 - bits)
            hashed = begun(letters, width)
            different, top = 0, np.int64(0)
            for run in range(runs):
                hashed = hashed * factor + np.uint64(letters[run + width - 1])
                slot = (hashed * factor) >> shift
                hashed -= leaving * np.uint64(letters[run])
                now = np.int64(times[slot])
                different += now == 0
                top = max(top, now + np.int64(1))
                times[slot] = np.uint16(now + (now < MOST))
            repeats[number] += runs - different
            most[number] += runs if top > MOST else top


def run_bounds(codes: np.ndarray, offsets: np.ndarray, rows: np.ndarray, width: int) -> tuple[np.ndarray, np.ndarray]:
    """(repeats, most), int64[k]: neither is lower than what `repeated_runs` counts of the same texts."""
    repeats, most = np.zeros(rows.size, np.int64), np.zeros(rows.size, np.int64)
    if rows.size:
        longest = min(int((offsets[rows + 1] - offsets[rows]).max()), STRETCH)
        _bound(codes, offsets, rows, width, np.zeros(max(2 * SLOTS * longest, 16), np.uint16), repeats, most)
    return repeats, most
