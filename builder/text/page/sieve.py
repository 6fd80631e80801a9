"""Which lines may match which expressions: one compiled pass over the characters, so that few lines are shown to any.

Each expression has grams of which its lines hold one, and some an alphabet that they keep to (text/page/atoms.py). Lines are
read as they are folded, spaces left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from builder.text.decoding import decoded
from builder.text.kernel import kernel
from builder.text.page.atoms import Atoms
from builder.text.readonly import MASKS, UINT8, UINT16, UINT32, UINT64, read

BITS, WORDS = 64, 2  # of the masks
PLACES = 16  # bits of a place: 128 kB, of which a few thousand grams fill one in twenty
SINGLE = 0x10000  # characters that stand for an expression alone lie below
SPACE, ZERO, NINE = 0x20, 0x30, 0x39


class Sieve:
    """What each of at most 128 expressions asks of a line, as masks of two words."""

    def __init__(self, asked: Sequence[Atoms]) -> None:
        numbers: dict[str, int] = {}
        for one in asked:
            for gram in sorted(one.grams | (one.also or frozenset())):
                numbers.setdefault(gram, len(numbers) + 1)
        self._place_of = np.zeros(1 << PLACES, np.uint16)  # the number of the gram that lies there, 0 for none
        self._gram_of = np.zeros(len(numbers) + 1, np.uint64)
        # Whose lines hold this gram or another; and also this or another. The first row is for lines that hold none.
        self._masks = np.zeros((len(numbers) + 1, 2 * WORDS), np.uint64)
        self._singles = np.zeros((SINGLE, 3 * WORDS), np.uint64)  # the same; and hold none of these
        for gram, number in numbers.items():
            if len(gram) > 1:
                codes = [np.uint32(ord(char)) for char in gram.rjust(3, "\0")]
                self._gram_of[number] = _packed(*codes)
                _enter(self._gram_of, number, self._place_of)
        for number, one in enumerate(asked):
            word, bit = number // BITS, np.uint64(1 << number % BITS)
            self._mark(one.grams, numbers, word, bit)
            self._mark(one.also or (), numbers, WORDS + word, bit)
            self._masks[0, WORDS + word] |= bit if one.also is None else np.uint64(0)
            if one.alphabet is not None:
                self._singles[:, 2 * WORDS + word] |= bit
                self._singles[[ord(char) for char in one.alphabet if char], 2 * WORDS + word] &= ~bit

    def _mark(self, grams: Iterable[str], numbers: dict[str, int], word: int, bit: np.uint64) -> None:
        for gram in grams:
            if len(gram) == 1:
                self._singles[ord(gram), word] |= bit
            else:
                self._masks[numbers[gram], word] |= bit

    def sift(self, starts: np.ndarray, stops: np.ndarray, utf8_bytes: np.ndarray, image_of: np.ndarray) -> np.ndarray:
        """uint64[n, 2]: the bits of the expressions that each line may match, by their number.

        `starts`, `stops`: int64[n], where the lines lie in the bytes; `image_of`: uint32[], what code points are folded to.
        """
        found = np.zeros((starts.size, WORDS), np.uint64)
        lines = np.stack([starts, stops])
        _sift(lines, utf8_bytes, image_of, self._place_of, self._gram_of, self._masks, self._singles, found)
        return found


def bits(mask: int) -> np.ndarray:
    """uint64[2]: a mask of up to 128 bits as the sieve gives them."""
    return np.array([mask & ((1 << BITS) - 1), mask >> BITS], np.uint64)


@kernel("uint64(uint32, uint32, uint32)")
def _packed(first: np.uint32, second: np.uint32, third: np.uint32) -> np.uint64:
    """A gram as one number; `first` is 0 for a pair."""
    return np.uint64(first) << np.uint64(42) | np.uint64(second) << np.uint64(21) | np.uint64(third)


@kernel("uint64(uint64)")
def _place(gram: np.uint64) -> np.uint64:
    """Where a gram is looked for first. Fibonacci hashing: Knuth, The Art of Computer Programming, volume 3, section 6.4."""
    return (np.uint64(gram) * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(64 - PLACES)


@kernel("void(uint64[::1], int64, uint16[::1])")
def _enter(gram_of: np.ndarray, number: int, place_of: np.ndarray) -> None:
    """Enter a gram at the first free place."""
    place = _place(gram_of[number])
    while place_of[place]:
        place = (place + np.uint64(1)) & np.uint64((1 << PLACES) - 1)
    place_of[place] = number


@kernel(f"int64(uint64, {UINT16}, {UINT64})")
def _number(gram: int, place_of: np.ndarray, gram_of: np.ndarray) -> int:
    """The number of a gram; 0 where it is none of those asked for."""
    place = _place(gram)
    while place_of[place] and gram_of[place_of[place]] != gram:
        place = (place + np.uint64(1)) & np.uint64((1 << PLACES) - 1)
    return place_of[place]


@kernel(f"void({read('int64', 2)}, {UINT8}, {UINT32}, {UINT16}, {UINT64}, {MASKS}, {MASKS}, uint64[:,::1])")
def _sift(
    lines: np.ndarray,
    utf8_bytes: np.ndarray,
    image_of: np.ndarray,
    place_of: np.ndarray,
    gram_of: np.ndarray,
    masks: np.ndarray,
    singles: np.ndarray,
    found: np.ndarray,
) -> None:
    """Fill `found`."""
    seen = np.zeros(3 * WORDS, np.uint64)
    for line in range(lines.shape[1]):
        place, end = np.uint64(lines[0, line]), np.uint64(lines[1, line])
        seen[: 2 * WORDS] = masks[0]
        seen[2 * WORDS :] = 0
        first, second = np.uint32(SPACE), np.uint32(SPACE)
        while place < end:
            code, place = decoded(utf8_bytes, place)
            code = image_of[code]
            if code == SPACE:
                continue
            if ZERO <= code <= NINE:
                code = np.uint32(ZERO)
            single = min(code, np.uint32(SINGLE - 1))
            for word in range(3 * WORDS):
                seen[word] |= singles[single, word]
            for gram in (_packed(first, second, code), _packed(np.uint32(0), second, code)):
                number = _number(gram, place_of, gram_of)
                if number:
                    for word in range(2 * WORDS):
                        seen[word] |= masks[number, word]
            first, second = second, code
        for word in range(WORDS):
            found[line, word] = seen[word] & seen[WORDS + word] & ~seen[2 * WORDS + word]
