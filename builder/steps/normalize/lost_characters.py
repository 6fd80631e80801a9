"""Mark what an encoding error destroyed: 锟斤拷, 嚙踝蕭, uninitialised memory, and lines of nothing but replacement characters.

Nothing of it can be restored, and nothing is invented. The syllables are worst for a model, since they are common
characters that mean nothing here; so each 锟斤拷 becomes one U+FFFD (its six bytes are two of these, and the two bytes of one
Chinese character were lost) and each run of 烫 or 屯 one: filters see and count the loss. A line of nothing else is removed.
The white square stays: editions of old books print it for a character they cannot read.
"""

from __future__ import annotations

import re

import numpy as np

from builder.core.batch import Batch, counter
from builder.core.step import Edit, Finding, Row, Step
from builder.text.blank_lines import closed
from builder.text.needles import holding
from builder.text.pattern import matching

LOST = "\N{REPLACEMENT CHARACTER}"
GBK, BIG5 = "锟斤拷", "嚙踝蕭"  # U+FFFD twice in UTF-8, read as GBK and as Big5
# CC, CD, DD and FE EE: how the debug heap of Microsoft's C library fills memory. Three times the first may be a cry of pain:
# it takes six, or any other loss in the text, and no exclamation mark behind it.
FILLS = "屯葺铪"
HOT = "烫"
MIN_FILL, MIN_HOT = 3, 6

# One replacement character beside letters that survived makes other pairs, such as 锟叫碉拷; they end in 拷.
BROKEN = f"(?:{GBK}|锟[^\\n锟拷]{{1,3}}拷)+"
RUN = re.compile(
    f"(?P<pairs>{BROKEN}(?:锟(?![\\u4e00-\\u9fff]))?|(?:{BIG5})+)|{HOT}{{{MIN_FILL},}}+(?![！!])|(?P<fill>[{FILLS}])(?P=fill){{2,}}"
)
PAIR = re.compile(f"{GBK}|{BIG5}|锟[^\\n锟拷]{{0,3}}拷?")
TOPIC = re.compile(
    r"乱码|亂碼|编码|編碼|GBK|GB2312|GB18030|Big5|UTF-?8|Unicode|字符集|替换字符|未初始化|内存|記憶體|调试|除錯|debug|\bVC\b|Visual|手持两把",
    re.IGNORECASE,
)
QUOTES = "“”‘’「」『』\"'`《》（）()"
FEW, FEWEST = 0.02, 24  # of a text's characters, or of them: one that is spoken of tells what all of them are
MOST = 2  # in an article that holds more of them, one in so many is spoken of
FOUND = f"{GBK}|{BIG5}|{HOT * MIN_HOT}|" + "|".join(fill * MIN_FILL for fill in FILLS)  # RE2
LINE_FOUND = f"(?:\\A|\\n)[ \\t]*{LOST}[ \\t{LOST}]*(?:\\n|\\z)"  # RE2
WORDS = (GBK, BIG5, HOT * MIN_FILL, *(fill * MIN_FILL for fill in FILLS))


class LostCharacters(Step):
    """Replace the syllables of lost characters by U+FFFD and remove lines of nothing else."""

    def detect(self, batch: Batch) -> list[Finding]:
        replaced = np.flatnonzero((counter(batch, "replacement") > 0) & (counter(batch, "newline") > 0))
        return [
            Finding("lost_character", matching(batch["text"], holding(batch["text"], *WORDS), FOUND)),
            Finding("lost_line", matching(batch["text"], replaced, LINE_FOUND)),
        ]

    def repair(self, row: Row) -> Edit:
        """Mark what was lost, unless the text speaks of it, and cut the lines of nothing else."""
        about = "lost_character" not in row.codes or _is_about(row.text)
        text, runs = (row.text, 0) if about else RUN.subn(_marked, row.text)
        if not runs and "lost_line" not in row.codes:
            return Edit(row.text, 0)
        lines = text.split("\n")
        kept = [line for line in lines if LOST not in line or line.strip(f" \t{LOST}")]
        left = closed("\n".join(kept)) if len(kept) < len(lines) else text
        return Edit(left, {"lost_character": runs, "lost_line": len(lines) - len(kept)})


def _marked(run: re.Match[str]) -> str:
    """As many replacement characters as pairs were lost; one for a run of memory."""
    return LOST * (len(PAIR.findall(run[0])) if run["pairs"] else 1)


def _is_about(text: str) -> bool:
    """Whether the text is about lost characters: it quotes them, or names encodings in the same line."""
    runs = list(RUN.finditer(text))
    told = sum(bool(_is_quoted(text, run) or TOPIC.search(_line(text, run))) for run in runs)
    lost = sum(len(run[0]) for run in runs)
    few = lost <= max(FEW * len(text), FEWEST)
    return told > 0 if few else MOST * told >= len(runs) and lost <= len(text) // MOST


def _is_quoted(text: str, run: re.Match[str]) -> bool:
    before, after = text[max(0, run.start() - 1) : run.start()], text[run.end() : run.end() + 1]
    return bool(before and after) and before in QUOTES and after in QUOTES


def _line(text: str, run: re.Match[str]) -> str:
    """The line of a run, 200 characters to either side at most."""
    before = text[max(0, run.start() - 200) : run.start()].rpartition("\n")[2]
    return before + text[run.end() : run.end() + 200].partition("\n")[0]
