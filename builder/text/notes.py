"""How much of a short text tells something though no full stop ends it: notices, notes on a door, advertisements.

A line tells something if it ends as a sentence does, if it has clauses (two and more parted by commas, of a middling length:
names in a row are shorter), if it fills in a label (时间：, 地点：; captions are numbered), or if one Han in six is a word that
clauses are built with. Titles, signatures and dates tell nothing by themselves. Of 120 notices written for the tests, each
with its lines as they were and run together, all but three reach half; so do half of the headlines of a news site, which is
why pages are not judged by this.

Half of a notice may be numbers: dates, times and telephone numbers. What is left without these is a text as others are. Lists of
telephone numbers hold more than three, and duty rosters and lists of prices tell nothing in this sense.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from builder.text.buffers import strings
from builder.text.genre_lines import FUNCTION_WORDS
from builder.text.pattern import chars

HAN = re.compile(f"[{chars('han')}]")
SPACES = re.compile(r"\s")
ENDED = re.compile("[。！？!?…；;][”’」』）)]*$")
COMMA = re.compile("[，,；;]")
LABEL = re.compile(f"[^{chars('han')}]{{0,3}}([{chars('han')}]{{2,6}})[：:]\\s*\\S")
NUMBERED = re.compile("(?<![周週期])[零〇一二三四五六七八九十]")  # and no day of the week
# What notices and instructions say beside the function words: please, because, already, by, every, must, oneself …
IN_NOTICES = "请請因由已向按等被并並用该該如无無未需须須应應即现現凡每各再只才先后後前至或使令若经經本勿望均随隨将將自此某些"
WORDS = frozenset(FUNCTION_WORDS + IN_NOTICES)
CLAUSE, CLAUSES = 4.5, 10  # Han of a mean clause, and of a line of clauses
PER_WORD, SPOKEN = 6, 12  # Han per word, and of a line that is told by its words

MIN_NOTE_RATIO = 0.5  # characters of lines that tell something, in a notice
FEWEST_HAN, MOST_TELEPHONES = 8, 3
TELEPHONE = re.compile(r"(?<!\d)(?:0\d{2,3}[- ]?\d{7,8}|1[3-9]\d{9}|[2-9]\d{6,7}|[48]00-?\d{3}-?\d{4})(?!\d)")
MOMENT = re.compile(
    r"\d{4}(?:[-/.]\d{1,2}){2}(?!\d)|\d{2,4}年|\d{1,2}月|(?<=月)\d{1,2}[日号號]?|\d{1,2}日|\d{1,2}[:：]\d{2}(?:[:：]\d{2})?"
)
BETWEEN = re.compile(r"\0[-—–~～至到、，,; ]*(?=\0)")


class Unnumbered(NamedTuple):
    """What is left of notices without these numbers; int64[k], 0 where a text is no notice."""

    chars: np.ndarray  # that are no spaces
    han: np.ndarray
    digits: np.ndarray  # ASCII


def unlike_notices(
    texts: pa.ChunkedArray, rows: np.ndarray, short: np.ndarray, fails: Callable[[Unnumbered], np.ndarray]
) -> np.ndarray:
    """int64[]: those of `rows` (int64[k], ascending) that are no notices, or fail without their numbers too.

    `short`: bool[n] of all texts, whether one may be a notice; `fails`: bool[] of what is left of the short ones.
    """
    asked = rows[short[rows]]
    left = Unnumbered(*np.array([_unnumbered(text) for text in strings(texts, asked)], np.int64).reshape(-1, 3).T)
    return np.setdiff1d(rows, asked[(left.chars > 0) & ~fails(left)], assume_unique=True)


def _unnumbered(text: str) -> tuple[int, int, int]:
    left, telephones = TELEPHONE.subn("\0", text)
    if telephones > MOST_TELEPHONES or note_ratio(text) < MIN_NOTE_RATIO:
        return 0, 0, 0
    left = SPACES.sub("", BETWEEN.sub("", MOMENT.sub("\0", left)).replace("\0", ""))
    han = len(HAN.findall(left))
    return (len(left), han, sum(map(left.count, "0123456789"))) if han >= FEWEST_HAN else (0, 0, 0)


def note_ratio(text: str) -> float:
    """Share of the characters of a text, spaces left out, that stand on lines which tell something."""
    lines = [(line.strip(), len(SPACES.sub("", line))) for line in text.split("\n")]
    total = sum(size for _, size in lines)
    return sum(size for line, size in lines if size and _tells(line)) / total if total else 0.0


def _tells(line: str) -> bool:
    han = HAN.findall(line)
    clauses = sum(bool(HAN.search(clause)) for clause in COMMA.split(line))
    label = LABEL.match(line)
    if label and NUMBERED.search(label[1]):
        return False
    return (
        label is not None
        or ENDED.search(line) is not None
        or (clauses > 1 and len(han) >= max(CLAUSES, CLAUSE * clauses))
        or (len(han) >= SPOKEN and PER_WORD * sum(char in WORDS for char in han) >= len(han))
    )
