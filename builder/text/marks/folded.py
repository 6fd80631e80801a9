"""Chinese punctuation that was folded to ASCII: which `, : ; ? ! ( )` of a line were fullwidth.

All decisions are taken on the *skeleton* of a line: fullwidth marks folded, what is no prose masked. A restored mark leaves
the skeleton as it is, so a second pass decides the same and changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from builder.text.marks.parentheses import BEGINS, ENDS, HAN, WORD, Parentheses
from builder.text.marks.verbatim import FILLER, masked

WIDE, NARROW = "，：；？！（）", ",:;?!()"
UNFOLD = dict(zip(NARROW, WIDE, strict=True))
FOLD = str.maketrans(WIDE, NARROW)

IS_HAN, IS_WIDE = re.compile(f"[{HAN}]"), re.compile(f"[{WIDE}]")
LETTER = re.compile("[A-Za-z]")
IDENTIFIER = re.compile("(?<![A-Za-z0-9])[A-Za-z0-9]*+_[A-Za-z0-9_]*+")  # no English word
ENGLISH = 12  # letters to a Han character; credits such as `作者:` and a name have up to 10
DIGIT = re.compile("[0-9]")

CLAUSE = ",:;?!"
# A mark between two Han, which is the most of them and needs no thought; else all marks that follow each other.
RUN = re.compile(f"(?P<plain>[{CLAUSE}](?<=[{HAN}].)(?=[{HAN}]))|[{CLAUSE}()\"'“‘”’]+")
OPERATOR = {":": (":", "="), "!": ("=",), "?": ("=",)}  # of code
IMAGE = re.compile(r"!\[[^\[\]]*+\][#\[]")  # of Markdown, its target masked
OPEN, CLOSE = "\"'“‘", "\"'”’"  # straight quotes may do both
COUNTED = re.compile(f"(?![0-9]{{3}}[^0-9])[0-9]{{1,9}}[{HAN}]")  # a number of its own, no thousands
# A term at the start of a line and what it means: 79 fullwidth colons to one ASCII one in clean documents.
TERM = re.compile(f"\\s*[A-Za-z][A-Za-z0-9 ._/\\-]{{0,30}}:(?=[A-Z][A-Za-z0-9]*+[ 、{HAN}])")
LABEL = re.compile(f"\\s*[{HAN}]{{1,10}}:")  # in front of what is no Chinese
CLAUSES = re.compile(f"[、。]|[{HAN}][,:;]")
SPEAKER = re.compile("[QA][0-9]{0,3}")  # of questions and answers
NUMBERED = re.compile(f"[{HAN}] ?[0-9][0-9.\\-]*+:(?=[A-Za-z])")  # `图 3:`, a label before Latin
LONGEST_NUMBER = 12  # characters of it
OPEN_TITLE, CLOSE_TITLE = ("「", "『"), ("》", "」", "』")
LONGEST_QUOTE = 200  # characters


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
    return masked(line.translate(FOLD) if IS_WIDE.search(line) else line)


def folded_places(line: str) -> Iterator[int]:
    """Where in a skeleton a mark was fullwidth, or still is."""
    latin = LETTER.search(line) is not None
    if not _is_chinese(line, latin=latin):
        label = LABEL.match(line)
        if label:
            yield label.end() - 1
        return
    parentheses = Parentheses(line)
    yield from parentheses.wide
    quotes = 0
    for run in RUN.finditer(line):
        if run.lastgroup:
            yield run.start()
            continue
        after_chinese = _follows_chinese(line, run, latin=latin)
        # From here to the end of the run only quotes and parentheses open: what is Chinese behind them counts for a clause mark.
        opening = run.start() + len(run[0].rstrip(OPEN + "(")) if BEGINS.match(line, run.end()) else len(line)
        for place in range(*run.span()):
            mark = line[place]
            if mark == '"':
                quotes += 1
            elif mark in CLAUSE and not _is_literal(line, place, quotes, latin=latin) and place not in parentheses.faces:
                before_chinese = BEGINS.match(line, place + 1) is not None or (mark in ",:;" and place + 1 >= opening)
                if after_chinese or before_chinese or _alone(line, place, parentheses):
                    yield place


def _follows_chinese(line: str, run: re.Match[str], *, latin: bool) -> bool:
    """Whether a run of marks stands behind Chinese, or one mark behind a space: where quotation marks were lost, spaces stand.

    `latin`: the line has Latin letters.
    """
    start, end = run.span()
    if start and line[start - 1] != " ":
        return ENDS.match(line, start - 1) is not None
    if (
        start < 2
        or end - start > 1
        or run[0] not in CLAUSE
        or line[end : end + 1] not in ("", " ", FILLER)
        or not ENDS.match(line, start - 2)
    ):
        return False
    return run[0] in ",;" or not latin  # among Latin `?` or `!` is a key or an operator


def _is_chinese(line: str, *, latin: bool) -> bool:
    """Whether a line is no English sentence with a Chinese name in it. `latin`: it has Latin letters."""
    if not latin:
        return "。" in line or IS_HAN.search(line) is not None
    if line.isascii():
        return False
    han = len(IS_HAN.findall(line))
    letters = LETTER.findall(IDENTIFIER.sub("", line) if "_" in line else line)
    return (han > 0 or "。" in line) and len(letters) <= ENGLISH * han


def _is_literal(line: str, place: int, quotes: int, *, latin: bool) -> bool:
    """Whether a mark is spoken of or belongs to code: `"?"`, `::`, `!=`. `quotes`: straight double ones before it."""
    before, mark, after = line[place - 1 : place], line[place], line[place + 1 : place + 2]
    if (after and after in OPERATOR.get(mark, ())) or before == mark == ":" or IMAGE.match(line, place):
        return True
    if before == '"':
        return after == '"' and quotes % 2 == 1
    if before in ("“", "‘"):
        return after in ("”", "’")
    if not latin or mark not in "!?" or before not in (",", "、", ";"):  # without Latin it stands for a character that was lost
        return False
    return after not in ("", "!", "?") and IS_HAN.match(after) is None


def _alone(line: str, place: int, parentheses: Parentheses) -> bool:
    """Whether a mark without Chinese text beside it is Chinese: at the end of a line, of a speaker, or of a parenthesis."""
    mark, before, after = line[place], line[place - 1 : place], line[place + 1 : place + 2]
    if not after:
        return _at_end(line, place)
    if after == ")":
        return mark in ",;?" and place + 1 in parentheses.wide
    if mark in "?!" or after in CLOSE_TITLE or before in OPEN_TITLE:
        return mark in "?!" and _ends_sentence(line, place)
    if mark == ":":
        return _behind_label(line, place) or (before == ")" and _between_words(line, place, parentheses))
    if mark == ";":
        return DIGIT.match(before) is not None and COUNTED.match(line, place + 1) is not None
    return mark == "," and _between_words(line, place, parentheses)


def _ends_sentence(line: str, place: int) -> bool:
    """Whether `?` or `!` ends a title, a quotation in Chinese whose last word is none, or a question before a Chinese mark."""
    before, after = line[place - 1 : place], line[place + 1 : place + 2]
    if after in CLOSE_TITLE or before in OPEN_TITLE:
        return True
    if after == "”":
        held = line[max(place - LONGEST_QUOTE, 0) : place].rpartition("“")
        return held[1] != "" and "”" not in held[2] and IS_HAN.search(held[2]) is not None
    question = line[place] == "?" and after in (",", ":", ";")
    return question and WORD.match(before) is not None and BEGINS.match(line, place + 2) is not None


def _at_end(line: str, place: int) -> bool:
    """Whether a mark that ends a line is Chinese; `!` may belong to a name or a command, but not behind a clause in Chinese."""
    if line[place - 1] == " ":
        return place > 1 and ENDS.match(line, place - 2) is not None
    return place > 0 and (line[place] != "!" or CLAUSES.search(line, 0, place) is not None)


def _behind_label(line: str, place: int) -> bool:
    """Whether a colon stands behind a speaker, a numbered figure or, at the start of a line, a term."""
    if SPEAKER.fullmatch(line, 0, place) or NUMBERED.search(line, max(place - LONGEST_NUMBER, 0), place + 2):
        return True
    term = TERM.match(line)
    return term is not None and term.end() == place + 1


def _between_words(line: str, place: int, parentheses: Parentheses) -> bool:
    """Whether a mark stands between words without a space, and not in a number or in code."""
    before, after = line[place - 1 : place], line[place + 1 : place + 2]
    if not WORD.match(after):
        return False
    if before == ")":
        return place - 1 in parentheses.wide
    if parentheses.hold(place) or not (WORD.match(before) or before > "\x7f"):
        return False
    return not (DIGIT.match(before) and DIGIT.match(after)) or COUNTED.match(line, place + 1) is not None
