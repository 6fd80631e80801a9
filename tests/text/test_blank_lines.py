"""Borders where lines were taken out."""

from __future__ import annotations

from builder.text.blank_lines import closed


def test_two_borders_become_one() -> None:
    assert closed("\n\n桥\n\n\n\n修好了\n大家来看\n") == "桥\n\n修好了\n大家来看"
