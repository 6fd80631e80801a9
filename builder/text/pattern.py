"""Regular expressions over the character classes of the profile, spelt so that Python and RE2 read them alike."""

from __future__ import annotations

from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from builder.text.classes import partition

NEIGHBOURS = 4  # texts in a run, on average, from which runs are cheaper than a copy


@cache
def chars(*counters: str) -> str:
    """The code points that add to any of these counters, as the inside of a `[…]`. ValueError where there is none."""
    ranges = partition().ranges(*counters)
    if not ranges:
        raise ValueError(f"no character adds to {', '.join(counters)}")
    return "".join(_escaped(first) if first == last else f"{_escaped(first)}-{_escaped(last)}" for first, last in ranges)


@cache
def characters(*counters: str) -> str:
    """The same code points as a string, for `str.strip`."""
    return "".join(chr(code) for first, last in partition().ranges(*counters) for code in range(first, last + 1))


def matching(texts: pa.ChunkedArray, rows: np.ndarray, pattern: str) -> np.ndarray:
    """int64[k]: those of `rows` (positions in `texts`) whose text an RE2 pattern matches somewhere; nulls never match."""
    if not rows.size:
        return rows
    hit = pc.fill_null(pc.match_substring_regex(chosen(texts, rows), pattern), False)
    return rows[hit.to_numpy()]


def chosen(texts: pa.ChunkedArray, rows: np.ndarray) -> pa.ChunkedArray:
    """The texts at ascending positions; without a copy where most of them are neighbours."""
    starts = np.flatnonzero(np.diff(rows, prepend=-2) != 1)
    if texts.num_chunks != 1 or len(starts) * NEIGHBOURS > len(rows):
        return texts.take(pa.array(rows))
    chunk, lengths = texts.chunk(0), np.diff(starts, append=len(rows))
    pieces = [chunk.slice(first, length) for first, length in zip(rows[starts].tolist(), lengths.tolist(), strict=True)]
    return pa.chunked_array(pieces, texts.type)


def _escaped(code: int) -> str:
    """One code point inside `[…]`; everything below U+0100 by number, because some of it has a meaning there."""
    return f"\\x{code:02x}" if code < 0x100 else chr(code)
