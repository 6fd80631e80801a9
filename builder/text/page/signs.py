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
ONE_MARK = str.maketrans({"。": ".", **dict.fromkeys("“”「」『』‘’'", '"')})
LOOSE_MARK = re.compile(r" +([,.!?:;)、])")


class Seen(NamedTuple):
    """Lines as the scorer sees them; parallel."""

    texts: pa.LargeStringArray  # folded, with one spelling of stops and quotes
    signs: np.ndarray  # bool[n, SIGNS]


@cache
def words() -> dict[str, str]:
    """The RE2 pattern of each kind of speech."""
    patterns: dict[str, str] = yaml.safe_load((TABLES / "lone_lines.yaml").read_text("utf-8"))
    return patterns


@cache
def _sieve() -> Sieve:
    found = [atoms(pattern) for pattern in words().values()]
    return Sieve([Atoms(one.grams, one.also, None) for one in found])  # searched for: around it stand other characters


@cache
def _searches() -> list[re2._Regexp]:
    return [re2.compile(pattern) for pattern in words().values()]


def seen(lines: PageLines, chosen: np.ndarray) -> Seen:
    """What is seen of the chosen lines (positions), none of them blank."""
    texts = [_one_spelling(line) for line in lines.folded(chosen)]
    signs = np.zeros((len(chosen), SIGNS), bool)
    possible = lines.sifted(_sieve(), chosen)[:, 0]
    for place, search in enumerate(_searches()):
        asked = np.flatnonzero(possible >> np.uint64(place) & np.uint64(1))
        signs[asked, place] = [search.search(texts[line]) is not None for line in asked.tolist()]
    order = np.arange(len(chosen))
    signs[order, KINDS_FROM + classify(lines)[chosen]] = True
    signs[order, LENGTHS_FROM + _length_class(lines.features[chosen, CHARS])] = True
    return Seen(pa.array(texts, pa.large_string()), signs)


def _one_spelling(folded: bytes) -> str:
    return LOOSE_MARK.sub(r"\1", folded.decode().translate(ONE_MARK))


def _length_class(chars: np.ndarray) -> np.ndarray:
    """int64[n]: how often a number of characters can be halved, at most LENGTHS - 1 times."""
    return np.searchsorted(1 << np.arange(1, LENGTHS), chars, side="right")
