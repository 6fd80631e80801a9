"""Joining characters with a separator, and taking the separators out again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.text.spacing.apart import together

SEPARATORS = (" ", "  ", "\t", "\N{IDEOGRAPHIC SPACE}")

lines = st.text("桥修 ，ab.1\u3000-[", min_size=2, max_size=30)


@given(lines, st.sampled_from(SEPARATORS))
def test_what_was_joined_comes_back(line: str, separator: str) -> None:
    back = together(separator.join(line), separator)
    assert back == (line if line.strip() else "")


@given(lines.filter(str.strip), st.sampled_from(SEPARATORS))
def test_separators_at_the_borders_are_no_spaces(line: str, separator: str) -> None:
    assert together(separator + separator.join(line.strip()) + separator, separator) == line.strip()


@pytest.mark.parametrize("line", ["桥 修好 了", "桥  修 好", "ab", "桥 修 好了", "桥\t修 好"])
def test_anything_else_does_not(line: str) -> None:
    assert together(line, " ") is None
