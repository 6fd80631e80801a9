"""Where the articles of one page begin: at a headline with a byline, at a dateline, at a headline whose words are new.

A short line without the end of a sentence is a headline, or a heading inside of an article. A byline behind it decides. Without
one the words do: what a headline says its own article takes up, and the article before has not said. Headings in one article
share words with it, come one after another, or say the same words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from builder.text.layout.page_lines import BODY, BYLINE, DATELINE, HEAD, SHORT, kind_of
from builder.text.layout.word_pairs import Pairs, Words

HEADS = 3  # lines of one headline: what leads to it, it, what it adds
SHORTEST_HEAD = 8  # characters of a headline that has no byline
CERTAIN_HEAD = 12  # of one whose words do not come again
SHORTEST_LEAD = 25  # characters of a first paragraph
SPOKEN = re.compile('[“‘「『"(（\\[]|但|而|那|这|他|她|我|如果|为什么|更')  # how no headline begins
ASKS = re.compile(r"[!！?？]\Z")
STOP = "的了在是和与及为将被对从向以这那有也都就不一"  # words of grammar, which say nothing of an article
COMMON, FEW = 8, 3  # nor does what one line in so many holds, nor less than so many lines
NEXT = 5  # paragraphs that take up what a headline says
TAKEN_UP = 2  # times as many words of a headline in its own article as in the one before
ALIEN = 2  # words of a line that only the article before holds
SERIES, HEADING = 3, 15  # headings in one article, and characters of each
ALIKE = 3  # one word in so many stands in two headings of one article


def borders(lines: Sequence[str]) -> list[int]:
    """The places of lines, none blank, where an article begins; the first line's is left out."""
    page = _Page(lines)
    found, place = [0], 0
    while place < len(lines):
        if page.kinds[place] == BODY:  # no article begins here; most lines are such
            place += 1
            continue
        begins, place = page.begins(found[-1], place)
        if begins > found[-1] and begins not in page.headings:
            found.append(begins)
    return found[1:]


class _Page:
    """The lines of a page, what they look like and what they say."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = [line.strip() for line in lines]
        self.kinds = list(map(kind_of, lines))
        self.pairs = Pairs(lines, max(len(lines) // COMMON, FEW))
        self.headings = _headings(self.lines, self.kinds, self.pairs)

    def begins(self, start: int, place: int) -> tuple[int, int]:
        """(where the article begins that begins at a line or at its headline, 0 if none does; the line to go on with).

        `start`: where the article before begins.
        """
        after = place
        while after < len(self.lines) and self.kinds[after] in (HEAD, SHORT):
            after += 1
        kind = self.kinds[after] if after < len(self.lines) else ""
        if after > place:
            if kind == BYLINE:
                return self._headline(start, max(place, after - HEADS), after), after + 1
            return self._head(start, place, after, kind), after
        last = self.kinds[place - 1] if place else ""
        headless = kind == DATELINE or (kind == BYLINE and self.kinds[place + 1 : place + 2] == [BODY])
        return place if headless and last == BODY and place - start > 1 else 0, place + 1

    def _headline(self, start: int, place: int, after: int) -> int:
        """Where the headline before a byline begins: not with lines that only the article before has words of."""
        if after - place == 1:
            return place
        before, behind = self._said(start, place), self._said(after, after + NEXT)
        while after - place > 1:
            head = self._said(place, place + 1)
            if len(head & before) < ALIEN or head & behind:
                break
            place += 1
        return place

    def _head(self, start: int, place: int, after: int, kind: str) -> int:
        """Where the article begins that these short lines may begin, which have no byline; 0 if they begin none."""
        head = after
        while head > place and self.kinds[head - 1] == HEAD:
            head -= 1
        if head == after or not kind or not place or self.kinds[place - 1] == BYLINE:
            return 0
        return head if kind == DATELINE or self._is_new(start, head, after) else 0

    def _is_new(self, start: int, place: int, after: int) -> bool:
        """Whether the words of a headline without byline are those of the paragraphs behind it, not of the article before."""
        head = "".join(self.lines[place:after])
        if len(head) < SHORTEST_HEAD or len(self.lines[after]) < SHORTEST_LEAD or place - start <= 1 or SPOKEN.match(head):
            return False
        said = self._said(place, after)
        before, behind = len(said & self._said(start, place)), len(said & self._said(after, after + NEXT))
        if ASKS.search(head):
            return behind > 1 and not before
        return behind >= TAKEN_UP * before and (behind > 0 or len(head) >= CERTAIN_HEAD)

    def _said(self, start: int, end: int) -> Words:
        return self.pairs.seldom.within(start, end)


def _headings(lines: Sequence[str], kinds: Sequence[str], pairs: Pairs) -> set[int]:
    """The places of headings inside of articles."""
    found: set[int] = set()
    run: list[int] = []
    for place, kind in enumerate([*kinds, BYLINE]):
        if kind in (BYLINE, DATELINE):
            found |= _alike(lines, pairs, [head for head in run if head < place - 1])
            run = []
        elif kind == HEAD and place and kinds[place - 1] in (BODY, DATELINE) and kinds[place + 1 : place + 2] != [HEAD]:
            run.append(place)
    return found


def _alike(lines: Sequence[str], pairs: Pairs, heads: Sequence[int]) -> set[int]:
    """Those of the heads between two bylines that are headings: many short ones, and those that say what the next one says."""
    short = [place for place in heads if len(lines[place]) <= HEADING]
    found = set(short) if len(short) >= SERIES else set()
    for place, other in pairwise(heads):
        one, two = pairs.all.within(place, place + 1), pairs.all.within(other, other + 1)
        if len(one & two) * ALIKE > min(len(one), len(two)):
            found |= {place, other}
    return found
