"""Arrow columns of any type as text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

Text = str | UnicodeDecodeError | None  # or why it is none
UNREADABLE = (OverflowError, ValueError, pa.ArrowException)  # raised for the whole column because of one value
NO_TIME = "<value out of range"  # so begins what Arrow writes for a time it cannot write


def is_text(kind: pa.DataType) -> bool:
    """Whether a column of this type holds text, or bytes that may be text."""
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return any(
        test(kind)
        for test in (
            pa.types.is_string,
            pa.types.is_large_string,
            pa.types.is_string_view,
            pa.types.is_binary,
            pa.types.is_large_binary,
            pa.types.is_binary_view,
            pa.types.is_fixed_size_binary,
        )
    )


def texts(column: pa.Array, reader: Callable[[Any], str | None]) -> list[Text]:
    """Each value of a column as text."""
    kind = column.type
    if is_text(kind):
        return _strings(column)
    if pa.types.is_timestamp(kind):
        return _times(column)
    if pa.types.is_floating(kind) and kind.bit_width < np.finfo(float).bits:
        short = np.float32 if kind.bit_width > np.finfo(np.float16).bits else np.float16  # 0.1, not 0.10000000149
        return [None if value is None else reader(float(str(short(value)))) for value in column.to_pylist()]
    return [reader(value) for value in _values(column)]


def _values(column: pa.Array) -> list[Any]:
    """What Python has no value for becomes null: days after 9999, too long durations, bytes that are no UTF-8 inside a list."""
    try:
        return column.to_pylist()
    except UNREADABLE:
        return [_value(scalar) for scalar in column]


def _value(scalar: pa.Scalar) -> Any:  # noqa: ANN401 - whatever a file holds
    try:
        return scalar.as_py()
    except UNREADABLE:
        return None


def _strings(column: pa.Array) -> list[Text]:
    """Text, or why it is none: Arrow does not look at the bytes of a file's strings."""
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    return [_decoded(value) for value in column.cast(pa.large_binary()).to_pylist()]


def _decoded(value: bytes | None) -> Text:
    try:
        return value if value is None else value.decode()
    except UnicodeDecodeError as error:
        return error


def _times(column: pa.Array) -> list[Text]:
    """ISO 8601; where the column has a time zone, in UTC; null for what is no time.

    Compiled, since Python's times end at microseconds and 9999.
    """
    zone = "Z" if column.type.tz else ""
    written = column.cast(pa.int64()).cast(pa.timestamp(column.type.unit)).cast(pa.string())
    written = pc.if_else(pc.starts_with(written, NO_TIME), None, written)
    written = pc.replace_substring(written, " ", "T", max_replacements=1)
    written = pc.replace_substring_regex(written, r"\.0+$", "")
    return [None if time is None else time + zone for time in written.to_pylist()]


def mended(value: Text) -> str | None:
    """What is no UTF-8 beside the text: with the replacement character."""
    return value.object.decode(errors="replace") if isinstance(value, UnicodeDecodeError) else value
