"""Which character stands beside which: an automaton over character classes, built here and run by text/profile.py.

Its state is what the last character was; each step leads to a state and may add 1 to one counter.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np

from builder.text.classes import partition

NEIGHBOUR_COUNTERS = (
    "han_spaced",  # Han or CJK mark, then spaces (no tab), then Han or CJK mark, on one line
    "han_adjacent",  # Han directly before Han or a CJK mark, or a CJK mark directly before Han
    "edge_space",  # space-like characters that touch a line break or an end of the text: a run at an edge counts 1 or 2
    "space_pair",  # space-like characters directly after a space-like one
    "blank_run",  # newlines that are the third or later of a run
    "edge_break",  # 1 for a newline that opens the text, 1 for one that ends it
    "mark_beside_han",  # ASCII , : ; ? ! ( ) directly beside Han or a CJK mark
)
KINDS = {  # what the automaton sees of a class; "other" for the rest
    "han": "han",
    "terminal_mark": "mark",
    "cjk_mark": "mark",
    "folded_mark": "ascii",
    "space": "gap",
    "wide_space": "gap",
    "odd_space": "gap",
    "tab": "tab",
    "newline": "line",
    "odd_break": "edge",
}
LINES = ("line_1", "line_2", "line_3")  # after that many newlines; 3 stands for more
GAPS = ("gap_edge", "gap_han", "gap")  # in space-like characters: the first at an edge, after Han or a mark, elsewhere
STATES = ("start", "edge", *LINES, *GAPS, "han", "mark", "ascii", "ascii_counted", "other")
CHINESE = ("han", "mark")


class Automaton(NamedTuple):
    """Numbers for states (places in STATES) and events (0 for none, else 1 + the place in NEIGHBOUR_COUNTERS)."""

    following: np.ndarray  # uint16[states, classes]: the next state
    events: np.ndarray  # uint16[states, classes]
    ends: np.ndarray  # uint8[states]: the event when the text ends


def step_to(state: str, kind: str) -> tuple[str, str]:
    """(next state, counter that the step adds 1 to, or "" for none)."""
    if kind in ("gap", "tab"):
        return _space_after(state, kind)
    if kind == "line":
        return _newline_after(state)
    if kind == "edge":
        return "edge", _end_of_gap(state)
    if kind in CHINESE:
        return kind, _chinese_after(state, kind)
    if kind == "ascii" and state in CHINESE:
        return "ascii_counted", "mark_beside_han"
    return kind, ""


def end_after(state: str) -> str:
    """The counter that the end of the text adds 1 to, or "" for none."""
    return "edge_break" if state in LINES else _end_of_gap(state)


@cache
def automaton() -> Automaton:
    """The automaton over the shipped classes."""
    names = [name.split("+") for name in partition().names]
    kinds = [next((KINDS[part] for part in name if part in KINDS), "other") for name in names]
    steps = [[step_to(state, kind) for kind in kinds] for state in STATES]
    following = np.array([[STATES.index(state) for state, _ in row] for row in steps], np.uint16)
    events = np.array([[_event(counter) for _, counter in row] for row in steps], np.uint16)
    return Automaton(following, events, np.array([_event(end_after(state)) for state in STATES], np.uint8))


def _space_after(state: str, kind: str) -> tuple[str, str]:
    if state in GAPS:
        return "gap_han" if (state, kind) == ("gap_han", "gap") else "gap", "space_pair"
    if state in ("start", "edge", *LINES):
        return "gap_edge", "edge_space"
    return "gap_han" if state in CHINESE and kind == "gap" else "gap", ""


def _newline_after(state: str) -> tuple[str, str]:
    if state == "start":
        return "line_1", "edge_break"
    if state in LINES:
        following = LINES[min(LINES.index(state) + 1, 2)]
        return following, "blank_run" if following == "line_3" else ""
    return "line_1", _end_of_gap(state)


def _chinese_after(state: str, kind: str) -> str:
    if state in CHINESE:
        return "" if (state, kind) == ("mark", "mark") else "han_adjacent"
    return {"gap_han": "han_spaced", "ascii": "mark_beside_han"}.get(state, "")


def _end_of_gap(state: str) -> str:
    return "edge_space" if state in ("gap", "gap_han") else ""  # the one character of gap_edge has counted already


def _event(counter: str) -> int:
    return NEIGHBOUR_COUNTERS.index(counter) + 1 if counter else 0
