"""What is no prose inside a text: fenced code, lines of code and JSON; in a line code spans, links, addresses, tags, formulas."""

from __future__ import annotations

import re
from collections.abc import Iterator

from builder.text.margin import FENCE
from builder.text.pattern import chars

HAN = chars("han")
IS_HAN, ALNUM = re.compile(f"[{HAN}]"), re.compile("[A-Za-z0-9_]")
FILLER = "#"  # what a masked character becomes: no letter, so that addresses make no English sentence

CODE_SPAN = "`[^`\n]++`"
TARGET = r"[^()\s]*+(?:\([^()\s]*+\)[^()\s]*+)*+"  # with one pair of parentheses inside
LINK_TARGET = (
    rf"\]\((?:<[^<>\n]*+>|{TARGET})(?:\s+(?:\"[^\"\n]*+\"|'[^'\n]*+'|\([^()\n]*+\)))?\s*\)"  # of Markdown, and its title
)
ADDRESS = r"(?<![A-Za-z0-9+.\-])[A-Za-z][A-Za-z0-9+.\-]*+://[A-Za-z0-9\-._~:/?#\[\]@!$&*+,;=%]*"  # RFC 3986, no quotes
PATH = f"(?<![A-Za-z0-9])[A-Za-z]:\\\\[^\\s\"'<>|{HAN}]*+"  # of Windows
TAG = "</?[A-Za-z!][^<>\n]*+>"
FORMULA = f"\\$[^$\n{HAN}]++\\$"
CALL = f"(?<=[A-Za-z0-9_])\\(\\s*+(?:[\"'][^\"'()\n]*+[\"'][^\"'(){HAN}\n]*+)++\\)"  # with literals
VERBATIM = re.compile(f"{CODE_SPAN}|{LINK_TARGET}|{ADDRESS}|{PATH}|{TAG}|{FORMULA}|{CALL}")
HINTS = re.compile(r"[`<$\\]|\]\(|://|\(\s*+[\"']")
TRAILING = ",.:;?!)"  # marks at the end of an address belong to the sentence

CODE = re.compile(
    r"^\s*[\[{(,]?\s*[\"'][^\"'\n]*+[\"']\s*:\s*(?:[\"'\[{0-9-]|true|false|null|None)"  # an entry of JSON or of a dictionary
    r"|^\s*[\[{][\[{\"']"  # the same, all in one line
    rf"|^\s*[A-Za-z_][A-Za-z0-9_.]*+\s?\((?![^\"'。]*[{HAN}])[^。]*\)\s*(?:[;{{]|(?:#|//)[^。]*)?$"  # a call and its comment
    r"|^\s*[A-Za-z_][A-Za-z0-9_.]*+\s*=\s*[\[{(\"'][^。]*$"  # a name that is given a literal
    r"|^[^。]*;\s*//[^。]*$"  # a statement and its comment
)
STATEMENT = re.compile(  # in lines with more letters and digits than Han, that begin with none and have no full stop of Chinese
    r"(?:^|[A-Za-z0-9_\])\s])(?:[-+*/|&]|[=!<>:])?=(?:[=>])?\s*[\"'A-Za-z0-9_\[{(<$-]"
    rf"|(?:^|[^{HAN}])[;{{]\s*$|^\s*[}})\]]"
    r"|^\s*(?://|/\*|\*/|@|#include|>>> |\$ )"
    r"|^\s*(?:def|class|import|from|return|if|elif|for|while|function|func|fn|var|let|const|public|private|static|void|int"
    r"|echo|printf?|SELECT|INSERT|UPDATE|CREATE|ALTER|DROP)\s+[A-Za-z_*($\"']"
)


def lines(text: str) -> Iterator[tuple[str, bool]]:
    """The lines of a text, and whether each is outside of fenced code."""
    fenced = False
    for line in text.split("\n"):
        border = FENCE.match(line) is not None
        yield line, not (fenced or border)
        fenced ^= border


def is_code(line: str) -> bool:
    """Whether a line looks like code, JSON or a dictionary."""
    line = masked(line)  # an address has signs of code too
    if CODE.search(line):
        return True
    if "。" in line or IS_HAN.match(line) or not STATEMENT.search(line):
        return False
    return len(ALNUM.findall(line)) > len(IS_HAN.findall(line))


def masked(line: str) -> str:
    """The line, as long as it was, its spans that are no prose replaced by filler."""
    return VERBATIM.sub(_filler, line) if HINTS.search(line) else line


def _filler(span: re.Match[str]) -> str:
    kept = span[0].rstrip(TRAILING) if span[0][0].isalpha() else span[0]
    return FILLER * len(kept) + span[0][len(kept) :]
