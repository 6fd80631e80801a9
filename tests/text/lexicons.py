"""The words that the project looks for in texts, read out of its own tables, expressions and constants.

A literal is a word of a list, a run of two or more Han characters or a Latin word of an expression, or one character of
a list of function words. All are folded as lines of pages are: simplified, narrow, small.
"""

from __future__ import annotations

import ast
import csv
import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import import_module
from itertools import pairwise, product
from pathlib import Path
from re import _constants as op  # type: ignore[attr-defined]  # the parser of `re` has no public name
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import yaml

from builder.text.classes import TABLES
from builder.text.page.lines import page_lines
from builder.text.spam import lexicon as spam_terms

TABLE = Path(__file__).with_suffix(".csv")
BUILDER = Path(__file__).parents[2] / "builder"
MOST = 8  # spellings of a run that are told apart: 上一篇, 下一篇; where there are more, its pieces are literals of their own
LITERAL = re.compile("(?=[0-9]*[a-z\u3400-\u9fff])[0-9a-z\u3400-\u9fff]{2,}")
HAN_RUN = re.compile("[\u3400-\u9fff]{2}")
LISTS = {"controls", "sections", "nobody"}  # of furniture.yaml: words parted by spaces
PART = re.compile(r"\{[a-z]+\}")
RE2_ONLY = ((r"\p{Han}", "."), (r"\z", r"\Z"))
RANGE = re.compile("[\u3000-\uffff]-[\u3000-\uffff]")  # of a class that may stand in a constant without its brackets

# Constants of which each character is a word.
CHARACTERS = {
    "steps.normalize.private_use": {"PARTICLES"},
    "text.genre_lines": {"MODERN", "COMMON", "FORMAL", "CLASSICAL", "CANTONESE"},
    "text.layout.articles": {"STOP"},
    "text.notes": {"IN_NOTICES"},
    "text.layout.letters": {"GRAMMAR"},
    "text.page.lines": {"FUNCTION_WORDS"},
    "text.spacing.prose": {"PARTICLES"},
}
# Constants whose words are Latin alone.
LATIN = {
    "steps.filter.template": {"LATIN"},
    "text.language": {"ENGLISH"},
}
# Constants that hold Han characters and no words to look for; None stands for the whole file.
NO_WORDS: dict[str, set[str] | None] = {
    "steps.normalize.lost_characters": {
        "GBK",
        "BIG5",
        "FILLS",
        "BROKEN",
        "RUN",
        "PAIR",
        "FOUND",
        "WORDS",
    },  # what bytes of other encodings look like
    "steps.normalize.injected_names": {"SPEAKS"},  # first characters of many verbs
    "steps.normalize.script": None,  # characters that one script has
    "text.cloak.glosses": None,  # characters that converters write
    "text.encoding.legibility": None,  # the commonest characters, by frequency
    "text.encoding.misread": None,  # code points of GB 18030
    "text.encoding.repair": {"BOM"},  # bytes of a mark
    "text.genre": {"DATELINE_PAIRS", "COUPLET_PAIRS"},  # two characters side by side in the expressions beside them
    "text.genre_lines": {"FUNCTION_WORDS", "HAN_NUMERALS", "UNITS", "JAPANESE"},  # the lists above together; numerals; a script
    "text.layout.measured": {"UNITS"},  # of statutes, one character each
    "text.layout.page_lines": {"CAPTION_BEGINS", "CAPTION_ENDS"},  # first and last characters of expressions beside them
    "text.marks.drawn": {"SYLLABLES"},  # characters of foreign names
    "text.near.facts": {"NUMERALS", "SURNAMES", "PLACES"},  # one character each
    "text.privacy.found": {"KINDS", "HELD"},  # placeholders: written, not looked for
    "text.simplification": None,  # characters with rules of context; tests/text/test_simplification.py
    "text.spam": {"IN_NAMES"},  # taken out of the lists above
    "text.verse_lines": {"IN_VERSE", "IN_QUESTIONS"},  # characters by frequency; those that questions hold
}


class Entry(NamedTuple):
    """One literal of one lexicon, and how it is attested."""

    lexicon: str
    literal: str
    source: str  # what kind of text says it
    documents: int  # of the collections that hold it, the samples not among them
    reason: str  # why it stays where no document holds it


def entries() -> list[Entry]:
    """The rows of the table."""
    if not TABLE.is_file():
        return []
    with TABLE.open(encoding="utf-8", newline="") as stream:
        return [
            Entry(row["lexicon"], row["literal"], row["source"], int(row["documents"]), row["reason"])
            for row in csv.DictReader(stream)
        ]


def write_entries(rows: Iterable[Entry]) -> None:
    """Write the table anew."""
    with TABLE.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(Entry._fields)
        writer.writerows(rows)


@cache
def literals() -> dict[str, frozenset[str]]:
    """The literals of each lexicon: a table's entry, or a file of the package that has words."""
    tables = {
        f"{path.stem}.{name}": of_entry(name, entry)
        for path in sorted(TABLES.glob("*.yaml"))
        for name, entry in yaml.safe_load(path.read_text("utf-8")).items()
    }
    tables["spam"] = frozenset(term.term for term in spam_terms())
    files = {_name(path): _of_file(path) for layer in ("steps", "text") for path in sorted((BUILDER / layer).rglob("*.py"))}
    return {name: _folded(found) for name, found in {**tables, **files}.items() if found}


def folded(texts: list[str]) -> list[str]:
    """Texts with every line folded."""
    lines = page_lines(pa.array(texts, pa.large_string()))
    every = b"\n".join(lines.folded(np.arange(len(lines.rows)))).decode().split("\n") if len(lines.rows) else []
    borders = np.searchsorted(lines.rows, np.arange(len(texts) + 1)).tolist()
    return ["\n".join(every[first:last]) for first, last in pairwise(borders)]


def of_entry(name: str, entry: object) -> frozenset[str]:
    """The literals of one entry of a YAML table: a list of words, patterns, or patterns by name."""
    if isinstance(entry, str):
        return frozenset(entry.split()) if name in LISTS else of_expression(entry)
    patterns = entry.values() if isinstance(entry, dict) else entry
    assert isinstance(patterns, Iterable)
    return frozenset().union(*(of_expression(PART.sub(".", pattern)) for pattern in patterns))


def of_expression(pattern: str) -> frozenset[str]:
    """The literals of a regular expression, alternatives apart, whatever they share at the beginning."""
    for theirs, ours in RE2_ONLY:
        pattern = pattern.replace(theirs, ours)
    pattern = RANGE.sub(r"\\d", pattern)
    pattern = re.sub(r"\\x\{([0-9a-f]+)\}", lambda escape: re.escape(chr(int(escape[1], 16))), pattern)
    try:
        runs = [*_runs(parser.parse(pattern))]
    except re.error:  # no expression, or half of one
        runs = [pattern]
    return frozenset(found for run in runs for found in LITERAL.findall(run.lower()))


def _runs(parts: Iterable[Any]) -> Iterator[str]:
    """The longest runs of characters in parts that stand one behind the other."""
    run = [""]
    for name, argument in parts:
        spellings = _spellings(name, argument)
        if spellings is not None and len(run) * len(spellings) <= MOST:
            run = ["".join(pair) for pair in product(run, spellings)]
            continue
        if name is op.BRANCH:  # `re` takes what alternatives share out of them
            for branch in argument[1]:
                head = [(op.LITERAL, ord(char)) for char in run[0]] if len(run) == 1 else []
                yield from _runs([*head, *branch])
            run = [""] if len(run) == 1 else run
        yield from run
        run = spellings if spellings is not None and len(spellings) <= MOST else [""]
        yield from _inside(name, argument)
    yield from run


def _spellings(name: Any, argument: Any) -> list[str] | None:  # noqa: ANN401 - the tree of `re` has no types
    """All that a part matches, where that is a character or a few; a space that may be left out counts for nothing."""
    if name is op.LITERAL:
        return [chr(argument)]
    if name is op.IN and all(kind is op.LITERAL for kind, _ in argument):
        return [chr(code) for _, code in argument]
    if name is op.BRANCH and all(kind is op.LITERAL for branch in argument[1] for kind, _ in branch):
        return ["".join(chr(code) for _, code in branch) for branch in argument[1]]
    optional = name in {op.MAX_REPEAT, op.MIN_REPEAT} and argument[0] == 0
    return [""] if optional and [*argument[2]] == [(op.LITERAL, ord(" "))] else None


def _inside(name: Any, argument: Any) -> Iterator[str]:  # noqa: ANN401 - as above
    """The runs inside of a part: what repeats, is captured, or must or must not stand beside."""
    if name is op.SUBPATTERN:
        yield from _runs(argument[3])
    elif name in {op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT}:
        yield from _runs(argument[2])
    elif name in {op.ASSERT, op.ASSERT_NOT}:
        yield from _runs(argument[1])


def _name(path: Path) -> str:
    return ".".join(path.relative_to(BUILDER).with_suffix("").parts)


def _of_file(path: Path) -> frozenset[str]:
    """The literals of a file's constants."""
    name = _name(path)
    left_out = NO_WORDS.get(name, set())
    if left_out is None or name.endswith("__init__"):
        return frozenset()
    module, found = import_module(f"builder.{name}"), set()
    for constant in _constants(path):
        value = getattr(module, constant)
        if constant in left_out:
            continue
        if constant in CHARACTERS.get(name, set()):
            found.update(value)
            continue
        for pattern in _strings(value):
            words = of_expression(pattern)
            if constant in LATIN.get(name, set()) or any(HAN_RUN.search(word) for word in words):
                found |= words
    return frozenset(found)


def _constants(path: Path) -> Iterator[str]:
    """The names that a file gives to values at its top."""
    for node in ast.parse(path.read_text("utf-8")).body:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        yield from (name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name))


def _strings(value: object) -> Iterator[str]:
    """All strings and expressions of text in a value."""
    if isinstance(value, re.Pattern):
        value = value.pattern
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from _strings([*value.keys(), *value.values()])
    elif isinstance(value, tuple | list | set | frozenset):
        for part in value:
            yield from _strings(part)


def _folded(words: Iterable[str]) -> frozenset[str]:
    return frozenset(folded(sorted(words)))
