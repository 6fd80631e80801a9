"""Which texts hold a stretch of Chinese taken apart.

One compiled pass over the spaces of the rows that may, eight bytes at a time; one over the characters of those that have
enough spaces close together.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pyarrow as pa

from builder.text.buffers import utf8
from builder.text.classes import LINE_SPACES
from builder.text.decoding import decoded
from builder.text.kernel import kernel
from builder.text.kinds import kind_table
from builder.text.readonly import INT64, UINT8, UINT64

OTHER, CHINESE, CLAUSE, GAP, BREAK, OVER = range(6)
CLAUSE_MARKS = "，。；：！？,;!?"
CHAIN = 7  # parted neighbours one after the other: eight characters; or so many in a line
CLAUSES = 2  # clause marks of a line that is spaced by words: each between spaces
NEAR = 256  # bytes that hold so many spaces: seven words of four characters, and some Latin among them
SPACE_BYTE, WIDE_LEAD = 0x20, 0xE2  # U+0020; the first byte of Chinese characters and marks
TOUCHING = 2  # times as many neighbours touch at most in such a line


@cache
def _kinds() -> np.ndarray:
    """uint8[DECODABLE]: what the pass sees of each code point."""
    chinese = ("han", "cjk_mark", "terminal_mark")
    return kind_table(((chinese, CHINESE), (LINE_SPACES, GAP), (("newline",), BREAK)), ((CLAUSE_MARKS, CLAUSE),), OTHER)


@kernel(f"void({INT64}, {UINT8}, {UINT8}, {INT64}, boolean[::1])")
def _mark(offsets: np.ndarray, utf8_bytes: np.ndarray, kinds: np.ndarray, rows: np.ndarray, found: np.ndarray) -> None:
    """Set `found` for each row with a chain of parted characters, or a line whose clause marks all stand between spaces."""
    for at in range(rows.size):
        place, end = np.uint64(offsets[rows[at]]), np.uint64(offsets[rows[at] + 1])
        chain = parted = touching = spaced = clauses = 0
        before, last = BREAK, BREAK  # the kinds of the character before last, and of the last; a run of spaces is one
        while not found[at] and last != OVER:
            kind = OVER
            if place < end:
                code, place = decoded(utf8_bytes, place)
                kind = int(kinds[code])
            if kind == GAP and last == GAP:
                continue
            if kind >= GAP:
                spaced += last == CLAUSE and before == GAP
            elif kind != OTHER and last == GAP and CHINESE <= before <= CLAUSE:
                chain += 1
                parted += 1
            else:
                touching += CHINESE <= last <= CLAUSE
                chain = 0
            clauses += kind == CLAUSE
            if kind >= BREAK:
                by_word = spaced >= CLAUSES and spaced == clauses and parted >= CHAIN and touching <= TOUCHING * parted
                found[at] = by_word
                chain = parted = touching = spaced = clauses = 0
            found[at] |= chain >= CHAIN
            before, last = last, kind


@kernel(f"void({INT64}, {UINT8}, {UINT64}, {INT64}, boolean[::1])")
def _mark_dense(offsets: np.ndarray, utf8_bytes: np.ndarray, words: np.ndarray, rows: np.ndarray, found: np.ndarray) -> None:
    """Set `found` for each row with CHAIN spaces between wide characters on NEAR bytes. `words`: the bytes by eights."""
    spaces, ones, tops = np.uint64(0x2020202020202020), np.uint64(0x0101010101010101), np.uint64(0x8080808080808080)
    near = np.zeros(CHAIN - 1, np.int64)  # where the last ones stand
    for at in range(rows.size):
        start, end = offsets[rows[at]], offsets[rows[at] + 1]
        near[:] = -NEAR
        seen = 0
        for word in range(start >> 3, (end + 7) >> 3):
            if word < words.size:  # Mycroft's test for a zero byte: Knuth, volume 4A, section 7.1.3
                eight = words[word] ^ spaces
                if not (eight - ones) & ~eight & tops:
                    continue
            for place in range(max(word << 3, start + 1), min((word << 3) + 8, end - 1)):
                if utf8_bytes[place] != SPACE_BYTE or utf8_bytes[place - 1] < 0x80:
                    continue
                if utf8_bytes[place + 1] >= WIDE_LEAD or utf8_bytes[place + 1] == SPACE_BYTE:
                    found[at] |= place - near[seen % (CHAIN - 1)] <= NEAR
                    near[seen % (CHAIN - 1)] = place
                    seen += 1
            if found[at]:
                break


def with_chains(texts: pa.ChunkedArray, rows: np.ndarray, wide: np.ndarray) -> np.ndarray:
    """int64[k]: those of `rows` whose text holds a stretch taken apart. `wide`: those rows with other spaces than U+0020."""
    if not rows.size:
        return rows
    offsets, utf8_bytes = utf8(texts)
    dense, found = np.isin(rows, wide), np.zeros(rows.size, np.bool_)
    _mark_dense(offsets, utf8_bytes, utf8_bytes[: utf8_bytes.size // 8 * 8].view(np.uint64), rows, found)
    rows = rows[dense | found]
    found = np.zeros(rows.size, np.bool_)
    _mark(offsets, utf8_bytes, _kinds(), rows, found)
    return rows[found]
