"""Chinese punctuation that was folded to ASCII: which `, : ; ? ! ( )` of a line were fullwidth.

All decisions are taken on the *skeleton* of a line: fullwidth marks and curly quotes folded, what is no prose masked. A
restored mark leaves the skeleton as it is, so a second pass decides the same and changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from builder.text.marks.parentheses import BEGINS, ENDS, HAN, WORD, Parentheses
from builder.text.marks.verbatim import masked

WIDE, NARROW = "，：；？！（）", ",:;?!()"
UNFOLD = dict(zip(NARROW, WIDE, strict=True))
FOLD = str.maketrans(WIDE + "“”‘’", NARROW + "\"\"''")

IS_HAN = re.compile(f"[{HAN}]")
LETTER = re.compile("[A-Za-z]")
ENGLISH = 12  # letters to a Han character; credits such as `作者:` and a name have up to 10
DIGIT = re.compile("[0-9]")

CLAUSE = ",:;?!"
RUN = re.compile("[,:;?!()\"']+")
OPERATOR = {":": (":", "="), "!": ("=", "["), "?": ("=",)}  # code, and the image of Markdown
COUNTED = re.compile(f"(?![0-9]{{3}}[^0-9])[0-9]{{1,9}}[{HAN}]")  # a number of its own, no thousands
SPEAKER = re.compile("[QA][0-9]{0,3}")  # of questions and answers


def unfolded(line: str, restored: str) -> tuple[str, int]:
    """The line with those of the marks in `restored` (ASCII) that were fullwidth, and their number."""
    places = [place for place in folded_places(skeleton(line)) if line[place] in restored]
    if not places:
        return line, 0
    characters = list(line)
    for place in places:
        characters[place] = UNFOLD[characters[place]]
    return "".join(characters), len(places)


def skeleton(line: str) -> str:
    """The line with all marks folded and what is no prose masked; as long as the line."""
    return masked(line.translate(FOLD))


def folded_places(line: str) -> Iterator[int]:
    """Where in a skeleton a mark was fullwidth, or still is."""
    if not _is_chinese(line):
        return
    parentheses = Parentheses(line)
    yield from parentheses.wide
    quotes = 0
    for run in RUN.finditer(line):
        after_chinese = run.start() > 0 and ENDS.match(line, run.start() - 1) is not None
        # From here to the end of the run only quotes and parentheses open: what is Chinese behind them counts for a clause mark.
        opening = run.start() + len(run[0].rstrip("\"'(")) if BEGINS.match(line, run.end()) else len(line)
        for place in range(*run.span()):
            mark = line[place]
            if mark == '"':
                quotes += 1
            elif mark in CLAUSE and not _is_literal(line, place, quotes) and place not in parentheses.faces:
                before_chinese = BEGINS.match(line, place + 1) is not None or (mark in ",:;" and place + 1 >= opening)
                if after_chinese or before_chinese or _alone(line, place, parentheses):
                    yield place


def _is_chinese(line: str) -> bool:
    """Whether a line is no English sentence with a Chinese name in it."""
    if line.isascii():
        return False
    han = len(IS_HAN.findall(line))
    return (han > 0 or "。" in line) and len(LETTER.findall(line)) <= ENGLISH * han


def _is_literal(line: str, place: int, quotes: int) -> bool:
    """Whether a mark is spoken of or belongs to code: `"?"`, `::`, `!=`. `quotes`: double ones before it."""
    before, mark, after = line[place - 1 : place], line[place], line[place + 1 : place + 2]
    if after in OPERATOR.get(mark, ()) or before == mark == ":":
        return True
    if before == '"':
        return after == '"' and quotes % 2 == 1
    return before in (",", "、", ";") and mark in "!?" and after not in ("", "!", "?")


def _alone(line: str, place: int, parentheses: Parentheses) -> bool:
    """Whether a mark without Chinese text beside it is Chinese: at the end of a line, of a speaker, or of a parenthesis."""
    mark, before, after = line[place], line[place - 1 : place], line[place + 1 : place + 2]
    if not after:
        return ENDS.match(line, place - 2) is not None if before == " " and place > 1 else mark != "!" and before not in ("", " ")
    if after == ")":
        return mark in ",;?" and place + 1 in parentheses.wide
    if mark == ":":
        return SPEAKER.fullmatch(line, 0, place) is not None
    return mark == "," and _between_words(line, place, parentheses)


def _between_words(line: str, place: int, parentheses: Parentheses) -> bool:
    """Whether a comma stands between words without a space, and not in a number or in code."""
    before, after = line[place - 1 : place], line[place + 1 : place + 2]
    if not WORD.match(after):
        return False
    if before == ")":
        return place - 1 in parentheses.wide
    if parentheses.hold(place) or not (WORD.match(before) or before > "\x7f"):
        return False
    return not (DIGIT.match(before) and DIGIT.match(after)) or COUNTED.match(line, place + 1) is not None
