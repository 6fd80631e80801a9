"""One reference of HTML: how it is written and which character it stands for."""

from __future__ import annotations

import re
from html.entities import html5, name2codepoint

from builder.text.escapes.places import ADDRESS, CODE
from builder.text.escapes.scalars import FIRST, WINDOWS, scalar

BARE = "nbsp|quot|ldquo|rdquo|lsquo|rsquo|mdash|hellip|middot|laquo|raquo"  # known without a semicolon, or with one wrapped away
REFERENCE = (
    r"&(?P<depth>(?:(?:amp|#38|#x26);)*)"
    r"(?:(?:(?P<name>[A-Za-z][A-Za-z0-9]{1,31})|#(?P<decimal>[0-9]{1,7})|#[xX](?P<hexadecimal>[0-9a-fA-F]{1,6}));"
    rf"|(?P<bare>{BARE})(?:[ \n];|(?![A-Za-z0-9=;_]))|#(?P<open>[0-9]{{3,7}})(?![0-9A-Za-z;]))"
)
FOUND = re.compile(f"(?P<kept>{CODE}|{ADDRESS})|{REFERENCE}")
INNER = re.compile(REFERENCE)

MARKS = (  # names of HTML 5 beyond those of HTML 4 that are met in Chinese pages
    "apos comma colon semi period excl quest lpar rpar lsqb rsqb lbrack rbrack lcub rcub lbrace rbrace hyphen dash horbar mldr"
    " lowbar dollar percnt ast plus equals sol bsol vert verbar commat grave Tab NewLine NonBreakingSpace numsp puncsp check star"
    " starf phone female male rightarrow leftarrow"
)
NAMES = {name: html5[f"{name};"] for name in (*name2codepoint, *MARKS.split())}

Found = re.Match[str]


def character(found: Found) -> str | None:
    """The character of a reference, or None."""
    name = found["name"] or found["bare"]
    return NAMES.get(name) if name else of_number(found, 0x20)


def of_number(found: Found, first: int) -> str | None:
    """The character of a numeric reference, from a code point on; line breaks and tabs too where `first` is a space."""
    digits = found["decimal"] or found["open"]
    if not digits and not found["hexadecimal"]:
        return None
    code = int(digits) if digits else int(found["hexadecimal"], 16)
    if found["open"] and code < FIRST:
        return None
    if code in WINDOWS:
        return WINDOWS[code] or None
    return chr(code) if code in (9, 10, 13) and first == 0x20 else scalar(code, first)
