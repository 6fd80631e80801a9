"""How many characters of a text stand in sentences, each different sentence counted once. Compiled, linear.

A sentence is what ends in a terminal mark on its line: 。！？；… and their ASCII forms, the full stop before a space or at the
end of a line. A line that ends in a comma goes on below. What else follows the last mark of a line is none: a headline, an entry
of a menu, a row of a table; unless it is long and holds several commas that part clauses, as where people write a whole letter
without a full stop. Two sentences are one where their letters, numbers and marks are the same, compared by a hash of 64 bits.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pyarrow as pa

from builder.text.buffers import utf8
from builder.text.classes import SPACES
from builder.text.decoding import decoded_or_break
from builder.text.genre_lines import FUNCTION_WORDS
from builder.text.kernel import kernel
from builder.text.kinds import kind_table
from builder.text.mixing import GOLDEN, finalized
from builder.text.readonly import INT64, UINT8
from builder.text.slots import room_for

SPACE, BREAK, MARK, FULL_STOP, END, COMMA, LETTER, WORD = range(8)  # letters from LETTER on
ASCII_ENDS = "!?;"  # the ASCII full stop has a rule of its own
MIN_LETTERS = 4  # of a sentence: 加油！ alone tells nothing
# What ends without a mark is a sentence from two commas and 30 letters on, six or more a comma, with a function word for every
# twelve: entries of lists are shorter, and keywords have none.
COMMAS, CLAUSE_LETTERS, PER_COMMA, PER_WORD = 2, 30, 6, 12

MANY = 1 << 40  # characters: more than any text has


@cache
def _kinds() -> np.ndarray:
    """uint8[DECODABLE]: the kind of each code point."""
    letters = ("han", "kana", "hangul", "latin", "other_letter", "digit", "wide_alnum")
    characters = ((ASCII_ENDS, END), ("，,", COMMA), (FUNCTION_WORDS, WORD), (".", FULL_STOP), ("\n", BREAK))
    return kind_table(((letters, LETTER), (SPACES, SPACE), (("terminal_mark",), END)), characters, MARK)


@kernel(f"void({INT64}, {UINT8}, {INT64}, {UINT8}, int64, int64, int64[::1], int64[::1])")
def _measure(
    offsets: np.ndarray,
    utf8_bytes: np.ndarray,
    rows: np.ndarray,
    kind_of: np.ndarray,
    enough: int,
    room: int,
    sentences: np.ndarray,
    chars: np.ndarray,
) -> None:
    """Fill the sums of sentence_chars. An entry of the table is of this text where `of_row` says so."""
    mask = np.uint64(room_for(room) - 1)
    seen, of_row = np.zeros(mask + np.uint64(1), np.uint64), np.zeros(mask + np.uint64(1), np.int64)
    for number in range(rows.size):
        place, end = np.uint64(offsets[rows[number]]), np.uint64(offsets[rows[number] + 1])
        hashed, size, letters, words, commas, stopped = np.uint64(0), 0, 0, 0, 0, False  # stopped: a full stop came last
        last = np.uint8(BREAK)  # the kind of the last character that shows
        while place <= end and chars[number] < enough:
            code, place = decoded_or_break(utf8_bytes, place, end)
            kind = kind_of[code]
            blank = kind in (SPACE, BREAK)
            if not blank:
                hashed = (hashed ^ np.uint64(code)) * np.uint64(GOLDEN)
                size += 1
                letters += 1 if kind >= LETTER else 0
                words += 1 if kind == WORD else 0
                commas += 1 if kind == COMMA else 0
            clauses = (
                kind == BREAK
                and commas >= COMMAS
                and letters >= max(CLAUSE_LETTERS, PER_COMMA * commas)
                and PER_WORD * words >= letters
            )
            if kind == END or (blank and stopped) or clauses:
                if letters >= MIN_LETTERS:
                    slot = finalized(hashed) & mask
                    while of_row[slot] == number + 1 and seen[slot] != hashed:
                        slot = (slot + np.uint64(1)) & mask
                    if of_row[slot] != number + 1:
                        seen[slot], of_row[slot] = hashed, number + 1
                        sentences[number] += 1
                        chars[number] += size
                hashed, size, letters, words, commas = np.uint64(0), 0, 0, 0, 0
            elif kind == BREAK and last != COMMA:
                hashed, size, letters, words, commas = np.uint64(0), 0, 0, 0, 0
            stopped = kind == FULL_STOP
            last = last if blank else kind


def sentence_chars(texts: pa.ChunkedArray | pa.Array, rows: np.ndarray, enough: int = MANY) -> tuple[np.ndarray, np.ndarray]:
    """(sentences, chars), int64[k]: different sentences of each text of `rows`, and their characters that are no spaces.

    `rows`: int64[k], positions in a column of strings. A text is left when it has `enough` characters in sentences.
    """
    offsets, utf8_bytes = utf8(texts)
    sentences, chars = np.zeros(rows.size, np.int64), np.zeros(rows.size, np.int64)
    if rows.size:
        longest = min(int((offsets[rows + 1] - offsets[rows]).max()), enough)
        _measure(offsets, utf8_bytes, rows, _kinds(), enough, longest // MIN_LETTERS + 2, sentences, chars)
    return sentences, chars
