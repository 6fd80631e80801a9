"""Whether a number written in groups is the middle of a longer one: an account's `3301 0401 6000 0123 456` holds no telephone.

Groups of other digits on both sides, or two on one side, with the same sign between them, make one longer number; but another
telephone beside it makes a list.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

SEEN = 24  # characters on either side: more than a telephone
MANY = 2  # groups on one side that tell alone: one may be the code of a country, or of an extension


class Beside(NamedTuple):
    """What may stand on the sides of a number whose groups are parted by one sign."""

    before: re.Pattern[str]  # groups, read from the right
    behind: re.Pattern[str]
    telephone_before: re.Pattern[str]
    telephone_behind: re.Pattern[str]


def in_longer(text: str, start: int, stop: int, sign: str) -> bool:
    """Whether the number from `start` to `stop`, in groups parted by `sign`, a space or a hyphen, is part of a longer one."""
    beside = _beside(sign)
    before, behind = text[max(start - SEEN, 0) : start], text[stop : stop + SEEN]
    left, right = _groups(beside.before, before[::-1], sign), _groups(beside.behind, behind, sign)
    if not (left and right) and max(left, right) < MANY:
        return False
    return not (beside.telephone_before.search(before) or beside.telephone_behind.match(behind))


def _groups(pattern: re.Pattern[str], side: str, sign: str) -> int:
    found = pattern.match(side)
    return found[0].count(sign) if found else 0


@cache
def _beside(sign: str) -> Beside:
    telephone = rf"(?<![0-9])(?:1[3-9]\d{sign}\d{{4}}{sign}\d{{4}}|0\d{{2,3}}{sign}\d{{3,4}}{sign}?\d{{4}})(?![0-9])"
    return Beside(
        re.compile(rf"(?:{sign}\d{{3,5}}(?![0-9.,]))+"),
        re.compile(rf"(?:{sign}\d{{3,5}}(?![0-9]))*(?:{sign}\d{{1,5}}(?![0-9]))"),
        re.compile(rf"{telephone}{sign}\Z"),
        re.compile(rf"{sign}{telephone}"),
    )
