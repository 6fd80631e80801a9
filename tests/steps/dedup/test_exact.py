"""Exact duplicates: one key, one document, and the first in keeper order stays."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
import xxhash
from hypothesis import given
from hypothesis import strategies as st

from builder.core.batch import PRIORITY, REPAIRS, WOULD_DROP, chars
from builder.steps.dedup.exact import Exact
from builder.text.canonical import canonical_text
from tests.steps.dedup.corpus import corpus, in_parts, removed, verdict

TEXTS = st.lists(st.text("桥橋Ａa １1，。", max_size=4), max_size=20)


@given(TEXTS, st.integers(0, 99), st.integers(1, 7))
def test_one_of_each_key_stays(texts: list[str], seed: int, rows: int) -> None:
    batch = corpus(texts, seed)
    keys = [canonical_text(text) or f"as it stands: {text}" for text in texts]
    columns = zip(*(batch[name].to_pylist() for name in (WOULD_DROP, REPAIRS, PRIORITY)), chars(batch).tolist(), strict=True)
    choice = [
        [xxhash.xxh3_64_intdigest(value.encode()) for value in pair] for pair in zip(texts, batch["id"].to_pylist(), strict=True)
    ]
    ranks = [(drop, -priority, repairs, -length, choice[row]) for row, (drop, repairs, priority, length) in enumerate(columns)]
    keeper = {key: min((ranks[row], row) for row in range(len(texts)) if keys[row] == key)[1] for key in keys}
    expected = {f"text:0:{row}": (f"text:0:{keeper[key]}", 1.0) for row, key in enumerate(keys) if keeper[key] != row}
    assert removed(Exact(), [batch] if texts else []) == expected if texts else not expected
    if texts:
        assert removed(Exact(), in_parts(batch, rows), ranges=4, batch_rows=2) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [("橋樑修好了", "桥梁修好了"), ("ＡＢＣ１２３", "abc123"), ("桥 修 好 了", "桥修好了。"), ("桥\n\n修好了！", "桥修好了")],
)
def test_what_the_key_does_not_see(one: str, other: str) -> None:
    assert len(removed(Exact(), [corpus([one, other])])) == 1


@pytest.mark.parametrize(("one", "other"), [("。", "！"), ("", "。"), ("桥", "路"), ("桥修", "修桥")])
def test_what_differs_stays(one: str, other: str) -> None:
    assert removed(Exact(), [corpus([one, other])]) == {}


def test_the_verdict_says_all() -> None:
    batch = corpus(["桥", "桥。", "路"])
    (row,) = verdict(Exact(), [batch]).to_pylist()
    assert row == {"part": 0, "row": 0, "code": "exact_duplicate", "value": 1.0, "peer_part": 0, "peer_row": 1, "peer_id": None}
    (found,) = Exact().detect(batch, verdict(Exact(), [batch]))
    assert (found.code, found.rows.tolist(), found.limit) == ("exact_duplicate", [0], 1.0)
    assert found.peer is not None
    assert np.array_equal(found.peer, [[0, 1]])
    assert Exact().detect(batch) == []
    assert verdict(Exact(), [batch]).schema == Exact.verdict
    assert isinstance(Exact.verdict, pa.Schema)


def test_annotated_and_not_dropped() -> None:
    batch = corpus(["桥", "桥。", "路"])
    step = Exact(action="annotate")
    found = verdict(step, [batch])
    assert step.detect(batch, found) == []
    noted = step.annotate(batch, found)
    assert noted["exact_duplicate_of"].to_pylist() == [batch["id"][1].as_py(), None, None]
    assert step.annotate(noted, found) is noted
    assert Exact().annotate(batch, verdict(Exact(), [batch])) is batch


def test_the_order_of_equal_documents_does_not_matter() -> None:
    batch = corpus(["桥修好了", "橋修好了", "桥修好了"])
    turned = batch.take([2, 1, 0])
    kept = [set(one["id"].to_pylist()) - set(_removed_ids(one)) for one in (batch, _renumbered(turned))]
    assert kept[0] == kept[1]
    assert len(kept[0]) == 1


def _removed_ids(batch: pa.Table) -> list[str]:
    rows = verdict(Exact(), [batch])["row"].to_pylist()
    return [name for name, row in zip(batch["id"].to_pylist(), batch["_row"].to_pylist(), strict=True) if row in rows]


def _renumbered(batch: pa.Table) -> pa.Table:
    place = batch.schema.get_field_index("_row")
    return batch.set_column(place, batch.schema.field(place), pa.array(range(batch.num_rows), pa.int64()))
