"""Where the first word of a line begins."""

from __future__ import annotations

import pytest

from builder.text.margin import FENCE, margin


@pytest.mark.parametrize(
    ("line", "rest"),
    [
        ("桥修好了", "桥修好了"),
        ("　　桥修好了", "桥修好了"),
        (" \t- 桥修好了", "桥修好了"),
        ("1. 桥修好了", "桥修好了"),
        ("１２)  桥修好了", "桥修好了"),
        ("- - 桥", "- 桥"),
        ("-桥修好了", "-桥修好了"),
        ("1.5 米", "1.5 米"),
        ("第1. 条", "第1. 条"),
        ("   ", ""),
        ("", ""),
    ],
)
def test_margin(line: str, rest: str) -> None:
    assert line[margin(line) :] == rest


def test_fence() -> None:
    assert FENCE.match("   ```python")
    assert FENCE.match("~~~")
    assert not FENCE.match("``行内``")
