"""Undo what subword models and other tokenizers write into a text: signs of pieces, and special tokens.

BPE ends a piece that goes on with `@@`, WordPiece begins one with `##`, SentencePiece writes a space as a low bar, another
BPE ends words with `</w>`. Special tokens stand at the borders of sentences and documents; the unknown token stands for
characters that are lost.
"""

from __future__ import annotations

import re

from builder.text.spacing.neighbours import CHINESE, RUN, SPACE

BAR = "\N{LOWER ONE EIGHTH BLOCK}"  # SentencePiece's sign for a space

BORDERS = (
    r"<(?:BOS|EOS|bos|eos|SOS|sos|PAD|pad|CLS|cls|SEP|sep)>|</?[sS]>|\[(?:CLS|SEP|PAD|BOS|EOS)\]"
    r"|<\|(?:endoftext|startoftext|begin_of_text|end_of_text|im_start|im_end)\|>"
)
SPECIAL = re.compile(BORDERS)
UNKNOWN = re.compile(r"<(?:unk|UNK)>|\[UNK\]")
LOST = "\N{REPLACEMENT CHARACTER}"
SPECIALS = re.compile(rf"(?:[{SPACE}]*+(?:{BORDERS}))++[{SPACE}]*+")  # in a row
SPECIAL_FOUND = rf"\A[{SPACE}\n]*(?:{BORDERS})"  # RE2
PIECE_FOUND = f"[{CHINESE}]@@ |[{CHINESE}]</w>|(?:\\A|\n) ?{BAR}"  # RE2

CONTINUED = re.compile(f"(?<=[^{SPACE}\n@])@@(?:[{SPACE}]+|$)", re.MULTILINE)
CONTINUING = re.compile(f"(?<=[^{SPACE}\n#])[{SPACE}]+##(?=[^{SPACE}\n#])")
WORD_END = re.compile(f"</w>[{SPACE}]*")
CHART = re.compile("[\N{LOWER ONE QUARTER BLOCK}-\N{FULL BLOCK}]")  # its bars are no signs
BAR_LINE = re.compile(f"^[{SPACE}]*{BAR}", re.MULTILINE)

MIN_PIECES = 3
MIN_LINES = 0.6  # of the lines with text: those that begin with a low bar, or stand between special tokens


def without_pieces(text: str) -> str:
    """The text with its pieces put together; the words that are left may still stand apart."""
    if "</w>" in text and len(WORD_END.findall(text)) >= MIN_PIECES:
        text = "\n".join(WORD_END.sub(" ", RUN.sub("", line)).rstrip() for line in text.split("\n"))
    if "@@" in text and len(CONTINUED.findall(text)) >= MIN_PIECES:
        text = CONTINUED.sub("", text)
    if BAR in text:
        text = _without_bars(text)
    return text


def _without_bars(text: str) -> str:
    """The text without SentencePiece's bars: a space was where a bar is, and none where a space is."""
    lines = text.split("\n")
    full = sum(bool(line.strip()) for line in lines)
    if len(BAR_LINE.findall(text)) < MIN_LINES * full or CHART.search(text):
        return text
    return "\n".join(line.replace(" ", "").removeprefix(BAR).replace(BAR, " ") if BAR in line else line for line in lines)


def unwrapped(lines: list[str]) -> list[str] | None:
    """Each line without the special tokens around it; None where they do not stand around most lines, nor around all."""
    bare = [_without_borders(line) for line in lines]
    full = [(first, last) for first, last, rest in bare if first or last or rest.strip()]
    around = sum(first and last for first, last in full)
    if not full or (around < MIN_LINES * len(full) and not (full[0][0] and full[-1][1])):
        return None
    return [rest for *_, rest in bare]


def _without_borders(line: str) -> tuple[bool, bool, str]:
    """Whether special tokens stand first and last in a line, and the line without these."""
    runs = list(SPECIALS.finditer(line)) if "<" in line or "[" in line else []
    first = bool(runs) and runs[0].start() == 0
    last = bool(runs) and runs[-1].end() == len(line)
    return first, last, line[runs[0].end() if first else 0 : runs[-1].start() if last else None] if runs else line
