"""Lines as keys, and which of them stand at the edges of their documents; one compiled pass each.

A line's key is that of its characters (text/canonical.py; readings in brackets count here), as a hash of 64 bits. Lines without
letters and numbers have none and are passed over everywhere.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from builder.text.buffers import utf8
from builder.text.canonical import BRACKET, SEVERAL, images
from builder.text.decoding import decoded
from builder.text.kernel import kernel
from builder.text.kinds import kind_table
from builder.text.mixing import FNV_BASIS, finalized, fnv
from builder.text.readonly import INT64, UINT8, UINT32, UINT64, read

INT32 = read("int32")
BOOL = read("boolean")
NEITHER, BREAK, STOP, CLOSER = range(4)  # what a character says about the end of a line
STOPS = "。！？…⋯!?；;"
CLOSERS = "”’」』）)》】\"'"  # may stand behind the mark that ends a sentence
INSIDE, HEAD, TAIL, BARE = range(4)  # where a line stands: between others, in the run at either edge, or with no line of weight


class LineKeys(NamedTuple):
    """The lines of a batch that have letters, one document after the other."""

    offsets: np.ndarray  # int64[documents + 1]: borders of the documents
    hashes: np.ndarray  # uint64[n]
    letters: np.ndarray  # int32[n]: in the key
    stops: np.ndarray  # bool[n]: the line ends as a sentence does
    places: np.ndarray  # int32[n]: the line's number in its document, lines without letters counted

    def documents(self) -> np.ndarray:
        """int64[n]: the document of each line."""
        return np.repeat(np.arange(self.offsets.size - 1), np.diff(self.offsets))


def line_keys(texts: pa.ChunkedArray | pa.Array) -> LineKeys:
    """The keys of the lines of a column of strings."""
    offsets, utf8_bytes = utf8(texts)
    room = np.count_nonzero(utf8_bytes[offsets[0] : offsets[-1]] == ord("\n")) + np.count_nonzero(np.diff(offsets))
    table = images()
    borders, hashes = np.zeros(offsets.size, np.int64), np.empty(room, np.uint64)
    letters, stops, places = np.empty(room, np.int32), np.empty(room, np.bool_), np.empty(room, np.int32)
    columns = (borders, hashes, letters, stops, places)
    _hash_lines(offsets, utf8_bytes, _of_code(), table.offsets, table.codes, _ends(), *columns)
    return LineKeys(borders, *(column[: borders[-1]] for column in columns[1:]))


@cache
def _of_code() -> np.ndarray:
    """uint32[DECODABLE]: the images of single characters, of which a bracket is none."""
    table = images().of_code.copy()
    table[table == SEVERAL | BRACKET] = 0
    table.flags.writeable = False
    return table


@cache
def _ends() -> np.ndarray:
    """uint8[DECODABLE]: STOP, CLOSER, BREAK or NEITHER."""
    return kind_table((), ((STOPS, STOP), (CLOSERS, CLOSER), ("\n", BREAK)), NEITHER)


@kernel(
    f"void({INT64}, {UINT8}, {UINT32}, {UINT32}, {UINT32}, {UINT8}, int64[::1], uint64[::1], int32[::1], boolean[::1], "
    "int32[::1])"
)
def _hash_lines(  # noqa: PLR0913 - three tables; a kernel returns no arrays of its own making
    offsets: np.ndarray,
    utf8_bytes: np.ndarray,
    of_code: np.ndarray,
    image_offsets: np.ndarray,
    image_codes: np.ndarray,
    ends: np.ndarray,
    borders: np.ndarray,
    hashes: np.ndarray,
    letters: np.ndarray,
    stops: np.ndarray,
    places: np.ndarray,
) -> None:
    """Fill `borders` and, line by line, the rest of LineKeys."""
    found = 0
    for row in range(offsets.size - 1):
        place, end = np.uint64(offsets[row]), np.uint64(offsets[row + 1])
        number = -1
        while place < end:
            hashed, size, stopped = np.uint64(FNV_BASIS), 0, False
            number += 1
            while place < end:
                code, place = decoded(utf8_bytes, place)
                image = of_code[code]
                if image == 0:
                    kind = ends[code]
                    if kind == BREAK:
                        break
                    stopped = kind == STOP or (stopped and kind == CLOSER) or (stopped and code == np.uint32(0x20))
                elif image < np.uint32(SEVERAL):
                    hashed = fnv(hashed, np.uint64(image))
                    size += 1
                    stopped = False
                else:
                    several = np.uint64(image & np.uint32(SEVERAL - 1))
                    start, stop = np.uint64(image_offsets[several]), np.uint64(image_offsets[several + np.uint64(1)])
                    for source in range(start, stop):
                        hashed = fnv(hashed, np.uint64(image_codes[source]))
                        size += 1
                    stopped = False
            if size:
                hashes[found] = finalized(hashed)
                letters[found], stops[found], places[found] = size, stopped, number
                found += 1
        borders[row + 1] = found


class Edges(NamedTuple):
    """Where each line of a batch stands among lines that repeat; see `edges`."""

    side: np.ndarray  # uint8[n]: INSIDE, HEAD, TAIL or BARE
    place: np.ndarray  # int32[n]: lines between it and the edge; 0 INSIDE
    context: np.ndarray  # uint64[n]: the nearest line of weight, looking into the document; 0 INSIDE


def edges(lines: LineKeys, repeated: np.ndarray, weight: int) -> Edges:
    """Which of the repeated lines (bool[n]) stand in a run of them from the first line, or to the last.

    A line of weight does not repeat and has at least `weight` letters. Lines at the edge of a document without any are BARE. One
    line between two that repeat does not break a run if it has no weight and is no sentence.
    """
    size = lines.hashes.size
    found = Edges(np.zeros(size, np.uint8), np.zeros(size, np.int32), np.zeros(size, np.uint64))
    _find_edges(*lines[:4], repeated, weight, *found)
    return found


@kernel(f"void({INT64}, {UINT64}, {INT32}, {BOOL}, {BOOL}, int64, uint8[::1], int32[::1], uint64[::1])")
def _find_edges(  # noqa: PLR0913 - lines are four arrays, the answer three
    offsets: np.ndarray,
    hashes: np.ndarray,
    letters: np.ndarray,
    stops: np.ndarray,
    repeated: np.ndarray,
    weight: int,
    side: np.ndarray,
    place: np.ndarray,
    context: np.ndarray,
) -> None:
    """Fill the columns of Edges."""
    for row in range(offsets.size - 1):
        first, last = offsets[row], offsets[row + 1]
        head, tail = first, last - 1
        while head < last and (
            repeated[head]
            or (head > first and head + 1 < last and repeated[head + 1] and letters[head] < weight and not stops[head])
        ):
            head += 1
        while tail >= head and (
            repeated[tail]
            or (tail + 1 < last and tail > head and repeated[tail - 1] and letters[tail] < weight and not stops[tail])
        ):
            tail -= 1
        below, above = head, tail
        while below < last and (repeated[below] or letters[below] < weight):
            below += 1
        while above >= first and (repeated[above] or letters[above] < weight):
            above -= 1
        bare = below == last
        for line in range(first, last):
            if head <= line <= tail:
                continue
            side[line] = BARE if bare else HEAD if line < head else TAIL
            if not bare:
                place[line] = line - first if line < head else last - 1 - line
                context[line] = hashes[below if line < head else above]
