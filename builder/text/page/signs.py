"""What shows in a line that stands alone: words of which kinds of speech (tables/lone_lines.yaml), its kind, its length.

A shop, a forum and a ministry say different things, but in the same ways: they name themselves, speak to a visitor, ask for
something, name a place on a screen or a price. Such signs, and pairs of them, tell a page's speech where its words are new.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import re2
import yaml

from builder.text.classes import TABLES
from builder.text.page.atoms import Atoms, atoms
from builder.text.page.lexicon import Kind, classify
from builder.text.page.lines import CHARS, PageLines
from builder.text.page.sieve import Sieve

MOST_WORDS = 30  # kinds of speech; places that are free keep the others where they are
KINDS_FROM, LENGTHS_FROM = MOST_WORDS, MOST_WORDS + len(Kind)
LENGTHS = 9  # classes: 1, 2 and 3, 4 to 7, … 256 and more characters
SIGNS = LENGTHS_FROM + LENGTHS

# Marks that another step may write otherwise, so that a line is judged alike before and after it: stops and quotes.
ONE_MARK = [("。".encode(), b"."), *((mark.encode(), b'"') for mark in "“”「」『』‘’'")]
ELLIPSIS = re.compile(rb"(?:\.|\xe2\x80\xa6){2,}|\xe2\x80\xa6")  # three full stops become one
LOOSE_MARK = re.compile(rb" ([,.!?:;)]|\xe3\x80\x81)")


class Seen(NamedTuple):
    """Lines as the scorer sees them; parallel."""

    texts: pa.LargeStringArray  # folded, with one spelling of stops and quotes
    signs: np.ndarray  # bool[n, SIGNS]


@cache
def words_and_forms() -> tuple[dict[str, str], dict[str, str]]:
    """The pattern of each kind of speech, and of each form."""
    lexicon = yaml.safe_load((TABLES / "lone_lines.yaml").read_text("utf-8"))
    return lexicon["words"], lexicon["forms"]


@cache
def _sieve() -> Sieve:
    found = [atoms(pattern) for patterns in words_and_forms() for pattern in patterns.values()]
    return Sieve([Atoms(one.grams, one.also, None) for one in found])  # searched for: around it stand other characters


@cache
def _searches() -> dict[int, re2._Regexp]:
    """What is searched for, by the place of its sign."""
    words, forms = words_and_forms()
    return {place: re2.compile(pattern.encode()) for place, pattern in enumerate(forms.values(), len(words))}


def seen(lines: PageLines) -> Seen:
    """What shows in lines that are not blank, each in a row of its own."""
    texts = [_one_spelling(line) for line in lines.folded(np.arange(len(lines.rows)))]
    signs = np.zeros((len(texts), SIGNS), bool)
    possible = lines.sifted(_sieve(), np.arange(len(texts)))[:, :1]
    signs[:, :MOST_WORDS] = possible >> np.arange(MOST_WORDS, dtype=np.uint64) & np.uint64(1)
    for place, search in _searches().items():
        asked = np.flatnonzero(signs[:, place])
        signs[asked, place] = [search.search(texts[line]) is not None for line in asked.tolist()]
    order = np.arange(len(texts))
    signs[order, KINDS_FROM + classify(lines)] = True
    signs[order, LENGTHS_FROM + _length_class(lines.features[:, CHARS])] = True
    return Seen(pa.array(texts, pa.large_binary()).view(pa.large_string()), signs)


def _one_spelling(folded: bytes) -> bytes:
    for mark, spelling in ONE_MARK:
        folded = folded.replace(mark, spelling)
    folded = ELLIPSIS.sub("……".encode(), folded)
    return LOOSE_MARK.sub(rb"\1", folded) if b" " in folded else folded


def _length_class(chars: np.ndarray) -> np.ndarray:
    """int64[n]: how often a number of characters can be halved, at most LENGTHS - 1 times."""
    return np.searchsorted(1 << np.arange(1, LENGTHS), chars, side="right")
