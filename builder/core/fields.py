"""Formats whose documents have named fields: which field is what, and how values of any type become text.

Every column that is published is text, so that sources agree on its type and no value is rounded: a number, list or
object of the user's own is kept as JSON text. What cannot be written as text is null; the document is kept.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import orjson
from pydantic import field_validator

from builder.core.apply import REASON
from builder.core.batch import BATCH
from builder.core.errors import SourceError, nearest
from builder.core.published import DOCUMENTS, REMOVED
from builder.core.source import Source

# What a build itself publishes or notes on a document; a column of the user's cannot have such a name.
OUR_COLUMNS = tuple(dict.fromkeys(name for schema in (BATCH, DOCUMENTS, REMOVED, REASON) for name in schema.names))
FIRST_YEAR, LAST_YEAR = 1000, 9999
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FIRST_SECOND, LAST_SECOND = 1e8, 1e10  # of the epoch: 1973 to 2286; what is smaller may be a year or a day
TICKS = (1, 10**3, 10**6, 10**9)  # of a second, in which clocks count
WRITING = orjson.OPT_NON_STR_KEYS | orjson.OPT_PASSTHROUGH_SUBCLASS  # the latter brings Long to `_plain`
DAY_DIGITS, DAY_CENTURIES = 8, range(1800, 2200)  # 20240131


class Long(int):
    """An integer of more than 64 bits, which orjson reads as a rounded float and does not write."""


class FieldSource(Source, frozen=True):
    """A source whose fields have names, which may be configured."""

    text_field: str = "text"
    id_field: str = "id"
    url_field: str = "url"
    date_field: str = "date"
    keep_fields: tuple[str, ...] = ()  # columns of the user's own, carried to the published dataset as text

    @field_validator("keep_fields")
    @classmethod
    def _once(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(names)) < len(names):
            msg = f"each name once, got {', '.join(names)}"
            raise ValueError(msg)
        return names

    def kept(self) -> tuple[str, ...]:
        """The user's own columns."""
        return self.keep_fields

    def named(self) -> tuple[str, ...]:
        """All fields that are read: text, id, url, date, and the user's own."""
        return (self.text_field, self.id_field, self.url_field, self.date_field, *self.keep_fields)

    def no_text(self, file: str, columns: Sequence[str], hint: str = "") -> SourceError:
        """The error for a file that names its columns, and none is the text."""
        near = nearest(self.text_field, columns)
        how = f"set text_field in the recipe, or --set {self.name}.text_field=COLUMN; or leave the file out"
        return SourceError(
            f"source {self.name}: {file} has no column {self.text_field!r}",
            got=", ".join(columns)[:500],
            allowed=f"text_field: the column that holds the text{hint}",
            next=f"{near} {how}".strip(),
        )


def scalar_text(value: Any) -> str | None:  # noqa: ANN401 - whatever a file holds
    """A string or number as text; nothing for null, lists and objects. For ids and addresses."""
    if value is None or isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) else None


def date_text(value: Any) -> str | None:  # noqa: ANN401 - whatever a file holds
    """A date as ISO 8601, times in UTC; strings, and numbers that are no date beyond doubt, as they are."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, datetime):
        return value.isoformat() if value.tzinfo is None else _utc(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _day(value) or _moment(value) or str(value)
    return scalar_text(value)


def kept_text(value: Any) -> str | None:  # noqa: ANN401 - whatever a file holds
    """Any value as text: strings as they are, dates as ISO 8601, all else as JSON; NaN stands for a missing number."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, float) and math.isnan(value):
        return None
    if isinstance(value, date):
        return date_text(value)
    try:
        text = orjson.dumps(value, default=_plain, option=WRITING).decode()
    except orjson.JSONEncodeError:
        return None  # lists in lists, hundreds deep
    return str(value) if text == "null" else text  # an infinite number


def _plain(value: Any) -> str | orjson.Fragment:  # noqa: ANN401 - what orjson has no word for
    if isinstance(value, Long):
        return orjson.Fragment(str(value))
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            return base64.b64encode(value).decode()
    return str(value)


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def _day(number: float) -> str | None:
    """`2024` or `20240131`."""
    if not isinstance(number, int):
        return None
    if FIRST_YEAR <= number <= LAST_YEAR:
        return str(number)
    digits = str(number)
    if len(digits) != DAY_DIGITS or number // 10_000 not in DAY_CENTURIES:
        return None
    try:
        return date(number // 10_000, number // 100 % 100, number % 100).isoformat()
    except ValueError:
        return None


def _moment(number: float) -> str | None:
    """Seconds since 1970, or thousandths, millionths or billionths of them."""
    for ticks in TICKS:
        if FIRST_SECOND * ticks <= number < LAST_SECOND * ticks:
            micro = int(number) * 1_000_000 // ticks if isinstance(number, int) else round(number * 1_000_000 / ticks)
            return _utc(EPOCH + timedelta(microseconds=micro))
    return None
