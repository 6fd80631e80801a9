"""Put the marks of Latin words and numbers back where they stood: `3 . 5`, `10 , 000`, `km / h`, `( see `, `don ' t`.

A tokenizer parts every mark from its word. Where it does, a single space between two words says nothing, and one beside a
mark is settled by the mark: inside numbers, addresses and names of files nothing has a space; opening marks have none behind
them and closing ones none before them.
"""

from __future__ import annotations

import re

from builder.text.spacing.neighbours import CHINESE

ALNUM = "0-9A-Za-z\uff10-\uff19\uff21-\uff3a\uff41-\uff5a"  # ASCII and fullwidth
NUMBER = "0-9\uff10-\uff19"

ADDRESS = re.compile(r"(?:https?|ftp|HTTPS?) : / /[!-~ ]*|www \.[!-~ ]*")
BEHIND = frozenset(["", *',;!()<>"'])  # what ends an address in a sentence
ADDRESS_WORD = re.compile(r"[0-9A-Za-z]")
TIGHT = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"([!-/:-@[-`{-~]) (?=\1)", r"\1"),  # a mark that is repeated: -- ... // ==
        (f"(?<=[{NUMBER}]) ([.:\uff0e]) (?=[{NUMBER}])", r"\1"),
        (f"(?<=[{NUMBER}]) , (?=[0-9]{{3}}(?![0-9]))", ","),
        (f"(?<=[{ALNUM}%]) ([-/_@~]) (?=[{ALNUM}])", r"\1"),
        (r"(?<=[a-z0-9]) \. (?=[a-z0-9])", "."),
        (r"\b([A-Z]) \. (?=[A-Z]\b)", r"\1."),
        (r"(?<=[A-Za-z]) ' (?=(?:s|t|re|ve|ll|d|m)\b)", "'"),
        (r"([(\[{<$#@]) ", r"\1"),
        (r"(?<![0-9A-Za-z] ): ([a-z]+) : (?=[A-Za-z])", r":\1:"),  # a role of reStructuredText
        (f"(?<=[{CHINESE}])- (?=[{NUMBER}])", "-"),  # below zero
        (r" ?\\ (?=[A-Za-z])", r"\\"),  # a command of TeX, or a folder of Windows
        (r" (?=[,.;:!?)\]}>%])", ""),
    )
)


def tightened(line: str) -> str:
    """A line of words and marks, each parted by one space where no Chinese stands beside it."""
    line = ADDRESS.sub(lambda found: _address(found[0]), line)
    for pattern, replacement in TIGHT:
        line = pattern.sub(replacement, line)
    return _quoted(line) if line.count('"') > 1 else line


def _address(words: str) -> str:
    """What begins with an address, the address without its spaces: it ends at a comma, or where two words follow each other."""
    tokens = words.split(" ")
    end = 1
    while end < len(tokens) and tokens[end] not in BEHIND and not (_is_word(tokens[end - 1]) and _is_word(tokens[end])):
        end += 1
    return " ".join(["".join(tokens[:end]), *tokens[end:]])


def _is_word(token: str) -> bool:
    return ADDRESS_WORD.fullmatch(token[-1:]) is not None


def _quoted(line: str) -> str:
    """The line with its straight quotation marks beside what they hold: they open and close by turns."""
    pieces = line.split('"')
    for place, piece in enumerate(pieces):
        if place % 2 and place < len(pieces) - 1:
            pieces[place] = piece.strip(" ")
    return '"'.join(pieces)
