"""Hashed character n-grams of texts, weighed and summed in integers, compiled. Each counts once, however often it stands.

What is folded away says nothing of quality: width, case, script (traditional to simplified, by the table of the canonical key)
and which digit it is. Marks and line breaks stay: they tell menus from sentences. Of a run of blanks a line break is left where
it has one, else a space, so that indentation and blank lines are no features; a text stands between two line breaks. Of a long
text the beginning is taken, since a model has seen nothing like a book, and the length alone would carry its score away.

An n-gram's place in the table of weights are the upper bits of a sum of codes times odd 64-bit multipliers (multilinear hashing,
Lemire and Kaser 2014) and of a number for its length.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from builder.text.buffers import utf8
from builder.text.canonical import SEVERAL, images
from builder.text.classes import SPACES, partition
from builder.text.decoding import decoded
from builder.text.kernel import kernel
from builder.text.mixing import GOLDEN, mixed
from builder.text.readonly import INT64, MASKS, UINT8, UINT32, read

LONGEST = 8  # characters of the longest n-gram that can be asked for
MAX_CHARS = 20_000  # of a text, from its beginning; a page of the web has seldom more
BREAK, GAP = ord("\n"), ord(" ")
BREAKS = ("newline", "odd_break")  # of the counters of blanks
WIDE = (0xFF01, 0xFF5F)  # fullwidth forms of ASCII; the table of the key folds only letters and digits among them
TO_NARROW = 0xFEE0

# A multiplier and a summand for each length: the first outputs of splitmix64 from seed 0, made odd.
NUMBERS = mixed(np.arange(2 * LONGEST, dtype=np.uint64) * np.uint64(GOLDEN)).reshape(2, -1) | np.uint64(1)


class Grams(NamedTuple):
    """Which n-grams are features."""

    shortest: int  # characters
    longest: int
    bits: int  # 2**bits places in the table of weights


class Features(NamedTuple):
    """The different features of each text, a row each."""

    offsets: np.ndarray  # int64[n + 1]: borders of the texts
    places: np.ndarray  # uint32[offsets[-1]]: in the table of weights, in the order in which they first stand


@cache
def folded_codes() -> np.ndarray:
    """uint32[DECODABLE]: what each code point counts as."""
    folded = images().of_code.copy()
    unfolded = np.flatnonzero((folded == 0) | (folded >= SEVERAL))  # marks are nothing in the key, ligatures several codes
    folded[unfolded] = unfolded
    wide = unfolded[(unfolded >= WIDE[0]) & (unfolded < WIDE[1])]
    folded[wide] = wide - TO_NARROW
    folded[(folded >= ord("0")) & (folded <= ord("9"))] = ord("0")
    for name in SPACES:
        folded[np.flatnonzero(partition().members(name))] = BREAK if name in BREAKS else GAP
    folded[(folded < GAP) & (folded != BREAK)] = GAP  # other control characters
    folded.flags.writeable = False
    return folded


@kernel(f"void({INT64}, {UINT8}, {UINT32}, int64[::1], uint32[::1])")
def _fold(offsets: np.ndarray, utf8_bytes: np.ndarray, folded: np.ndarray, borders: np.ndarray, codes: np.ndarray) -> None:
    """Write the folded texts one after the other; `codes` has room for all bytes and two breaks a text."""
    one = np.uint64(1)
    written = np.uint64(0)
    borders[0] = 0
    for row in range(offsets.size - 1):
        place, end = np.uint64(offsets[row]), np.uint64(offsets[row + 1])
        codes[written] = np.uint32(BREAK)
        last = np.uint32(BREAK)
        taken = 0
        while place < end and taken < MAX_CHARS:
            code, place = decoded(utf8_bytes, place)
            taken += 1
            code = folded[code]
            if code <= GAP and last <= GAP:
                last = min(last, code)
            else:
                written += one
                last = code
            codes[written] = last
        written += np.uint64(last > GAP)
        codes[written] = np.uint32(BREAK)
        written += one
        borders[row + 1] = np.int64(written)


def folded(texts: pa.ChunkedArray | pa.Array) -> tuple[np.ndarray, np.ndarray]:
    """(borders int64[n + 1], codes uint32[borders[-1]]): the texts as n-grams are taken from them."""
    offsets, utf8_bytes = utf8(texts)
    borders = np.zeros(offsets.size, np.int64)
    codes = np.empty(int(offsets[-1] - offsets[0]) + 2 * offsets.size, np.uint32)
    _fold(offsets, utf8_bytes, folded_codes(), borders, codes)
    return borders, codes[: borders[-1]]


@kernel(f"void({INT64}, {UINT32}, {INT64}, {MASKS}, {read('int16')}, uint32[::1], int64[::1], int64[::1])")
def _weigh(
    borders: np.ndarray,
    codes: np.ndarray,
    grams: np.ndarray,
    numbers: np.ndarray,
    weights: np.ndarray,
    seen: np.ndarray,
    sums: np.ndarray,
    totals: np.ndarray,
) -> None:
    """Sum the weights of the different n-grams of each text, and count them. `seen`: zeros, as many as weights."""
    shortest, longest, shift = grams[0], grams[1], np.uint64(64 - grams[2])
    for row in range(borders.size - 1):
        first, end = borders[row], borders[row + 1]
        now = np.uint32(row + 1)
        sum_of_row, total = np.int64(0), np.int64(0)
        for last in range(first, end):
            value = np.uint64(0)
            for length in range(min(longest, last - first + 1)):
                value += numbers[0, length] * np.uint64(codes[last - length])
                if length + 1 >= shortest:
                    place = (value + numbers[1, length]) >> shift
                    if seen[place] != now:
                        seen[place] = now
                        sum_of_row += np.int64(weights[place])
                        total += 1
        sums[row], totals[row] = sum_of_row, total


def weighed(texts: pa.ChunkedArray | pa.Array, grams: Grams, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(sums int64[n], totals int64[n]): the weights (int16[2**bits]) of the different features of each text, and how many."""
    borders, codes = folded(texts)
    sums, totals = np.zeros(borders.size - 1, np.int64), np.zeros(borders.size - 1, np.int64)
    _weigh(borders, codes, np.array(grams), NUMBERS, weights, np.zeros(weights.size, np.uint32), sums, totals)
    return sums, totals


@kernel(f"int64({UINT32}, {INT64}, {MASKS}, uint8[::1], uint32[::1])")
def _list(codes: np.ndarray, grams: np.ndarray, numbers: np.ndarray, seen: np.ndarray, places: np.ndarray) -> int:
    """Fill the different places of one text; how many. `seen`: zeros before and after, as many as there are places."""
    shortest, longest, shift = grams[0], grams[1], np.uint64(64 - grams[2])
    different = 0
    for last in range(codes.size):
        value = np.uint64(0)
        for length in range(min(longest, last + 1)):
            value += numbers[0, length] * np.uint64(codes[last - length])
            if length + 1 >= shortest:
                place = (value + numbers[1, length]) >> shift
                if not seen[place]:
                    seen[place] = 1
                    places[different] = np.uint32(place)
                    different += 1
    for number in range(different):
        seen[places[number]] = 0
    return different


def features(texts: pa.ChunkedArray | pa.Array, grams: Grams) -> Features:
    """The features of texts to learn from."""
    borders, codes = folded(texts)
    seen = np.zeros(1 << grams.bits, np.uint8)
    lengths = grams.longest - grams.shortest + 1
    rows: list[np.ndarray] = [np.empty(0, np.uint32)]
    for first, end in zip(borders[:-1].tolist(), borders[1:].tolist(), strict=True):
        places = np.empty(lengths * (end - first), np.uint32)
        found = _list(codes[first:end], np.array(grams), NUMBERS, seen, places)
        rows.append(places[:found].copy())
    offsets = np.cumsum([len(places) for places in rows]).astype(np.int64)
    return Features(offsets, np.concatenate(rows))
