"""Read again, in the right encoding, what was read in a wrong one: whole texts, lines, and stretches inside a line.

Each pair of a wrong and a right encoding is tried on the whole text (stretches.py). The pair with the most evidence is applied
where it is proved, and the search begins again, so that several kinds of damage and several layers of it are undone. Each
pass shortens the text or makes it more legible; so it ends, and a second application finds nothing.

A stretch inside sound text proves its pair by five characters of UTF-8 or a clause of something else; a stretch that is alone
on its line by fewer. What is shorter is read again where it stands on a line with such a stretch, or alone on a line of a
text that has some. A text on encodings, which quotes what it writes about, stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from builder.text.encoding.legibility import codes, running, speaking
from builder.text.encoding.misread import BIG5, GB, HKSCS, LATIN, table
from builder.text.encoding.readings import BIG5_CODECS, UTF8
from builder.text.encoding.strange import strangeness
from builder.text.encoding.stretches import STRONG, Stretches, applied, may_be_utf8, narrowed, stretches

GB18030 = "gb18030"
WRONG = (LATIN, GB, BIG5, HKSCS)
PAIRS_OF_BYTES = ((LATIN, (GB18030,)), (LATIN, BIG5_CODECS), (GB, BIG5_CODECS), (BIG5, (GB18030,)), (HKSCS, (GB18030,)))
# Evidence of a stretch that is alone on its line; no language is written in the letters that Latin-1 shows for UTF-8 and GB 2312.
ALONE = {(LATIN, UTF8): 4, (LATIN, GB18030): 4}
ALONE_OTHERWISE = 8

LOSS = 10  # evidence that a character outweighs which one reading leaves or loses and another does not
CLOSE = 3  # evidence by which a pair must exceed an earlier one: Big5 before its Hong Kong extension, which differs in kana
HALF = 0.5  # of what speaks in a text: no other pair can prove more
MOST = 0.8  # of what speaks in a text: the rest is not sound text with misread parts, but misread text with odd parts

TOPIC = re.compile("乱码|亂碼|[Mm]ojibake|文字化け")
NEAR_TOPIC = re.compile("编码|編碼|解码|解碼|字符集|字元集|(?i:charset|encoding|utf-?8|gbk|gb2312|big-?5|latin-?1|iso-?8859)")
QUOTED = 16  # evidence up to which a stretch in quotation marks may be a quotation: eight characters
LONG = 100  # characters: more is not quoted by a text that only mentions an encoding
OPENING, CLOSING = "“‘「『《（(\"'`【[", "”’」』》）)\"'`】]"

HAN = re.compile("[\u3400-\u9fff]")
ODD = 4  # strangeness of a clause that may hold a misread word: two rare characters on end
CLAUSE = re.compile("[^，。\n]+")
LATIN_SIGN = re.compile("[\x80-\xff]")
# The byte order mark of UTF-8, read in windows-1252; in GBK alone, twice, and with its last byte lost.
BOM = re.compile("^(?:ï»¿|锘匡豢|锘[?\N{REPLACEMENT CHARACTER}])+|\\A锘(?=[<#{\\[])", re.MULTILINE)


class Repaired(NamedTuple):
    """A text in which what was misread is read again."""

    text: str
    places: int  # stretches that were read again, and marks removed


def repaired(text: str) -> Repaired:
    """The text with what was misread in it read again."""
    text, count = BOM.subn("", text)
    if _is_sound(text):
        return Repaired(text, count)
    while (parts := _best_reading(text)) is not None:
        text = applied(text, parts)
        count += len(parts.texts)
    return Repaired(text, count)


def _is_sound(text: str) -> bool:
    """Whether the sentences of a text that look strange at all are few and prove nothing: quicker than to ask the whole text."""
    clauses = CLAUSE.findall(text)
    depths = strangeness(pa.array(clauses, pa.large_string())).tolist()
    strange = [clause for clause, depth in zip(clauses, depths, strict=True) if depth >= ODD or LATIN_SIGN.search(clause)]
    return 2 * sum(map(len, strange)) < len(text) and _best_reading("\n".join(strange)) is None


def _best_reading(text: str) -> Stretches | None:
    """The stretches to read again, of the pair with the most evidence; None where no pair is proved."""
    shown = codes(text)
    likely = [wrong for wrong in WRONG if (table(wrong)[shown] >= 0x80).sum() >= ALONE_OTHERWISE // 2]
    found = []
    for wrong in likely:
        if (parts := _proved(text, wrong, UTF8)) is not None:
            found.append(parts)
            if _share(text, parts) >= HALF:
                return parts
    proved = (_of_codecs(text, wrong, rights) for wrong, rights in PAIRS_OF_BYTES if wrong in likely)
    return _best([*found, *(parts for parts in proved if parts is not None)], CLOSE)


def _of_codecs(text: str, wrong: str, rights: Sequence[str]) -> Stretches | None:
    """The same of the codecs of one right encoding; the others are tried where the first is proved."""
    first = _proved(text, wrong, rights[0])
    others = [] if first is None else [_proved(text, wrong, right) for right in rights[1:]]
    return _best([found for found in (first, *others) if found is not None])


def _best(proved: Sequence[Stretches], close: int = 0) -> Stretches | None:
    """The one with the most evidence; of those that differ from it by no more than `close` a place, the first."""

    def worth(place: int) -> int:
        parts = proved[place]
        read = (parts.ends - parts.starts).sum() - parts.lost.sum()
        return int(parts.evidence.sum() + LOSS * read) - close * place

    return proved[max(range(len(proved)), key=worth)] if proved else None


def _proved(text: str, wrong: str, right: str) -> Stretches | None:
    """The stretches to read again: all where nothing else stands in the text, else what is proved, and what stands beside it."""
    alone = ALONE.get((wrong, right), ALONE_OTHERWISE)
    if right == UTF8 and wrong != LATIN and not may_be_utf8(text, wrong, alone):
        return None
    parts = stretches(text, wrong, right)
    total = int(parts.evidence.sum())
    if int(np.maximum(parts.evidence, 0).sum()) < alone:
        return None
    if _share(text, parts) == 1 and total >= alone and parts.fits():
        return parts
    if wrong != LATIN and right != UTF8:
        parts = narrowed(text, parts)
    if not parts.texts:
        return None
    lines = _lines(text, parts)
    whole = lines.share() == 1
    judged = parts.summed(lines.number, whole)
    strong = judged.is_dense() & (judged.evidence >= np.where(whole, alone, STRONG)) & (whole | ~_is_quoted(text, parts))
    if not strong.any():
        return None
    proved = parts.chosen(strong)
    ruled = (lines.share(strong) >= MOST) | ((_share(text, proved) >= MOST) & _leaves_few(text, wrong, parts, lines))
    likely = judged.is_likely(wrong, right) & (whole | (wrong == LATIN) & np.isin(lines.number, lines.number[strong]))
    fitting = parts.gain > -3 * parts.size if wrong != LATIN and right != UTF8 else whole | parts.is_likely(wrong, right)
    return _unless_quoting(text, parts.chosen(strong | likely | (ruled & fitting)))


def _leaves_few(text: str, wrong: str, parts: Stretches, lines: Lines) -> np.ndarray:
    """bool[k]: whether the stretches of a line hold most of what may be misread bytes on it: else another pair reads them."""
    suspect = running(table(wrong)[codes(text)] >= 0x80)
    inside = np.bincount(lines.number, suspect[parts.ends] - suspect[parts.starts])[lines.number]
    return 2 * inside >= suspect[lines.stops] - suspect[lines.starts]


def _is_quoted(text: str, parts: Stretches) -> np.ndarray:
    """bool[k]: whether a short stretch stands in quotation marks or brackets."""
    quoted = parts.evidence <= QUOTED
    for place in np.flatnonzero(quoted).tolist():
        start, end = int(parts.starts[place]), int(parts.ends[place])
        quoted[place] = start > 0 and text[start - 1] in OPENING and end < len(text) and text[end] in CLOSING
    return quoted


def _share(text: str, parts: Stretches) -> float:
    """How much of what speaks in a text stands in the stretches."""
    spoken = running(speaking()[codes(text)])
    return float((spoken[parts.ends] - spoken[parts.starts]).sum() / max(spoken[-1], 1))


class Lines(NamedTuple):
    """The lines on which stretches stand; parallel arrays, one entry for each stretch."""

    number: np.ndarray  # int64[k]
    starts: np.ndarray  # int64[k]: where the line begins in the text
    stops: np.ndarray  # int64[k]
    spoken: np.ndarray  # int64[k]: characters of the line that speak
    covered: np.ndarray  # int64[k]: of them in the stretch

    def share(self, mask: np.ndarray | None = None) -> np.ndarray:
        """float64[k]: how much of what speaks on its line stands in stretches, in all or in those that a bool[k] names."""
        covered = self.covered if mask is None else self.covered * mask
        return np.bincount(self.number, covered)[self.number] / np.maximum(self.spoken, 1)


def _lines(text: str, parts: Stretches) -> Lines:
    points = codes(text)
    spoken = running(speaking()[points])
    breaks = np.flatnonzero(points == ord("\n"))
    borders = np.concatenate([[0], breaks, [len(text)]])
    number = np.searchsorted(breaks, parts.starts)
    starts, stops = borders[number], borders[number + 1]
    return Lines(number, starts, stops, spoken[stops] - spoken[starts], spoken[parts.ends] - spoken[parts.starts])


def _unless_quoting(text: str, parts: Stretches) -> Stretches | None:
    """The stretches, save in a text on encodings, most of which is sound: it quotes them."""
    rest, size = applied(text, parts._replace(texts=[""] * len(parts.texts))), int(parts.size.sum())
    if len(HAN.findall(rest)) <= size:
        return parts
    if TOPIC.search(rest):
        return None
    if size < LONG and NEAR_TOPIC.search(rest):
        parts = parts.chosen(parts.evidence > QUOTED)
    return parts if parts.texts else None
