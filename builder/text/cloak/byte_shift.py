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
from collections.abc import Callable, Mapping
from functools import cache
from typing import NamedTuple

from builder.text.cloak.gbk import LOSS, LOST, STRANGE, UNKNOWN, decoded, encoded, rarity
from builder.text.cloak.glosses import READING, WHOLE
from builder.text.cloak.readings import readings

CUT = rf"(?:\?|{LOST}\(?){READING}\)"  # some decoders keep the bracket
GLOSS = re.compile(f"{WHOLE}|{CUT}")
CUT_HERE = re.compile(CUT)
LONE = re.compile(r"(?<![0-9A-Za-z])[@-~](?![0-9A-Za-z])")  # a letter or sign by itself, which may be the second byte of a Han

LONGEST_RUN = 200  # displayed characters; the next ASCII byte is eight characters away on average
MOST_STATES = 16  # kept at a time, the cheapest ones; a run has one or two, and twice as many after each lost pair

UNEXPLAINED = 6  # cost of a reading that stays; the costs of characters stand beside `rarity`

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


def restored(shown: str, page: Page) -> Restored:
    """The text without the readings that the page accepts, and with its shifted runs in step where that has one solution."""
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
    best = _best([state for state in states if not state.within], shown[start:place], page.weight)
    return None if best is None else (place, best.text, best.removed)


def _after(state: State, shown: str, place: int, gloss: re.Match[str] | None, page: Page) -> list[State]:
    """The states that may follow when the character or the reading at `place` is displayed."""
    char = shown[place]
    if gloss is None:
        if state.within:
            return _missing(state) if char in {"?", LOST} else _pushed(state, char)
        odd = LOSS * (char == "?") + STRANGE * (LONE.match(shown, place) is not None)
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
        found = [char for char in page.weight if page.accepts(char, syllable) and encoded(char)[1:] == state.last[1:]]
        if len(found) != 1:
            return None
        return state._replace(text=state.text[:-1] + found[0], last=encoded(found[0]), removed=state.removed + 1)
    return state._replace(removed=state.removed + 1) if page.accepts(decoded(state.last), syllable) else None


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
        text, within, cost = text + whole, False, cost + rarity(whole)
    return [state._replace(text=text, last=last, within=within, cost=cost)]


def _missing(state: State) -> list[State]:
    """The states after a pair of bytes that is lost: within the next character, or at its end where the second was ASCII."""
    lost = state._replace(text=state.text + LOST, last=2 * UNKNOWN, cost=state.cost + LOSS)
    return [lost, lost._replace(within=False)]


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


def _best(states: list[State], shown: str, weight: Mapping[str, int]) -> State | None:
    """The likeliest of several solutions; None where there is none, no single one, or the damaged text reads better."""

    def key(state: State) -> tuple[int, int]:
        return state.cost, -sum(weight.get(char, 0) for char in state.annotated)

    ranked = sorted(states, key=key)
    if not ranked or any(key(other) == key(ranked[0]) and other.text != ranked[0].text for other in ranked[1:]):
        return None
    best, before = ranked[0], sum(map(rarity, shown)) + UNEXPLAINED * len(CUT_HERE.findall(shown))
    return best if best.cost < before else None
