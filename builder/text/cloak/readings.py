"""Mandarin readings of the characters in GBK, from the table that scripts/make_tables.py wrote out of pypinyin (MIT licence).

A syllable is written as in running text: lower case, the tone mark on its vowel, none for the neutral tone.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from itertools import pairwise

import numpy as np

from builder.text.classes import TABLES

# What syllables are written with: ASCII, ü and ê, the vowels and nasals with their tone marks, and the two letters of the
# phonetic alphabet that GBK offers for a and g.
LETTERS = "a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüêńňǹḿ\N{LATIN SMALL LETTER ALPHA}\N{LATIN SMALL LETTER SCRIPT G}"
LONGEST = 6  # letters: zhuāng
_TO_ASCII = str.maketrans("\N{LATIN SMALL LETTER ALPHA}\N{LATIN SMALL LETTER SCRIPT G}", "ag")


@cache
def readings() -> dict[str, frozenset[str]]:
    """The syllables of each character, with tone marks (20,000 characters, 15 ms)."""
    with np.load(TABLES / "readings.npz", allow_pickle=False) as table:
        codes, offsets = table["codes"].tolist(), table["offsets"].tolist()
        syllables = table["syllables"][table["places"]].tolist()
    return {chr(code): frozenset(syllables[start:stop]) for code, (start, stop) in zip(codes, pairwise(offsets), strict=True)}


def is_reading(syllable: str, char: str) -> bool:
    """Whether a character may be read so; the tone counts."""
    known = readings().get(char, ())
    return syllable in known or syllable.translate(_TO_ASCII) in known


def is_toneless_reading(syllable: str, char: str) -> bool:
    """Whether a syllable without tone marks is a reading of a character with its tone left out; ü may be written u or v."""
    return syllable in toneless(char)


@cache
def toneless(char: str) -> frozenset[str]:
    """The syllables of a character without tone marks."""
    plain = {_without_tone(syllable) for syllable in readings().get(char, ())}
    return frozenset(
        spelling for syllable in plain for spelling in (syllable, syllable.replace("ü", "u"), syllable.replace("ü", "v"))
    )


def _without_tone(syllable: str) -> str:
    """The syllable without its tone mark; the two dots of ü and the roof of ê are no tone."""
    kept = (char for char in unicodedata.normalize("NFD", syllable) if not unicodedata.combining(char) or char in "\u0308\u0302")
    return unicodedata.normalize("NFC", "".join(kept))
