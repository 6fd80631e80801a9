"""Take off the part-of-speech tags of an annotated corpus: `桥/n 修/v 好/a 了/u`, `桥_NN 修_VV`, `[石桥/nz 镇/n]ns`.

A text is tagged when most of its words are. A tag is a few letters behind a slash, an underline or a number sign, at the end
of a word: the sets of PKU, ICTCLAS, LTP, CTB and Universal Dependencies all look so. A tag without a word stands behind a
space that was a word of its own.
"""

from __future__ import annotations

import re

from builder.text.spacing.neighbours import SPACE

TAG = "(?:[a-z]{1,5}[0-9]?|[A-Z][a-z]{0,3}|[A-Z]{1,6}(?:-SHORT)?)"
TAGGED = re.compile(rf"(.*)[/_#]{TAG}(\]{TAG})?", re.DOTALL)
WORD = re.compile(r"(\s*+)(\S++)")
CORPUS_LINE = re.compile(r"[0-9]{8}-[0-9]{2}-[0-9]{3}-[0-9]{3}(?:-[0-9]{3})?")  # PKU's numbers of newspaper paragraphs

MIN_WORDS = 8
MIN_SIGNS = 0.04  # by characters: four-letter tags of ten-letter words still have more
MIN_SHARE = 0.6  # of the words; annotated corpora have 0.95 and more
TAG_FOUND = rf"(?:[^\s/_#]+[/_#]{TAG}(?:\]{TAG})?[{SPACE}\n]+){{4}}"  # RE2: four tagged words in a row


def untagged(text: str) -> str | None:
    """The words of a tagged text, spaces that were words too, each parted by a space; None where it is not tagged."""
    if sum(map(text.count, "/_#")) < max(MIN_WORDS, MIN_SIGNS * len(text)):
        return None
    lines = [[(gap, word, TAGGED.fullmatch(word)) for gap, word in WORD.findall(line)] for line in text.split("\n")]
    words = sum(map(len, lines))
    tagged = sum(found is not None for line in lines for *_, found in line)
    if tagged < MIN_WORDS or tagged < MIN_SHARE * words:
        return None
    return "\n".join(_line(line) for line in lines)


def _line(words: list[tuple[str, str, re.Match[str] | None]]) -> str:
    """The words of one line without tags and without the brackets of compounds."""
    bare: list[str] = []
    opened: list[int] = []  # places of words that begin with a bracket
    for gap, word, found in words:
        stem = found[1] if found else word
        if found and CORPUS_LINE.fullmatch(stem) and not bare:
            continue
        if stem.startswith("[") and len(stem) > 1:
            opened.append(len(bare))
        bare.append(stem or gap[-1:])
        if found and found[2] and opened:
            start = opened.pop()
            bare[start] = bare[start][1:]
    return " ".join(bare)
