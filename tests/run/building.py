"""Small builds: files, recipes, and what came out."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import zstandard

from builder.run.recipe import Recipe, load_plain
from builder.whole import Built, build

FRAME_BYTES = 700  # of the members and frames of archives that have several


def lines(records: Iterable[Mapping[str, object] | str]) -> bytes:
    """JSON Lines: of fields, or of texts with ids `d0`, `d1` …"""
    fields = ({"id": f"d{number}", "text": one} if isinstance(one, str) else one for number, one in enumerate(records))
    return b"".join(orjson.dumps(one) + b"\n" for one in fields)


def write(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def write_texts(path: Path, texts: Iterable[Mapping[str, object] | str]) -> Path:
    return write(path, lines(texts))


def pieces(content: bytes) -> list[bytes]:
    return [content[start : start + FRAME_BYTES] for start in range(0, len(content), FRAME_BYTES)]


def zst(content: bytes) -> bytes:
    return zstandard.ZstdCompressor().compress(content)


def zst_without_sizes(content: bytes) -> bytes:
    """As a program writes that does not know how much is to come."""
    packed = io.BytesIO()
    with zstandard.ZstdCompressor().stream_writer(packed, closefd=False) as stream:
        for piece in pieces(content):
            stream.write(piece)
            stream.flush()
    return packed.getvalue()


SKIPPABLE_FRAME = b"\x50\x2a\x4d\x18\x04\x00\x00\x00note"  # as parallel compressors write it
ARCHIVES: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "plain": ("", lambda content: content),
    "gz": (".gz", gzip.compress),
    "gz of members": (".gz", lambda content: b"".join(map(gzip.compress, pieces(content)))),
    "gz with padding": (".gz", lambda content: b"".join(gzip.compress(piece) + bytes(5) for piece in pieces(content))),
    "zst": (".zst", zst),
    "zst without sizes": (".zst", zst_without_sizes),
    "zst of frames": (".zst", lambda content: b"".join(map(zst, pieces(content)))),
    "zst with notes": (
        ".zst",
        lambda content: SKIPPABLE_FRAME + SKIPPABLE_FRAME.join(map(zst, pieces(content))) + SKIPPABLE_FRAME,
    ),
}


def recipe(*paths: Path | str, steps: Sequence[object] = (), **fields: object) -> Recipe:
    """A recipe without a tokenizer over JSON Lines files."""
    source = {"name": "crawl", "path": [str(path) for path in paths], "license": "cc0-1.0"}
    whole = {"name": "small", "sources": [{"jsonl": source}], "steps": list(steps), "tokenizer": None}
    return load_plain({**whole, **fields})


def built(out: Path, plan: Recipe | str, **options: Any) -> Built:  # noqa: ANN401 - the options of build
    """Build inline."""
    return build(plan, out, **{"executor": "inline", **options})


def table(out: Path, folder: str, pattern: str = "*.parquet") -> pa.Table:
    """All files of a folder of a build, in the order of their names."""
    return pa.concat_tables([pq.read_table(path) for path in sorted((out / folder).glob(pattern))])


def texts(out: Path, split: str = "*") -> dict[str, str]:
    """id to text of the kept documents."""
    found = table(out, "data", f"{split}-*.parquet")
    return dict(zip(found["id"].to_pylist(), found["text"].to_pylist(), strict=True))


def removed(out: Path) -> dict[str, tuple[str, str | None]]:
    """id to (code, id of the peer) of the dropped documents."""
    if not (out / "removed").is_dir():
        return {}
    found = table(out, "removed")
    return dict(zip(found["id"].to_pylist(), zip(found["code"].to_pylist(), found["peer"].to_pylist(), strict=True), strict=True))


def quarantine(out: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (out / "quarantine" / "quarantine.jsonl").read_text("utf-8").splitlines()]


def parts(out: Path) -> list[Any]:
    return [json.loads(line) for line in (out / "parts.jsonl").read_text("utf-8").splitlines()]


def contents(out: Path, *folders: str) -> dict[str, bytes]:
    """Every byte of some folders and files of a build."""
    paths = [path for folder in folders for path in ([out / folder] if (out / folder).is_file() else (out / folder).rglob("*"))]
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in paths if path.is_file()}
