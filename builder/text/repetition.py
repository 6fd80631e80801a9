"""How much of a text has stood in it before: runs of n letters, and whole lines. Compiled, linear, exact.

A run or a line is found by its hash and then compared character by character, so that a collision of hashes costs time and
decides nothing. A text is measured in stretches of STRETCH letters, or LINES different lines, each by itself: the tables stay
small, and a long novel is not blamed for the phrases that any long text uses again.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow as pa

from builder.text.buffers import utf8
from builder.text.kernel import inlined, kernel
from builder.text.mixing import FNV_BASIS, finalized, fnv
from builder.text.readonly import INT64, UINT8, UINT32
from builder.text.rolling import FACTOR, begun, oldest_factor
from builder.text.slots import room_for

STRETCH = 1 << 18  # letters: 600 KB of Chinese; the tables take 6 MB
LINES = 1 << 16


class Lines(NamedTuple):
    """Lines that hold more than spaces, and their characters, of each text; all int64[k]."""

    lines: np.ndarray
    chars: np.ndarray  # without ASCII spaces and control characters
    repeated_lines: np.ndarray  # of the lines: equal to an earlier one
    repeated_chars: np.ndarray  # characters of these


@inlined
def _equal(characters: np.ndarray, one: int, other: int, size: int) -> bool:
    """Whether the same `size` characters begin at two places."""
    same = 0
    while same < size and characters[one + same] == characters[other + same]:
        same += 1
    return same == size


@kernel(f"void({UINT32}, {INT64}, {INT64}, int64, int64, int64[::1], int64[::1])")
def _count_repeats(
    codes: np.ndarray, offsets: np.ndarray, rows: np.ndarray, width: int, room: int, repeats: np.ndarray, most: np.ndarray
) -> None:
    """Fill `repeats` and `most`, see repeated_runs. An entry of `seen` is `base` + the run's place + 1; lower ones are stale."""
    seen, times = np.zeros(room_for(room), np.int64), np.zeros(room_for(room), np.int64)
    base = 0
    factor, leaving = np.uint64(FACTOR), oldest_factor(width)
    for number in range(rows.size):
        end = offsets[rows[number] + 1]
        for start in range(offsets[rows[number]], end, STRETCH):
            letters = codes[start : min(start + STRETCH, end)]
            runs = letters.size - width + 1
            if runs < 2:
                continue
            mask = room_for(runs) - 1
            hashed = begun(letters, width)
            again, top = 0, 0
            for run in range(runs):
                hashed = hashed * factor + np.uint64(letters[run + width - 1])
                slot = np.int64(finalized(hashed) & np.uint64(mask))
                hashed -= leaving * np.uint64(letters[run])
                while True:
                    earlier = seen[slot] - base - 1
                    if earlier < 0:
                        seen[slot] = base + run + 1
                        times[slot] = 1
                        break
                    if _equal(letters, earlier, run, width):
                        times[slot] += 1
                        again += 1
                        top = max(top, times[slot])
                        break
                    slot = (slot + 1) & mask
            base += runs
            repeats[number] += again
            most[number] += top


@inlined
def _hashed(utf8_bytes: np.ndarray, start: int, stop: int) -> np.uint64:
    """FNV-1a of the words of eight bytes, and of the bytes that are left."""
    hashed = np.uint64(FNV_BASIS)
    place = start
    while place + 8 <= stop:
        word = np.uint64(0)
        for byte in range(8):
            word |= np.uint64(utf8_bytes[place + byte]) << np.uint64(8 * byte)
        hashed = fnv(hashed, word)
        hashed ^= hashed >> np.uint64(32)  # a word's high bytes reach the low half
        place += 8
    while place < stop:
        hashed = fnv(hashed, np.uint64(utf8_bytes[place]))
        place += 1
    return hashed


@kernel(f"void({INT64}, {UINT8}, {INT64}, int64[::1], int64[::1], int64[::1], int64[::1])")
def _count_lines(
    offsets: np.ndarray,
    utf8_bytes: np.ndarray,
    rows: np.ndarray,
    lines: np.ndarray,
    chars: np.ndarray,
    repeated_lines: np.ndarray,
    repeated_chars: np.ndarray,
) -> None:
    """Fill the columns of Lines."""
    mask = room_for(LINES) - 1
    seen = np.zeros(mask + 1, np.int64)  # the number of a line among all of this call, + 1
    starts, sizes = np.zeros(LINES, np.int64), np.zeros(LINES, np.int64)
    total = 0
    for number in range(rows.size):
        first = total  # of the stretch: lines before it are forgotten
        place, end = offsets[rows[number]], offsets[rows[number] + 1]
        while place < end:
            start = place
            while place < end and utf8_bytes[place] != 0x0A:
                place += 1
            stop = place
            size = 0
            for byte in utf8_bytes[start:stop]:
                size += byte > 0x20 and byte & 0xC0 != 0x80
            hashed = _hashed(utf8_bytes, start, stop)
            place += 1
            if size == 0:
                continue
            lines[number] += 1
            chars[number] += size
            slot = np.int64(finalized(hashed) & np.uint64(mask))
            while True:
                earlier = seen[slot] - 1
                if earlier < first:
                    if total - first == LINES:
                        first = total
                    seen[slot] = total + 1
                    starts[total - first], sizes[total - first] = start, stop - start
                    total += 1
                    break
                if sizes[earlier - first] == stop - start and _equal(utf8_bytes, starts[earlier - first], start, stop - start):
                    repeated_lines[number] += 1
                    repeated_chars[number] += size
                    break
                slot = (slot + 1) & mask


def repeated_runs(codes: np.ndarray, offsets: np.ndarray, rows: np.ndarray, width: int) -> tuple[np.ndarray, np.ndarray]:
    """(repeats, most), int64[k], sums over a text's stretches.

    Of the runs of `width` letters of each text: how many are equal to an earlier one, and how often the commonest stands there, 0
    where none stands twice. `codes`: uint32, the letters of all texts, one after the other; `offsets`: int64[n + 1]; `rows`:
    int64[k], the texts.
    """
    repeats, most = np.zeros(rows.size, np.int64), np.zeros(rows.size, np.int64)
    if rows.size:
        longest = int((offsets[rows + 1] - offsets[rows]).max())
        _count_repeats(codes, offsets, rows, width, min(longest, STRETCH), repeats, most)
    return repeats, most


def repeated_lines(texts: pa.ChunkedArray | pa.Array, rows: np.ndarray) -> Lines:
    """The lines of each text of `rows` (int64[k], positions in a column of strings). Spaces inside a line count for equality."""
    offsets, utf8_bytes = utf8(texts)
    counted = Lines(*(np.zeros(rows.size, np.int64) for _ in Lines._fields))
    if rows.size:
        _count_lines(offsets, utf8_bytes, rows, *counted)
    return counted
