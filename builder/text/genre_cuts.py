"""Lines that are cut off: they end in an ellipsis, or in one of the words for more, and a pointer may stand behind.

Only the ends of lines are looked at, which is several times as fast as reading them.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from builder.text.buffers import utf8
from builder.text.kernel import kernel
from builder.text.readonly import INT64, UINT8, read

ENDINGS = ("…", "⋯", "...", "。。。", "更多", "展开", "展開", "全文")
POINTERS = ("]", ">", "»", "›", "＞", "】", "）", ")", " ", "\t", "\r", "\u3000", "\u00a0")
WIDE = 9  # bytes of the longest ending


def _packed(words: tuple[str, ...]) -> np.ndarray:
    """uint8[n, WIDE + 1]: for each word its bytes from the last on, then how many."""
    table = np.zeros((len(words), WIDE + 1), np.uint8)
    for row, word in enumerate(words):
        table[row, : len(word.encode())] = list(reversed(word.encode()))
        table[row, WIDE] = len(word.encode())
    table.flags.writeable = False
    return table


PACKED_ENDINGS, PACKED_POINTERS = _packed(ENDINGS), _packed(POINTERS)


@kernel(f"int64({UINT8}, int64, int64, {read('uint8', 2)})")
def _ending(utf8_bytes: np.ndarray, start: int, stop: int, words: np.ndarray) -> int:
    """Bytes of the word that the line ends in; 0 for none."""
    for row in range(words.shape[0]):
        size = np.int64(words[row, WIDE])
        if size <= stop - start:
            same = 0
            while same < size and utf8_bytes[stop - 1 - same] == words[row, same]:
                same += 1
            if same == size:
                return int(size)
    return 0


@kernel(f"void({INT64}, {UINT8}, {INT64}, {read('uint8', 2)}, {read('uint8', 2)}, int64[::1], int64[::1])")
def _count(
    offsets: np.ndarray,
    utf8_bytes: np.ndarray,
    rows: np.ndarray,
    endings: np.ndarray,
    pointers: np.ndarray,
    lines: np.ndarray,
    cut: np.ndarray,
) -> None:
    """Fill the sums of cut_off_lines."""
    for number in range(rows.size):
        start, end = offsets[rows[number]], offsets[rows[number] + 1]
        while start < end:
            stop = start
            while stop < end and utf8_bytes[stop] != 0x0A:
                stop += 1
            last = stop
            while last > start:
                size = _ending(utf8_bytes, start, last, pointers)
                if size == 0:
                    break
                last -= size
            lines[number] += last > start
            cut[number] += _ending(utf8_bytes, start, last, endings) > 0
            start = stop + 1


def cut_off_lines(texts: pa.ChunkedArray | pa.Array, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(lines, cut), int64[k]: lines that show something of each text of `rows` (positions), and those that are cut off."""
    offsets, utf8_bytes = utf8(texts)
    lines, cut = np.zeros(rows.size, np.int64), np.zeros(rows.size, np.int64)
    _count(offsets, utf8_bytes, rows, PACKED_ENDINGS, PACKED_POINTERS, lines, cut)
    return lines, cut
