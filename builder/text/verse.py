"""Verse that has no punctuation, with a title, an author and headings between its stanzas, which menus of short lines look like.

There are four ways to tell it; for all of them lines of other things (a dynasty in brackets) may be few.

- Lyrics with the time before each line.
- Metre: phrases of one length, in groups of four and more, with up to two other lines above each group.
- Words: every tenth Han is one that old verse is full of.
- Speech: every fifth Han is a function word, in short lines that do not end and do not ask: songs and free verse.

Of poems (shi) and songs (ci) of Tang and Song, 500 each, without their marks, in seven shapes with and without title and author,
all but 1.2 % are told; most of the others have lines of three and four Han.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from builder.text.kernel import kernel
from builder.text.readonly import INT64, read
from builder.text.verse_lines import (
    ASKING,
    CHARS,
    ENDED,
    FEATURES,
    FOURS,
    HAN,
    LAST,
    METRE,
    PHRASES,
    PURE,
    STAMPED,
    TEXT,
    UNITS,
    VERSE,
    WORDS,
    verse_lines,
)

# Of the counts below all are of lines of Han and Chinese marks, save where it says otherwise.
SHORT_LINE = 20  # characters
MAX_HEADS = 2  # lines above a stanza that are none of it: title and author
SHORTEST_METRE, COUPLET, LONGEST_METRE = 5, 10, 16  # Han; items of menus have two and four
STANZA, COUPLET_LINES, MIN_METRICAL = 4, 2, 20  # phrases of a group, lines of a couplet, and Han of them all
RHYME, RHYME_LINES = 7, 3  # Han and phrases, of rhymes too: children's have modern words, and menus no items of seven
MIN_METRE_RATIO = 0.5  # Han of such phrases, of all below the first line
MIN_METRE_VERSE = 0.04  # IN_VERSE per Han of such phrases: of menus in lines of one length half have less
MIN_VERSE, MIN_VERSE_CHARS, MIN_PHRASE = 0.1, 4, 3.5  # IN_VERSE per Han and in all, and Han of a mean phrase
FOURS_RATIO, MIN_FOURS_VERSE = 0.8, 0.16  # where nearly all phrases are as short as a menu's, more IN_VERSE
MIN_SHORT_HAN = 0.6  # Han of short lines, of all in the text
MAX_ODD, MAX_ODD_RATIO = 2, 0.25  # lines that are long or hold other things, of all
MIN_SPOKEN, SPOKEN_LINES, SPOKEN_LINE, ENDED_RATIO, ASKING_RATIO = 0.2, 4, 12, 0.5, 0.25
SAME_END = 1 / 3  # lines that end in the Han that the line above ends in: names of goods and of tours
STAMPED_RATIO = 0.8


@kernel(f"boolean({read('int32', 2)}, int64, int64)")
def _in_metre(lines: np.ndarray, first: int, stop: int) -> bool:
    """Lines of one metre in groups, each under a head of up to two lines."""
    han_of, verse_of = np.zeros(LONGEST_METRE + 1, np.int64), np.zeros(LONGEST_METRE + 1, np.int64)
    total = 0
    for at in range(first, stop):
        metre = lines[at, METRE]
        if lines[at, PURE] and SHORTEST_METRE <= metre <= LONGEST_METRE:
            han_of[metre] += lines[at, HAN]
            verse_of[metre] += lines[at, VERSE]
        elif at == first:
            continue  # titles may be longer than the poem
        total += lines[at, HAN]
    metre = np.argmax(han_of)
    han = han_of[metre]
    if han < MIN_METRICAL or han < MIN_METRE_RATIO * total:
        return False
    if metre != RHYME and verse_of[metre] < MIN_METRE_VERSE * han:
        return False
    least = COUPLET_LINES if metre >= COUPLET else RHYME_LINES if metre == RHYME else STANZA
    heads, units = 0, least
    for at in range(first, stop):
        if lines[at, PURE] and lines[at, METRE] == metre:
            units = lines[at, UNITS] + (units if heads == 0 else 0)
            heads = 0
        else:
            if heads == 0 and units < least:
                return False
            heads += 1
            if heads > MAX_HEADS:
                return False
    return heads == 0 and units >= least


@kernel(f"void({read('int32', 2)}, {INT64}, boolean[::1])")
def _metres(lines: np.ndarray, borders: np.ndarray, found: np.ndarray) -> None:
    for text in range(found.size):
        found[text] = _in_metre(lines, borders[text], borders[text + 1])


def unmarked_verse(texts: pa.ChunkedArray | pa.Array, rows: np.ndarray, most: int) -> np.ndarray:
    """bool[k]: of the texts of `rows` (int64[k]) those that are verse by their lines; `most`: lines that they have at most."""
    lines = verse_lines(texts, rows, most)
    borders = np.searchsorted(lines[:, TEXT], np.arange(rows.size + 1))
    metrical = np.zeros(rows.size, bool)
    _metres(lines, borders, metrical)
    every = _sums(lines, borders, np.ones(len(lines), bool))
    good = (lines[:, PURE] > 0) & (lines[:, CHARS] <= SHORT_LINE)
    short = _sums(lines, borders, good)
    count, body, han = np.diff(borders), short[:, -1], short[:, HAN]
    same = _same_ends(lines, borders)
    few_odd = count - body <= np.maximum(MAX_ODD, MAX_ODD_RATIO * count)
    few_odd &= (han >= MIN_SHORT_HAN * every[:, HAN]) & (han > 0) & (same <= SAME_END * count)
    old = (short[:, VERSE] >= np.maximum(MIN_VERSE_CHARS, MIN_VERSE * han)) & (han >= MIN_PHRASE * short[:, PHRASES])
    old &= (short[:, FOURS] < FOURS_RATIO * short[:, PHRASES]) | (short[:, VERSE] >= MIN_FOURS_VERSE * han)
    asking = _sums(lines, borders, good & (lines[:, ASKING] > 0))[:, -1]
    spoken = (short[:, WORDS] >= MIN_SPOKEN * han) & (count >= SPOKEN_LINES) & (han <= SPOKEN_LINE * body)
    spoken &= (every[:, ENDED] <= ENDED_RATIO * count) & (asking <= ASKING_RATIO * body)
    stamped = (count >= SPOKEN_LINES) & (every[:, STAMPED] >= STAMPED_RATIO * count) & (every[:, HAN] > 0)
    verse: np.ndarray = stamped | (metrical & (same <= SAME_END * count)) | (few_odd & (old | spoken) & (count > 1))
    return verse


def _sums(lines: np.ndarray, borders: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """int64[k, len(FEATURES) + 1]: the features of the chosen lines of each text added up, and how many lines they are."""
    totals = np.zeros((len(lines) + 1, len(FEATURES) + 1), np.int64)
    np.cumsum(np.column_stack([lines, np.ones(len(lines), np.int64)]) * chosen[:, None], axis=0, out=totals[1:])
    sums: np.ndarray = np.diff(totals[borders], axis=0)
    return sums


def _same_ends(lines: np.ndarray, borders: np.ndarray) -> np.ndarray:
    """int64[k]: lines of each text that end in the same Han as the line above."""
    same = np.zeros(len(lines) + 1, np.int64)
    last = lines[:, LAST]
    same[2:] = np.cumsum((last[1:] == last[:-1]) & (last[1:] > 0) & (lines[1:, TEXT] == lines[:-1, TEXT]))
    return np.diff(same[borders])
