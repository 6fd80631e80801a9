"""Marks of Latin words and numbers, put back where they stood."""

import pytest

from builder.text.spacing.latin import tightened


@pytest.mark.parametrize(
    ("apart", "whole"),
    [
        ("3 . 5", "3.5"),
        ("10 , 000", "10,000"),
        ("1 , 2", "1, 2"),
        ("8 : 30", "8:30"),
        ("10 % - 20 %", "10%-20%"),
        ("km / h", "km/h"),
        ("2026 - 01 - 02", "2026-01-02"),
        ("Hello , bridge .", "Hello, bridge."),
        ("the old bridge", "the old bridge"),
        ("It is . We know", "It is. We know"),
        ("U . S . road", "U.S. road"),
        ("don ' t", "don't"),
        ("( see page 3 )", "(see page 3)"),
        ('say " old bridge " twice', 'say "old bridge" twice'),
        ("wait . . . now", "wait... now"),
        ("http : / / www . example . org / a ? b = 1 is here", "http://www.example.org/a?b=1 is here"),
        ("www . example . org , then", "www.example.org, then"),
        ("x = a + b", "x = a + b"),
    ],
)
def test_tightened(apart: str, whole: str) -> None:
    assert tightened(apart) == whole
    assert tightened(whole) == whole
