"""Documents as the lines that the trainer reads.

SentencePiece drops a line longer than its limit, and a line with the sign by which it marks unknown characters, and says
so in its log only. Here no line is dropped: a long one is cut, at the end of a sentence where there is one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

LINE_CHARS = 4096  # longest line handed out: a chapter without breaks, not a paragraph
LINE_BYTES = 4 * LINE_CHARS  # the same in UTF-8, at most

BORDER = "\1"  # stands where no piece may cross; control characters are not in published text

# Line breaks, NUL, and U+2585, the trainer's own sign for an unknown character (trainer_interface.cc).
_BREAKS = re.compile("[\n\r\0\u2585]+")
_CUT = re.compile(rf"(?s:.{{1,{LINE_CHARS}}}(?<=[。！？；!?;])|.{{1,{LINE_CHARS}}})")


def sentences(documents: Iterable[str]) -> Iterator[str]:
    """Every character of the documents, save line breaks, NUL and U+2585, in lines of 1 to LINE_CHARS characters."""
    for text in documents:
        for line in _BREAKS.split(text):
            if len(line) > LINE_CHARS:
                yield from _CUT.findall(line)
            elif line:
                yield line
