"""How values of any type become text."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from builder.core.apply import REASON
from builder.core.errors import RecipeError, SourceError
from builder.core.fields import OUR_COLUMNS, Long, date_text, kept_text, scalar_text
from builder.core.published import DOCUMENTS, REMOVED
from builder.run.recipe import load_plain
from builder.sources.jsonl import Jsonl


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, None),
        ("随便", "随便"),
        ("1700000000", "1700000000"),  # a string stays what it is
        (2024, "2024"),
        (20240131, "2024-01-31"),
        (20240231, "20240231"),
        (17000101, "17000101"),
        (1_700_000_000, "2023-11-14T22:13:20Z"),
        (1_700_000_000.5, "2023-11-14T22:13:20.500000Z"),
        (1_700_000_000_123, "2023-11-14T22:13:20.123000Z"),
        (1_700_000_000_123_456, "2023-11-14T22:13:20.123456Z"),
        (1_700_000_000_123_456_789, "2023-11-14T22:13:20.123456Z"),
        (7, "7"),
        (-1.5, "-1.5"),
        (math.inf, "inf"),
        (2**64, str(2**64)),
        (True, "True"),
        ([2024], None),
        (date(2024, 1, 31), "2024-01-31"),
        (datetime(2024, 1, 31, 8), "2024-01-31T08:00:00"),  # noqa: DTZ001 - files hold such times
        (datetime(2024, 1, 31, 8, tzinfo=timezone(timedelta(hours=8))), "2024-01-31T00:00:00Z"),
    ],
)
def test_dates(value: Any, text: str | None) -> None:  # noqa: ANN401 - whatever a file holds
    assert date_text(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, None),
        ("", ""),
        ("字", "字"),
        (7, "7"),
        (0.1, "0.1"),
        (1.0, "1.0"),
        (True, "true"),
        ([1, "字", None], '[1,"字",null]'),
        ({"b": 1, "a": {"c": []}}, '{"b":1,"a":{"c":[]}}'),
        ({1: 2}, '{"1":2}'),
        (math.nan, None),
        (math.inf, "inf"),
        (Decimal("1.50"), '"1.50"'),
        (Long(2**70), str(2**70)),
        ({"a": [Long(-(2**70))]}, f'{{"a":[{-(2**70)}]}}'),
        ({"raw": b"\xe5\xad\x97", "odd": b"\xff"}, '{"raw":"字","odd":"/w=="}'),
        (date(2024, 1, 31), "2024-01-31"),
        (datetime(2024, 1, 31, tzinfo=UTC), "2024-01-31T00:00:00Z"),
    ],
)
def test_values_of_the_users_own_columns(value: Any, text: str | None) -> None:  # noqa: ANN401 - whatever a file holds
    assert kept_text(value) == text


def test_ids() -> None:
    assert [scalar_text(value) for value in ("a", 7, 1.5, None, [1], {"a": 1})] == ["a", "7", "1.5", None, None, None]


def test_all_published_columns_are_taken() -> None:
    assert {*DOCUMENTS.names, *REMOVED.names, *REASON.names} <= {*OUR_COLUMNS}
    assert len({*OUR_COLUMNS}) == len(OUR_COLUMNS)
    with pytest.raises(RecipeError, match="keep_fields names columns"):
        load_plain(
            {"name": "a", "sources": [{"jsonl": {"name": "crawl", "path": "a", "keep_fields": ["peer_release"]}}], "steps": []}
        )


def test_a_file_without_the_text() -> None:
    error = Jsonl(name="crawl", path="x").no_text("a.csv", ["id", "txt"], "; one only")
    assert isinstance(error, SourceError)
    assert error.what == "source crawl: a.csv has no column 'text'"
    assert (error.got, error.allowed) == ("id, txt", "text_field: the column that holds the text; one only")
    assert error.next.startswith("did you mean txt? set text_field in the recipe, or --set crawl.text_field=COLUMN")
