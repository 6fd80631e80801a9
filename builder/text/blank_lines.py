"""Blank lines where lines were taken out of a text: the borders above and below become one."""

from __future__ import annotations

import re

RUN = re.compile("\n{3,}")


def closed(text: str) -> str:
    """The text with one blank line at most in a row, and none before its first and after its last line."""
    return RUN.sub("\n\n", text).strip("\n")
