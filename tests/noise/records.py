"""Records of texts, as the measurements read them."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import zstandard


def records(path: Path) -> Iterator[dict[str, Any]]:
    """The records of a .jsonl.zst file, one a line."""
    with path.open("rb") as raw, zstandard.ZstdDecompressor().stream_reader(raw) as stream:
        yield from map(orjson.loads, io.BufferedReader(stream))
