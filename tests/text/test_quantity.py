from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.text.quantity import POWERS, parse_quantity

GOOD = [
    (0, 0),
    (20_000_000, 20_000_000),
    ("7", 7),
    ("500K", 500_000),
    ("500k", 500_000),
    ("20M", 20_000_000),
    (" 20 M ", 20_000_000),
    ("500MB", 500_000_000),
    ("1G", 1_000_000_000),
    ("1gb", 1_000_000_000),
    ("1.5G", 1_500_000_000),
    ("0.25K", 250),
    ("1.0", 1),
]
BAD = ["", "M", "-1", -1, "20B", "1T", "1KiB", "1.5", "1.0001K", "1e6", "1,000", "１０", "20M chars", True, 2.0, None, [1]]


@pytest.mark.parametrize(("written", "number"), GOOD)
def test_what_people_write(written: int | str, number: int) -> None:
    assert parse_quantity(written) == number


@pytest.mark.parametrize("written", BAD, ids=repr)
def test_what_is_refused_is_named(written: Any) -> None:  # noqa: ANN401 - whatever YAML holds
    with pytest.raises(ValueError, match="20M") as caught:
        parse_quantity(written)
    assert repr(written) in str(caught.value)


@given(st.integers(0, 10**12), st.sampled_from(sorted(POWERS)))
def test_a_unit_multiplies(number: int, unit: str) -> None:
    assert parse_quantity(f"{number}{unit}") == number * POWERS[unit]
