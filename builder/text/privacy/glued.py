"""Whether a number that touches letters is a number of its own: `Tel13812345678` and a number pasted into a word, no identifier.

Hexadecimal strings hold long runs of digits by chance, names of variables end in numbers, codes of things begin with a capital
or two (SN, DD) or with a word that says so, and files end in a suffix. What is left is a word and a number.
"""

from __future__ import annotations

import re

BEFORE = re.compile(r"(?P<other>[0-9_.\-/@\\$#%&=?]?)(?P<letters>[A-Za-z]*)\Z")
BEHIND = re.compile(r"(?P<letters>[A-Za-z]*)(?P<other>[0-9_]?)(?P<suffix>\.[A-Za-z]{2,4}(?![A-Za-z]))?")
LONGEST = 40  # letters of a word
FEWEST = 2  # letters of a word: 5L and a7 are numbers of programs
CODE = 2  # capitals before a number that are a code's
ENDINGS = re.compile(  # of numbers in programs, of ordinals and of measures
    "u?l?l|l?l?u|px|em|pt|k?hz|[kmgtp]i?b|st|nd|rd|th|[kcmnu]?[mgs]|ml|k?wh?|db|sec|min|hr", re.IGNORECASE
)
HEXADECIMAL = re.compile("[0-9A-Fa-f]+")
LAST_WORD = re.compile("[A-Z]?[a-z]+$|[A-Z]+$")  # of `orderNumber`
CALLING = re.compile("tel|telephone|phone|mobile|mob|cell|cellphone|fax|call|dial|contact|sms|wechat|weixin|wx|vx", re.IGNORECASE)
THING = re.compile(
    "order|item|no|id|uid|sn|serial|img|image|pic|photo|video|file|doc|ver|version|code|num|number|ref|inv|invoice|build|rev|key|hash"
    "|commit|issue|bug|task|job|node|sku|isbn|ean|upc|imei|ems|seq|batch|model|part|case|ticket|page|row|line|token|uuid|guid|time"
    "|timestamp|offset|size|count|total|ull|port|block|tx|var|val|value|tmp|test|msg|pkg",
    re.IGNORECASE,
)


def apart(text: str, start: int, stop: int, *, bare: bool) -> bool:
    """Whether the letters that touch the number from `start` to `stop`, if any, are no part of it.

    `bare`: it is nothing but digits; brackets, gaps and the code of the country tell by themselves.
    """
    head, tail, named = _beside(text, start, stop)
    if named:
        return False
    if not bare:
        return len(head) != 1 or _is_word(head + tail)
    if not head or CALLING.fullmatch(head):
        return not tail or (_is_word(tail) and not ENDINGS.fullmatch(tail))
    last = LAST_WORD.search(head)
    if last is None or THING.fullmatch(last[0]) or ((head + tail).isupper() and (tail or len(head) <= CODE)):
        return False
    return _is_word(head + tail)


def touching(text: str, start: int, stop: int) -> str:
    """The letters directly before and behind a number."""
    head, tail, _ = _beside(text, start, stop)
    return head + tail


def _beside(text: str, start: int, stop: int) -> tuple[str, str, bool]:
    """The letters before and behind a number, and whether they are part of a longer name."""
    before, behind = BEFORE.search(text, max(start - LONGEST - 1, 0), start), BEHIND.match(text, stop)
    if before is None or behind is None:  # never: both match nothing too
        return "", "", False
    head, tail = before["letters"], behind["letters"]
    named = (head and before["other"]) or (tail and behind["other"]) or ((head or tail) and behind["suffix"])
    return head, tail, bool(named)


def _is_word(letters: str) -> bool:
    return len(letters) >= FEWEST and not HEXADECIMAL.fullmatch(letters)
