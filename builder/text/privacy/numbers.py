"""Numbers that name or reach a person in China: what they look like, and how they prove themselves.

Identity cards carry a birthday and a checksum (GB 11643-1999, ISO 7064 MOD 11-2), bank cards the Luhn digit (ISO/IEC 7812-1).
Telephones carry nothing of the kind: their length, their first digits and what stands beside them must tell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from itertools import cycle

from builder.text.privacy.glued import HEXADECIMAL, apart, touching
from builder.text.privacy.grouped import in_longer

ALONE = r"(?<![0-9_])"  # no part of a longer number or name; of letters, see glued
ENDS = r"(?![0-9_]|[.,]\d{1,2}(?!\d)|%)"  # two digits behind a point are a fraction; more are the next number
GAP = "[ -]?"

ID_CARD = re.compile(rf"{ALONE}(?P<it>\d{{6}}{GAP}(?:18|19|20)\d{{6}}{GAP}\d{{3}}[\dXx])(?![0-9_])")
MOBILE = re.compile(rf"{ALONE}(?:\+?\(?0{{0,2}}86\)?[ -]?)?(?P<it>1[3-9]\d(?P<gap>{GAP})\d{{4}}(?P=gap)\d{{4}}){ENDS}")
AREA = r"(?P<open>[(（]?)0\d{2,3}[)）]?"
# A second number of the same town, its area left out: as long as the first, and no day or amount.
SHORT = rf"(?!20\d\d[01]\d[0-3]\d)[2-8]\d{{6,7}}{ENDS}(?! ?[元个人次吨米秒万亿年])"
MORE = rf"(?=(?P<more>(?: ?(?:或者?|[、/]) ?{SHORT}){{0,3}}))"
LANDLINE = re.compile(
    rf"{ALONE}(?:\+?86[ -]?)?(?P<it>{AREA}(?P<gap>[ -]{{0,2}})(?P<number>\d{{3,4}}{GAP}\d{{4}})(?:-\d{{1,5}})?){ENDS}{MORE}"
)
BANK_CARD = re.compile(
    rf"{ALONE}(?P<it>[3-6]\d{{3}}(?P<gap>{GAP})\d{{4}}(?P=gap)\d{{4}}(?P=gap)\d{{4}}(?:(?P=gap)\d{{1,3}})?){ENDS}"
)
# GA 36-2018: the last of the five or six places of special plates, where it does not begin a word behind the plate.
SPECIAL = "(?:挂(?!在)|学(?![生校员习院])|警(?![察官车])|港(?!口)|澳(?!门))"
PLATE = re.compile(
    r"(?P<it>[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Z][·• -]?"
    rf"(?:[DF]?[A-HJ-NP-Z0-9]{{4}}{SPECIAL}|[DF][A-HJ-NP-Z0-9]\d{{4}}|\d{{5}}[DF]|[A-HJ-NP-Z0-9]{{5}}))(?![0-9A-Za-z])"
)

ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
ID_CHECKS = "10X98765432"
CALLERS = "电话|電話|传真|傳真|座机|办公室|值班|咨询|联系|手机|Tel|Phone|Fax"
CALLED = re.compile(rf"(?:{CALLERS})[^\n]{{0,12}}$", re.IGNORECASE)
CALLED_SO = re.compile(rf"(?:{CALLERS})[^\n\u4e00-\u9fff]{{0,3}}$", re.IGNORECASE)  # nothing stands between
LETTER = re.compile("[A-Za-z]")
DIGITS = re.compile("[0-9]+")
PUBLIC = re.compile("热线|熱線|专线|客服|举报|投诉|监督|求助")  # a line that anyone may call is nobody's
MEASURED = re.compile(
    " ?(?:字节|公里|公斤|千米|厘米|毫米|微米|纳米|毫秒|纳秒|微秒|[美日韩欧港]元|元(?=人民币|整)"
    r"|bytes?\b|ns\b|ms\b|us\b|[KMGT]B\b)"
)
# Units that end where they stand; with the Han behind, 元素, 次日 and 人们 are words. 元首付 and 元年薪 are none.
YUAN = "元(?![素件旦宵老气帅勋凶神音组宝曲代朝]|首(?!付)|年(?![薪租])|月(?![薪供租]))"
COUNTED = re.compile(rf" ?(?:{YUAN}|次(?![日年要子序])|秒(?!杀)|吨|[人个米](?![\u4e00-\u9fff]))")
FEWEST_DIGITS = 3  # of a plate: words such as 川FASHION are none; different ones in telephones, and one more in cards
UNION_PAY, OTHER_DIGITS = "6", 16
SIZES = (16, 19)  # digits of nearly all cards: beside letters, numbers of others are no cards


def is_id_card(found: re.Match[str], before: str) -> bool:
    """Whether birthday and checksum are right."""
    del before
    digits = "".join(char for char in found["it"] if char.isalnum()).upper()
    total = sum(weight * int(digit) for weight, digit in zip(ID_WEIGHTS, digits[:17], strict=True))
    return _is_day(digits[6:14]) and ID_CHECKS[total % 11] == digits[17]


def is_mobile(found: re.Match[str], before: str) -> bool:
    """Whether it is no row of few digits, no count or measure, and is named so or is no part of an identifier."""
    text, bare = found.string, found[0].isdigit()
    if _different(found) < FEWEST_DIGITS or (bare and MEASURED.match(text, found.end())) or _in_longer(found):
        return False
    if bare and COUNTED.match(text, found.end()) and not CALLED_SO.search(before):
        return False
    return (CALLED.search(before) and not LETTER.match(text, found.start() - 1)) or apart(text, *found.span(), bare=bare)


def is_landline(found: re.Match[str], before: str) -> bool:
    """Whether the area is set apart from the number, or a word before it says that one may call it; hotlines are nobody's."""
    if PUBLIC.search(before) or _different(found) < FEWEST_DIGITS or _in_longer(found):
        return False
    if CALLED.search(before) and not LETTER.match(found.string, found.start() - 1):
        return True
    return bool(found["gap"] or found["open"]) and apart(found.string, *found.span(), bare=False)


def further(found: re.Match[str]) -> Iterator[tuple[int, int]]:
    """Where the numbers stand that are listed behind a landline without its area."""
    size = sum(map(str.isdigit, found["number"]))
    yield from (other.span() for other in DIGITS.finditer(found.string, *found.span("more")) if len(other[0]) == size)


def is_bank_card(found: re.Match[str], before: str) -> bool:
    """Whether the last digit is right. Cards of UnionPay have 16 to 19 digits, those of other issuers 16."""
    del before
    digits = "".join(filter(str.isdigit, found["it"]))
    letters = touching(found.string, *found.span())
    if letters and (HEXADECIMAL.fullmatch(letters) or len(digits) not in SIZES):
        return False
    return (digits[0] == UNION_PAY or len(digits) == OTHER_DIGITS) and is_luhn(digits) and len(set(digits)) > FEWEST_DIGITS


def is_plate(found: re.Match[str], before: str) -> bool:
    """Whether it has digits enough."""
    del before
    return sum(map(str.isdigit, found["it"])) >= FEWEST_DIGITS


def is_luhn(digits: str) -> bool:
    """Whether the sum over the digits, every second from the right doubled and its digits added, ends in 0."""
    sums = (sum(divmod(int(digit) * factor, 10)) for digit, factor in zip(reversed(digits), cycle((1, 2)), strict=False))
    return sum(sums) % 10 == 0


def _in_longer(found: re.Match[str]) -> bool:
    stop = found.end("number" if "number" in found.re.groupindex else "it")  # an extension is a group of its own
    return found["gap"] in {" ", "-"} and in_longer(found.string, found.start(), stop, found["gap"])


def _different(found: re.Match[str]) -> int:
    """How many different digits a number has."""
    return len(set(filter(str.isdigit, found["it"])))


def _is_day(digits: str) -> bool:
    """Whether eight digits are a day of the calendar since 1850."""
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:])) >= date(1850, 1, 1)
    except ValueError:
        return False
