"""When, by whom and where a page says that its text was published: read from the lines around the text before they go.

The forms are those of news portals, government and company sites and blogs: `2024-05-06 08:30 来源：某报 作者：某某`, a stamp
with the paper's name before or behind it, fields on lines of their own, credits in brackets below the text. Lines are read
folded, in simplified characters and ASCII marks; names are handed back in the characters that they were written in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import takewhile
from typing import NamedTuple

from builder.text.canonical import images
from builder.text.page.lexicon import nobody

WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}  # the fullwidth forms stand in the order of ASCII

STAMP = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d\d) ?[-/.年] ?(?P<month>\d{1,2}) ?[-/.月] ?(?P<day>\d{1,2})(?!\d{3}) ?日?"
    r"(?P<weekday>,? ?(?:星期|周)[一二三四五六日天])?"
    r"(?:[ ,T]*(?P<noon>上午|下午|晚上)? ?(?P<hour>\d{1,2}) ?[:时点] ?(?P<minute>\d{2})(?: ?[:分] ?(?P<second>\d{2}))?[秒分]?)?"
)
# Before a stamp: it is the text's.
DATED = re.compile(r"(?:发布|发表|发稿|发文|发帖|刊登|刊发|登载|上传|更新|日期|时间)[^:]{0,3}[: 于]")
NO_NAME = re.compile(f":|回复|{DATED.pattern}")  # what leads a stamp is a label
PUBLISHER = re.compile(r"(?:来源|出处|稿源|发布单位|发布机构|供稿单位) ?[:|丨] ?(?P<value>.+)")
AUTHOR = re.compile(
    r"(?:作者|记者|撰文|撰稿人?|文(?=[:/])) ?[:|丨/] ?(?P<value>.+)"
    r"|(?:^|[ (/|]|本报|本刊|本网|特约|见习|实习)记者 ?(?P<reporter>[\u3400-\u9fff]{2,3}(?![\u3400-\u9fff]).*)"
)
HOUSE = re.compile(  # no person
    "(?:大学|学院|学校|中学|小学|医院|公司|集团|中心|研究院|研究所|委员会|支部|政府|[局厅部处科社报网台站])$"
)
BEHIND = re.compile(  # no name goes on behind it: marks, addresses, dates, other fields, controls of the page
    r"[\[\](){}<>【】〔〕|丨,;。!?_]|https?:|www\.|(?:19|20)\d\d[-/年.]|"
    "发布时|发布日|发表|出版|更新|最后|录入|上传|时间|日期|责编|责任编|编辑|审核|校对|来源|作者|记者:|标签|关键|分类|编译|翻译|原标题|"
    "字号|字体|点击|浏览|阅读|查看|评论|分享|打印|收藏|举报|我要|人气|访问"
)
TODAY, LATER = "今天", "更新"
ROLE = re.compile("^.{0,8}?(?:记者|通讯员|实习生|评论员|撰稿人)|^(?:原创|文)$")
ORIGINAL = "原创 "  # before the name of a channel
NAME = re.compile(r"[\u3400-\u9fff]{2,4}|[\u3400-\u9fff]{1,8}(?:[·•][\u3400-\u9fff]{1,8})+|[A-Za-z][A-Za-z.'-]*")
NAME_CHARS = (2, 30)
MOST_DAYS = 2  # above a text; more are those of other pages


class Byline(NamedTuple):
    """What was found; empty: nothing."""

    date: str = ""  # ISO 8601, as exact as it was said: 2024-05-06, 2024-05-06T08:30, 2024-05-06T08:30:15
    author: str = ""  # names, parted by 、
    publisher: str = ""


class Line(NamedTuple):
    """One line with single spaces, twice, with as many characters."""

    written: str
    plain: str  # simplified

    def name(self, value: str) -> str:
        """A stretch of the plain line as it was written."""
        place = self.plain.find(value)
        return self.written[place : place + len(value)]


def byline(head: Iterable[str], tail: Iterable[str]) -> Byline:
    """Of the furniture directly above a text and directly below it; lines in the page's order."""
    above, below = [_line(line) for line in head], [_line(line) for line in tail]
    authors, publishers = _labelled(AUTHOR, (*above, *below)), _labelled(PUBLISHER, (*above, *below))
    author = (people for line, value in authors if (people := _people(line, value)))
    publisher = (line.name(house) for line, value in publishers if (house := _house(value)))
    return Byline(_date(above) or _labelled_date(below), next(author, ""), next(publisher, "") or next(_beside_stamp(above), ""))


def _line(text: str) -> Line:
    written = " ".join(text.translate(WIDTH).split())
    return Line(written, written.translate(images().simplified))


# ---- Dates


def _date(lines: Sequence[Line]) -> str:
    """The first that a label makes the text's, or has a time, or else the nearest to the text; none where there are many."""
    stamps = [(line.plain, stamp) for line in lines if (stamp := STAMP.search(line.plain)) and _iso(stamp)]
    labelled = [_iso(stamp) for _, stamp in sorted(_labelled_stamps(lines), key=lambda found: LATER in found[0])]
    # With a weekday and nothing else it is the day of the reader's visit.
    clocks = [bool(stamp["weekday"]) and (text == stamp[0] or TODAY in text) for text, stamp in stamps]
    stamps = [found for found, clock in zip(stamps, clocks, strict=True) if not clock]
    timed = [_iso(stamp) for text, stamp in stamps if stamp["hour"] or len(text) > len(stamp[0])]
    bare = [_iso(stamp) for _, stamp in stamps]
    few = len({_iso(stamp)[:10] for _, stamp in stamps}) <= MOST_DAYS
    found = labelled[:1] + (timed[:1] + bare[-1:] if few else [])
    return found[0] if found else ""


def _labelled_date(lines: Iterable[Line]) -> str:
    found = sorted(_labelled_stamps(lines), key=lambda found: LATER in found[0])
    return _iso(found[0][1]) if found else ""


def _labelled_stamps(lines: Iterable[Line]) -> Iterator[tuple[str, re.Match[str]]]:
    """Stamps of days that there are, each with the label before it."""
    for line in lines:
        end = 0
        for stamp in STAMP.finditer(line.plain):
            label = line.plain[end : stamp.start()]
            end = stamp.end()
            if DATED.search(label) and _iso(stamp):
                yield label, stamp


def _iso(stamp: re.Match[str]) -> str:
    """The stamp in ISO 8601; nothing where there is no such day."""
    named = ("year", "month", "day", "hour", "minute", "second")
    year, month, day, hour, minute, second = (int(stamp[name] or 0) for name in named)
    hour += 12 * (stamp["noon"] in ("下午", "晚上") and hour < 12)
    try:
        moment = datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - pages name no zone
    except ValueError:
        return ""
    return moment.isoformat(timespec="seconds" if stamp["second"] else "minutes") if stamp["hour"] else moment.date().isoformat()


# ---- Names


def _labelled(label: re.Pattern[str], lines: Iterable[Line]) -> Iterator[tuple[Line, str]]:
    """Lines with the label, and what stands behind it."""
    found = ((line, label.search(line.plain)) for line in lines)
    return ((line, _until_next(next(filter(None, hit.groups())))) for line, hit in found if hit)


def _until_next(value: str) -> str:
    other = BEHIND.search(value)
    return (value[: other.start()] if other else value).strip(" :-—·/、*")


def _house(value: str) -> str:
    """The name of a paper or site: up to the first gap, but Latin names have several words."""
    words = value.split(" ")
    return _named(" ".join(takewhile(str.isascii, words)) or words[0])


def _people(line: Line, value: str) -> str:
    """Names of persons, as long as they look like such; or else one name of whatever kind."""
    words = [word for word in (ROLE.sub("", word) for word in re.split("[ 、/&]+", value)) if word]
    words = [word for word in words if not HOUSE.search(word)] or words
    names = list(takewhile(NAME.fullmatch, words))
    if names and names[0].isascii():
        return _named(" ".join(takewhile(str.isascii, names)))
    persons = [line.name(name) for name in names if _named(name)]
    return "、".join(persons) or line.name(_named("".join(words[:1])))


def _beside_stamp(lines: Iterable[Line]) -> Iterator[str]:
    """Names that stand beside a date and time without a label."""
    for line in lines:
        stamp = STAMP.search(line.plain)
        if not stamp or not stamp["hour"] or NO_NAME.search(line.plain[: stamp.start()]):
            continue
        before = _until_next(line.plain[: stamp.start()]).removeprefix(ORIGINAL)
        sides = (_house(_until_next(line.plain[stamp.end() :])), "" if " " in before and not before.isascii() else _named(before))
        yield from (line.name(side) for side in sides if side)


def _named(value: str) -> str:
    """The value where it can be a name."""
    fewest, most = NAME_CHARS
    letters = sum(character.isalpha() for character in value)
    fit = fewest <= len(value) <= most and letters >= fewest and 2 * letters > len(value)
    return value if fit and value.lower() not in nobody() else ""
