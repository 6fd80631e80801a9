"""Invented lines: frames of pages, and texts that look like frames, such as tables that print one cell a line."""

from __future__ import annotations

import random
import re
from pathlib import Path
from typing import NamedTuple

import yaml

from builder.text.classes import TABLES

Lines = list[str]
SAYINGS = yaml.safe_load((Path(__file__).parent / "frames.yaml").read_text("utf-8"))
LEXICON = yaml.safe_load((TABLES / "furniture.yaml").read_text("utf-8"))
CONTROLS = [word for word in LEXICON["controls"].split() if len(word) > 1]
SECTIONS = LEXICON["sections"].split()
NAMES = [word for word in CONTROLS if len(word) == 4]


ENOUGH = 50  # titles or paragraphs of a genre, to choose from


class Frame(NamedTuple):
    """What stands around a text."""

    above: Lines
    under_title: Lines
    inside: Lines
    below: Lines


class Inventor:
    """Makes lines out of titles, words and paragraphs of texts; the same for the same seed."""

    def __init__(self, texts: dict[str, list[str]], seed: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311 - no secret
        self._titles = {genre: _titles(of_genre) for genre, of_genre in texts.items()}
        self._paragraphs = {
            genre: [line for text in of_genre for line in text.split("\n")[:20] if len(line) > 50]
            for genre, of_genre in texts.items()
        }
        self.about(None)
        self.words = sorted({word for title in self.titles for word in re.findall("[\u4e00-\u9fff]{2,6}", title)})

    def about(self, genre: str | None) -> None:
        """Take titles and paragraphs from texts of this genre, as pages do that name others like themselves; or from all."""
        self.titles, self.paragraphs = (
            of[genre] if genre and len(of[genre]) >= ENOUGH else [line for lines in of.values() for line in lines]
            for of in (self._titles, self._paragraphs)
        )

    def maybe(self, share: float) -> bool:
        """True as often as the share says."""
        return self.chance.random() < share

    def said(self, name: str) -> str:
        """One of the sayings of this name, its fields filled."""
        return self.filled(self.chance.choice(SAYINGS[name]))

    def filled(self, saying: str) -> str:
        """A saying with its fields filled."""
        return saying.replace("{name}", self.name()).replace("{n}", str(self.number(1, 9999)))

    def number(self, low: int, high: int) -> int:
        """Any number of the range, both ends included."""
        return self.chance.randint(low, high)

    def word(self) -> str:
        """Two to six Han."""
        return self.chance.choice(self.words)

    def title(self) -> str:
        """A headline."""
        title = self.chance.choice(self.titles)
        if self.maybe(0.15):
            title += self.chance.choice("？！!?。。")
        return self.chance.choice("·•★■") + title if self.maybe(0.1) else title

    def name(self) -> str:
        """A person."""
        return self.chance.choice(SAYINGS["surnames"]) + self.word()[:2]

    def day(self) -> str:
        """A date as lists print it."""
        month, day, hour = f"{self.number(1, 12):02d}", f"{self.number(1, 28):02d}", self.number(0, 23)
        year = self.number(2003, 2024)
        forms = (
            f"{month}-{day}",
            f"{int(month)}月{int(day)}日 {hour:02d}:{month}",
            f"今天 {hour:02d}:{day}",
            f"{hour + 1}分钟前",
        )
        return self.chance.choice(
            (*forms, f"{hour + 1}小时前", f"{year}-{month}-{day}", f"{year}年{month}月{day}日", f"{year}/{month}/{day}")
        )

    def some(self, words: list[str], low: int, high: int) -> list[str]:
        """Different words."""
        return self.chance.sample(words, min(self.number(low, high), len(words)))

    # ---- Frames

    def frame(self) -> Frame:
        """A page's frame of its own."""
        inside = [self.said("inside"), *(self.list_of_titles(1, 5) if self.maybe(0.6) else [])] if self.maybe(0.15) else []
        return Frame(self._above(), self._under_title(), inside, self._below())

    def _above(self) -> Lines:
        lines: Lines = []
        style = self.number(0, 3)
        if style == 0:
            lines.append(self.chance.choice([" | ", " ", "|", " · ", "  ", "丨", "/"]).join(self.some(SECTIONS, 4, 14)))
        if style == 1:
            lines += self.some(CONTROLS, 1, 8) + self.some(SECTIONS, 3, 25)
        if style == 2:
            lines += [" ".join(self.some(CONTROLS, 2, 5)), *self.some(SECTIONS, 0, 9)]
        if self.maybe(0.3):
            lines += self.list_of_titles(2, 15)
        if self.maybe(0.2):
            lines.append(self.said("searches") + " ".join(self.some(SECTIONS, 4, 4)))
        if self.maybe(0.2):
            lines.append(f"{self.said('greetings')}{self.day()} 星期{self.chance.choice('一二三四五六日')}")
        if self.maybe(0.65):
            names = ["首页", *self.some(SECTIONS, 1, 2), self.said("trail_ends")]
            lines.append(self.said("trail_starts") + self.said_sign().join(names))
        return lines

    def said_sign(self) -> str:
        """What parts the entries of a breadcrumb."""
        return self.chance.choice(SAYINGS["trail_signs"])

    def _under_title(self) -> Lines:
        lines: Lines = []
        if self.maybe(0.7):
            clock = self.chance.choice(["", " 10:21", " 08:15:33"])
            lines.append(
                self.said("day_fields") + f"{self.number(2003, 2024)}-{self.number(1, 12):02d}-{self.number(1, 28):02d}" + clock
            )
            lines[-1] += self.said("day_tails")
        if self.maybe(0.2):
            lines += [self.said("sources"), f"编辑：{self.name()}"]
        if self.maybe(0.2):
            lines.append(self.said("bars"))
        return lines

    def _below(self) -> Lines:
        lines = [self.said(name) for name, share in (("credits", 0.35), ("shares", 0.3)) if self.maybe(share)]
        if self.maybe(0.4):
            before, after = self.chance.choice([("上一篇：", "下一篇："), ("上一条:", "下一条:"), ("前一篇: ", "后一篇: ")])
            lines += [before + self.title(), after + (self.title() if self.maybe(0.5) else "没有了")]
        if self.maybe(0.25):
            lines.append(self.said("labels") + " ".join(self.some(SECTIONS, 3, 3)))
        if self.maybe(0.2):
            lines.append(self.said("notices"))
        if self.maybe(0.55):
            lines += [self.said("mores")] if self.maybe(0.35) else []
            for _ in range(self.number(1, 3 if self.maybe(0.7) else 6)):
                lines.append(self.said("related") + self.chance.choice(["", "：", ">>", ""]))
                lines += self.list_of_titles(3, 20) if self.maybe(0.7) else self.teasers(2, 8 if self.maybe(0.6) else 40)
        if self.maybe(0.2):
            lines += [self.said("comments"), *self.some(SAYINGS["forms"], 2, 5)]
        if self.maybe(0.5):
            lines.append(self.chance.choice(["|", " ", " - ", "  | "]).join(self.some(NAMES, 3, 7)))
        return lines + (self.some(SAYINGS["footers"], 1, 5) if self.maybe(0.7) else [])

    def list_of_titles(self, low: int, high: int) -> Lines:
        """Titles of other pages, bare, numbered or dated."""
        style, lines = self.number(0, 5), []
        for place in range(self.number(low, high)):
            title = self.title()
            rank = str(place + 1)
            forms = (
                [title],
                [rank + ". " + title],
                ["· " + title],
                [f"{title} {self.day()}"],
                [title, self.day()],
                [rank, title],
            )
            lines += forms[style]
        return lines

    def teasers(self, low: int, high: int) -> Lines:
        """Titles of other pages with the beginning of each."""
        end = self.chance.choice(["...", "……", "…", "[详细]", "", ""])
        longest = 90 if self.maybe(0.6) else 300
        shortest = longest - 10 if self.maybe(0.4) else 35  # many sites cut at one length
        return [
            line for _ in range(self.number(low, high)) for line in (self.title(), self.words_of_a_text(shortest, longest) + end)
        ]

    def words_of_a_text(self, low: int, high: int) -> str:
        """The beginning of a paragraph."""
        return self.chance.choice(self.paragraphs)[: self.number(low, high)]

    def feed(self) -> Lines:
        """A list as portals have it beside and below their texts: of headlines, people, comments, entries of several lines."""
        longest = 90 if self.maybe(0.7) else 250
        lines = [self.said("feeds")] if self.maybe(0.6) else []
        style = self.number(0, 8)
        for place in range(self.number(4, 40)):
            title = self.title()
            entry = (
                lambda title=title: [title],
                lambda title=title: [self.name() + self.chance.choice("：:") + title],
                lambda title=title: [title, self.day() + self.chance.choice(["", " " + self.word()])],
                lambda title=title: [
                    title,
                    self.words_of_a_text(12, longest) + self.chance.choice(["...", "…", "[详细]", "。"]),
                    self.day(),
                ],
                lambda: [self.name(), self.words_of_a_text(12, 90), f"{self.said('answers')}{self.number(0, 99)}"],
                lambda: [str(self.number(0, 99)), self.said("places"), self.words_of_a_text(12, 90), self.day()],
                lambda: [self.word()[:4]],
                lambda: [self.name() + self.day(), self.words_of_a_text(12, 90)],
                lambda title=title, place=place: [str(place + 1) + self.chance.choice(["", ". ", " ", "/"]) + title[:20]],
            )[style]
            lines += entry()
        return lines

    # ---- Texts that look like frames

    def table(self) -> Lines:
        """A table that prints one cell a line."""
        makers = (
            self.word,
            lambda: self.word()[:3],
            lambda: str(self.number(0, 9999)),
            lambda: f"{self.number(-500, 9900) / 100}{self.chance.choice(['', '%', '%', 'B', '万'])}",
            lambda: f"{self.number(0, 23):02d}:{self.number(0, 59):02d}",
            self.day,
            lambda: "".join(self.chance.choices("ABCDEFGHKLMNPRSTX", k=self.number(1, 4))) + str(self.number(1, 9999)),
            lambda: self.word() + self.said("columns"),
            lambda: self.said("values"),
            lambda: self.said("places"),
        )
        columns = self.chance.choices(makers, k=self.number(2, 7))
        full = self.chance.choice([0.8, 0.95, 1])  # share of cells that are not empty
        names = [self.word() + self.chance.choice(["", "名称", "值", "时间"]) for _ in columns] if self.maybe(0.7) else []
        return names + [maker() for _ in range(self.number(4, 90)) for maker in columns if self.maybe(full)]

    def fields(self) -> Lines:
        """Keys and values: on one line, on two, or below a number."""
        style, parted, lines = self.number(0, 3), self.chance.choice(["：", ": "]), []
        for place in range(self.number(3, 30)):
            key = self.word()[:4] + (self.said("columns") if self.maybe(0.5) else "")
            value = self.word() if self.maybe(0.5) else str(self.number(1, 9999)) + self.said("units")
            lines += ([f"{key} {value}"], [key, value], [str(place + 1), key, value], [key + parted + value])[style]
        return lines

    def entries(self) -> Lines:
        """A list with numbers or dots."""
        style, lines = self.number(0, 3), []
        for place in range(self.number(4, 20)):
            start = (f"{place + 1}、", "·", f"({place + 1})", "- ")[style]
            lines.append(
                start
                + self.word()
                + self.chance.choice(["", "、", "和", "的"])
                + self.word()
                + self.chance.choice(["", "；", "。", ""])
            )
        return lines

    def demands(self) -> Lines:
        """Sections of an announcement with short demands and with whom to ask."""
        lines = []
        for _ in range(self.number(1, 4)):
            lines.append(self.chance.choice("一二三四五六") + self.chance.choice(["、", " 、", ". "]) + self.word() + self.word())
            for place in range(self.number(1, 6)):
                start = self.chance.choice([f"{place + 1}、", f"（{place + 1}）", f"{place + 1}. ", ""])
                lines.append(
                    start + self.word() + self.chance.choice("、，和的") + self.word() + self.chance.choice(["", "；", "。"])
                )
            if self.maybe(0.4):
                lines.append(f"联系电话：0{self.number(100, 999)}-{self.number(1000000, 9999999)}")
        return lines

    def lookalike(self) -> Lines:
        """One of these."""
        return self.chance.choice(
            [self.table, self.table, self.table, self.fields, self.fields, self.fields, self.entries, self.demands]
        )()


def _titles(texts: list[str]) -> Lines:
    """Lines that can be headlines: first lines and first sentences."""
    firsts = (text.split("\n")[0].strip() for text in texts)
    sentences = (part.strip() for text in texts for part in re.split("[。\n]", text)[:3])
    return [line for line in firsts if 5 <= len(line) <= 36] + [line for line in sentences if 9 <= len(line) <= 28]
