"""Join the lines of a document that was taken apart."""

from __future__ import annotations

import re
from itertools import pairwise

from builder.text.blank_lines import closed
from builder.text.margin import margin
from builder.text.spacing.apart import together
from builder.text.spacing.neighbours import CLAUSE, HAN_CHARACTER, IS_CHINESE, LETTER, SPACE, parting
from builder.text.spacing.pieces import CONTINUING, LOST, SPECIAL, UNKNOWN
from builder.text.spacing.prose import has_particles, is_prose
from builder.text.spacing.tokens import Spacing, joined, spacing

SPACED_CLAUSE = re.compile(f"[{SPACE}][{CLAUSE}](?=[{SPACE}\n]|\\Z)")
CLAUSE_IN_LINE = re.compile(f"[{SPACE}][{CLAUSE}]")
CLAUSE_MARK = re.compile(f"[{CLAUSE}]")
FIRST_GAP = re.compile(f"[^{SPACE}]([{SPACE}]{{1,4}})[^{SPACE}]")
SPACE_INSIDE = re.compile(f"[{SPACE}]")
LIST_MARKS = frozenset("-*+")
BRACKET = re.compile(r"\[(?=\[{0,3}[^\x00-\x7f])|\]")
ASCII_MARK, INNER = "[!-/:-@[-`{-~]", "[.'_-]"  # the latter stand inside words and numbers
WORD_AND_MARK = re.compile(f"[{LETTER}](?!{INNER}[0-9A-Za-z]){ASCII_MARK}|{ASCII_MARK}(?<![0-9A-Za-z]{INNER})[{LETTER}]")
BARS = re.compile("\N{HORIZONTAL BAR}{3,}")  # two are an edition's dash

BY_CHARACTER = 0.9  # share of parted neighbours: text spaced by words has 0.35 to 0.85, by characters 0.95 to 1 (1,116 documents)
BY_WORD = 0.35  # the same of a line spaced by words
WORD_LINE = 30  # Han of such a line: shorter ones stand as examples in lessons on segmentation
MIN_CLAUSES = 2  # clause marks of such a line: each between spaces
JOINED_LINE = 0.2  # in a spaced document: a line of four-character words still has more
SPACED_CLAUSES = 0.01  # clause marks between spaces, by Han: word lists and rosters have none, segmented news has 0.05 to 0.15
MANY = 1 / 3  # of the clause marks: those between spaces; where a space stands for a lost quotation mark, few are
CLAUSES = 0.03  # clause marks by Han, spaces or not: prose has 0.05 and more
# Particles said again, of all Han. 33 of 34 pages without their stop words stay below the first; segmented news has 0.10 to
# 0.25, and prose with its marks has 0.02 and more in any genre.
MIN_PARTICLES, FEW_PARTICLES = 0.08, 0.02
MIN_EXTRA_BYTES = 16  # of UTF-8, beyond one a character: eight Chinese ones
NEARLY_ALL = 0.95  # of a document's characters: in lines that alternate with separators; of its lines: parted
SOME = 0.1  # parted of the neighbours of a line: any line of words has more, one with a space of its own less
TOLD = 8  # Han of a line that is longer than a word
EXACT_LINE = 12  # characters of one such line in a document that does not


def is_running(text: str, ratio: float) -> bool:
    """Whether a spaced text is running text. `ratio`: of its parted neighbours.

    Running text has the spaced clause marks, or the special tokens, that prose taken apart has; or it says everyday words,
    or particles again and again where it is spaced by words, since lists of key words have the former.
    """
    if SPECIAL.search(text):
        return True
    han, clauses = len(HAN_CHARACTER.findall(text)), len(CLAUSE_MARK.findall(text))
    spaced = len(SPACED_CLAUSE.findall(text)) >= max(SPACED_CLAUSES * han, MANY * clauses)
    if spaced or (ratio >= BY_CHARACTER and is_prose(text)):
        return True
    return has_particles(text, MIN_PARTICLES if clauses < CLAUSES * han else FEW_PARTICLES)


def is_running_line(line: str, ratio: float, *, by_character: bool) -> bool:
    """The same of one line, which has little room to show it."""
    if by_character:
        return CLAUSE_IN_LINE.search(line) is not None or is_prose(line)
    if ratio < BY_WORD or len(HAN_CHARACTER.findall(line)) < WORD_LINE:
        return False
    spaced = len(SPACED_CLAUSE.findall(line))
    return spaced >= MIN_CLAUSES and spaced == len(CLAUSE_MARK.findall(line))


def exactly_joined(text: str) -> str | None:
    """A running text of which every character was taken apart, put together; None where that is not so.

    `document_joined` says the same of it, and takes ten times as long: here places are compared, no classes.
    """
    lines = text.split("\n")
    bare = _without_special(text, lines)
    separator = next((found[1] for found in map(FIRST_GAP.search, bare) if found), None)
    if separator is None or (exact := _all_together(lines, bare, separator)) is None:
        return None
    joined_text = "".join(exact)
    if len(joined_text.encode()) < len(joined_text) + MIN_EXTRA_BYTES:
        return None
    running = (
        bare is not lines or sum(map(joined_text.count, CLAUSE)) >= SPACED_CLAUSES * len(joined_text) or is_prose(joined_text)
    )
    return put_together(lines, bare, [_marks_mended(line) for line in exact]) if running else None


def _all_together(lines: list[str], bare: list[str], separator: str) -> list[str] | None:
    """Each line put together; None where one of them was not taken apart. `bare`: the lines without special tokens."""
    exact = []
    for line in bare:
        if (whole := together(line, separator)) is None:
            return None
        exact.append(whole)
    if len(separator) > 1 or any(SPACE_INSIDE.search(line.strip()) for line in exact):
        return exact
    # Without a space of the text in it, nobody took the margins apart: `- ` is the mark of a list.
    starts = [
        _margin(line) if line is content and (after[:1] in LIST_MARKS or after[:1].isspace()) else 0
        for line, content, after in zip(lines, bare, exact, strict=True)
    ]
    return [
        line[:start] + (together(line[start:], separator) or "") if start else content
        for line, content, start in zip(bare, exact, starts, strict=True)
    ]


def document_joined(text: str, ratio: float) -> str:
    """All lines of a spaced document joined, its special tokens gone. `ratio`: of its parted neighbours."""
    by_character = ratio >= BY_CHARACTER
    text = UNKNOWN.sub(LOST, CONTINUING.sub("", text) if by_character else text)
    how = spacing(text, by_character=by_character)
    lines = text.split("\n")
    bare = _without_special(text, lines)
    exact = [together(line, how.separator) for line in bare]
    whole = sum(_ink(line) for line in exact if line) >= NEARLY_ALL * sum(map(_ink, bare))
    complete = whole or _is_complete(bare)
    limit = JOINED_LINE if complete else _limit(bare, exact)
    done = []
    for line, content, characters in zip(lines, bare, exact, strict=True):
        special = content != line
        if characters is not None and (whole or len(characters) >= EXACT_LINE):
            done.append(_marks_mended(characters))
        elif special or (complete and (how.literal or _is_tokenized(content))) or parting(content)[1] > limit:
            done.append(_line_joined(content, how, by_character=by_character, special=special))
        else:
            done.append(line)
    return put_together(lines, bare, done)


def _line_joined(line: str, how: Spacing, *, by_character: bool, special: bool) -> str:
    """One spaced line. `special`: it had special tokens."""
    start = 0 if special or how.literal else _margin(line)  # an indented line and a list item stay what they are
    return line[:start] + _marks_mended(joined(line[start:], how, split=by_character, special=special))


def _without_special(text: str, lines: list[str]) -> list[str]:
    """The lines without special tokens; the same list where there are none."""
    return [SPECIAL.sub("", line) for line in lines] if ("<" in text or "[" in text) and SPECIAL.search(text) else lines


def put_together(lines: list[str], bare: list[str], done: list[str]) -> str:
    """The text of joined lines: those that held special tokens alone go, with one of the borders around them."""
    kept = [after for line, content, after in zip(lines, bare, done, strict=True) if after.strip() or line == content]
    text = "\n".join(kept)
    return closed(text) if len(kept) < len(lines) else text


def paragraph_joined(line: str, *, by_character: bool) -> str:
    """One spaced line of a document that is not."""
    how = spacing(line, by_character=by_character)
    exact = _all_together([line], [line], how.separator) if by_character else None
    return _marks_mended(exact[0]) if exact else _line_joined(line, how, by_character=by_character, special=False)


def sentence_joined(line: str) -> str:
    """A line of which every character was taken apart, put together, where it is long; any other as it is."""
    gap = FIRST_GAP.search(line)
    exact = _all_together([line], [line], gap[1]) if gap else None
    return exact[0] if exact and len(exact[0]) >= EXACT_LINE else line


def _margin(line: str) -> int:
    """Where the text of a line begins; a ruler of dashes has no margin."""
    start = margin(line)
    return 0 if line[start : start + 1] in LIST_MARKS else start


def _limit(bare: list[str], exact: list[str | None]) -> float:
    """How large a part of a line's neighbours is parted in the spaced lines of a document that has others too."""
    by_character = sum(len(line or "") >= EXACT_LINE for line in exact)
    by_word = sum(
        line is None and len(HAN_CHARACTER.findall(content)) >= TOLD and parting(content)[1] > JOINED_LINE
        for line, content in zip(exact, bare, strict=True)
    )
    return BY_CHARACTER if by_character > by_word else JOINED_LINE


def _is_tokenized(line: str) -> bool:
    """Whether a line of a document that is spaced all over is so too: Chinese, or words apart from their marks."""
    return IS_CHINESE.search(line) is not None or WORD_AND_MARK.search(line) is None


def _is_complete(lines: list[str]) -> bool:
    """Whether nearly all the lines that are longer than a word are parted."""
    told = [parting(line)[1] > SOME for line in lines if len(HAN_CHARACTER.findall(line)) >= TOLD]
    return sum(told) >= NEARLY_ALL * len(told)


def _marks_mended(line: str) -> str:
    """The line without each `[` before Chinese that has no `]`, and with dashes for bars."""
    opened: list[int] = []
    for bracket in BRACKET.finditer(line):
        if bracket[0] == "[":
            opened.append(bracket.start())
        elif opened:
            opened.pop()
    borders = [-1, *opened, len(line)]
    line = "".join(line[start + 1 : end] for start, end in pairwise(borders))
    return BARS.sub("\N{EM DASH}\N{EM DASH}", line)


def _ink(line: str) -> int:
    return len("".join(line.split()))
