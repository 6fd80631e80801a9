"""Join words between slashes or upright bars: `石桥/修/好/了/，/大家/来/看/。`.

A slash of the text is a token between two others, `km///h`; so is a space. Alternatives (`和/或`), paths and the feet of a
verse have no slash beside their commas and stops.
"""

from __future__ import annotations

import re
from collections import Counter

from builder.text.spacing.neighbours import CHINESE, HAN, LETTER, PARTED, SPACE

SLASH = "/|\uff0f\uff5c"
SLASHED = re.compile(f"(?<=[{CHINESE}])[{SPACE}]*+[{SLASH}][{SPACE}]*+(?=[{CHINESE}])")
TOUCHING = re.compile(f"[{HAN}](?=[{CHINESE}])")
BETWEEN_WORDS = re.compile(f"[{LETTER}]{{2}}")
KEPT = frozenset("/|\uff0f\uff5c \u3000")  # tokens that a line may begin or end with
CLAUSE = re.compile("[，。；：！？]")
SLASHED_CLAUSE = re.compile(f"[{SLASH}][{SPACE}]?[，。；：！？]")
SLASH_FOUND = f"(?:[{HAN}]{{1,8}} ?[{SLASH}] ?){{3}}"  # RE2: three words in a row

MIN_SLASHES = 5
MIN_SIGNS = 0.08  # slashes by characters: 0.3 to 0.4 where they part words
MIN_RATIO = 0.3  # of Chinese neighbours: those with a slash between them; the same as of spaces
MIN_CLAUSES = 0.8  # of the clause marks: those behind a slash


def without_slashes(text: str) -> str | None:
    """The text without the slashes that part its words; None where they do not part all of it."""
    if sum(map(text.count, "/|\uff0f\uff5c")) < max(MIN_SLASHES, MIN_SIGNS * len(text)):
        return None
    runs = Counter(SLASHED.findall(text))
    others = len(TOUCHING.findall(text)) + len(PARTED.findall(text))
    if runs.total() < max(MIN_SLASHES, MIN_RATIO * (runs.total() + others)):
        return None
    if len(SLASHED_CLAUSE.findall(text)) < max(MIN_CLAUSES * len(CLAUSE.findall(text)), 1):
        return None
    separator = runs.most_common(1)[0][0]
    sign, kept = re.escape(separator), f"[{SLASH}{SPACE}]"
    run = re.compile(f"({sign}(?:{kept}{sign})*+)")
    literal = any(run[len(separator)].isspace() for run in re.findall(f"{sign}(?:{kept}{sign})++", text))
    return "\n".join(_line(line, run, separator, literal=literal) for line in text.split("\n"))


def _line(line: str, run: re.Pattern[str], separator: str, *, literal: bool) -> str:
    """One line from its tokens and the runs of separators between them. `literal`: spaces are tokens."""
    start, end = _edge(line, separator), len(line) - _edge(line[::-1], separator[::-1])
    stride = len(separator) + 1
    tokens = run.split(line[start:end])
    for place in range(1, len(tokens), 2):
        tokens[place] = tokens[place][len(separator) :: stride]
        words = BETWEEN_WORDS.fullmatch(tokens[place - 1][-1:] + tokens[place + 1][:1])
        if words and not literal and not tokens[place]:
            tokens[place] = " "
    return line[:start:stride] + "".join(tokens) + line[end:][::-1][::stride][::-1]


def _edge(line: str, separator: str) -> int:
    """Where the slashes and spaces end that are the first tokens of a line."""
    place = 0
    while line[place : place + 1] in KEPT and line.startswith(separator, place + 1):
        place += len(separator) + 1
    return min(place, len(line))
