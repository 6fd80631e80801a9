"""How many characters of a text are function words, old and new: what sentences cannot do without, and lists of keywords do."""

from __future__ import annotations

from functools import cache

import numpy as np
import pyarrow as pa

from builder.text.buffers import utf8
from builder.text.decoding import decoded
from builder.text.genre_lines import FUNCTION_WORDS
from builder.text.kernel import kernel
from builder.text.kinds import kind_table
from builder.text.readonly import INT64, UINT8
from builder.text.verse_lines import IN_VERSE


@kernel(f"void({INT64}, {UINT8}, {INT64}, {UINT8}, int64[::1])")
def _count(offsets: np.ndarray, utf8_bytes: np.ndarray, rows: np.ndarray, is_word: np.ndarray, words: np.ndarray) -> None:
    """Fill `words`."""
    for number in range(rows.size):
        place, end = np.uint64(offsets[rows[number]]), np.uint64(offsets[rows[number] + 1])
        total = 0
        while place < end:
            code, place = decoded(utf8_bytes, place)
            total += is_word[code]
        words[number] = total


@cache
def _table(characters: str) -> np.ndarray:
    """uint8[DECODABLE]: 1 for each of the characters."""
    return kind_table((), ((characters, 1),))


def function_words(texts: pa.ChunkedArray | pa.Array, rows: np.ndarray) -> np.ndarray:
    """int64[k]: function words of each text of `rows` (positions in a column of strings)."""
    return _counted(texts, rows, FUNCTION_WORDS)


def verse_words(texts: pa.ChunkedArray | pa.Array, rows: np.ndarray) -> np.ndarray:
    """int64[k]: the same of the characters that old verse is full of."""
    return _counted(texts, rows, IN_VERSE)


def _counted(texts: pa.ChunkedArray | pa.Array, rows: np.ndarray, characters: str) -> np.ndarray:
    offsets, utf8_bytes = utf8(texts)
    words = np.zeros(rows.size, np.int64)
    _count(offsets, utf8_bytes, rows, _table(characters), words)
    return words
