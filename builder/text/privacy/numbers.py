"""Numbers that name or reach a person in China: what they look like, and how they prove themselves.

Identity cards carry a birthday and a checksum (GB 11643-1999, ISO 7064 MOD 11-2), bank cards the Luhn digit (ISO/IEC 7812-1).
Telephones carry nothing of the kind: their length, their first digits and what stands beside them must tell.
"""

from __future__ import annotations

import re
from datetime import date
from itertools import cycle

ALONE = r"(?<![0-9A-Za-z_])"  # no part of a longer number or word
ENDS = r"(?![0-9A-Za-z_]|[.,]\d{1,2}(?!\d)|%)"  # two digits behind a point are a fraction; more are the next number
GAP = "[ -]?"

ID_CARD = re.compile(rf"(?<![0-9_])(?P<it>\d{{6}}{GAP}(?:18|19|20)\d{{6}}{GAP}\d{{3}}[\dXx])(?![0-9A-Za-z_])")
MOBILE = re.compile(rf"{ALONE}(?:\+?\(?0{{0,2}}86\)?[ -]?)?(?P<it>1[3-9]\d(?P<gap>{GAP})\d{{4}}(?P=gap)\d{{4}}){ENDS}")
AREA = r"(?P<open>[(（]?)0\d{2,3}[)）]?"
LANDLINE = re.compile(rf"{ALONE}(?:\+?86[ -]?)?(?P<it>{AREA}(?P<gap>[ -]{{0,2}})\d{{3,4}}{GAP}\d{{4}}(?:-\d{{1,5}})?){ENDS}")
BANK_CARD = re.compile(
    rf"(?<![0-9_])(?P<it>[3-6]\d{{3}}(?P<gap>{GAP})\d{{4}}(?P=gap)\d{{4}}(?P=gap)\d{{4}}(?:(?P=gap)\d{{1,3}})?){ENDS}"
)
PLATE = re.compile(
    r"(?P<it>[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Z][·• ]?"
    r"(?:[DF][A-HJ-NP-Z0-9]\d{4}|\d{5}[DF]|[A-HJ-NP-Z0-9]{4}[A-HJ-NP-Z0-9挂学警港澳]))(?![0-9A-Za-z])"
)

ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
ID_CHECKS = "10X98765432"
CALLED = re.compile(r"(?:电话|電話|传真|傳真|座机|办公室|值班|咨询|联系|手机|Tel|Phone|Fax)[^\n]{0,12}$", re.IGNORECASE)
PUBLIC = re.compile("热线|熱線|专线|客服|举报|投诉|监督|求助")  # a line that anyone may call is nobody's
QUANTITY = re.compile(r" ?(?:字节|元|人|次|个|吨|公里|米|毫秒|纳秒|秒|bytes?\b|ns\b|ms\b|us\b|[KMGT]B\b)")
FEWEST_DIGITS = 3  # of a plate: words such as 川FASHION are none; different ones in longer numbers, at least one more
UNION_PAY, OTHER_DIGITS = "6", 16


def is_id_card(found: re.Match[str], before: str) -> bool:
    """Whether birthday and checksum are right."""
    del before
    digits = "".join(char for char in found["it"] if char.isalnum()).upper()
    total = sum(weight * int(digit) for weight, digit in zip(ID_WEIGHTS, digits[:17], strict=True))
    return _is_day(digits[6:14]) and ID_CHECKS[total % 11] == digits[17]


def is_mobile(found: re.Match[str], before: str) -> bool:
    """Whether nothing is counted or measured by it, and no row of one digit is drawn."""
    del before
    return not QUANTITY.match(found.string, found.end()) and len(set(found["it"])) > FEWEST_DIGITS


def is_landline(found: re.Match[str], before: str) -> bool:
    """Whether the area is set apart from the number, or a word before it says that one may call it; hotlines are nobody's."""
    if PUBLIC.search(before):
        return False
    return bool(found["gap"] or found["open"] or CALLED.search(before)) and len(set(found["it"])) > FEWEST_DIGITS


def is_bank_card(found: re.Match[str], before: str) -> bool:
    """Whether the last digit is right. Cards of UnionPay have 16 to 19 digits, those of other issuers 16."""
    del before
    digits = "".join(filter(str.isdigit, found["it"]))
    return (digits[0] == UNION_PAY or len(digits) == OTHER_DIGITS) and is_luhn(digits) and len(set(digits)) > FEWEST_DIGITS


def is_plate(found: re.Match[str], before: str) -> bool:
    """Whether it has digits enough."""
    del before
    return sum(map(str.isdigit, found["it"])) >= FEWEST_DIGITS


def is_luhn(digits: str) -> bool:
    """Whether the sum over the digits, every second from the right doubled and its digits added, ends in 0."""
    sums = (sum(divmod(int(digit) * factor, 10)) for digit, factor in zip(reversed(digits), cycle((1, 2)), strict=False))
    return sum(sums) % 10 == 0


def _is_day(digits: str) -> bool:
    """Whether eight digits are a day of the calendar since 1850."""
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:])) >= date(1850, 1, 1)
    except ValueError:
        return False
