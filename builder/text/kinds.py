"""Tables that tell a kernel what each code point is: made of the counters of the profile, and of characters by name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from builder.text.classes import CODE_POINTS, DECODABLE, partition

OfCounters = Iterable[tuple[Sequence[str], int]]  # names of counters, and what the code points are that add to them
OfCharacters = Iterable[tuple[str, int]]


def kind_table(of_counters: OfCounters = (), of_characters: OfCharacters = (), rest: int = 0) -> np.ndarray:
    """uint8[DECODABLE], read-only: one kind for each code point; what comes later decides, characters behind counters."""
    table = np.full(DECODABLE, rest, np.uint8)
    for counters, kind in of_counters:
        for counter in counters:
            table[:CODE_POINTS][partition().members(counter)] = kind
    for characters, kind in of_characters:
        table[[ord(character) for character in characters]] = kind
    table.flags.writeable = False
    return table


def bit_table(of_counters: OfCounters = (), of_characters: OfCharacters = ()) -> np.ndarray:
    """uint8[DECODABLE], read-only: for each code point all bits that are true of it."""
    table = np.zeros(DECODABLE, np.uint8)
    for counters, bit in of_counters:
        for counter in counters:
            table[:CODE_POINTS][partition().members(counter)] |= bit
    for characters, bit in of_characters:
        table[[ord(character) for character in characters]] |= bit
    table.flags.writeable = False
    return table
