"""What the demo recipe gives, as digests of contents (not of files): for each document, for the ledger, for the tokenizer.

After a change that is meant to change the result, write the expectation and the demo's data card again, and read their diff:

    python -m tests.golden.contents
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from sentencepiece import SentencePieceProcessor

from builder.whole import build

GOLDEN = Path(__file__).with_name("demo.json")
CARD = Path(__file__).parents[2] / "data_cards" / "demo.md"
LIBRARIES = ("opencc", "sentencepiece", "datasketch")


def digest(value: object) -> str:
    """12 hex digits of the SHA-256 of the canonical JSON."""
    return hashlib.sha256(json.dumps(value, ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:12]


def demo(out: Path, **options: Any) -> Path:  # noqa: ANN401 - the options of build
    """Build the demo in `out`."""
    build("demo", out, **options)
    return out


def contents(out: Path) -> dict[str, Any]:
    """The expectation for a build in `out`."""
    splits = sorted({path.name.split("-")[0] for path in (out / "data").iterdir()})
    return {
        "data": {split: {row["id"]: digest(row) for row in _rows(out, "data", split)} for split in splits},
        "removed": {row["id"]: f"{row['code']} {digest(row)}" for row in _rows(out, "removed", "removed")},
        "ledger": _counted(_rows(out, "ledger", "")),
        "tokenizer": _tokenizer(out / "tokenizer" / "tokenizer.model"),
        "versions": {name: version(name) for name in LIBRARIES},
    }


def _rows(out: Path, folder: str, start: str) -> list[dict[str, Any]]:
    tables = [pq.read_table(path) for path in sorted((out / folder).glob(f"{start}*.parquet"))]
    rows: list[dict[str, Any]] = pa.concat_tables(tables, promote_options="default").to_pylist()
    return rows


def _counted(ledger: list[dict[str, Any]]) -> dict[str, str]:
    steps = sorted({f"{row['step']} {row['code']}" for row in ledger})
    mine = {step: [row for row in ledger if f"{row['step']} {row['code']}" == step] for step in steps}
    return {step: f"{len(rows)} {digest(rows)}" for step, rows in mine.items()}


def _tokenizer(model: Path) -> str:
    processor = SentencePieceProcessor(model_file=str(model))
    pieces = [[processor.id_to_piece(place), processor.get_score(place)] for place in range(processor.get_piece_size())]
    return f"{len(pieces)} {digest(pieces)}"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        built = demo(Path(folder) / "out")
        found = contents(built)
        card = (built / "README.md").read_text("utf-8")
    GOLDEN.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    CARD.write_text(card, encoding="utf-8")
