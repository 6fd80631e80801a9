"""The stretches of a text that read otherwise in another pair of encodings, and what speaks for each.

Evidence is a sum of rounded logarithms, as in legibility.py. UTF-8 proves itself: other bytes form a character of three
bytes by chance less than once in seven times, so each counts 2. Pairs of bytes prove nothing by themselves: there the evidence is
how legible the new text is, or how much more legible than the old one, whichever is less.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple, Self

import numpy as np

from builder.text.encoding import readings
from builder.text.encoding.legibility import OF_UNUSED, alphabetic, codes, legibility, running, speaking, weights
from builder.text.encoding.misread import GB, LATIN, Misread, misread, table
from builder.text.encoding.readings import LOST, TAIL, THREE, UTF8, Decoded
from builder.text.encoding.strange import best_stretch

DENSE = 0.25  # evidence for each character; written text has 0.3 and more, see legibility.py
LEGIBLE = 0.1  # the same for a whole text, tables and all: no sound one has less than 0.24, no misread one more than -0.5
MOST_LETTERS = 0.4  # of the shown characters: other scripts; misread GB18030 and Big5 have 0.15 to 0.25
FEWEST_PRIVATE = 0.05  # of them: private ones, in misread Big5 with so many letters
MOST_LOST = 0.34  # of the characters; where windows-1252 is read strictly, 15 % are lost
STRONG = 10  # evidence of a stretch that proves a pair of encodings: five characters of UTF-8, a clause of the others
SOUND = 1.5  # less legible by so much a character: it was sound before
IMPOSSIBLE = 4  # weight of a pair of bytes that is no character
SEVERAL = 4  # characters: fewer may be legible in both readings
SECOND_LAYER = 6  # characters of Latin-1, when UTF-8 is shown as GB18030: 1.6 % of Han look like one

# A no-break space that became a space within a sequence; it was one where no other byte of a sequence is missing.
SPACE_FOR_A0 = re.compile(rb"(?<=[\xe0-\xef]) (?=[\x80-\xbf])|(?<=[\xe0-\xef][\x80-\xbf]) |(?<=[\xc2\xc3]) ")
CUT_OTHERWISE = re.compile(rb"\xff|[\xe0-\xef](?![\x80-\xbf ])|[\xe0-\xef][\x80-\xbf](?![\x80-\xbf ])")
# Of all bytes only 80 begins no pair of GB18030: before another high byte, U+FFFD was it.
BYTE_80 = re.compile(rb"(?<=[\xe0-\xef])\xff(?=[\x80-\xbf])|(?<=[\xe0-\xef][\x80-\xbf])\xff(?=[\x80-\xfe])")
# Where a character of three or four bytes may begin, and one below U+0100; the last byte that begins any, and a lost one.
AT_THREE = re.compile(rb"(?=" + THREE + rb"|\xf0[\x90-\xbf]" + TAIL + TAIL + rb")[\xe0-\xf0]")
AT_LATIN = re.compile(rb"[\xc2\xc3](?=" + TAIL + rb")")
LAST_LEAD, LOST_BYTE = 0xF0, 0xFF
PRIVATE = re.compile("[\ue000-\uf8ff]")  # a decoder that shows these knows all pairs


class Stretches(NamedTuple):
    """Parts of a text, in order, that read otherwise in another pair of encodings; parallel arrays, one entry each."""

    starts: np.ndarray  # int64[k]: in characters of the shown text
    ends: np.ndarray  # int64[k]
    texts: Sequence[str]  # what they read
    evidence: np.ndarray  # int64[k]
    gain: np.ndarray  # int64[k]: in legibility
    size: np.ndarray  # int64[k]: characters of the new text
    lost: np.ndarray  # int64[k]: of them U+FFFD, because bytes are lost

    def chosen(self, mask: np.ndarray) -> Self:
        """Those that a bool[k] names."""
        texts = [self.texts[place] for place in np.flatnonzero(mask).tolist()]
        starts, ends, evidence, gain, size, lost = (column[mask] for column in (*self[:2], *self[3:]))
        return self._replace(starts=starts, ends=ends, texts=texts, evidence=evidence, gain=gain, size=size, lost=lost)

    def is_dense(self) -> np.ndarray:
        """bool[k]: evidence speaks for all of it, and little is lost."""
        return (self.evidence >= DENSE * self.size) & (self.lost <= MOST_LOST * self.size)

    def fits(self) -> bool:
        """Whether all of it together is dense, and none that is more than a word was sound before."""
        size, evidence, lost = int(self.size.sum()), int(self.evidence.sum()), int(self.lost.sum())
        spoilt = (2 * self.gain <= -3 * self.size) & (self.size >= SEVERAL)
        return evidence >= LEGIBLE * size and lost <= MOST_LOST * size and not spoilt.any()

    def summed(self, line: np.ndarray, whole: np.ndarray) -> Self:
        """The same with the sums of its line for each stretch on a line (int64[k]) of which nothing else speaks (bool[k])."""

        def over_line(column: np.ndarray) -> np.ndarray:
            return np.where(whole, np.bincount(line, column)[line].astype(np.int64), column)

        evidence, gain, size, lost = map(over_line, self[3:])
        return self._replace(evidence=evidence, gain=gain, size=size, lost=lost)

    def is_likely(self, wrong: str, right: str) -> np.ndarray:
        """bool[k]: to be read again beside others that prove their pair."""
        if right == UTF8:
            return self.evidence > 0
        gains = self.gain >= 2 * self.size
        return gains | (self.evidence > 0) if wrong == LATIN else gains & (self.evidence > 0) & (self.lost == 0)


def stretches(text: str, wrong: str, right: str) -> Stretches:
    """What is shown in the wrong encoding of a pair and can be read in the right one, in order."""
    shown = misread(text, wrong)
    if right == UTF8:
        return _of_utf8(shown, _mended(shown, wrong), wrong)
    found = _of_pairs(shown, wrong, right)
    if LOST in text and wrong != LATIN:  # some decoders lose two bytes where others lose one
        other = misread(text, wrong, 2)
        return max(found, _of_pairs(other, wrong, right), key=lambda parts: parts.evidence.sum())
    return found


def may_be_utf8(text: str, wrong: str, least: int) -> bool:
    """Whether so much evidence of UTF-8 may stand on one line, or nothing else in the text: quicker than to look closely.

    `wrong`: an encoding of pairs. At every byte that may begin a character it is counted as one.
    """
    points = codes(text)
    pairs = table(wrong)[points]
    high, low = pairs >> 8, pairs & 0xFF
    other = ((high > LAST_LEAD) & (high < LOST_BYTE)) | ((low > LAST_LEAD) & (low < LOST_BYTE))
    if not (other & speaking()[points]).any() or PRIVATE.search(text):
        return True
    lines = misread(text, wrong).raw.split(b"\n")
    return any(2 * len(AT_THREE.findall(line)) + len(AT_LATIN.findall(line)) >= least for line in lines)


def applied(text: str, parts: Stretches) -> str:
    """The text with its stretches read again."""
    pieces, place = [], 0
    for start, end, new in zip(parts.starts.tolist(), parts.ends.tolist(), parts.texts, strict=True):
        pieces += [text[place:start], new]
        place = end
    return "".join([*pieces, text[place:]])


def _mended(shown: Misread, wrong: str) -> bytes:
    """The bytes, with those restored that can have been nothing else."""
    if wrong == LATIN and not CUT_OTHERWISE.search(shown.raw):
        return SPACE_FOR_A0.sub(b"\xa0", shown.raw)
    if wrong == GB and PRIVATE.search(shown.text):
        return BYTE_80.sub(b"\x80", shown.raw)
    return shown.raw


def _of_utf8(shown: Misread, raw: bytes, wrong: str) -> Stretches:
    parts = _decoded(shown, raw, UTF8)
    points = codes("".join(parts.texts))
    borders = running(parts.size)
    three = np.diff(running((points >= 0x800) & (points != ord(LOST)))[borders])
    latin = np.diff(running((points >= 0x80) & (points < 0x100))[borders])
    if wrong != LATIN:
        latin[(latin < SECOND_LAYER) | (3 * latin < parts.size)] = 0
    return parts._replace(evidence=2 * three + latin)


def _of_pairs(shown: Misread, wrong: str, right: str) -> Stretches:
    """Text in pairs of bytes; kana, Cyrillic, Greek and pinyin that stand by themselves in GB18030 or Big5 are no evidence.

    They are the pairs of common Han in the other encoding. Misread Big5 has private characters among them, since the pairs of
    its marks are private in GB18030.
    """
    parts = _decoded(shown, shown.raw, right)
    if wrong == LATIN:  # one accented letter and the letter behind it are no evidence
        return parts._replace(evidence=np.where(parts.size == 1, np.minimum(parts.evidence, 0), parts.evidence))
    points = codes(shown.text)
    letters, odd = running(alphabetic()[points]), running(weights()[points] == OF_UNUSED)
    letters, odd = (sums[parts.ends] - sums[parts.starts] for sums in (letters, odd))
    script = (letters > MOST_LETTERS * parts.size) & (odd < FEWEST_PRIVATE * parts.size)
    return parts._replace(evidence=np.where(script, np.minimum(parts.evidence, -parts.size), parts.evidence))


def narrowed(text: str, parts: Stretches) -> Stretches:
    """Stretches of double-byte text shown as double-byte text, without the ends that were sound before.

    A stretch that only loses goes; one that is shortened stays where what is left proves its pair.
    """
    starts, ends, texts = parts.starts.copy(), parts.ends.copy(), list(parts.texts)
    evidence, gains, sizes, lost = parts.evidence.copy(), parts.gain.copy(), parts.size.copy(), parts.lost.copy()
    keep = (gains > -sizes) | ((gains > -3 * sizes) & (sizes < SEVERAL))
    for place in np.flatnonzero((parts.size == ends - starts) & (2 * parts.size >= STRONG)).tolist():
        begin, new = starts[place], codes(texts[place])
        old = codes(text[begin : ends[place]])
        change = weights()[new] - weights()[old] - IMPOSSIBLE * ((new == ord(LOST)) & (old != ord(LOST)))
        first, last = _gaining(change.astype(np.int8))
        if last - first == len(new):
            continue
        starts[place], ends[place], texts[place] = begin + first, begin + last, texts[place][first:last]
        sizes[place], lost[place] = last - first, texts[place].count(LOST)
        gains[place] = change[first:last].sum(dtype=np.int64)
        evidence[place] = min(legibility(texts[place]), gains[place])
        keep[place] = evidence[place] >= STRONG
    return Stretches(starts, ends, texts, evidence, gains, sizes, lost).chosen(keep)


def _gaining(gains: np.ndarray) -> tuple[int, int]:
    """The borders of a stretch without the ends that lose much by it."""
    _, first, last = best_stretch(gains)
    sums, size = running(gains), len(gains)
    left = first if sums[first] <= -SOUND * first else 0
    return left, last if sums[size] - sums[last] <= -SOUND * (size - last) else size


def _decoded(shown: Misread, raw: bytes, right: str) -> Stretches:
    """All stretches in an encoding; the evidence is that of double-byte text."""
    borders = list(readings.stretches(raw, shown.is_start, right, pairs=len(raw) > len(shown.text)))
    read: list[Decoded] = [readings.decoded(raw[first:last], right) for first, last in borders]
    places = np.searchsorted(shown.starts, np.array(borders, np.int64).reshape(-1, 2))
    texts = [new.text for new in read]
    size = np.array([len(text) for text in texts], np.int64)
    after = np.diff(running(weights()[codes("".join(texts))])[running(size)])
    before = running(weights()[codes(shown.text)])
    gain = after - before[places[:, 1]] + before[places[:, 0]]
    lost = np.array([new.lost for new in read], np.int64)
    return Stretches(places[:, 0], places[:, 1], texts, np.minimum(after, gain), gain, size, lost)
