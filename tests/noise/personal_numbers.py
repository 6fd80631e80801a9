"""Invented numbers of persons and of things, in the formats in which they are written; and what a number says against itself."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from string import digits

from builder.text.privacy.numbers import ID_CHECKS, ID_WEIGHTS, is_luhn

Made = Callable[[random.Random], tuple[str, str]]  # the label before a number, and the number as it is written

AREAS = ("110101", "310115", "330106", "440305", "510104", "420106", "650102", "232700", "150102", "350203")  # GB/T 2260
SEGMENTS = "130 131 132 133 135 136 137 138 139 145 147 150 151 152 155 157 158 159 166 170 173 176 177 178 180 182 185 187 188 189 191 198 199"
CITIES = ("010", "020", "021", "025", "027", "0571", "0755", "0592", "0991", "0451")
ISSUERS = ("622202", "621700", "622848", "623058", "436742", "518710", "356827")
WIDE = str.maketrans(digits, "０１２３４５６７８９")
COUNTRY = re.compile(r"(?:\+|00)?86[ -]?|")
FIRST_DAY = date(1940, 1, 1)
THING = re.compile("(?:订单|单|编|货|款|流水|运单|版本|序列)号?[:： ]?$|ISBN|ISSN|version", re.IGNORECASE)


def identity(rng: random.Random) -> str:
    """An identity card's number, GB 11643-1999."""
    day = FIRST_DAY + timedelta(days=rng.randrange(365 * 70))
    head = f"{rng.choice(AREAS)}{day:%Y%m%d}{rng.randrange(1, 1_000):03}"
    return head + ID_CHECKS[sum(weight * int(digit) for weight, digit in zip(ID_WEIGHTS, head, strict=True)) % 11]


def mobile(rng: random.Random) -> str:
    """A mobile telephone's number."""
    return f"{rng.choice(SEGMENTS.split())}{rng.randrange(10**8):08}"


def landline(rng: random.Random) -> tuple[str, str]:
    """Area and number of a telephone."""
    area = rng.choice(CITIES)
    return area, f"{rng.randrange(2, 9)}{rng.randrange(10**7 if len(area) == 3 else 10**6):0{7 if len(area) == 3 else 6}}"


def card(rng: random.Random, size: int) -> str:
    """A bank card's number, ISO/IEC 7812-1; UnionPay's may have 19 digits."""
    issuer = rng.choice([issuer for issuer in ISSUERS if size == 16 or issuer.startswith("6")])
    head = issuer + "".join(rng.choices(digits, k=size - len(issuer) - 1))
    return next(head + last for last in digits if is_luhn(head + last))


def _grouped(number: str, sign: str, *sizes: int) -> str:
    edges = [sum(sizes[:place]) for place in range(len(sizes) + 1)]
    return sign.join(part for first, last in zip(edges, [*edges[1:], None], strict=True) if (part := number[first:last]))


def _labelled(labels: str, made: Callable[[random.Random], str]) -> Made:
    return lambda rng: (rng.choice(labels.split("|")), made(rng))


NAMES = ("lin.xian", "qiao_wu", "zhou88", "a", "wu-gong", "shui2024", "hello", "gao.xiaohe")
UNIVERSITIES = ("mail.river-university.edu.cn", "stu.river-university.edu.cn")
MAIL_HOSTS = ("163.com", "qq.com", "gmail.com", "mail.com", "company.com.cn", "river-works.cn", "vip.sina.com", *UNIVERSITIES)
MANUAL_HOSTS = (
    "example.com",
    "mail.example.org",
    "yourdomain.com",
    "domain.com",
    "your-company.com.cn",
    "test.com",
    "river.test",
)
MAIL_LABELS = "邮箱：|E-mail:|Email: |信箱 |mailto:|联系邮箱| "  # a label always: letters before an address would be its own


def email(rng: random.Random, hosts: Sequence[str]) -> str:
    """An address of e-mail at one of these hosts."""
    return f"{rng.choice(NAMES)}@{rng.choice(hosts)}"


FORMATS: dict[str, Made] = {
    "id bare": lambda rng: ("", identity(rng)),
    "id in groups": lambda rng: ("", _grouped(identity(rng), rng.choice(" -"), 6, 8)),
    "id labelled": _labelled("身份证号：|身份证号码|身份证:|证件号码：|ID:|ID |ID：|ID", identity),
    "id fullwidth": lambda rng: ("", identity(rng).translate(WIDE)),
    "mobile bare": lambda rng: ("", mobile(rng)),
    "mobile in groups": lambda rng: ("", _grouped(mobile(rng), rng.choice(" -"), 3, 4)),
    "mobile +86": lambda rng: ("", rng.choice(("+86", "+86 ", "86-", "0086 ", "(+86)", "+86-")) + mobile(rng)),
    "mobile +86 in groups": lambda rng: ("", "+86 " + _grouped(mobile(rng), rng.choice(" -"), 3, 4)),
    "mobile labelled": _labelled(
        "电话：|手机|手机号|手机号码: |Tel|Tel:|TEL：|tel. |Phone |Mobile:|联系电话 |微信/电话|电话", mobile
    ),
    "mobile fullwidth": lambda rng: ("", mobile(rng).translate(WIDE)),
    "landline": lambda rng: ("", "-".join(landline(rng))),
    "landline in brackets": lambda rng: ("", "({}){}".format(*landline(rng))),
    "landline spaced": lambda rng: ("", " ".join(landline(rng))),
    "landline labelled": _labelled("电话：|传真:|Tel:|Tel |值班电话：|联系电话", lambda rng: "".join(landline(rng))),
    "card bare": lambda rng: ("", card(rng, 16)),
    "card of 19": lambda rng: ("", card(rng, 19)),
    "card in fours": lambda rng: ("", _grouped(card(rng, 16), rng.choice(" -"), 4, 4, 4)),
    "card labelled": _labelled("卡号：|卡号|银行卡:|账号 |账号：|card ", lambda rng: card(rng, rng.choice((16, 19)))),
    "card fullwidth": lambda rng: ("", card(rng, 16).translate(WIDE)),
    "email": _labelled(MAIL_LABELS, lambda rng: email(rng, MAIL_HOSTS)),
    "email with a fullwidth sign": _labelled(MAIL_LABELS, lambda rng: email(rng, MAIL_HOSTS).replace("@", "＠")),
}


def _letters(rng: random.Random, alphabet: str, size: int) -> str:
    return "".join(rng.choices(alphabet, k=size))


# Numbers that belong to nobody. Those that look like a telephone do so by their middle.
THINGS: dict[str, Made] = {
    "order": _labelled("订单号：|订单编号:|运单号 |流水号：|序列号：|货号", mobile),
    "hash": lambda rng: (
        " ",
        _letters(rng, digits + "abcdef", 20) + "f" + mobile(rng) + "a" + _letters(rng, digits + "abcdef", 20),
    ),
    "base64": lambda rng: (
        " ",
        _letters(rng, digits + "abcdefgXYZQRST", 16) + "B" + mobile(rng) + "k" + _letters(rng, digits + "ABCxyz", 12),
    ),
    "identifier": lambda rng: (" ", f"item_{mobile(rng)}"),
    "identifier of a file": lambda rng: (" ", f"img{mobile(rng)}.jpg"),
    "code": lambda rng: (" ", f"x{mobile(rng)}y2"),
    "in an address": lambda rng: (" ", f"https://a.example/p{mobile(rng)}/"),
    "assigned": lambda rng: (" ", f"user_id={mobile(rng)}"),
    "version": lambda rng: (" ", f"v{rng.randrange(9)}.{mobile(rng)}"),
    "hotline": lambda rng: (
        "热线",
        rng.choice(("12345", "400-820-8820", "800-810-1234", "95588", "10086", f"400-{_letters(rng, digits, 7)}")),
    ),
    "hexadecimal": lambda rng: (" ", f"0x{mobile(rng)}"),
    "long digits": lambda rng: (" ", mobile(rng) + _letters(rng, digits, 11)),
    "stamp": lambda rng: (" ", f"{1_500_000_000 + rng.randrange(2 * 10**8)}{rng.randrange(1000):03}"),
    "date": lambda rng: (" ", f"{date(1990, 1, 1) + timedelta(days=rng.randrange(12_000)):%Y%m%d}"),
    "book": lambda rng: ("ISBN ", f"978-7-{rng.randrange(10**9):09}-{rng.randrange(10)}"),
    "wrong identity": lambda rng: (" ", identity(rng)[:-1] + "a"),
    "wrong card": lambda rng: (
        " ",
        next(number for number in iter(lambda: _letters(rng, digits, 16), "") if not is_luhn(number)),
    ),
    "measure": lambda rng: (" ", f"{mobile(rng)}{rng.choice(('字节', '纳米', '毫米', '美元', '公里'))}"),
    "amount": lambda rng: (" ", f"{mobile(rng)}元{rng.choice(('涨到', '增长', '左右', '的', '以上'))}"),
    "named by a verb": lambda rng: (rng.choice((" ID为", "编号为", " id是", "用户ID：")), mobile(rng)),
    "DOI": lambda rng: (rng.choice(("DOI:", "doi ")), f"10.{rng.randrange(1000, 10_000)}/{mobile(rng)}"),
    "account in groups": lambda rng: ("银行账号", _grouped(f"3301040{_letters(rng, digits, 12)}", rng.choice(" -"), 4, 4, 4, 4)),
    "manual's e-mail": lambda rng: (" ", email(rng, MANUAL_HOSTS)),
}


def number_of(written: str) -> tuple[str, str]:
    """The code of the country before a number, which may stay, and the number."""
    country = re.match(r"[(]?(?:\+|00)?86[)]?[ -]?(?=1)", written)
    size = country.end() if country else 0
    return written[:size], written[size:]


def contradiction(kind: str, written: str, before: str) -> str:
    """What speaks against a number that was taken for one of this kind; nothing where it may be one."""
    plain = "".join(filter(str.isalnum, written)).upper()
    if THING.search(before):
        return "number of a thing"
    if kind == "id_card" and _is_no_identity(plain):
        return "checksum or date"
    if kind == "bank_card" and not is_luhn(plain):
        return "checksum"
    if kind == "mobile" and not re.fullmatch("1[3-9][0-9]{9}", plain):
        return "no mobile number"
    if kind == "landline" and not re.match("0[1-9]", plain):
        return "no area"
    return ""


def _is_no_identity(plain: str) -> bool:
    try:
        date(int(plain[6:10]), int(plain[10:12]), int(plain[12:14]))
    except ValueError:
        return True
    return ID_CHECKS[sum(weight * int(digit) for weight, digit in zip(ID_WEIGHTS, plain[:17], strict=True)) % 11] != plain[17]
