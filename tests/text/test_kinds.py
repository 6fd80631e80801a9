"""Tables of what code points are."""

from __future__ import annotations

from builder.text.kinds import bit_table, kind_table


def test_of_kinds_the_later_decides() -> None:
    table = kind_table(of_counters=((("han",), 1), (("digit",), 2)), of_characters=(("0", 3), ("0汉", 4)), rest=9)
    assert [table[ord(character)] for character in "字170汉a"] == [1, 2, 2, 4, 4, 9]


def test_bits_add_up() -> None:
    table = bit_table(of_counters=((("han", "digit"), 1), (("digit",), 2)), of_characters=(("汉7", 4),))
    assert [table[ord(character)] for character in "字17汉a"] == [1, 3, 7, 5, 0]
