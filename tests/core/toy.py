"""Steps for the tests of the engine: what each does to a text stands in the text itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np
import pyarrow as pa

from builder.core.batch import Batch
from builder.core.step import Edit, Edits, Finding, Row, Step

POISON, WRONG, TWICE, SPOILT, BAD, SAME, GROW = "毒錯改坏废同长"


class Toy(Step):
    """Raises on 毒 in detect and on 錯 in repair; edits 改; drops 坏 and 废; flags 同 and changes nothing; 长 grows by itself."""

    def detect(self, batch: Batch) -> list[Finding]:
        texts = batch["text"].to_pylist()
        if any(POISON in text for text in texts):
            raise ValueError("poison in the batch")
        return [
            finding("second_reason", texts, BAD, 2.0),
            finding("first_reason", texts, SPOILT, 1.0),
            finding("wrong", texts, WRONG, None),
            finding("twice", texts, TWICE, 3.0),
            finding("grow", texts, GROW, None),
            finding("same", texts, SAME, None),
        ]

    def repair(self, row: Row) -> Edit | None:
        if WRONG in row.text:
            raise LookupError("wrong in the document")
        if BAD in row.text or SPOILT in row.text:
            return None
        text = row.text.replace(GROW, "桥 修 好 了 ABC\n")
        return Edit(text.replace(TWICE, "好"), max(1, row.text.count(TWICE)))


class Drops(Step):
    """Drops texts with 坏, the engine's default repair."""

    def detect(self, batch: Batch) -> list[Finding]:
        return [finding("bad", batch["text"].to_pylist(), BAD, 0.5), finding("spoilt", batch["text"].to_pylist(), SPOILT, 0.25)]


class Annotates(Step):
    """Adds a column and a private one; raises on 毒; `repair` reads the private column."""

    adds: ClassVar[pa.Schema] = pa.schema([("shelf", pa.string())])

    def annotate(self, batch: Batch) -> Batch:
        texts = batch["text"].to_pylist()
        if any(POISON in text for text in texts):
            raise ValueError("poison in the batch")
        batch = batch.append_column("shelf", pa.array([f"架{len(text)}" for text in texts]))
        return batch.append_column("_length", pa.array([len(text) for text in texts], pa.int64()))

    def detect(self, batch: Batch) -> list[Finding]:
        return [finding("twice", batch["text"].to_pylist(), TWICE, None)]

    def repair(self, row: Row) -> Edit | None:
        return Edit(f"{row.text}{row.columns['_length']}")


class Compiled(Toy):
    """What Toy does to 改 and 同, all documents at once; 长 and what is dropped is left to Toy, and 錯 raises in either."""

    def repair_all(self, batch: Batch, rows: np.ndarray, codes: Mapping[str, np.ndarray]) -> Edits:
        texts = batch["text"].take(pa.array(rows)).to_pylist()
        if codes.get("wrong", np.zeros(1, bool)).any():
            raise LookupError("wrong in the document")
        done = [None if {GROW, BAD, SPOILT} & {*text} else text.replace(TWICE, "好") for text in texts]
        counts = np.array([text.count(TWICE) for text in texts], np.int64)
        return Edits(pa.array(done, pa.large_string()), {"twice": counts})


def finding(code: str, texts: list[str], sign: str, limit: float | None) -> Finding:
    rows = np.array([place for place, text in enumerate(texts) if sign in text], np.int64)
    value = None if limit is None else np.array([texts[place].count(sign) for place in rows.tolist()], np.float64)
    return Finding(code, rows, value, limit)
