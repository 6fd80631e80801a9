"""Columns that repairs fill: only what is null, whether a document or many are repaired at once."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pytest

from builder.core.apply import apply
from builder.core.batch import REPAIRS, Batch, texts_batch, with_profile
from builder.core.errors import BuildError
from builder.core.step import Edit, Edits, Finding, Row, Step


class Dates(Step):
    """Fills the date from the text, and takes the text's first character away where there is more than one."""

    column: str = "date"

    def detect(self, batch: Batch) -> list[Finding]:
        return [Finding("dated", np.arange(batch.num_rows))]

    def repair(self, row: Row) -> Edit | None:
        return Edit(row.text, fill={self.column: row.text})


def test_an_edit_fills_only_what_is_null() -> None:
    batch = with_profile(texts_batch(["今天", "昨天", "明天"]))
    batch = batch.set_column(4, "date", pa.array([None, "2024", ""]))
    result = apply(Dates(), batch)
    assert result.batch["date"].to_pylist() == ["今天", "2024", ""]
    assert [entry.row for entry in result.ledger] == [0]
    assert result.batch[REPAIRS].to_pylist() == [1, 0, 0]
    assert not apply(Dates(), result.batch).ledger


class DatesAll(Dates):
    """The same in compiled code, but for the first document, which it leaves to `repair`; the first 昨 or 无 goes."""

    def repair_all(self, batch: Batch, rows: np.ndarray, codes: Mapping[str, np.ndarray]) -> Edits:
        del codes
        texts = batch["text"].take(pa.array(rows)).to_pylist()
        left = pa.array(
            [
                None if row == 0 else text.removeprefix("昨").removeprefix("无")
                for row, text in zip(rows.tolist(), texts, strict=True)
            ],
            pa.large_string(),
        )
        dates = pa.array([None if text == "无日" else text for text in texts], pa.string())
        return Edits(left, {"dated": np.ones(len(rows), np.int64)}, {self.column: dates})


def test_compiled_edits_fill_only_what_is_null() -> None:
    batch = with_profile(texts_batch(["今天", "昨天", "明天", "", "无日"]))
    batch = batch.set_column(4, "date", pa.array([None, "2024", None, None, None]))
    result = apply(DatesAll(), batch)
    assert result.batch["text"].to_pylist() == ["今天", "天", "明天", "", "日"]
    assert result.batch["date"].to_pylist() == ["今天", "2024", "明天", "", None]


@pytest.mark.parametrize("step", [Dates, DatesAll])
def test_an_edit_cannot_fill_a_column_that_is_not_there(step: type[Dates]) -> None:
    with pytest.raises(BuildError, match="fills columns that there are not") as error:
        apply(step(column="publisher"), with_profile(texts_batch(["今天"])))
    assert error.value.got == "publisher"
    assert "date" in error.value.allowed
