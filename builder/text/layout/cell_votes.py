"""At which widths the blocks of a text may have been cut, row by row after so many characters: one compiled pass for all widths.

A block is one line whose rows are parted by single spaces, or a block of lines.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from builder.text.kernel import inlined, kernel
from builder.text.layout.letters import IS_CHINESE, IS_HAN, codes_of, flags
from builder.text.layout.wraps import MAX_CELLS, MIN_CELLS
from builder.text.readonly import INT64, UINT8, UINT32

FIRST_SHORT = 3  # characters that a first row may fall short
SPACE, LINE_FEED = 0x20, 0x0A


@inlined
def _worth(breaks: int, rows: int) -> int:
    """A paragraph of two rows fits some width by chance."""
    return breaks * 2 if rows > 2 else breaks


@kernel(f"int64({UINT32}, {UINT8}, int64, int64, int64, int64)")
def _worth_of_cuts(codes: np.ndarray, kinds: np.ndarray, begin: int, end: int, cut: int, width: int) -> int:
    """What a line is worth whose rows end at `cut` and then after each `width` characters; -1 where a cut is no space."""
    rows, breaks = 1, 0
    while cut < end:
        if codes[cut] != SPACE:
            return -1
        rows += 1
        if cut > begin and cut + 1 < end and kinds[codes[cut - 1]] & kinds[codes[cut + 1]] & IS_CHINESE:
            breaks += 1
        cut += width + 1
    return _worth(breaks, rows)


@kernel(f"void({UINT32}, {UINT8}, int64, int64, int64[::1])")
def _judge_spaces(codes: np.ndarray, kinds: np.ndarray, begin: int, end: int, worth: np.ndarray) -> None:
    """Set what one line is worth by width, for each space that may end its first row; the last such space counts."""
    for cut in range(begin, min(end, begin + MAX_CELLS + 1)):
        if codes[cut] != SPACE:
            continue
        first = cut - begin
        for width in range(max(first, MIN_CELLS), min(first + FIRST_SHORT, MAX_CELLS) + 1):
            if first:
                found = _worth_of_cuts(codes, kinds, begin, end, cut, width)
                if found >= 0:
                    worth[width] = found


@kernel(f"void({UINT32}, {UINT8}, int64, int64, int64[::1])")
def _judge_lines(codes: np.ndarray, kinds: np.ndarray, begin: int, end: int, worth: np.ndarray) -> None:
    """The same for a block of lines: all but the first and the last have one width."""
    first = second = start = last = -1
    rows = breaks = 0
    even = True
    for place in range(begin, end + 1):
        if place < end and codes[place] != LINE_FEED:
            continue
        if start < 0:
            start, first = begin, place - begin
        else:
            second = last if rows == 2 else second
            even = even and (rows < 3 or last == second)
            last = place - start
        rows += 1
        if begin < place and place + 1 < end and kinds[codes[place - 1]] & kinds[codes[place + 1]] & IS_HAN:
            breaks += 1
        start = place + 1
    if not even:
        return
    low, high = (second, second) if rows > 2 else (first, first + FIRST_SHORT)
    for width in range(max(low, MIN_CELLS), min(high, MAX_CELLS) + 1):
        if width - FIRST_SHORT <= first <= width and last <= width:
            worth[width] = _worth(breaks, rows)


@kernel(f"void({UINT32}, {UINT8}, {INT64}, int64[::1])")
def _vote(codes: np.ndarray, kinds: np.ndarray, ends: np.ndarray, votes: np.ndarray) -> None:
    """Fill `votes` from zeros. `ends`: behind the last character of each block."""
    worth = np.zeros(MAX_CELLS + 1, np.int64)
    begin = 0
    for end in ends:
        lines = False
        for place in range(begin, end):
            lines = lines or codes[place] == LINE_FEED
        if lines:
            _judge_lines(codes, kinds, begin, end, worth)
        else:
            _judge_spaces(codes, kinds, begin, end, worth)
        votes += worth
        worth[:] = 0
        begin = end


def votes_of(blocks: Sequence[str]) -> np.ndarray:
    """int64[MAX_CELLS + 1]: by width, what blocks are worth that may have been wrapped at it."""
    votes = np.zeros(MAX_CELLS + 1, np.int64)
    _vote(codes_of("".join(blocks)), flags(), np.cumsum([len(block) for block in blocks]), votes)
    return votes
