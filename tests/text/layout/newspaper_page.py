"""Pages of a newspaper as a machine reads them, made of articles written for this purpose, with the places where they begin.

Articles have a headline of one or two lines, sometimes with a kicker; a byline in seven of ten; a lead, body paragraphs, now and
then headings with and without numbers, lists, quotations, a caption. Blank lines stand anywhere.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from random import Random
from typing import NamedTuple, TypedDict

TOPICS = Path(__file__).with_name("newspaper_topics.json")
WITH_BYLINE = 0.7
NAMES = ("林南", "秦桥", "赵渡", "钱塘", "孙堤", "李堰", "周帆", "吴 舟", "郑小埠", "王 汛", "冯海潮", "陈江月")
BYLINES = (
    "□本报记者 {0}",
    "□ 本报记者 {0} 通讯员 {1}",
    "□本报通讯员 {0} {1}",
    "□{0}",
    "□本报记者 {0} 文/图",
    "本报记者 {0} 通讯员 {1}",
)
QUOTATIONS = (
    "“这事办到了大家心坎上。”{0}说。",
    "{0}告诉记者：“刚开始没有人相信能办成，现在连邻村的人都来打听。”",
    "“再难也要做下去。”谈起今后的打算，{0}很有信心。",
)
NUMBERS = ("一、{0}", "（{1}）{0}", "{1}．{0}")


class Topic(TypedDict):
    """What one article may say."""

    titles: list[str]
    kickers: list[str]
    subheads: list[str]
    leads: list[str]
    body: list[str]


class Page(NamedTuple):
    """Lines of a page without blank ones, and the places of those that begin an article, but for the first."""

    lines: list[str]
    begins: list[int]

    def text(self, random: Random, blank: float) -> str:
        """The page with a blank line after this share of its lines, wherever they are."""
        return "".join(f"{line}\n\n" if random.random() < blank else f"{line}\n" for line in self.lines).rstrip("\n")


@cache
def topics() -> list[Topic]:
    """What the articles are about."""
    return list(json.loads(TOPICS.read_text("utf-8")))


def page(random: Random) -> Page:
    """Three to eight articles one after another."""
    lines: list[str] = []
    begins = []
    for topic in random.sample(topics(), random.randint(3, 8)):
        begins.append(len(lines))
        lines += _article(random, topic)
    return Page(lines, begins[1:])


def _article(random: Random, topic: Topic) -> list[str]:
    lines = random.sample(topic["kickers"], 1) if random.random() < 0.2 else []
    lines += random.sample(topic["titles"], 2) if random.random() < 0.25 else [random.choice(topic["titles"])]
    byline = random.random() < WITH_BYLINE
    if byline:
        lines.append(random.choice(BYLINES).format(*random.sample(NAMES, 2)))
    lead = random.choice(topic["leads"])
    lines.append(f"本报讯（记者 {random.choice(NAMES)}）{lead}" if random.random() < 0.3 else lead)
    return lines + _body(random, topic) + _end(random, topic)


def _body(random: Random, topic: Topic) -> list[str]:
    sentences = random.sample(topic["body"], len(topic["body"]))
    paragraphs = []
    while sentences:
        size = random.randint(1, 3)
        paragraphs.append("".join(sentences[:size]))
        del sentences[:size]
    if random.random() < 0.4:
        quotation = random.choice(QUOTATIONS).format(random.choice(NAMES).replace(" ", ""))
        paragraphs.insert(random.randrange(len(paragraphs) + 1), quotation)
    if random.random() < 0.35:
        return _with_headings(random, topic, paragraphs)
    if random.random() < 0.15:
        paragraphs += [f"{number}. {heading}；" for number, heading in enumerate(topic["subheads"], 1)]
    return paragraphs


def _with_headings(random: Random, topic: Topic, paragraphs: list[str]) -> list[str]:
    """Headings before some paragraphs, all with numbers or none."""
    form = random.choice((*NUMBERS, "{0}", "{0}"))
    places = sorted(random.sample(range(len(paragraphs)), min(3, len(paragraphs))))
    for number, place in reversed(list(enumerate(places))):
        paragraphs.insert(place, form.replace("一", "一二三"[number]).format(topic["subheads"][number], number + 1))
    return paragraphs


def _end(random: Random, topic: Topic) -> list[str]:
    if random.random() < 0.15:
        return [f"■图为{topic['body'][0][:12]}。 □{random.choice(NAMES)}摄"]
    return []
