"""How many characters of each kind a text has, and which stand beside which: one compiled pass over the UTF-8 bytes.

A table gives each character its class, and the class adds to its counters when the document ends. The adjacency
counters come from an automaton over the classes (text/adjacency.py), so that no character is looked at twice.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pyarrow as pa

from builder.text.adjacency import NEIGHBOUR_COUNTERS, automaton
from builder.text.buffers import utf8
from builder.text.classes import partition
from builder.text.decoding import decoded
from builder.text.kernel import kernel
from builder.text.readonly import INT64, UINT8, UINT16, read

CLASS_COUNTERS = (
    "han",  # U+3007, 3400-4DBF, 4E00-9FFF, F900-FAFF, 20000-323AF
    "han_traditional",  # of these, written in traditional text only
    "han_simplified",  # of these, written in simplified text only
    "han_convertible",  # of these, changed by OpenCC t2s when alone
    "han_rare",  # of these, whose simplified form is none of GB 2312's 3,755 common ones
    "kana",
    "hangul",
    "latin",  # ASCII letters
    "other_letter",  # other scripts and accented Latin
    "digit",  # ASCII
    "wide_alnum",  # U+FF10-FF19, FF21-FF3A, FF41-FF5A, counted nowhere else
    "space",  # U+0020
    "tab",
    "newline",
    "odd_break",  # VT, FF, CR, U+001C-001E, 0085, 2028, 2029
    "wide_space",  # U+3000
    "odd_space",  # U+00A0, 1680, 2000-200A, 202F, 205F
    "control",  # other C0 and C1, DEL
    "invisible",  # zero width, bidi controls, BOM, soft hyphen, invisible operators, tags
    "joiner",  # U+200C, 200D
    "private_use",
    "terminal_mark",  # ideographic and fullwidth . ! ? ; and the ellipsis
    "cjk_mark",  # other CJK and fullwidth punctuation, curly quotes, em dash, middle dot
    "fullwidth_comma",  # of these, U+FF0C
    "ascii_mark",  # , : ; ? ! ( ) . " '
    "ascii_symbol",  # other ASCII punctuation
    "other_symbol",  # other punctuation, symbols, numbers that are no digits, emoji
    "radical",  # of these, Kangxi and supplement radicals, U+2E80-2EF3 and 2F00-2FD5
    "descent_sign",  # > and its kin, also counted where they belong: they part the links of a trail
    "combining",  # categories M*
    "not_nfc",  # may change or move under NFC; 0 means that the text is NFC
    "replacement",  # U+FFFD
    "unassigned",  # category Cn outside the ranges of Han and of coming emoji
)
COUNTERS: tuple[str, ...] = ("chars", "lines", *CLASS_COUNTERS, *NEIGHBOUR_COUNTERS)  # lines: newlines + 1, 0 for no text
CHARS, LINES = 0, 1

# Layout of a cell of the automaton; the compiled code holds these, so they stand in its own file.
STRIDE = 64  # room for classes, and for events
EVENT_SHIFT = 10  # STRIDE * the next state below, the event above
STATE = (1 << EVENT_SHIFT) - 1  # mask of the state


@cache
def _cells() -> np.ndarray:
    """uint16[states * STRIDE]: by state and class, the next state and the event."""
    table = automaton()
    cells = np.zeros((table.following.shape[0], STRIDE), np.uint16)
    cells[:, : table.following.shape[1]] = table.following * STRIDE | table.events << EVENT_SHIFT
    return cells.reshape(-1)


@cache
def _additions() -> np.ndarray:
    """int64[k, 2]: pairs of class and counter."""
    names = enumerate(partition().names)
    pairs = [(number, COUNTERS.index(part)) for number, name in names for part in name.split("+") if part in CLASS_COUNTERS]
    return np.array(pairs, np.int64)


@kernel(f"void({INT64}, {UINT8}, {UINT8}, {UINT16}, {UINT8}, {read('int64', 2)}, int64, int32[:,::1])")
def _count(
    offsets: np.ndarray,
    utf8_bytes: np.ndarray,
    class_of: np.ndarray,
    cells: np.ndarray,
    ends: np.ndarray,
    additions: np.ndarray,
    neighbours: int,
    counts: np.ndarray,
) -> None:
    """Fill `counts` from zeros; the first column gets the characters, the last `neighbours` are the automaton's.

    The tables are arguments, since numba would compile a global array into the code. Places are unsigned throughout:
    a signed index costs a comparison each time.
    """
    of_class = np.zeros(STRIDE, np.int32)
    events = np.zeros(STRIDE, np.int32)
    for row in range(offsets.size - 1):
        place, end = np.uint64(offsets[row]), np.uint64(offsets[row + 1])
        if place == end:
            continue
        of_class[:] = 0
        events[:] = 0
        chars = 0
        state = np.uint32(0)
        while place < end:
            code, place = decoded(utf8_bytes, place)
            kind = np.uint32(class_of[code])
            of_class[kind] += 1
            chars += 1
            cell = np.uint32(cells[state + kind])
            state = cell & np.uint32(STATE)
            events[cell >> np.uint32(EVENT_SHIFT)] += 1
        events[ends[state // np.uint32(STRIDE)]] += 1
        counts[row, 0] = chars
        for pair in range(additions.shape[0]):
            counts[row, additions[pair, 1]] += of_class[additions[pair, 0]]
        for neighbour in range(neighbours):
            counts[row, counts.shape[1] - neighbours + neighbour] = events[neighbour + 1]


def profile(texts: pa.ChunkedArray | pa.Array) -> np.ndarray:
    """int32[n, len(COUNTERS)]: the counters of each text of a column of strings; a null counts as an empty text."""
    offsets, utf8_bytes = utf8(texts)
    counts = np.zeros((offsets.size - 1, len(COUNTERS)), np.int32)
    classes = partition()
    _count(offsets, utf8_bytes, classes.class_of, _cells(), automaton().ends, _additions(), len(NEIGHBOUR_COUNTERS), counts)
    counts[:, LINES] = counts[:, COUNTERS.index("newline")] + (counts[:, CHARS] > 0)
    return counts
