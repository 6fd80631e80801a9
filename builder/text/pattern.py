"""Regular expressions over the character classes of the profile, spelt so that Python and RE2 read them alike."""

from __future__ import annotations

from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from builder.text.classes import partition


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
    hit = pc.fill_null(pc.match_substring_regex(texts.take(pa.array(rows)), pattern), False)
    return rows[hit.to_numpy()]


def _escaped(code: int) -> str:
    """One code point inside `[…]`; everything below U+0100 by number, because some of it has a meaning there."""
    return f"\\x{code:02x}" if code < 0x100 else chr(code)
