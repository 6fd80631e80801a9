"""Documents with labelled lines: pages as they are, and texts in frames, of pages or invented."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import zstandard

from scripts.page_lines.invent import Frame, Inventor

TEXT, PAGE, UNKNOWN = 1, 0, -1
Line = tuple[str, int]
LABELS = {"b": TEXT, "c": PAGE, "f": PAGE, "e": UNKNOWN}  # body, credit, furniture, either
TITLE_CHARS = 45  # of a first line that is a title, at most
CHARS = (40, 9000)  # of a clean text that is put into frames


class Document(NamedTuple):
    """One document and where it is from."""

    source: str  # `real`, `crossed`, `framed` or `plain`
    site: str  # of the pages it was made of; empty: of none
    lines: list[Line]


class Parts(NamedTuple):
    """A page in parts."""

    site: str
    above: list[Line]
    title: list[Line]
    under_title: list[Line]
    body: list[Line]
    below: list[Line]


def records(path: Path) -> Iterator[dict[str, object]]:
    """The records of a .jsonl or .jsonl.zst file."""
    with path.open("rb") as raw:
        stream = zstandard.ZstdDecompressor().stream_reader(raw) if path.suffix == ".zst" else raw
        for line in io.TextIOWrapper(stream, encoding="utf-8"):
            yield json.loads(line)


def labelled(path: Path, source: str) -> list[Document]:
    """Pages with a label for each line: `{"site": …, "lines": [[label, text], …]}`."""
    return [
        Document(source, str(record.get("site", "")), [(text, LABELS[label]) for label, text in record["lines"]])  # type: ignore[attr-defined]
        for record in records(path)
    ]


def clean_texts(folder: Path) -> dict[str, list[str]]:
    """Texts without furniture by file, one file a genre."""
    texts = {
        path.name.split(".")[0]: [str(record["text"]) for record in records(path)] for path in sorted(folder.glob("*.jsonl.zst"))
    }
    low, high = CHARS
    return {genre: [text for text in of_genre if low <= len(text) <= high] for genre, of_genre in texts.items()}


def parts(page: Document) -> Parts | None:
    """A page in parts; None where it has no text."""
    lines = page.lines
    body = [place for place, (_, label) in enumerate(lines) if label == TEXT]
    if not body:
        return None
    first, last = body[0], body[-1] + 1
    start = first
    if len(lines[first][0]) <= TITLE_CHARS:
        start += 1
        while start < last and lines[start][1] != TEXT:
            start += 1
    return Parts(
        page.site,
        lines[:first],
        lines[first : first + 1][: start - first],
        lines[first + 1 : start],
        lines[start:last],
        lines[last:],
    )


class Maker:
    """Puts texts into frames."""

    def __init__(self, texts: dict[str, list[str]], pages: list[Document], seed: int) -> None:
        sample = {genre: of_genre[:: max(1, len(of_genre) // 60)] for genre, of_genre in texts.items()}
        self.invent = Inventor(sample, seed)
        self.chance = self.invent.chance
        self.texts = texts
        self.pages = [found for page in pages if (found := parts(page))]
        self.bare = [page.lines for page in pages if not parts(page)]

    def crossed(self, number: int) -> list[Document]:
        """Texts of pages in the frames of others."""
        made = []
        for _ in range(number):
            upper, text, lower = (self.chance.choice(self.pages) for _ in range(3))
            under_title = (upper if self.invent.maybe(0.5) else text).under_title
            lines = self._near(upper.above, -1) + text.title + under_title + text.body + self._near(lower.below, 1)
            made.append(Document("crossed", text.site, lines))
        return made

    def framed(self, number: int, *, real: bool) -> list[Document]:
        """So many texts of each genre in a frame."""
        made = []
        for genre, of_genre in self.texts.items():
            for text in self.chance.choices(of_genre, k=number if of_genre else 0):
                self.invent.about(genre if self.invent.maybe(0.6) else None)
                made.append(Document("framed", "", self._framed(self._body(text), real=real)))
        self.invent.about(None)
        return made

    def _near(self, lines: list[Line], side: int) -> list[Line]:
        """A part of a frame, or now and then only what stands near the text, or nothing."""
        if self.invent.maybe(0.5) or not lines:
            return lines
        number = self.chance.randint(0, len(lines))
        return lines[len(lines) - number :] if side < 0 else lines[:number]

    def _body(self, text: str) -> list[Line]:
        """A text, whole, in part, or with a table or a list."""
        lines = [line.strip() for line in text.split("\n") if line.strip()]
        kind = self.chance.random()
        if kind < 0.1:
            start = self.chance.randrange(len(lines))
            lines = lines[start : start + self.chance.randint(1, 3)]
        elif kind < 0.24:
            place = self.chance.randint(0, len(lines))
            lines[place:place] = self.invent.lookalike()
        elif kind < 0.36:
            lines = lines[: self.chance.randint(1, 3)] + self.invent.lookalike()
        elif kind < 0.48:
            start = self.chance.randrange(max(1, len(lines) - 30))
            lines = lines[start : start + self.chance.randint(8, 60)]
        return [(line, TEXT) for line in lines]

    def _framed(self, body: list[Line], *, real: bool) -> list[Line]:
        invent, own = self.invent, self._own()
        if real and self.pages:
            upper, lower = self.chance.choice(self.pages), self.chance.choice(self.pages)
            below = self.chance.choice(self.bare) if self.bare and invent.maybe(0.1) else lower.below
            above, under_title, below = self._near(upper.above, -1), upper.under_title, self._near(below, 1)
            under_title = own[1] if invent.maybe(0.3) else under_title
        else:
            above, under_title, _, below = self._in_part(own)
        if invent.maybe(0.3):
            below = below + _page(invent.feed()) + (own[3][-2:] if invent.maybe(0.6) else [])
        if invent.maybe(0.1):
            middle = len(above) // 2
            above = above[:middle] + _page(invent.feed()[:15]) + above[middle:]
        has_title = len(body) > 2 and len(body[0][0]) <= TITLE_CHARS
        title = body[:1] if has_title else [(invent.title(), TEXT)] if invent.maybe(0.8) else []
        rest = body[1:] if has_title else body
        if own[2] and len(rest) > 6 and invent.maybe(0.3):
            place = self.chance.randrange(2, len(rest) - 2)
            rest = rest[:place] + own[2] + rest[place:]
        return self._name_of_page(title) + self._joined(above, title, under_title, rest, below)

    def _own(self) -> list[list[Line]]:
        frame: Frame = self.invent.frame()
        return [_page(lines) for lines in frame]

    def _in_part(self, own: list[list[Line]]) -> list[list[Line]]:
        """An invented frame, now and then without its upper or its lower half."""
        share = self.chance.random()
        if share < 0.2:
            return [[], *own[1:]]
        if share < 0.3:
            return [*own[:3], []]
        return [[], [], own[2], own[3]] if share < 0.35 else own

    def _joined(
        self, above: list[Line], title: list[Line], under_title: list[Line], body: list[Line], below: list[Line]
    ) -> list[Line]:
        """Date lines stand under the title, above it or below the text."""
        share = self.chance.random()
        if share < 0.6:
            return above + title + (under_title if title else []) + body + below
        return above + (under_title if share < 0.85 else []) + title + body + ([] if share < 0.85 else under_title) + below

    def _name_of_page(self, title: list[Line]) -> list[Line]:
        """What stands between `<title>` and `</title>`: the headline and the site's name."""
        if not title or not self.invent.maybe(0.4):
            return []
        parted = self.chance.choice(["_", "-", "——", " - ", "|"])
        return [(title[0][0] + parted + self.invent.word() + self.invent.said("sites"), UNKNOWN)]


def _page(lines: list[str]) -> list[Line]:
    return [(line, PAGE) for line in lines]
