"""What a line must hold for a regular expression to match all of it: found in the expression, so that few lines are shown to it.

Two things are found: grams of one to three characters of which every match holds one (Cox, Regular Expression
Matching with a Trigram Index, 2012), for two parts of the expression where there are two; and the alphabet, where no match
holds any other character. Spaces are left out, and every digit is written 0.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import chain, product
from re import _constants as op  # type: ignore[attr-defined]  # the parser of `re` has no public name
from re import _parser as parser  # type: ignore[attr-defined]
from string import digits
from typing import Any, NamedTuple

Strings = frozenset[str]
Part = tuple[Any, Any]  # of an expression, as the parser of `re` gives it: what it is, and its argument
ANY_DIGIT = "0"
DIGITS = [(op.CATEGORY, op.CATEGORY_DIGIT)]
MOST = 400  # strings of a set; larger ones are given up
CLASS_MOST = 16  # characters of a class that are told apart
TIMES_MOST = 12  # repetitions that are told apart
LONGEST = 3  # characters of a gram
SINGLE, FIGURES = 40, 30  # how much commoner than a pair of Han a single character is, and what is all digits, about


class Atoms(NamedTuple):
    """What is known of the lines that an expression matches."""

    grams: Strings  # each line holds one of these, of one to three characters; where there are none, no line is ever shown
    also: Strings | None  # and one of these
    alphabet: Strings | None  # and no character but these


class Seen(NamedTuple):
    """What is known of the matches of a part of an expression."""

    all: Strings | None  # all that it matches, where they are few
    one_of: Strings | None  # strings of which every match holds one


NOTHING, EMPTY = Seen(None, None), Seen(frozenset({""}), None)


def atoms(pattern: str) -> Atoms:
    """What every match of an RE2 pattern holds."""
    tree = parser.parse(re.sub(r"\\x\{([0-9a-f]+)\}", lambda escape: re.escape(chr(int(escape[1], 16))), pattern))
    known, _ = _known(tree)
    grams = sorted((_grams(strings) for strings in known if "" not in strings), key=_cost)
    return Atoms(grams[0] if grams else frozenset(), grams[1] if len(grams) > 1 else None, _alphabet(tree))


def _grams(strings: Strings) -> Strings:
    """Grams of which every string holds one: the beginnings or the ends, whichever are the fewer."""
    return min((frozenset(string[:LONGEST] for string in strings), frozenset(string[-LONGEST:] for string in strings)), key=_cost)


def _cost(grams: Strings) -> int:
    """How often lines of any kind hold one of the grams, next to a pair of Han."""
    return sum((1 if len(gram) > 1 else SINGLE) * (FIGURES if set(gram) == {ANY_DIGIT} else 1) for gram in grams)


def _sequence(parts: Iterable[Part]) -> Seen:
    """What is known of parts that stand one behind the other."""
    known, whole = _known(parts)
    return Seen(known[-1] if whole else None, _best(known))


def _known(parts: Iterable[Part]) -> tuple[list[Strings], bool]:
    """Sets of strings, one of each of which every match holds, none inside another; and whether the last is all that matches."""
    known: list[Strings] = []
    run, whole = frozenset({""}), True
    for part in parts:
        seen = _part(part)
        if seen.all is not None and len(run) * len(seen.all) <= MOST:
            run = frozenset(map("".join, product(run, seen.all)))
            continue
        whole = False
        known += [run, *([seen.one_of] if seen.one_of and not seen.all else [])]
        run = seen.all or frozenset({""})
    return [*known, run], whole


def _part(part: Part) -> Seen:
    """What is known of one part of an expression."""
    name, argument = part
    if name is op.LITERAL:
        return Seen(frozenset({_folded(argument)}), None)
    if name is op.IN:
        return _class(argument)
    if name is op.SUBPATTERN:
        return _sequence(argument[3])
    if name is op.BRANCH:
        return _any_of([_sequence(branch) for branch in argument[1]])
    if name is op.MAX_REPEAT:
        return _repeated(*argument)
    return EMPTY if name is op.AT else NOTHING


def _folded(code: int) -> str:
    char = chr(code)
    return ANY_DIGIT if char in digits else char.strip()


def _class(members: list[Part]) -> Seen:
    known = _members(members)
    return Seen(known, None) if known is not None and len(known) <= CLASS_MOST else NOTHING


def _members(members: list[Part]) -> Strings | None:
    """The characters of a class; None where it is told by what it is not, or by more than digits and what is listed."""
    if any(name not in (op.LITERAL, op.RANGE) and (name, argument) != DIGITS[0] for name, argument in members):
        return None
    ranges = (
        range(argument[0], argument[1] + 1) if name is op.RANGE else [argument]
        for name, argument in members
        if name is not op.CATEGORY
    )
    listed = {_folded(code) for code in chain.from_iterable(ranges)}
    return frozenset(listed | ({ANY_DIGIT} if DIGITS[0] in members else set()))


def _repeated(least: int, most: int, parts: Iterable[Part]) -> Seen:
    seen = _sequence(parts)
    if most == 1:
        return _any_of([seen, EMPTY])
    if seen.all is not None and len(seen.all) == 1 and most <= TIMES_MOST:
        return Seen(frozenset(string * times for string in seen.all for times in range(least, most + 1)), None)
    if not least:
        return NOTHING
    if seen.all is None or "" in seen.all:
        return Seen(None, seen.one_of)
    twice = least > 1 and len(seen.all) ** 2 <= MOST
    return Seen(None, frozenset(map("".join, product(seen.all, repeat=2))) if twice else seen.all)


def _any_of(seen: list[Seen]) -> Seen:
    """What is known where one of several parts stands."""
    everything = [one.all for one in seen if one.all is not None]
    told = [one for one in map(_told, seen) if one]
    return Seen(
        frozenset().union(*everything) if len(everything) == len(seen) else None,
        frozenset().union(*told) if len(told) == len(seen) else None,
    )


def _told(seen: Seen) -> Strings | None:
    return _best([*filter(None, seen)])


def _best(known: list[Strings]) -> Strings | None:
    """The set that tells most: of the fewest grams, single characters and digits being dear."""
    useful = [strings for strings in known if "" not in strings]
    return min(useful, key=lambda strings: _cost(_grams(strings)), default=None)


def _alphabet(parts: Iterable[Part]) -> Strings | None:
    """All characters that parts of an expression can match; None where that is not known."""
    known = [_characters(part) for part in parts]
    return None if None in known else frozenset().union(*filter(None, known))


def _characters(part: Part) -> Strings | None:
    name, argument = part
    if name is op.LITERAL:
        return frozenset({_folded(argument)})
    if name is op.IN:
        return _members(argument)
    if name is op.SUBPATTERN:
        return _alphabet(argument[3])
    if name is op.BRANCH:
        return _alphabet(chain.from_iterable(argument[1]))
    if name is op.MAX_REPEAT:
        return _alphabet(argument[2])
    return frozenset() if name is op.AT else None
