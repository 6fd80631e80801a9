"""Join the tokens of a line, and keep the spaces that the text had.

The separator is the commonest run of spaces between the Chinese of a text. Some tokenizers drop the spaces of a text: then
one between two Latin words must stay. Others keep each as a token of its own: then it stands between two separators, and
every bare separator goes. Where the separator is two spaces or an ideographic one, a single space is one of the text.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import NamedTuple

from builder.text.pattern import chars
from builder.text.spacing.latin import tightened
from builder.text.spacing.neighbours import CHINESE, HAN, IS_LETTER, IS_MARK, LETTER, MARK, PARTED, RUN, SPACE

BETWEEN_WORDS = re.compile(f"[{LETTER}]([{SPACE}]+)(?=[{LETTER}])")
# Latin words in a row, with or without a comma or a stop between them.
PHRASE = re.compile(
    f"[{LETTER}](?:[{SPACE}]*+[,.;:!?)])?[{SPACE}]+(?=[A-Za-z\uff21-\uff3a\uff41-\uff5a])|[{LETTER}][{SPACE}]+(?=[{LETTER}])"
)
BORDER = re.compile(f"[{LETTER}](?=[{CHINESE}])|[{CHINESE}](?=[{LETTER}])")
SPACED_BORDER = re.compile(f"[{LETTER}] (?=[{CHINESE}])|[{CHINESE}] (?=[{LETTER}])")
IS_LOOSE = re.compile(f"[{LETTER}\\x21-\\x7e]")  # what a space beside it may belong to: ASCII, and letters of alphabets
WORD_AND_MARK = re.compile(f"[{HAN}][{MARK}]|[{MARK}][{HAN}]")
AFTER_MARK = re.compile(f"([{CHINESE}][,;:!?)\\]]) ")  # a mark that was folded to ASCII: Chinese puts no space behind it

# Letters and digits that many a tokenizer takes for signs, since they are not ASCII: fullwidth ones, and all others.
WIDE_LETTER, FOREIGN = chars("wide_alnum"), f"(?![\\x00-\\x7f{chars('wide_alnum')}])[{LETTER}]"
ALPHABETS = {
    name: (re.compile(letter), re.compile(f"{letter}(?=[{LETTER}])|[{LETTER}](?={letter})"))
    for name, letter in (("wide", f"[{WIDE_LETTER}]"), ("foreign", FOREIGN))
}
ONE_LETTER_WORD = "\N{LATIN SMALL LETTER A WITH GRAVE}"  # of French and Italian

RARE = 0.1  # bare separators between Latin words, by spaces that are tokens: more, and the tokenizer parts words by them
MAX_PIECE = 4  # characters: where no token is longer, Latin words were cut too
BLIND_CHARS = 200  # of a text that can be told so: words of more than four characters are rare
TOUCHING_BORDERS = 0.2  # of Latin and Chinese: more, and only the Chinese was taken apart
LITERAL = 0.2  # a line with more spaces that are no separators than this is laid out by hand


class Spacing(NamedTuple):
    """How a text was taken apart."""

    separator: str
    literal: bool = False  # spaces of the text stand between separators, or differ from them
    loose: bool = True  # a separator between Latin words was a space of the text
    mixed: bool = False  # Latin words were left where they stood among the Chinese
    single: frozenset[str] = frozenset()  # alphabets each of whose letters was taken for a word of its own


def spacing(text: str, *, by_character: bool) -> Spacing:
    """How a text was taken apart, by the runs of spaces in it."""
    runs = Counter(PARTED.findall(text))
    separator = runs.most_common(1)[0][0] if runs else " "
    tokens = sum(number for run, number in Counter(RUN.findall(text)).items() if spaces_in(run, separator))
    bare = sum(run == separator for run in BETWEEN_WORDS.findall(text))
    mixed = False
    if by_character and separator == " ":
        touching = len(BORDER.findall(text))
        mixed = touching > TOUCHING_BORDERS * (touching + len(SPACED_BORDER.findall(text)))
    literal = (tokens > 0 and bare <= RARE * tokens) or _cut_blindly(text, separator)
    single = frozenset(name for name, (one, together) in ALPHABETS.items() if one.search(text) and not together.search(text))
    loose = tokens > 0 or PHRASE.search(text) is not None
    return Spacing(separator, literal=literal, loose=loose, mixed=mixed, single=single)


def _cut_blindly(text: str, separator: str) -> bool:
    """Whether a text was cut into short pieces wherever they ended, in the middle of Latin words too.

    What knows words or marks parts one from the other; blind cuts leave some together.
    """
    if separator == " " or len(text) < BLIND_CHARS:  # one space would not differ from those of the text
        return False
    longest = max(len(token.strip()) for token in text.replace("\n", separator).split(separator))
    return longest == 1 or (longest <= MAX_PIECE and WORD_AND_MARK.search(text) is not None)


def spaces_in(run: str, separator: str) -> str:
    """The spaces of the text in a run: what stands between its separators, or beside its only one."""
    stride = len(separator) + 1
    kept = run[len(separator) :: stride]
    if run == separator + "".join(space + separator for space in kept):
        return kept
    if separator not in run:
        return run
    return run.replace(separator, "", 1)


def joined(line: str, how: Spacing, *, split: bool, special: bool = False) -> str:
    """One line without its separators.

    `split`: every character stands alone, those of words and numbers too. `special`: a special token stood before it.
    """
    indent, line = line[: len(line) - len(line.lstrip())], line.strip()
    runs = PARTED.findall(line)
    literal = how.literal
    if not literal:
        how = _of_line(how, runs, line)
        odd = [run for run in runs if not _is_separator(run, how.separator)]
        if len(odd) > LITERAL * len(runs):
            return line
    tokens = RUN.split(line)
    for place in range(1, len(tokens), 2):
        tokens[place] = _gap(tokens[place - 1], tokens[place], tokens[place + 1], how, split=split)
    text = "".join(tokens)
    if special:
        indent = indent.removeprefix(how.separator if indent.startswith(how.separator) else " ")
    return _indentation(indent, how.separator) + text if literal else AFTER_MARK.sub(r"\1", tightened(text))


def _indentation(indent: str, separator: str) -> str:
    """The spaces of the text in the run that begins a line: each with a separator behind it."""
    kept = indent[:: len(separator) + 1]
    if indent == "".join(space + separator for space in kept):
        return kept
    return indent if " " in separator else indent.replace(separator, "")


def _of_line(how: Spacing, runs: list[str], line: str) -> Spacing:
    """The spacing of one line in a text that may have been put together from several."""
    if not runs:
        return how._replace(separator=min(RUN.findall(line), key=len, default=how.separator))
    return how._replace(separator=Counter(runs).most_common(1)[0][0])


def _is_single(token: str, how: Spacing) -> bool:
    """Whether a token is one letter of an alphabet that was taken apart."""
    if len(token) != 1 or token == ONE_LETTER_WORD:
        return False
    return any(name in how.single and one.match(token) for name, (one, _) in ALPHABETS.items())


def _is_separator(run: str, separator: str) -> bool:
    return len(separator) <= len(run) <= 2 * len(separator)


def _gap(before: str, run: str, after: str, how: Spacing, *, split: bool) -> str:
    """What stays of a run of spaces between two tokens."""
    if how.literal:
        return spaces_in(run, how.separator)
    left, right = before[-1:], after[:1]
    if not _is_separator(run, how.separator):
        return "" if IS_MARK.match(left) or IS_MARK.match(right) else " "
    if split and len(before) == len(after) == 1 and IS_LETTER.match(left) and IS_LETTER.match(right):
        return ""
    if how.single and (_is_single(before, how) or _is_single(after, how)) and IS_LETTER.match(left) and IS_LETTER.match(right):
        return ""
    if how.mixed and (IS_LETTER.match(left) or IS_LETTER.match(right)):
        return run
    return " " if how.loose and IS_LOOSE.match(left) and IS_LOOSE.match(right) else ""
