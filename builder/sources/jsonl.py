"""JSON Lines: one document a line, plain, .gz or .zst."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO, ClassVar

import orjson

from builder.core.fields import FieldSource, date_text, kept_text, scalar_text
from builder.core.lines import line_cuts
from builder.core.source import Cut, Malformed, Record, Slice

EXCERPT_CHARS = 200
SKIPPED_BYTES = 1 << 20  # of a line over the limit at once
BOM = b"\xef\xbb\xbf"  # begins files that were saved on Windows, and each file of several that were joined


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
                yield Malformed(number, f"line of {size:,} bytes is over the limit of {max_bytes:,}", _excerpt(line))
            elif line.strip():
                yield self._record(number, line)
            number += 1

    def _record(self, number: int, line: bytes) -> Record | Malformed:
        try:
            fields = orjson.loads(line.removeprefix(BOM).rstrip())  # or a line cut off would end with "a control character"
        except orjson.JSONDecodeError as error:
            return Malformed(number, f"not JSON: {error}", _excerpt(line))
        if not isinstance(fields, dict):
            return Malformed(number, f"not a JSON object but {type(fields).__name__}", _excerpt(line))
        text = fields.get(self.text_field)
        if not isinstance(text, str):
            wrong = (
                f"field {self.text_field!r} is {_kind(text)}, not a string"
                if self.text_field in fields
                else f"no field {self.text_field!r}"
            )
            return Malformed(number, wrong, _excerpt(line))
        id_, url = scalar_text(fields.get(self.id_field)), scalar_text(fields.get(self.url_field))
        more = tuple([kept_text(fields.get(name)) for name in self.keep_fields]) if self.keep_fields else ()
        return Record(number, text, id_, url, date_text(fields.get(self.date_field)), more)


def _rest_of_line(stream: BinaryIO, line: bytes) -> int:
    """Skip to the end of a line; the bytes skipped."""
    skipped = 0
    while line and not line.endswith(b"\n"):
        line = stream.readline(SKIPPED_BYTES)
        skipped += len(line)
    return skipped


def _kind(value: Any) -> str:  # noqa: ANN401 - whatever JSON holds
    return "null" if value is None else type(value).__name__


def _excerpt(line: bytes) -> str:
    return line[: EXCERPT_CHARS * 4].decode("utf-8", "replace")[:EXCERPT_CHARS].rstrip("\r\n")
