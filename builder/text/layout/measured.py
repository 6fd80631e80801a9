"""Pieces of text, measured for filled.py: how wide each is, how wide its first word, what hangs out at its end. Compiled.

A piece is a line, or what stands between two spaces of a line. `FIRST_…` and `LAST_…` tell of its first and last characters.
"""

from __future__ import annotations

import numpy as np

from builder.text.kernel import inlined, kernel
from builder.text.layout.letters import IS_CHINESE, IS_CLOSING, IS_EITHER, IS_HAN, IS_INK, IS_OPENING, IS_WIDE, codes_of, flags
from builder.text.layout.wraps import MAX_CELLS, MIN_CELLS
from builder.text.readonly import UINT8, UINT32, read

# Columns of pieces. WORD: the size of the first word, with brackets and marks that may not be parted from it.
# HANGING: that of the marks at the end. EDGES: flags. WIDER: how much more it is where the font sets either wide.
SIZE, WORD, HANGING, EDGES, WIDER = range(5)
FIRST_ASCII, LAST_ASCII, FIRST_CHINESE, LAST_CHINESE, FIRST_HAN, LAST_HAN, LONG_WORD, LINE_END = (1 << bit for bit in range(8))

# Columns of breaks: a break allows the widths from NARROWEST to WIDEST; FIRST: the row before it is the first of its paragraph.
NARROWEST, WIDEST, FIRST = range(3)

# Columns of fillings.
VOTES, WIDTH, SHIFT = range(3)
FIRST_SHIFTS = (0, -2, 2)  # characters of an indentation that was taken away after wrapping, or put before it
WIDTHS = 3  # that are tried where rows are not told from words

MARKS_OUTSIDE = 3  # that hang out behind a row
TOLERANCE = 4  # half-ems of them
ASCII = 0x80
SPACE, LINE_FEED = 0x20, 0x0A
ORDINAL, UNITS = ord("第"), tuple(map(ord, "条條章节節编編篇部回款"))
SHORTEST_NUMBER, LONGEST_NUMBER = 3, 9  # characters
PIECES = read("int32", 2)


@inlined
def _size(kinds: np.ndarray, code: np.uint32, ems: int) -> int:
    return 1 + (ems & (kinds[code] & IS_WIDE != 0))


@inlined
def _widest(kinds: np.ndarray, code: np.uint32, ems: int) -> int:
    return 1 + (ems & (kinds[code] & (IS_WIDE | IS_EITHER) != 0))


@kernel(f"int32({UINT32}, {UINT8}, int64, int64, int64)")
def _word_size(codes: np.ndarray, kinds: np.ndarray, begin: int, end: int, ems: int) -> int:
    """The size of a first word, if wide: opening brackets, one character or all of a word in ASCII, closing marks."""
    place, size = begin, 0
    while place < end and kinds[codes[place]] & IS_OPENING:
        size += _widest(kinds, codes[place], ems)
        place += 1
    ink = place < end and kinds[codes[place]] & IS_INK
    while place < end and ink and kinds[codes[place]] & IS_INK:
        size += 1
        place += 1
    if place < end and not ink:
        size += _widest(kinds, codes[place], ems)
        place += 1
    while place < end and kinds[codes[place]] & IS_CLOSING:
        size += _widest(kinds, codes[place], ems)
        place += 1
    return size


@kernel(f"int32({UINT32}, {UINT8}, int64, int64)")
def _edges(codes: np.ndarray, kinds: np.ndarray, begin: int, end: int) -> int:
    """The flags of a piece; between no characters a space would have stood."""
    if begin == end:
        return FIRST_ASCII | LAST_ASCII
    first, last = codes[begin], codes[end - 1]
    edges = FIRST_ASCII * (first < ASCII) | LAST_ASCII * (last < ASCII)
    edges |= FIRST_CHINESE * (kinds[first] & IS_CHINESE != 0) | LAST_CHINESE * (kinds[last] & IS_CHINESE != 0)
    edges |= FIRST_HAN * (kinds[first] & IS_HAN != 0) | LAST_HAN * (kinds[last] & IS_HAN != 0)
    for place in range(begin, end):
        if not kinds[codes[place]] & IS_INK:
            return edges
    return edges | LONG_WORD


@kernel(f"boolean({UINT32}, int64, int64)")
def _is_number(codes: np.ndarray, begin: int, end: int) -> bool:
    """Whether a piece is the number of an article or a chapter, behind which a space belongs."""
    if not SHORTEST_NUMBER <= end - begin <= LONGEST_NUMBER or codes[begin] != ORDINAL:
        return False
    found = False
    for unit in UNITS:
        found = found or codes[end - 1] == unit
    return found


@kernel(f"void({UINT32}, {UINT8}, int64, int64, int32[:,::1])")
def _measure(codes: np.ndarray, kinds: np.ndarray, ems: int, spaces: int, pieces: np.ndarray) -> None:
    """Fill `pieces`. `ems`: in half-ems, not characters; `spaces`: spaces part pieces too."""
    begin = row = size = 0
    for place in range(codes.size + 1):
        ended = place == codes.size or codes[place] == LINE_FEED
        if not ended and (codes[place] != SPACE or not spaces):
            size += _size(kinds, codes[place], ems)
            pieces[row, WIDER] += ems & (kinds[codes[place]] & IS_EITHER != 0)
            continue
        pieces[row, SIZE], pieces[row, WORD] = size, _word_size(codes, kinds, begin, place, ems)
        mark = place - 1
        while mark >= max(begin, place - MARKS_OUTSIDE) and kinds[codes[mark]] & IS_CLOSING:
            pieces[row, HANGING] += _size(kinds, codes[mark], ems)
            mark -= 1
        edges = _edges(codes, kinds, begin, place) | LINE_END * ended
        if spaces and not ended and (row == 0 or pieces[row - 1, EDGES] & LINE_END) and _is_number(codes, begin, place):
            edges &= ~(LAST_CHINESE | LAST_HAN)
        pieces[row, EDGES] = edges
        begin, size, row = place + 1, 0, row + 1


@inlined
def _narrowest(pieces: np.ndarray, row: int) -> int:
    """Of the widths at which a piece may be a row: a long word may be wider than its row."""
    return 0 if pieces[row, EDGES] & LONG_WORD else pieces[row, SIZE] - pieces[row, HANGING]


@inlined
def _more(pieces: np.ndarray, row: int) -> int:
    """How much wider than a row the widest is that does not have the next piece's first word in it.

    Between words, or beside one, a space would have stood.
    """
    apart = pieces[row, EDGES] & LAST_ASCII != 0 or pieces[row + 1, EDGES] & FIRST_ASCII != 0
    return apart + pieces[row + 1, WORD] - 1


@kernel(f"void({PIECES}, int32[:,::1])")
def _part_lines(pieces: np.ndarray, breaks: np.ndarray) -> None:
    for row in range(breaks.shape[0]):
        breaks[row, NARROWEST] = _narrowest(pieces, row)
        breaks[row, WIDEST] = pieces[row, SIZE] + pieces[row, WIDER] + _more(pieces, row)


@kernel(f"int64({PIECES}, int64, int32[:,::1])")
def _part_words(pieces: np.ndarray, limit: int, breaks: np.ndarray) -> int:
    """Fill `breaks` with what spaces say if a first row ends there, and those that end what stands between two; how many."""
    count = start = wider = 0
    size = -1
    for row in range(pieces.shape[0]):
        size += 1 + pieces[row, SIZE]
        wider += pieces[row, WIDER]
        if pieces[row, EDGES] & LINE_END:
            start, size, wider = row + 1, -1, 0
            continue
        if not (pieces[row, EDGES] & LAST_CHINESE or pieces[row + 1, EDGES] & FIRST_CHINESE):
            continue
        more = _more(pieces, row)
        if row > start:
            breaks[count, NARROWEST] = _narrowest(pieces, row)
            breaks[count, WIDEST] = pieces[row, SIZE] + pieces[row, WIDER] + more
            count += 1
        if size < limit:
            breaks[count, NARROWEST] = size - pieces[row, HANGING] if row > start else _narrowest(pieces, row)
            breaks[count, WIDEST], breaks[count, FIRST] = size + wider + more, 1
            count += 1
    return count


@kernel(f"void({PIECES}, int64, int64[:,::1])")
def _elect(breaks: np.ndarray, scale: int, found: np.ndarray) -> None:
    """Fill `found`: for each shift the widths that most breaks allow, the best first, the narrower ones before their equals."""
    low, high = scale * MIN_CELLS, scale * MAX_CELLS + 1
    votes = np.zeros(high + 1, np.int64)
    row = 0
    for chars in FIRST_SHIFTS:
        votes[:] = 0
        for said in range(breaks.shape[0]):
            moved = scale * chars * breaks[said, FIRST]
            narrowest, widest = max(breaks[said, NARROWEST] - moved, 0), min(breaks[said, WIDEST] - moved, high - 1)
            if narrowest <= widest:
                votes[narrowest] += 1
                votes[widest + 1] -= 1
        for width in range(1, high):
            votes[width] += votes[width - 1]
        for _ in range(WIDTHS):
            best = low + votes[low:high].argmax()
            found[row, VOTES], found[row, WIDTH], found[row, SHIFT] = votes[best], best, scale * chars
            votes[best] = -1
            row += 1


@kernel(f"int64({PIECES}, int64, int64, int64, int64[::1])")
def _end_of_row(pieces: np.ndarray, start: int, width: int, slack: int, best: np.ndarray) -> int:
    """Behind which piece a row ends that begins at one, 0 if nowhere, and in `best` how many spaces inside of Chinese it keeps.

    `slack`: how much more it may have before the search ends. Rows that keep no such space come first, then the longest.
    """
    size, wider, kept, found, end = np.int64(pieces[start, SIZE]), np.int64(pieces[start, WIDER]), 0, 0, start
    while True:
        last = pieces[end, EDGES] & LINE_END
        narrowest = _narrowest(pieces, start) if end == start else size - pieces[end, HANGING]
        if narrowest <= width and (last or width <= size + wider + _more(pieces, end)) and (not found or kept == best[0]):
            found, best[0] = end + 1, kept
        if last:
            return found
        if pieces[end, EDGES] & LAST_CHINESE and pieces[end + 1, EDGES] & FIRST_CHINESE:
            kept += 1
        end += 1
        size += 1 + pieces[end, SIZE]
        wider += pieces[end, WIDER]
        if size > width + slack:
            return found


@kernel(f"int64({PIECES}, int64, int64, int64, uint8[::1])")
def _fill(pieces: np.ndarray, width: int, shift: int, certain: int, ends: np.ndarray) -> int:
    """Set `ends` of the pieces that end a row, of the lines that fit a width; returns how many do so inside of Chinese.

    `certain`: of those too that keep as many spaces inside of Chinese as they have breaks.
    """
    kept = np.zeros(1, np.int64)
    right = line = 0
    while line < pieces.shape[0]:
        place, rows, left, between = line, 0, 0, 0
        whole = False
        while not whole:
            end = _end_of_row(pieces, place, width + shift * (place == line), TOLERANCE, kept)
            if not end:
                break
            rows, left, place = rows + 1, left + kept[0], end
            ends[end - 1] = 1
            whole = pieces[end - 1, EDGES] & LINE_END != 0
            if not whole and pieces[end - 1, EDGES] & LAST_CHINESE and pieces[end, EDGES] & FIRST_CHINESE:
                between += 1
        if whole and (certain or rows == 1 or rows - 1 > left):
            right += between
        else:
            ends[line:place] = 0
        while not whole:
            whole, place = pieces[place, EDGES] & LINE_END != 0, place + 1
        line = place
    return right


def pieces_of(text: str, *, ems: bool, spaces: bool) -> np.ndarray:
    """int32[n, 5]: the lines of a text, or what stands between its spaces and line breaks, in half-ems or characters."""
    count = text.count("\n") + 1 + (text.count(" ") if spaces else 0)
    pieces = np.zeros((count, 5), np.int32)
    _measure(codes_of(text), flags(), ems, spaces, pieces)
    return pieces


def lines_between_han(pieces: np.ndarray) -> np.ndarray:
    """int64[k]: the lines that end in Han and stand before Han."""
    edges = pieces[:, EDGES]
    return np.flatnonzero((edges[:-1] & LAST_HAN != 0) & (edges[1:] & FIRST_HAN != 0))


def lines_between_chinese(pieces: np.ndarray) -> np.ndarray:
    """The same for Han and Chinese marks."""
    edges = pieces[:, EDGES]
    return np.flatnonzero((edges[:-1] & LAST_CHINESE != 0) & (edges[1:] & FIRST_CHINESE != 0))


def breaks_of_lines(pieces: np.ndarray) -> np.ndarray:
    """int32[n - 1, 3]: what the break behind each line says of the width; FIRST is zero."""
    breaks = np.zeros((len(pieces) - 1, 3), np.int32)
    _part_lines(pieces, breaks)
    return breaks


def breaks_of_words(pieces: np.ndarray, *, ems: bool) -> np.ndarray:
    """int32[k, 3]: what the spaces beside Chinese say of the width, if a first row ends there or a row lies between two."""
    breaks = np.zeros((2 * len(pieces), 3), np.int32)
    return breaks[: _part_words(pieces, (1 + ems) * MAX_CELLS + 1, breaks)]


def elected(breaks: np.ndarray, *, ems: bool) -> list[tuple[int, int, int]]:
    """(votes, width, shift) of fillings that most breaks allow, the best first."""
    found = np.zeros((len(FIRST_SHIFTS) * WIDTHS, 3), np.int64)
    _elect(breaks, 1 + ems, found)
    ordered = sorted(found.tolist(), key=lambda row: -row[VOTES])
    return [(votes, width, shift) for votes, width, shift in ordered if votes > 0]


def filled_rows(pieces: np.ndarray, width: int, shift: int, *, certain: bool = False) -> tuple[int, np.ndarray]:
    """(how many rows end inside of Chinese, bool[n]: the pieces that end a row) of the lines that this width fills.

    `certain`: the width is known, so that lines count too that keep many spaces.
    """
    ends = np.zeros(len(pieces), np.uint8)
    return _fill(pieces, width, shift, certain, ends), ends.astype(bool)
