"""What may name or reach a person, in places of a text: the kinds, what each looks like, and what it is replaced by.

An expression proposes; a check of the number itself (checksum, date, area, issuer) or a word beside it decides. What stands in
an address of the web, or behind a word such as 订单号, belongs to a thing and stays.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from typing import NamedTuple

from builder.text.privacy import addresses, numbers

BESIDE = 16  # characters before a number in which the word that names it may stand
# Words that name a number of a thing. Behind them nothing is private, whatever its checksum says.
OF_A_THING = re.compile(
    r"(?:(?:订单|訂單|工单|运单|快递|物流|流水|发票|票据|合同|批准文?|文件|文书|案件|备案|许可证?|证书|产品|商品|条形?|货|款|型|编|編|序列|批|书)"
    r"(?:单?编?号码?|编?號碼?|码)|运单|订单|ISBN|ISSN|DOI|PMID|SKU|serial|version|order)"
    r"(?:[为是]|[^\s，。；（(、）)\d\u4e00-\u9fff]){0,2}[:： ]{0,2}$|版本号[为是]?[:： ]{0,2}$",
    re.IGNORECASE,
)
IDENTIFIER = re.compile(r"(?<![A-Za-z])u?id ?[=:][^\s，。；（(、\d]{0,2}[:： ]{0,2}$", re.IGNORECASE)
IDENTITY = re.compile("身份|证件|證件|公民")  # whose number carries its own proof
FRACTION = re.compile(r"(?:^|\D)\d{1,9}\.$")  # what stands behind is the rest of a decimal; behind a longer number it is the next
IN_ADDRESS = re.compile(r"(?:https?://|www\.|/[\w.-]+/|[?&][\w.-]+=)[^\s\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]*$")
BEFORE, BEHIND = 64, 300  # characters around a seed in which its pattern lies, look-around included
AT = re.compile("@")
DIGITS = re.compile("[0-9](?:[ ()（）-]{0,2}[0-9]){9,}[xX]?")  # a landline without its area's zero has ten at least
GROUPS = re.compile("[0-9A-Fa-f]{1,4}[.:][0-9A-Fa-f]{0,4}[.:]{1,2}[0-9A-Fa-f]")
LETTERS = re.compile("[A-HJ-NP-Z][·• ]?[A-HJ-NP-Z0-9]{5}")
MESSENGER = re.compile("[Qq扣Ww微威Vv][Qq扣Ee信]")
IDENTITY_CARD = "id_card_number"
WIDE = re.compile("[０-９]")
NARROW = str.maketrans("０１２３４５６７８９－＋", "0123456789-+")
TAKEN = "\N{OBJECT REPLACEMENT CHARACTER}"
URL_CHARS = 200  # characters before a number in which its address of the web may begin


class Kind(NamedTuple):
    """One kind of personal number or address."""

    name: str  # of the switch that leaves it alone
    code: str
    placeholder: str
    seed: re.Pattern[str]  # what it cannot be without; quick to find
    pattern: re.Pattern[str]
    check: Callable[[re.Match[str], str], bool]  # the place, and the characters before it


class Place(NamedTuple):
    """One place to replace."""

    start: int
    stop: int
    kind: Kind


# In this order: a longer number is looked for before the shorter ones that its digits hold.
KINDS = (
    Kind("email", "email_address", "[邮箱]", AT, addresses.EMAIL, addresses.is_email),
    Kind("id_card", IDENTITY_CARD, "[身份证号]", DIGITS, numbers.ID_CARD, numbers.is_id_card),
    Kind("bank_card", "bank_card_number", "[银行卡号]", DIGITS, numbers.BANK_CARD, numbers.is_bank_card),
    Kind("mobile", "mobile_number", "[手机号]", DIGITS, numbers.MOBILE, numbers.is_mobile),
    Kind("landline", "landline_number", "[电话号码]", DIGITS, numbers.LANDLINE, numbers.is_landline),
    Kind("ip", "ip_address", "[IP地址]", GROUPS, addresses.IP, addresses.is_public_ip),
    Kind("plate", "licence_plate", "[车牌号]", LETTERS, numbers.PLATE, numbers.is_plate),
    Kind("account", "messenger_account", "[账号]", MESSENGER, addresses.ACCOUNT, addresses.is_account),
)
HELD = re.compile("|".join(re.escape(kind.placeholder) for kind in KINDS))  # of an earlier run: their words name nothing
ENDS_NAME = re.compile(f"[\n{TAKEN}]")
ROUNDS = 4  # a number that is gone may set the next one free


def places(text: str, codes: Collection[str]) -> list[Place]:
    """The places of the kinds with these codes, ascending and apart. Fullwidth digits are read as others."""
    if WIDE.search(text):
        text = text.translate(NARROW)
    text = HELD.sub(lambda held: TAKEN * len(held[0]), text)
    taken: list[Place] = []
    for _ in range(ROUNDS):
        before = len(taken)
        for kind in KINDS:
            if kind.code in codes and (found := list(_of_kind(text, kind))):
                taken += found
                text = _masked(text, found)
        if len(taken) == before:
            break
    return sorted(taken)


def replaced(text: str, found: list[Place]) -> str:
    """The text with placeholders in these places, which ascend."""
    edges = [0, *(edge for place in found for edge in (place.start, place.stop)), len(text)]
    kept = [text[start:stop] for start, stop in zip(edges[::2], edges[1::2], strict=True)]
    marks = [*(place.kind.placeholder for place in found), ""]
    return "".join(piece for pair in zip(kept, marks, strict=True) for piece in pair)


def _masked(text: str, found: list[Place]) -> str:
    """The text as long as before, with nothing in these places that another expression could take."""
    hidden = [place._replace(kind=place.kind._replace(placeholder=TAKEN * (place.stop - place.start))) for place in found]
    return replaced(text, hidden)


def _of_kind(text: str, kind: Kind) -> Iterator[Place]:
    last = 0  # what names one number does not name the next
    for found in _matches(text, kind):
        start, stop = found.span("it")
        before = ENDS_NAME.split(text[max(start - BESIDE, last) : start])[-1]
        if not (_of_a_thing(before, kind) or FRACTION.search(before) or _in_address(text, start)) and kind.check(found, before):
            last = stop
            yield Place(start, stop, kind)


def _of_a_thing(before: str, kind: Kind) -> bool:
    """Whether the words before a number say that it names a thing; an `ID:` may be a person's, where the number proves that."""
    if kind.code == IDENTITY_CARD:
        return not IDENTITY.search(before) and OF_A_THING.search(before) is not None
    return (OF_A_THING.search(before) or IDENTIFIER.search(before)) is not None


def _matches(text: str, kind: Kind) -> Iterator[re.Match[str]]:
    """The matches of a kind's pattern, looked for around its seeds alone."""
    for start, stop in _windows(kind.seed.finditer(text)):
        yield from kind.pattern.finditer(text, start, stop)


def _windows(seeds: Iterator[re.Match[str]]) -> Iterator[tuple[int, int]]:
    """Stretches of text around the seeds, joined where they touch."""
    start, stop = 0, -1
    for seed in seeds:
        if seed.start() - BEFORE > stop:
            if stop >= 0:
                yield start, stop
            start = max(seed.start() - BEFORE, 0)
        stop = seed.end() + BEHIND
    if stop >= 0:
        yield start, stop


def _in_address(text: str, start: int) -> bool:
    line = text[max(start - URL_CHARS, 0) : start].rpartition("\n")[2]
    return ("/" in line or "=" in line) and IN_ADDRESS.search(line) is not None
