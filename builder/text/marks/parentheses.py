"""The parentheses of one line: which were fullwidth, which belong to an emoticon, which are code or English."""

from __future__ import annotations

import re
from bisect import bisect

from builder.text.pattern import chars

HAN = chars("han")
IS_HAN = re.compile(f"[{HAN}]")
LOST = "\N{WHITE SQUARE}\N{BLACK CIRCLE}" + chars("private_use")  # editions print these for a character that no font has
BOPOMOFO = "\u3105-\u312f"
LETTERS = HAN + LOST + BOPOMOFO + chars("kana")  # of Chinese, and what stands among them
ENDS = re.compile(f"[{LETTERS}。、》」』】〉〕…—]")  # what a Chinese mark follows
BEGINS = re.compile(f"[{LETTERS}《「『【〈〔—]")  # what it precedes
WORD = re.compile("[A-Za-z0-9+#%]")

TOKEN = re.compile(rf"[()\[\]{{}}]|[{HAN}、。《》]+")
PARTNER = {")": "(", "]": "[", "}": "{"}
EYES = (":", ";", "=")  # of an emoticon
CLOSE = "\"'”’"  # quotes
GLOSS = re.compile(r"[A-Z][A-Za-z.\-]*+(?: [A-Za-z.\-]++)+,?")  # the words that an abbreviation stands for
NAME = re.compile(
    r"[0-9][0-9.%\-]{2,}|[A-Z][A-Za-z]{2,}|[A-Z][A-Za-z]*[A-Z0-9][A-Za-z0-9/=\-]*|[A-Za-z0-9.%+\-']++(?: [A-Za-z0-9.%+\-']++)+"
)  # a year, a product, a size
LONGEST_GLOSS = 80  # characters


class Parentheses:
    """The brackets of a skeleton (text/marks/folded.py), matched within the line."""

    def __init__(self, line: str) -> None:
        """Match the brackets of one line, in one pass."""
        self.wide: set[int] = set()
        self.faces: set[int] = set()
        self._narrow: list[tuple[int, int]] = []  # from bracket to bracket, outermost ones only, ascending
        opened: dict[str, list[tuple[int, int]]] = {"(": [], "[": [], "{": []}  # places, and Han runs seen before
        runs = 0
        for token in TOKEN.finditer(line):
            bracket, place = token[0], token.start()
            if bracket in opened:
                opened[bracket].append((place, runs))
            elif bracket not in PARTNER:
                runs += 1
            elif opened[PARTNER[bracket]]:
                start, before = opened[PARTNER[bracket]].pop()
                self._pair(line, start, place, has_han=runs > before)
            elif bracket == ")":
                self._lonely(line, place)
        for place, _ in opened["("]:
            self._lonely(line, place)

    def hold(self, place: int) -> bool:
        """Whether a place lies between brackets that are no Chinese ones."""
        found = bisect(self._narrow, (place, place)) - 1
        return found >= 0 and place < self._narrow[found][1]

    def _pair(self, line: str, start: int, end: int, *, has_han: bool) -> None:
        if line[start] == "(" and (
            (has_han and not _is_set_off(line, start, end)) or _explains(line, start, end, behind_wide=start - 1 in self.wide)
        ):
            self.wide.update((start, end))
            return
        while self._narrow and self._narrow[-1][0] > start:
            self._narrow.pop()
        self._narrow.append((start, end))

    def _lonely(self, line: str, place: int) -> None:
        """A parenthesis without a partner in its line."""
        nose = line[place - 1 : place] == "-"
        eyes = place - 1 - nose
        if line[max(eyes, 0) : eyes + 1] in EYES:
            self.faces.add(eyes)
            return
        beside = place - 1 if place else 1  # at the start of a line it may close what an earlier line opened
        if ENDS.match(line, beside) or BEGINS.match(line, place + 1):  # or number what follows: `1)`
            self.wide.add(place)


def _is_set_off(line: str, start: int, end: int) -> bool:
    """Whether a pair of parentheses touches no Chinese: spaces outside, and Latin at both ends inside."""
    if line[start - 1 : start] != " " or line[end + 1 : end + 2] != " ":
        return False
    return line[start + 1].isascii() and line[end - 1].isascii()


def _explains(line: str, start: int, end: int, *, behind_wide: bool) -> bool:
    """Whether a pair of parentheses without Han in it follows or opens Chinese text, or stands inside it."""
    before, after = line[start - 1 : start], line[end + 1 : end + 2]
    if ENDS.match(before) or (before == " " and IS_HAN.match(after)):
        return True
    if BEGINS.match(after) and (not before or before in ",:;?!)"):
        return True
    if (before == "「" and after == "」") or (start + 1 == end and before == "," and ENDS.match(line, start - 2)):
        return True
    if before and before in CLOSE and start > 1 and ENDS.match(line, start - 2):
        return after != " "  # a space on the right alone is how a translation keeps the marks of its English
    if not (behind_wide or WORD.match(before)) or end - start > LONGEST_GLOSS:
        return False
    return GLOSS.fullmatch(line, start + 1, end) is not None or (
        _before_chinese(line, end + 1) and NAME.fullmatch(line, start + 1, end) is not None
    )


def _before_chinese(line: str, place: int) -> bool:
    """Whether Chinese begins at a place, or behind the mark that stands there."""
    if ENDS.match(line, place):
        return True
    return line[place : place + 1] in (",", ":", ";", "?", "!") and BEGINS.match(line, place + 1) is not None
