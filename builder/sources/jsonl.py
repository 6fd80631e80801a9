"""JSON Lines: one document a line, plain, .gz or .zst."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, BinaryIO, ClassVar

import orjson

from builder.core.fields import FieldSource, Long, date_text, kept_text, scalar_text
from builder.core.lines import BOM, excerpt, line_cuts
from builder.core.source import Cut, Malformed, Record, Slice

SKIPPED_BYTES = 1 << 20  # of a line over the limit at once
LARGE = 2.0**63  # a float of this size may be an integer of over 64 bits, which orjson rounds
ROUNDED = re.compile(r"[0-9]e\+(?:1[89]|[2-9][0-9]|[0-9]{3})")  # such a float as it is written


class Jsonl(FieldSource, frozen=True):
    """Each line a JSON object; the names of its fields are configurable."""

    suffixes: ClassVar[tuple[str, ...]] = (".jsonl", ".ndjson", ".json")

    def cuts(self, stream: BinaryIO, file: str, part_bytes: int, max_bytes: int) -> Iterator[Cut]:
        """Between any two lines."""
        del file, max_bytes
        return line_cuts(stream, part_bytes)

    def read(self, stream: BinaryIO, piece: Slice, max_bytes: int) -> Iterator[Record | Malformed]:
        """Blank lines are skipped, and counted as lines."""
        del piece
        number = 0
        while line := stream.readline(max_bytes + 1):
            if len(line) > max_bytes:
                size = len(line) + _rest_of_line(stream, line)
                yield Malformed(number, f"line of {size:,} bytes is over the limit of {max_bytes:,}", excerpt(line))
            elif line.strip():
                yield self._record(number, line)
            number += 1

    def _record(self, number: int, line: bytes) -> Record | Malformed:
        content = line.removeprefix(BOM).rstrip()
        try:
            fields = orjson.loads(content)  # or a line cut off would end with "a control character"
        except orjson.JSONDecodeError as error:
            return Malformed(number, f"not JSON: {error}", excerpt(line))
        if not isinstance(fields, dict):
            return Malformed(number, f"not a JSON object but {type(fields).__name__}", excerpt(line))
        text = fields.get(self.text_field)
        if not isinstance(text, str):
            wrong = (
                f"field {self.text_field!r} is {_kind(text)}, not a string"
                if self.text_field in fields
                else f"no field {self.text_field!r}"
            )
            return Malformed(number, wrong, excerpt(line))
        id_, url, date = fields.get(self.id_field), fields.get(self.url_field), fields.get(self.date_field)
        more = tuple([kept_text(fields.get(name)) for name in self.keep_fields]) if self.keep_fields else ()
        floats = id_.__class__ is float or url.__class__ is float or date.__class__ is float  # no loop: for every line
        if (floats and any(map(_is_large, (id_, url, date)))) or (more and _may_be_rounded(more)):
            return self._exact(number, text, content)
        return Record(number, text, scalar_text(id_), scalar_text(url), date_text(date), more)

    def _exact(self, number: int, text: str, content: bytes) -> Record | Malformed:
        """The document once more, in a slow way that rounds no integer."""
        try:
            fields = json.loads(content, parse_int=_integer)
        except RecursionError:
            return Malformed(number, "a large number, and nested too deep to read it exactly", excerpt(content))
        id_, url, date = (fields.get(name) for name in (self.id_field, self.url_field, self.date_field))
        more = tuple(kept_text(fields.get(name)) for name in self.keep_fields)
        return Record(number, text, scalar_text(id_), scalar_text(url), date_text(date), more)


def _is_large(value: Any) -> bool:  # noqa: ANN401 - whatever JSON holds
    return isinstance(value, float) and abs(value) >= LARGE


def _may_be_rounded(written: tuple[str | None, ...]) -> bool:
    """Whether a large float stands in one of the user's own fields; of other text it may say so too."""
    return any(value and "+" in value and ROUNDED.search(value) for value in written)


def _integer(digits: str) -> int:
    number = int(digits)
    return number if -(2**63) <= number < 2**64 else Long(number)


def _rest_of_line(stream: BinaryIO, line: bytes) -> int:
    """Skip to the end of a line; the bytes skipped."""
    skipped = 0
    while line and not line.endswith(b"\n"):
        line = stream.readline(SKIPPED_BYTES)
        skipped += len(line)
    return skipped


def _kind(value: Any) -> str:  # noqa: ANN401 - whatever JSON holds
    return "null" if value is None else type(value).__name__
