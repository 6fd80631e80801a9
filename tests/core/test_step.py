"""What every step's configuration holds to."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from builder.core.step import Step


class Between(Step):
    """A step with a range, and limits that belong to no range."""

    min_chars: int = 2
    max_chars: int = 5
    min_lines: int = 9
    max_ratio: float = 0.5


def test_a_minimum_above_its_maximum_is_refused() -> None:
    with pytest.raises(ValidationError, match="min_chars must not be above max_chars, got 6 and 5"):
        Between(min_chars=6)
    with pytest.raises(ValidationError, match="min_chars must not be above max_chars, got 2 and 1"):
        Between(max_chars=1)


def test_limits_of_different_properties_are_independent() -> None:
    assert Between(min_chars=5, max_chars=5).min_lines == Between(max_ratio=0).min_lines == 9
