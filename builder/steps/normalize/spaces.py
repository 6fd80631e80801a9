"""Spaces: one kind between words, none at the ends of lines, none before a paragraph.

No-break, thin and other odd spaces become U+0020. Two ideographic spaces before a paragraph are layout and go; inside a
line they carry meaning (the number of an article, the halves of a verse, the columns of a table) and stay, as do runs of
spaces. ASCII indentation goes before Chinese only: code, lists and what stands below a list item keep theirs. Where nearly all
lines of a Chinese text begin with one and the same indentation, it goes from all of them, and the rest of a deeper one stays.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import numpy as np

from builder.core.batch import Batch, counter
from builder.core.step import Edit, Finding, Row, Step
from builder.text.margin import FENCE, LIST_MARK
from builder.text.pattern import characters, chars, matching

KINDS = ("space", "tab", "wide_space", "odd_space")
SPACE, SPACES = chars(*KINDS), characters(*KINDS)
CHINESE = chars("han", "cjk_mark", "terminal_mark")
ODD = re.compile(f"[{chars('odd_space')}]")
TRAILING = re.compile(f"[{SPACE}](?<![{SPACE}]{{2}})[{SPACE}]*+(?=\n|\\Z)")  # begins only where a run begins: linear
MARGIN = {*SPACES, *"`~-*+0123456789", *map(chr, range(0xFF10, 0xFF1A))}  # what indents, fences or lists begin with
ALNUM = "0-9A-Za-z" + chars("wide_alnum")
TYPOGRAPHIC = re.compile(f"\\A[ \t]*[{chars('wide_space', 'odd_space')}][{SPACE}]*(?=[{CHINESE}{ALNUM}\"'(\\[])")
BEGINNING = f"(?:[{CHINESE}]|[\"'(][{chars('han')}])"  # of a Chinese line; its first mark may have been folded
BEFORE_CHINESE = re.compile(f"\\A[ \t]+(?={BEGINNING})")

# Of whole texts, with a line break put before the first line: a pattern that begins with a character is searched for fast.
INDENTS = re.compile(f"\n([{SPACE}]+)(?=[^{SPACE}\n])")
BLANK = re.compile(f"\n[{SPACE}]*+(?=\n|\\Z)")
FENCES = re.compile(f"\n{FENCE.pattern}")
LAID_OUT = re.compile(f"\n[ \t]|{FENCES.pattern}")  # what makes a line's indentation depend on the lines above
TYPOGRAPHIC_LINES = re.compile(TYPOGRAPHIC.pattern.replace("\\A", "\n"))
CHINESE_LINE = re.compile(f"[{SPACE}]*{BEGINNING}|.*[{CHINESE}][{SPACE}]*\\Z")  # begins or ends in Chinese
COMMON_INDENT = 0.8  # share of the lines that are not blank: titles stand at the margin
CHINESE_INDENTED = 0.6  # share of Chinese among the lines so indented: paragraphs mostly have 0.9 to 1, code 0 to 0.5
MIN_INDENTED = 3  # lines

TRAILING_FOUND = f"[{SPACE}](\\n|\\z)"  # RE2
INDENT_FOUND = f"(?:\\A|\\n)[{SPACE}]+{BEGINNING}|(?:\\A|\\n)[{SPACE}]*[{chars('wide_space', 'odd_space')}]"


class Spaces(Step):
    """Unify spaces, trim lines and remove the indentation of paragraphs."""

    version = 2

    def detect(self, batch: Batch) -> list[Finding]:
        """Rows with odd, trailing or leading spaces, by the profile."""
        odd = counter(batch, "odd_space")
        rows = np.flatnonzero(odd)
        edges = np.flatnonzero(counter(batch, "edge_space"))
        return [
            Finding("odd_space", rows, odd[rows].astype(np.float64)),
            Finding("trailing_space", matching(batch["text"], edges, TRAILING_FOUND)),
            Finding("indentation", matching(batch["text"], edges, INDENT_FOUND)),
        ]

    def repair(self, row: Row) -> Edit:
        """Fold odd spaces, cut trailing ones and the indentation of Chinese lines."""
        text, trailing, indented, odd = row.text, 0, 0, 0
        if "trailing_space" in row.codes:
            text, trailing = TRAILING.subn("", text)
        if "indentation" in row.codes:
            text, indented = _without_indentation(text)
        if "odd_space" in row.codes:
            text, odd = ODD.subn(" ", text)
        return Edit(text, {"trailing_space": trailing, "indentation": indented, "odd_space": odd})


def _without_indentation(text: str) -> tuple[str, int]:
    """The text, its paragraphs begun at the margin, and how many of its lines that changed."""
    from_breaks = "\n" + text
    common = _common_indent(from_breaks)
    if not common and not LAID_OUT.search(from_breaks):
        trimmed, count = TYPOGRAPHIC_LINES.subn("\n", from_breaks)
        return trimmed[1:], count
    lines = text.split("\n")
    paragraphs = list(_trimmed([line.removeprefix(common) for line in lines]))
    return "\n".join(paragraphs), sum(before != after for before, after in zip(lines, paragraphs, strict=True))


def _common_indent(text: str) -> str:
    """The indentation that the paragraphs of a Chinese text share; empty where they share none, and where there is a fence.

    `text`: with a line break before its first line.
    """
    found = Counter(INDENTS.findall(text))
    enough = max(MIN_INDENTED, COMMON_INDENT * (text.count("\n") - len(BLANK.findall(text))))
    if found.total() < enough or FENCES.search(text):
        return ""
    common = found.most_common(1)[0][0]
    under = [line for line in text.split("\n") if line.startswith(common) and line.strip()]
    if len(under) < enough:
        return ""
    return common if sum(CHINESE_LINE.match(line) is not None for line in under) >= CHINESE_INDENTED * len(under) else ""


def _trimmed(lines: list[str]) -> Iterator[str]:
    """The lines, those that are paragraphs without their indentation."""
    fenced = below = False  # inside a code fence; below a list item or inside an indented block that is no Chinese
    for line in lines:
        if line and line[0] not in MARGIN:  # most lines of most texts
            below = below and fenced
            yield line
            continue
        if FENCE.match(line):
            fenced = not fenced
        if fenced or not line:
            yield line
            continue
        trimmed = TYPOGRAPHIC.sub("", line, count=1)
        indented = trimmed[0] in SPACES
        below = LIST_MARK.match(trimmed) is not None or (indented and (below or not BEFORE_CHINESE.match(trimmed)))
        yield trimmed if below else BEFORE_CHINESE.sub("", trimmed, count=1)
