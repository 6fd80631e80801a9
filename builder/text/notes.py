"""How much of a short text tells something though no full stop ends it: notices, notes on a door, advertisements.

A line tells something if it ends as a sentence does, if it has clauses (two and more parted by commas, of a middling length:
names in a row are shorter), if it fills in a label (时间：, 地点：; captions are numbered), or if one Han in six is a word that
clauses are built with. Titles, signatures and dates tell nothing by themselves. Of 120 notices written for the tests, each
with its lines as they were and run together, all but three reach half; so do half of the headlines of a news site, which is
why pages are not judged by this.
"""

from __future__ import annotations

import re

from builder.text.genre_lines import FUNCTION_WORDS
from builder.text.pattern import chars

HAN = re.compile(f"[{chars('han')}]")
SPACES = re.compile(r"\s")
ENDED = re.compile("[。！？!?…；;][”’」』）)]*$")
COMMA = re.compile("[，,；;]")
LABEL = re.compile(f"[^{chars('han')}]{{0,3}}([{chars('han')}]{{2,6}})[：:]\\s*\\S")
NUMBERED = re.compile("[零〇一二三四五六七八九十]")
# What notices and instructions say beside the function words: please, because, already, by, every, must, oneself …
IN_NOTICES = "请請因由已向按等被并並用该該如无無未需须須应應即现現凡每各再只才先后後前至或使令若经經本勿望均随隨将將自此某些"
WORDS = frozenset(FUNCTION_WORDS + IN_NOTICES)
CLAUSE, CLAUSES = 4.5, 10  # Han of a mean clause, and of a line of clauses
PER_WORD, SPOKEN = 6, 12  # Han per word, and of a line that is told by its words


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
