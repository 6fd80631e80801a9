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
EXPONENT = "e+"  # in large floats as they are written
ROUNDED = re.compile(
    r"[0-9]e\+(?:1[89]|[2-9][0-9]|[0-9]{3})"
)  # 2**63 at least: may be an integer of over 64 bits that orjson rounded


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
        record = self._written(number, text, fields)
        for written in record[2:5] + record.more:
            if written and EXPONENT in written and ROUNDED.search(written):
                return self._exact(number, text, content)
        return record

    def _written(self, number: int, text: str, fields: dict[str, Any]) -> Record:
        id_, url = scalar_text(fields.get(self.id_field)), scalar_text(fields.get(self.url_field))
        more = tuple([kept_text(fields.get(name)) for name in self.keep_fields]) if self.keep_fields else ()
        return Record(number, text, id_, url, date_text(fields.get(self.date_field)), more)

    def _exact(self, number: int, text: str, content: bytes) -> Record | Malformed:
        """The document once more, in a slow way that rounds no integer."""
        try:
            return self._written(number, text, json.loads(content, parse_int=_integer))
        except RecursionError:
            return Malformed(number, "an integer of over 64 bits, and nested too deep to read it", excerpt(content))


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
