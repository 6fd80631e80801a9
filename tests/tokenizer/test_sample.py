from __future__ import annotations

import random
from itertools import accumulate, pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.core.errors import BuildError, RecipeError
from builder.text.canonical import canonical_keys
from builder.tokenizer.sample import published_texts, rank, sample, smallest
from tests.tokenizer.corpus import documents, write_dataset

TEXTS = documents(300)


def batches(texts: list[str], rows: int = 64) -> list[pa.Array]:
    return [pa.array(texts[start : start + rows], pa.string()) for start in range(0, len(texts), rows)]


def by_rank(texts: list[str], seed: int = 1) -> list[str]:
    """All documents in the order in which the sample takes them."""
    ranks = rank(canonical_keys(pa.array(texts, pa.string())), seed).tolist()
    return [text for _, text in sorted(zip((-number for number in ranks), texts, strict=True), reverse=True)]


@given(st.integers(0, 40_000), st.integers(1, 100), st.randoms(use_true_random=False))
def test_the_sample_is_the_beginning_of_the_ranking(limit: int, rows: int, chance: random.Random) -> None:
    texts = TEXTS.copy()
    chance.shuffle(texts)
    ranked = by_rank(texts)
    expected = [text for text, total in zip(ranked, accumulate(map(len, ranked)), strict=True) if total <= limit]
    chosen, refused = smallest(batches(texts, rows), limit, 1)
    assert chosen == expected
    assert refused == (len(ranked[len(expected)]) if len(expected) < len(ranked) else 0)


@given(st.permutations(["海风", "海 风", "海风。", "《海风》", "海风", "礁石"]), st.integers(0, 18), st.integers(1, 6))
def test_texts_of_one_key_do_not_depend_on_their_order(texts: list[str], limit: int, rows: int) -> None:
    assert smallest(batches(texts, rows), limit, 1) == smallest(batches(sorted(texts)), limit, 1)


@pytest.mark.parametrize("limit", [1_000, 10_000, 60_000])
def test_added_documents_only_move_out_the_last(limit: int) -> None:
    before, _ = smallest(batches(TEXTS), limit, 1)
    after, _ = smallest(batches(documents(200, first=1_000) + TEXTS), limit, 1)
    stayed = [text for text in after if text in set(TEXTS)]
    assert 0 < len(stayed) < len(before)
    assert stayed == before[: len(stayed)]


def test_the_seed_chooses() -> None:
    samples = [set(smallest(batches(TEXTS), 10_000, seed)[0]) for seed in (1, 2, -3, 2**70)]
    assert all(len(one & other) < len(one) // 2 for one, other in pairwise(samples))


def test_ranks_are_spread_evenly() -> None:
    ranks = rank(np.stack([np.arange(4_000, dtype=np.uint64), np.zeros(4_000, np.uint64)], axis=1), 1)
    counts, _ = np.histogram(ranks.astype(float), bins=8, range=(0, 2.0**64))
    assert counts.min() > 400
    assert counts.max() < 600


def test_the_published_texts_are_read_without_nulls(tmp_path: Path) -> None:
    out = write_dataset(tmp_path / "out", [*TEXTS[:150], None, *TEXTS[150:]])
    assert [text for batch in published_texts(out) for text in batch.to_pylist()] == TEXTS


def test_a_sample_below_the_first_document_is_refused(tmp_path: Path) -> None:
    out = write_dataset(tmp_path / "out", TEXTS)
    needed = len(by_rank(TEXTS)[0])
    assert sample(out, needed, 1) == by_rank(TEXTS)[:1]
    with pytest.raises(RecipeError, match=f"at least {needed:,}"):
        sample(out, needed - 1, 1)


@pytest.mark.parametrize("texts", [["", " \n"], [None]], ids=["blank", "null"])
def test_no_text_is_an_error(tmp_path: Path, texts: list[str | None]) -> None:
    with pytest.raises(BuildError, match="no text in the split train"):
        sample(write_dataset(tmp_path / "out", texts, shards=1), 1_000, 1)


def test_a_split_train_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    out = write_dataset(tmp_path / "out", TEXTS)
    (out / "data/train-00001-of-00002.parquet").write_bytes(b"PAR1")
    with pytest.raises(BuildError, match="cannot be read"):
        sample(out, 1_000, 1)


def test_a_dataset_without_texts_is_an_error(tmp_path: Path) -> None:
    out = write_dataset(tmp_path / "out", TEXTS)
    for file in (out / "data").iterdir():
        pq.write_table(pa.table({"body": ["海风"]}), file)
    with pytest.raises(BuildError, match="text"):
        sample(out, 1_000, 1)


def test_a_folder_that_is_no_dataset_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "texts.json").write_text('{"text": "海风"}', encoding="utf-8")
    with pytest.raises(BuildError, match=r"README\.md"):
        sample(tmp_path, 1_000, 1)


def test_a_dataset_without_a_split_train_is_an_error(tmp_path: Path) -> None:
    out = write_dataset(tmp_path / "out", TEXTS)
    card = out / "README.md"
    card.write_text(card.read_text("utf-8").replace("split: train", "split: test"), encoding="utf-8")
    with pytest.raises(BuildError, match="train"):
        sample(out, 1_000, 1)
