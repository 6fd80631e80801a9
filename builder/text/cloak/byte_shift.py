"""Undo a replacement that was made on the bytes of GBK text without regard to where its characters begin.

A page was written in GBK, where a Han character is two bytes, and a program put its reading behind certain characters by
searching for their bytes. Where the two bytes were found across a border, the second half of one character and the first
half of the next, the reading was inserted in the middle of a character: the first half and the `(` became one `?`, and
what follows was read one byte off until an ASCII byte brought it back into step. So `?` stands for the byte that was lost,
and the reading behind it says which: with the byte before it, it is a character that is read so.

    ..83 | D4DA..   ->   ..83 [D4 (] cè) [DA ..     `?cè)` was the byte D4: 83D4 is 冊, read cè

Inside such a run other readings may stand, cut or whole. All of them are taken out, the lost bytes put in, and the bytes
decoded once. A bare `?` in a run is a pair of bytes that is lost for good: the characters that they were halves of become
U+FFFD, and the rest is still right. Bytes are those of GB18030, in which every pair has a character, the private ones included.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from builder.text.cloak.gbk import LOSS, LOST, STRANGE, UNKNOWN, decoded, encoded, is_traditional_alone, rarity
from builder.text.cloak.glosses import READING, WHOLE
from builder.text.cloak.readings import readings

CUT = rf"(?:\?|{LOST}\(?){READING}\)"  # some decoders keep the bracket
GLOSS = re.compile(f"{WHOLE}|{CUT}")
CUT_HERE = re.compile(CUT)
LONE = re.compile(r"(?<![0-9A-Za-z])[@-~](?![0-9A-Za-z])")  # a letter or sign by itself, which may be the second byte of a Han

SAMPLE = 20_000  # characters of a page that are asked for its words
LONGEST_RUN = 200  # displayed characters; the next ASCII byte is eight characters away on average
MOST_STATES = 16  # kept at a time, the cheapest ones; a run has one or two, and twice as many after each lost pair

UNEXPLAINED = 8  # cost of a reading that stays; the costs of characters stand beside `rarity`
QUESTION = 2 * LOSS + 1  # of a question mark that is one: in a run it is nearly always what a lost pair left
HALF = 1  # of a lost pair whose second byte was ASCII: it ends the run, at one byte in eight; twice where no ASCII follows

Accepts = Callable[[str, str], bool]  # whether this syllable behind this character is one of the page's readings


class Restored(NamedTuple):
    """A text without readings."""

    text: str
    removed: int  # readings taken out, those of runs included
    shifted: int  # runs brought back into step


class State(NamedTuple):
    """One way to read a run up to some displayed character."""

    text: str
    last: bytes  # the last two bytes
    within: bool  # they end within a character
    cost: int
    removed: int = 0
    annotated: str = ""  # the characters behind which a cut reading stood


class Page(NamedTuple):
    """What is known of the page that a text stands on."""

    accepts: Accepts
    weight: Mapping[str, int]  # how often each character is annotated; of two solutions, the one whose characters are wins
    words: str = ""  # some of its text without readings; of two solutions still alike, the one whose pairs of characters it has


def restored(shown: str, page: Page) -> Restored:
    """The text without the readings that the page accepts, and with its shifted runs in step where that has one solution."""
    page = page._replace(words=GLOSS.sub("", shown[:SAMPLE]))
    pieces, tail, place, removed, shifted = [""], "", 0, 0, 0
    while gloss := GLOSS.search(shown, place):
        before = shown[place : gloss.start()]
        tail = (tail + before[-2:])[-2:]
        piece, place = gloss[0], gloss.end()
        if gloss[1] is not None:
            if _behind(tail, gloss[1], page.accepts):
                piece = ""
                removed += 1
        elif run := _run(shown, gloss.start(), encoded(tail)[-1:], page):
            place, piece, count = run
            removed += count
            shifted += 1
        tail = (tail + piece[-2:])[-2:]
        pieces += [before, piece]
    return Restored("".join([*pieces, shown[place:]]), removed, shifted)


def _behind(tail: str, syllable: str, accepts: Accepts) -> bool:
    """Whether a whole reading belongs to what stands before it: a character, or the last two bytes where the second is ASCII."""
    if not tail:
        return False
    return accepts(tail[-1], syllable) or (tail[-1].isascii() and accepts(decoded(encoded(tail)[-2:]), syllable))


def _run(shown: str, start: int, before: bytes, page: Page) -> tuple[int, str, int] | None:
    """Where the run that begins with the cut reading at `start` ends, its text and the readings in it; None: no single solution.

    `before`: the last byte ahead of the run, or nothing. After a lost pair some states may be out of step and some not; a run
    ends where all are in step, and takes in a whole reading that follows at once.
    """
    gloss = CUT_HERE.match(shown, start)
    if gloss is None or not before:
        return None
    states, place = _filled(State("", before, within=False, cost=0), gloss[1], page), gloss.end()
    while states and place < len(shown) and place - start < LONGEST_RUN:
        next_gloss = GLOSS.match(shown, place)
        if not any(state.within for state in states) and (next_gloss is None or next_gloss[1] is None):
            break
        states = _cheapest([after for state in states for after in _after(state, shown, place, next_gloss, page)])
        place = next_gloss.end() if next_gloss else place + 1
    best = _best([state for state in states if not state.within], shown[start:place], page)
    return None if best is None else (place, best.text, best.removed)


def _after(state: State, shown: str, place: int, gloss: re.Match[str] | None, page: Page) -> list[State]:
    """The states that may follow when the character or the reading at `place` is displayed."""
    char = shown[place]
    if gloss is None:
        if state.within:
            return _missing(state, shown[place + 1 : place + 2]) if char in {"?", LOST} else _pushed(state, char)
        odd = QUESTION * (char == "?") + STRANGE * (LONE.match(shown, place) is not None)
        return [_passed(state, char, rarity(char) + odd)]
    if gloss[1] is not None:
        known = _identified(state, gloss[1], page)
        stays = [] if known or state.within else [_passed(state, gloss[0], UNEXPLAINED)]
        return [known] if known else stays
    stays = [] if state.within else [_passed(state, gloss[0], UNEXPLAINED)]
    return _filled(state, gloss[2], page) + stays


def _passed(state: State, shown: str, cost: int) -> State:
    """A state in step after what it leaves as it is."""
    return state._replace(text=state.text + shown, last=(state.last + encoded(shown))[-2:], cost=state.cost + cost)


def _identified(state: State, syllable: str, page: Page) -> State | None:
    """The state behind a whole reading of the character before it, which it may also recover when its first byte was lost."""
    if state.last[:1] == UNKNOWN and not state.within:
        found = _with_second_byte(page.weight, syllable, state.last[1:], page) or _with_second_byte(
            _common(), syllable, state.last[1:], page
        )
        if len(found) != 1:
            return None
        return state._replace(text=state.text[:-1] + found[0], last=encoded(found[0]), removed=state.removed + 1)
    return state._replace(removed=state.removed + 1) if page.accepts(decoded(state.last), syllable) else None


def _with_second_byte(chars: Iterable[str], syllable: str, second: bytes, page: Page) -> list[str]:
    """The characters that may be meant by a reading when all that is left of them is their second byte."""
    return [char for char in chars if encoded(char)[1:] == second and page.accepts(char, syllable)]


def _pushed(state: State, char: str) -> list[State]:
    """The state out of step after the bytes of one more displayed character; none where they do not decode."""
    text, last, within, cost = state.text, state.last, state.within, state.cost
    for byte in map(int.to_bytes, encoded(char)):
        last = last[-1:] + byte
        if not within and byte >= b"\x80":
            within = True
            continue
        whole = decoded(last) if within else byte.decode()
        if not whole:
            return []
        text, within, cost = text + whole, False, cost + rarity(whole) + (0 if within else HALF)  # a sign out of half a Han
    return [state._replace(text=text, last=last, within=within, cost=cost)]


def _missing(state: State, following: str) -> list[State]:
    """The states after a pair of bytes that is lost: within the next character, or at its end where the second was ASCII."""
    lost = state._replace(text=state.text + LOST, last=2 * UNKNOWN, cost=state.cost + LOSS)
    return [lost, lost._replace(within=False, cost=lost.cost + (HALF if following.isascii() else 2 * HALF))]


def _filled(state: State, syllable: str, page: Page) -> list[State]:
    """The states after each byte that a cut reading allows."""
    lead, states = state.last[-1:], []
    if lead == UNKNOWN:  # then the character must be one that is annotated elsewhere
        found = [char for char in page.weight if state.within and page.accepts(char, syllable)]
    else:
        found = [char for char in _by_lead().get(lead, ()) if page.accepts(char, syllable)]
    for char in found:
        text = state.text + char if state.within else state.text
        cost = state.cost + rarity(char)  # of a character that is only sought as well: what is annotated is common
        states.append(State(text, encoded(char), not state.within, cost, state.removed + 1, state.annotated + char))
    return states


def _cheapest(states: list[State]) -> list[State]:
    return sorted(states, key=lambda state: state.cost)[:MOST_STATES]


@cache
def _by_lead() -> dict[bytes, list[str]]:
    """The characters with readings by their first byte; without those whose second byte is ASCII, which nothing can hide."""
    table: dict[bytes, list[str]] = {}
    for char in readings():
        raw = encoded(char)
        if raw[1] >= 0x80:
            table.setdefault(raw[:1], []).append(char)
    return table


@cache
def _common() -> tuple[str, ...]:
    """The everyday characters with readings."""
    return tuple(char for char in readings() if rarity(char) == 0)


def _best(states: list[State], shown: str, page: Page) -> State | None:
    """The likeliest of several solutions; None where there is none, no single one, or the damaged text reads better."""

    def key(state: State) -> tuple[int, int, int]:
        known = sum(page.weight.get(char, 0) for char in state.annotated)
        return state.cost, -known, sum(not is_traditional_alone(char) for char in state.annotated)

    least = min(map(key, states), default=None)
    best = {state.text: state for state in states if key(state) == least}
    if len(best) > 1:
        known = {text: sum(page.words.count(one + other) for one, other in pairwise(text)) for text in best}
        best = {text: best[text] for text in best if known[text] == max(known.values())}
    if len(best) != 1:
        return None
    (solution,) = best.values()
    rest, cuts = CUT_HERE.subn("", shown)
    before = sum(map(rarity, rest)) + LOSS * rest.count("?") + UNEXPLAINED * cuts
    return solution if solution.cost < before else None
