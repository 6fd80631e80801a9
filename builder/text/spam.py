"""Which part of a text is keyword stubs of gambling, adult or fraud spam: told by structure first, by words second.

A *stub line* ends like no sentence, has hardly any function words, and is short or made of short pieces parted by spaces and
commas. Menus and lists of names look the same, so it is *spam* only with a term of the lexicon (tables/spam.csv) in it, and only
where the text has several different terms. Sentences about gambling, health or film are no stub lines, whatever they say.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import re2

from builder.text.buffers import strings
from builder.text.classes import TABLES
from builder.text.genre_lines import CLASSICAL, COMMON, FORMAL, MODERN
from builder.text.pattern import chars, matching

IN_NAMES = "上中下时時到会會要可能"  # function words that names and titles hold as well
WORDS = re.compile(f"[{re.sub(f'[{IN_NAMES}]', '', MODERN + COMMON + FORMAL + CLASSICAL)}]")
HAN = re.compile(f"[{chars('han')}]")
ENDS = re.compile(r"[。！？；!?;][”’」』）)》】\"']*$|[。！？；].")  # at the end of a line, or a sentence inside
GAPS = re.compile(r"[\s,，、|｜_\-/·]+")
SPACES = " \t\u3000\u00a0\n"
MAX_WORD_RATIO = 0.1  # function words per Han: sentences have 0.1 to 0.35, headlines 0.05 to 0.1, keywords 0 to 0.05
SHORT_LINE = 30  # characters of a line that is one stub
PIECE = 15  # characters of a mean piece of a longer one
MIN_TERMS = 3  # different ones in a text
MAX_TERMINAL_RATIO = 0.02  # terminal marks per character: prose has 0.02 to 0.06, and a page of spam fewer


class Spam(NamedTuple):
    """What of a text is spam."""

    chars: int  # of spam lines, spaces left out
    total: int  # of all lines
    terms: int  # different terms in the spam lines, counted up to MIN_TERMS

    def ratio(self) -> float:
        """Share of spam; 0 where too few terms prove it."""
        return self.chars / self.total if self.terms >= MIN_TERMS and self.total else 0.0


class Term(NamedTuple):
    """One literal of the lexicon."""

    term: str
    family: str
    source: str
    clean: str  # how often it stands in 16,330 clean documents


@cache
def lexicon() -> tuple[Term, ...]:
    """The shipped terms, in small letters."""
    with (TABLES / "spam.csv").open(encoding="utf-8", newline="") as stream:
        return tuple(Term(**row) for row in csv.DictReader(stream))


@cache
def pattern() -> str:
    """RE2 for any of the terms, whatever their case; longer ones first."""
    terms = sorted((term.term for term in lexicon()), key=lambda term: (-len(term), term))
    return f"(?i)(?:{'|'.join(map(re.escape, terms))})"


@cache
def terms() -> re2.Pattern:
    """The same, compiled."""
    return re2.compile(pattern())


def holds_term(text: str) -> bool:
    """Whether one of the terms stands in a text."""
    return terms().search(text) is not None


def measured(text: str) -> Spam:
    """The spam lines of a text, counted."""
    spam, different = 0, set[bytes]()
    for line in lines_with_terms(text):
        size = _visible(line)
        if _is_stub(line, size):
            spam += size
            for hit in terms().finditer(line.encode()) if len(different) < MIN_TERMS else ():
                different.add(hit[0].lower())
                if len(different) == MIN_TERMS:
                    break
    return Spam(spam, _visible(text), len(different))


def lines_with_terms(text: str) -> Iterator[str]:
    """The lines that hold a term."""
    raw, search = text.encode(), terms().search
    end = 0
    while hit := search(raw, end):
        first, end = raw.rfind(b"\n", 0, hit.start()) + 1, raw.find(b"\n", hit.end())
        end = len(raw) if end < 0 else end
        yield raw[first:end].decode()


def _visible(text: str) -> int:
    """Characters but for spaces and line breaks."""
    return len(text) - sum(map(text.count, SPACES))


def with_terms(texts: pa.ChunkedArray) -> np.ndarray:
    """int64[k]: the texts of a column of strings that hold a term."""
    return matching(texts, np.arange(len(texts)), pattern())


def spam_ratios(texts: pa.ChunkedArray, rows: np.ndarray, terminal_marks: np.ndarray, visible: np.ndarray) -> np.ndarray:
    """float64[n]: the share of spam of each text of a column of strings, 0 where sentences leave no room for much of it.

    `rows`: int64[k], the texts with terms; `terminal_marks` and `visible`: the characters of these kinds in each text.
    """
    ratios = np.zeros(len(texts))
    rows = rows[terminal_marks[rows] <= MAX_TERMINAL_RATIO * visible[rows]]
    for row, text in zip(rows.tolist(), strings(texts, rows), strict=True):
        ratios[row] = measured(text).ratio()
    return ratios


def _is_stub(line: str, size: int) -> bool:
    if ENDS.search(line) or len(WORDS.findall(line)) > MAX_WORD_RATIO * len(HAN.findall(line)):
        return False
    return size <= SHORT_LINE or size <= PIECE * len(GAPS.split(line.strip()))
