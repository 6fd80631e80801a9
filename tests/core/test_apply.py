"""The law of the house, what becomes of a step that raises, and that nothing is changed without an entry in the ledger."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import ClassVar

import numpy as np
import pyarrow as pa
import pytest
import xxhash
from hypothesis import given
from hypothesis import strategies as st

from builder.core.apply import Applied, apply, flagged
from builder.core.batch import LINES, PROFILE, REPAIRS, Batch, texts_batch, with_lines, with_profile
from builder.core.errors import BuildError
from builder.core.ledger import DROP, EDIT
from builder.core.sample import SAMPLE_LIMIT, smallest
from builder.core.step import Edit, Finding, Row, Step
from tests.core.toy import BAD, GROW, POISON, SAME, SPOILT, TWICE, WRONG, Annotates, Compiled, Drops, Toy

TEXTS = st.lists(st.text(f"桥修好了 ，a{POISON}{WRONG}{TWICE}{SPOILT}{BAD}{SAME}{GROW}", max_size=5), max_size=24)


def applied(step: Step, texts: Iterable[str | None]) -> Applied:
    return apply(step, with_profile(texts_batch(list(texts))))


def outcome(result: Applied) -> tuple[object, ...]:
    """All that a result says."""
    return (result.batch.to_pylist(), result.ledger, result.dropped.to_pylist(), result.failures)


# ---- The law


@given(TEXTS)
def test_documents_in_are_documents_out_dropped_and_quarantined(texts: list[str]) -> None:
    result = applied(Toy(), texts)
    kept, dropped = result.batch["doc_id"].to_pylist(), result.dropped["doc_id"].to_pylist()
    failed = [failure.doc_id for failure in result.failures]
    assert sorted([*kept, *dropped, *failed]) == sorted(f"text:0:{row}" for row in range(len(texts)))
    assert kept == sorted(kept, key=lambda name: int(name.split(":")[2]))


@given(TEXTS)
def test_what_becomes_of_a_document_depends_on_its_text_alone(texts: list[str]) -> None:
    result = applied(Toy(), texts)
    failed = {failure.row: failure.reason for failure in result.failures}
    dropped = dict(zip(result.dropped["_row"].to_pylist(), result.dropped["code"].to_pylist(), strict=True))
    kept = dict(zip(result.batch["_row"].to_pylist(), result.batch["text"].to_pylist(), strict=True))
    for row, text in enumerate(texts):
        if POISON in text:
            assert failed.pop(row) == "ValueError: poison in the batch"
        elif WRONG in text:
            assert failed.pop(row) == "LookupError: wrong in the document"
        elif BAD in text or SPOILT in text:
            assert dropped.pop(row) == ("second_reason" if BAD in text else "first_reason")
        else:
            assert kept.pop(row) == text.replace(GROW, "桥 修 好 了 ABC\n").replace(TWICE, "好")
    assert not failed
    assert not dropped
    assert not kept


@given(TEXTS, st.lists(st.integers(0, 24), max_size=5))
def test_borders_of_batches_do_not_matter(texts: list[str], borders: list[int]) -> None:
    batch = with_profile(texts_batch(texts))
    edges = [0, *sorted(min(border, len(texts)) for border in borders), len(texts)]
    parts = [apply(Toy(), batch.slice(low, high - low)) for low, high in pairwise(edges)]
    whole = apply(Toy(), batch)
    assert pa.concat_tables([part.batch for part in parts]).to_pylist() == whole.batch.to_pylist()
    assert [entry for part in parts for entry in part.ledger] == whole.ledger
    assert [row for part in parts for row in part.dropped.to_pylist()] == whole.dropped.to_pylist()
    assert sorted(failure for part in parts for failure in part.failures) == sorted(whole.failures)
    assert smallest(sample for part in parts for sample in part.samples) == whole.samples


@given(TEXTS)
def test_the_profile_is_that_of_the_new_text(texts: list[str]) -> None:
    result = applied(Toy(), texts).batch
    assert result.equals(with_profile(result))


@given(TEXTS)
def test_counts_of_lines_are_those_of_the_new_text(texts: list[str]) -> None:
    result = apply(Toy(), with_lines(with_profile(texts_batch(texts)))).batch
    assert result.equals(with_lines(result.drop_columns([LINES])).select(result.column_names))


def test_a_loss_is_seen() -> None:
    """Two documents of one row, of which one is quarantined and takes the other with it."""
    batch = pa.concat_tables([texts_batch(["毒"]), texts_batch(["桥"])])
    with pytest.raises(BuildError, match="lost documents") as error:
        apply(Toy(), with_profile(batch))
    assert error.value.got == "2 in, 0 out, 0 dropped, 1 quarantined"
    assert error.value.allowed == "in = out + drops + quarantined"


def test_a_position_outside_of_the_batch_is_refused() -> None:
    class Beyond(Step):
        def detect(self, batch: Batch) -> list[Finding]:
            return [Finding("beyond", np.array([batch.num_rows]))]

    with pytest.raises(IndexError):
        applied(Beyond(), ["桥"])


@given(TEXTS)
def test_a_compiled_repair_is_accounted_for_like_any_other(texts: list[str]) -> None:
    one, other = applied(Toy(), texts), applied(Compiled(), texts)
    assert other.batch.to_pylist() == one.batch.to_pylist()
    assert other.dropped.to_pylist() == one.dropped.to_pylist()
    assert sorted(other.failures) == sorted(one.failures)
    assert other.samples == one.samples
    assert {(entry.row, entry.action, entry.hash) for entry in other.ledger} == {
        (entry.row, entry.action, entry.hash) for entry in one.ledger
    }
    assert other.batch.equals(with_profile(other.batch))


# ---- A step that raises


@pytest.mark.parametrize("place", [0, 1, 50, 98, 99])
@pytest.mark.parametrize(
    ("sign", "reason"), [(POISON, "ValueError: poison in the batch"), (WRONG, "LookupError: wrong in the document")]
)
def test_the_document_on_which_a_step_raises_is_quarantined(place: int, sign: str, reason: str) -> None:
    texts = [f"桥{number}" for number in range(100)]
    texts[place] = f"坏{sign}"
    result = applied(Toy(), texts)
    (failure,) = result.failures
    assert failure == (0, place, f"text:0:{place}", Toy.name(), reason)
    assert result.batch["text"].to_pylist() == texts[:place] + texts[place + 1 :]
    assert not result.ledger
    assert not result.dropped.num_rows


def test_neighbours_of_a_failure_are_repaired_and_dropped_as_ever() -> None:
    texts = ["改一", "毒", "坏", "錯", "改二"]
    result, without = applied(Toy(), texts), applied(Toy(), ["改一", "桥", "坏", "桥", "改二"])
    assert [failure.row for failure in result.failures] == [3, 1] or [failure.row for failure in result.failures] == [1, 3]
    assert result.batch["text"].to_pylist() == ["好一", "好二"]
    assert result.ledger == without.ledger
    assert result.dropped.equals(without.dropped)


def test_a_batch_on_which_a_step_raises_throughout_keeps_its_columns() -> None:
    result = applied(Annotates(), ["毒", "毒毒", "毒"])
    assert len(result.failures) == 3
    assert result.batch.num_rows == 0
    assert result.batch.schema == applied(Annotates(), ["桥"]).batch.schema


def test_reasons_are_cut() -> None:
    class Verbose(Step):
        def detect(self, batch: Batch) -> list[Finding]:
            raise ValueError("长" * 10_000 + str(batch.num_rows))

    (failure,) = applied(Verbose(), ["桥"]).failures
    assert failure.reason == "ValueError: " + "长" * 488


def test_memory_is_not_a_document_s_fault() -> None:
    class Full(Step):
        def detect(self, batch: Batch) -> list[Finding]:
            raise MemoryError(batch.num_rows)

    with pytest.raises(MemoryError):
        applied(Full(), ["桥"])


def test_a_step_that_raises_without_documents_is_a_defect() -> None:
    class Empty(Step):
        def detect(self, batch: Batch) -> list[Finding]:
            return [Finding("first", np.array([batch["text"][0].as_py() == "桥"]))]

    with pytest.raises(IndexError):
        applied(Empty(), [])


# ---- Columns


class Meddles(Step):
    """Changes a column in annotate."""

    column: str = "text"

    def annotate(self, batch: Batch) -> Batch:
        place = batch.schema.get_field_index(self.column)
        return batch.set_column(place, self.column, pa.array(["别的"] * batch.num_rows, batch.schema.field(place).type))


class Undeclared(Step):
    adds: ClassVar[pa.Schema] = pa.schema([("shelf", pa.string())])

    def annotate(self, batch: Batch) -> Batch:
        return batch.append_column("shelves", pa.nulls(batch.num_rows, pa.string()))


class Reorders(Step):
    def annotate(self, batch: Batch) -> Batch:
        return batch.take(pa.array(range(batch.num_rows - 1, -1, -1)))


class Forgets(Step):
    def annotate(self, batch: Batch) -> Batch:
        return batch.drop_columns(["url"])


@pytest.mark.parametrize("step", [Meddles(), Meddles(column="id"), Undeclared(), Reorders(), Forgets()], ids=repr)
def test_annotate_may_only_append_what_it_declared(step: Step) -> None:
    with pytest.raises(BuildError, match=r"annotate changed columns that it may not change"):
        applied(step, ["桥", "路"])


def test_private_columns_serve_one_step() -> None:
    result = applied(Annotates(), ["改一", "桥"])
    assert result.batch["text"].to_pylist() == ["改一2", "桥"]
    assert result.batch["shelf"].to_pylist() == ["架2", "架1"]
    assert "_length" not in result.batch.column_names


# ---- The ledger


def test_an_edit_that_changes_nothing_leaves_no_trace() -> None:
    result = applied(Toy(), ["同", "同桥"])
    assert outcome(result) == outcome(applied(Drops(), ["同", "同桥"]))
    assert not result.samples


def test_the_empty_text_of_a_missing_one_is_no_change() -> None:
    class Empties(Step):
        def detect(self, batch: Batch) -> list[Finding]:
            return [Finding("empty", np.arange(batch.num_rows))]

        def repair(self, row: Row) -> Edit | None:
            return Edit(row.text)

    result = applied(Empties(), [None, ""])
    assert result.batch["text"].to_pylist() == [None, ""]
    assert not result.ledger


def test_an_edit_is_entered_with_all_its_reasons() -> None:
    result = applied(Toy(), ["桥", "改长改"])
    text = "好桥 修 好 了 ABC\n好"
    hash_ = xxhash.xxh3_64_intdigest(text.encode())
    assert result.ledger == [
        (0, 1, Toy.name(), EDIT, "twice", 2, 2.0, 3.0, None, None, hash_, None, None),
        (0, 1, Toy.name(), EDIT, "grow", None, None, None, None, None, hash_, None, None),
    ]
    assert result.batch["text"].to_pylist() == ["桥", text]
    assert result.batch[REPAIRS].to_pylist() == [0, 1]
    again = apply(Toy(), result.batch.set_column(5, "text", pa.array(["改", "桥"], pa.large_string())))
    assert again.batch[REPAIRS].to_pylist() == [1, 1]


def test_the_first_code_explains_a_drop() -> None:
    result = applied(Toy(), ["坏废", "桥", "坏", "改废废"])
    assert result.ledger == [
        (0, 0, Toy.name(), DROP, "second_reason", None, 1.0, 2.0, None, None, None, None, None),
        (0, 2, Toy.name(), DROP, "first_reason", None, 1.0, 1.0, None, None, None, None, None),
        (0, 3, Toy.name(), DROP, "second_reason", None, 2.0, 2.0, None, None, None, None, None),
    ]
    dropped = result.dropped.select(["doc_id", "text", "step", "code", "value", "limit", "peer_part"]).to_pylist()
    assert dropped[2] == {
        "doc_id": "text:0:3",
        "text": "改废废",
        "step": Toy.name(),
        "code": "second_reason",
        "value": 2.0,
        "limit": 2.0,
        "peer_part": None,
    }
    assert not [name for name in result.dropped.column_names if name.startswith("_") and name not in ("_part", "_row")]


def test_a_step_that_only_drops_is_not_asked_to_repair() -> None:
    assert Drops().only_drops()
    assert not Toy().only_drops()
    result = applied(Drops(), ["桥", "废", "坏废"])
    assert [(entry.row, entry.code) for entry in result.ledger] == [(1, "bad"), (2, "bad")]


def test_what_explains_a_finding_need_not_be_a_document() -> None:
    class Named(Step):
        def detect(self, batch: Batch) -> list[Finding]:
            del batch
            return [Finding("named", np.array([0, 1, 1]), peer_name=["one", "two", "three"])]

        def repair(self, row: Row) -> Edit | None:
            return Edit("路") if row.codes == ("named",) else None

    result = applied(Named(), ["桥", "桥"])
    assert [(entry.row, entry.action, entry.peer_name) for entry in result.ledger] == [(0, EDIT, "one"), (1, DROP, "two")]
    assert result.dropped["peer_name"].to_pylist() == ["two"]


def test_the_peer_of_a_drop_is_kept() -> None:
    class Pairs(Step):
        def detect(self, batch: Batch) -> list[Finding]:
            del batch
            return [Finding("pair", np.array([1]), np.array([0.9]), 0.8, np.array([[4, 7]]))]

    result = applied(Pairs(), ["桥", "桥"])
    assert result.ledger == [(0, 1, Pairs.name(), DROP, "pair", None, 0.9, 0.8, 4, 7, None, None, None)]
    assert result.dropped.select(["peer_part", "peer_row"]).to_pylist() == [{"peer_part": 4, "peer_row": 7}]


def test_flagged_tells_what_a_step_would_do_and_does_nothing() -> None:
    batch = with_profile(texts_batch(["桥", "坏", "毒", "改", "废"]))
    assert flagged(Toy(), batch).tolist() == [False, True, True, True, True]
    assert flagged(Drops(), batch).tolist() == [False, True, False, False, True]


# ---- Samples


def test_samples_are_few_and_always_the_same() -> None:
    texts = [f"改{number}" for number in range(3 * SAMPLE_LIMIT)] + [f"坏{number}" for number in range(20)]
    whole = applied(Toy(), texts).samples
    assert len([sample for sample in whole if sample.code == "twice"]) == SAMPLE_LIMIT
    assert len([sample for sample in whole if sample.code == "first_reason"]) == 20
    backwards = applied(Toy(), texts[::-1]).samples
    assert [(sample.before, sample.after) for sample in whole] == [(sample.before, sample.after) for sample in backwards]
    assert whole == applied(Toy(), texts).samples


def test_a_sample_shows_before_and_after() -> None:
    (edit, drop) = applied(Toy(), ["桥改", "坏"]).samples[::-1]
    assert (edit.step, edit.code, edit.action, edit.doc_id) == (Toy.name(), "twice", EDIT, "text:0:0")
    assert (edit.before, edit.after) == ("桥改", "桥好")
    assert (drop.code, drop.action, drop.before, drop.after) == ("first_reason", DROP, "坏", None)


def test_dropping_a_missing_text_is_accounted_for() -> None:
    class All(Step):
        def detect(self, batch: Batch) -> list[Finding]:
            return [Finding("gone", np.arange(batch.num_rows))]

    result = applied(All(), [None, "桥"])
    assert [sample.before for sample in sorted(result.samples, key=lambda sample: sample.doc_id)] == ["", "桥"]
    assert PROFILE not in result.dropped.column_names
