"""HTML character references: `&nbsp;`, `&#20013;`, `&#x4e2d;`, escaped once or over and over (`&amp;nbsp;`).

A reference stays where it is meant: in code, in an address, as a word of a text about references, and where it is no
reference but an expression of a program (`&num;`).
"""

from __future__ import annotations

import re
from collections.abc import Callable

from builder.text.escapes.references import FOUND, INNER, Found, character, of_number
from builder.text.escapes.scalars import FIRST, MAJORITY, MIN_HAN, han, replaced
from builder.text.escapes.spoken import is_about_references
from builder.text.pattern import chars

MIN_LINE = 4  # numeric references, before a line is looked at
SYNTAX = frozenset("<>&\"'")  # what an encoder of HTML must escape
# These are no words of programs; the others (`&sum;`, `&int;`, `&star;`) may be addresses of variables.
NO_WORDS = (
    "nbsp quot amp lt gt apos comma ldquo rdquo lsquo rsquo sbquo bdquo laquo raquo lsaquo rsaquo mdash ndash hellip mldr"
    " middot bull ensp emsp thinsp times deg permil yen euro pound plusmn divide zwj zwnj lrm rlm frac12 frac14 frac34 sup2"
    " sup3 Prime rarr larr uarr darr copy reg trade NonBreakingSpace NewLine Tab lpar rpar lsqb rsqb lowbar percnt commat"
    " bsol verbar"
)
SURE = frozenset(NO_WORDS.split())
LETTER = re.compile(f"[0-9A-Za-z{chars('han', 'kana', 'cjk_mark', 'terminal_mark')}]")
WORD = re.compile("[0-9A-Za-z]")
ASSIGNED = re.compile(r"(?:[=(,]|return) *$")  # what stands before the address of a variable
LONGEST_GAP = 8  # characters that are looked at for that
SENTENCE = 40  # characters to either side of a sign that stands alone: Chinese is spoken there
CARELESS = frozenset({"nbsp", "amp"})  # names that a careless copy leaves behind; all editors know them
HAN_PER_STRAY = 100  # Han for each stray reference, at least; pages that lay out with them have one for each sentence
WRAP = re.compile(f"[ \n](?<=[{chars('han')}].)(?=[{chars('han')}])", re.DOTALL)
HAN_PER_WRAP = 50  # Han for each row of a column, at most: columns are 12 to 25 wide, and half of the wraps are between two Han
TITLE = {"laquo": "《", "raquo": "》"}
MAX_TITLE = 200  # characters
TITLE_MARK = re.compile("[《》]")


def without_references(text: str) -> tuple[str, int]:
    """The text with its references replaced by what they stand for, and how many; one layer."""
    if _is_escaped(text):
        return replaced(INNER, text, lambda found: of_number(found, FIRST))
    if is_about_references(text):
        return text, 0
    return _replaced_outside(text, _reader(text))


def _is_escaped(text: str) -> bool:
    """Whether lines whose Han are nearly all references hold some Han: no lesson shows as many."""
    if "#" not in text:
        return False
    escaped = 0
    for line in text.split("\n"):
        if line.count("#") < MIN_LINE:
            continue
        images = (of_number(found, FIRST) for found in INNER.finditer(line))
        number = han("".join(filter(None, images)))
        escaped += number if number > MAJORITY * han(line) else 0
    return escaped >= MIN_HAN


def _has_strays(text: str) -> bool:
    """Whether escaped spaces are strays of news set in columns, where the letters of the reference count for the width of a row.

    They are few there, since Chinese has no spaces, and a program that escaped the whole text would have named its quotation
    marks and dashes too.
    """
    if "nbsp" not in text:
        return False
    number, solid = 0, han(text)
    most = solid // HAN_PER_STRAY
    if not most or len(WRAP.findall(text)) * HAN_PER_WRAP < solid:
        return False
    for found in FOUND.finditer(text):
        name = found["name"] or found["bare"]
        if name == "nbsp":
            number += 1
        if number > most or (name == "nbsp" and _is_between_words(found)) or (name and name not in CARELESS):
            return False
    return True


def _is_between_words(found: Found) -> bool:
    text, start, end = found.string, found.start(), found.end()
    return bool(WORD.match(text[max(0, start - 1) : start]) and WORD.match(text[end : end + 1]))


def _replaced_outside(text: str, image: Callable[[Found], str | None]) -> tuple[str, int]:
    """References by their images; of those in code and addresses only what an encoder of the whole text escaped."""
    everywhere = _escaped_everywhere(text)
    inner = 0

    def of_syntax(found: Found) -> str | None:
        got = None if found["depth"] else character(found)
        return got if got in everywhere else None

    def piece(found: Found) -> str | None:
        nonlocal inner
        if not found["kept"]:
            return image(found)
        got, number = replaced(INNER, found[0], of_syntax)
        inner += number - (number > 0)
        return got if number else None

    got, count = replaced(FOUND, text, piece)
    return got, count + inner


def _escaped_everywhere(text: str) -> frozenset[str]:
    """The marks of HTML's syntax that stand nowhere as themselves: an encoder went over the whole text, its code included."""
    bare = INNER.sub("", text)
    return frozenset(mark for mark in SYNTAX if mark not in bare)


def _reader(text: str) -> Callable[[Found], str | None]:
    """What a reference of this text stands for; None where it must stay."""
    titles = TITLE_MARK.search(text) is not None
    strays = _has_strays(text)

    def read(found: Found) -> str | None:
        """The image of one reference."""
        if strays and (found["name"] or found["bare"]) == "nbsp" and not found["depth"]:
            return None
        got = character(found)
        if got is None or not _is_reference(found):
            return f"&{found[0][1 + len(found['depth']) :]}" if found["depth"] else None
        if titles and (found["name"] or found["bare"]) in TITLE and _is_title(found):
            return TITLE[found["name"] or found["bare"]]
        return got

    return read


def _is_reference(found: Found) -> bool:
    """Whether it is more than the address of a variable: no word of programs, beside a letter, or in a Chinese sentence."""
    text, start, end = found.string, found.start(), found.end()
    if not found["name"] or found["name"] in SURE:
        return True
    if LETTER.match(text[end : end + 1]) or LETTER.match(text[max(0, start - 1) : start]):
        return True
    left = text[max(0, start - SENTENCE) : start].rpartition("\n")[2]
    right = text[end : end + SENTENCE].partition("\n")[0]
    return han(left + right) > 0 and not ASSIGNED.search(left[-LONGEST_GAP:])


def _is_title(found: Found) -> bool:
    """Whether a guillemet was written for the mark of a title: it opens before a letter, or closes what is open in its line."""
    text, start, end = found.string, found.start(), found.end()
    if (found["name"] or found["bare"]) == "laquo":
        return text[end : end + 1].strip() != ""
    line = text[max(0, start - MAX_TITLE) : start].rpartition("\n")[2]
    opening = max(line.rfind("《"), line.rfind("&laquo"))
    return opening > line.rfind("》") and text[start - 1 : start].strip() != ""
