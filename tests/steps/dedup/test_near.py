"""Near duplicates against their definition, walked in plain Python over sets of shingles and datasketch's own signatures."""

from __future__ import annotations

import math
import random
from itertools import pairwise
from pathlib import Path

import numpy as np
import opencc
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from datasketch import MinHash
from hypothesis import given, settings
from hypothesis import strategies as st

from builder.core.batch import PRIORITY, REPAIRS, WOULD_DROP, Batch
from builder.core.errors import RecipeError
from builder.run.recipe import load_plain
from builder.steps.dedup.near import Near
from builder.text.canonical import canonical_codes, canonical_keys
from builder.text.minhash import shingle_hashes, signatures
from builder.text.near.permutations import permutations
from tests.run.building import built, recipe, table, write_texts
from tests.run.building import removed as removed_by_build
from tests.steps.dedup.corpus import (
    CHARACTERS,
    corpus,
    edited,
    families,
    in_parts,
    removed,
    shingles,
    similarity,
    sorted_by,
    tie,
    verdict,
)
from tests.tokenizer.corpus import document

MARGIN = 0.15


# ---- The definition


def datasketch_signatures(texts: list[str], step: Near) -> np.ndarray:
    offsets, codes = canonical_codes(corpus(texts)["text"])
    borders, hashes = shingle_hashes(codes, offsets, step.shingle_chars)
    rows = []
    for start, stop in pairwise(borders.tolist()):
        signature = MinHash(num_perm=step.num_perm, seed=step.seed, scheme="affine32", hashfunc=int)
        signature.update_batch(hashes[start:stop].tolist())
        rows.append(signature.hashvalues.astype(np.uint32))
    return np.array(rows)


def keeper_order(batch: Batch) -> list[int]:
    """Rows: no filter would drop it, highest priority, fewest repairs, longest, smallest key, smallest hashes."""
    keys = canonical_keys(batch["text"])
    columns = (batch[name].to_pylist() for name in (WOULD_DROP, REPAIRS, PRIORITY))
    ranks = zip(*columns, *(batch[name].to_pylist() for name in ("text", "id")), keys[:, 0].tolist(), strict=True)
    order = [
        (drop, -priority, repairs, -len(text), key, *tie(text, name), row)
        for row, (drop, repairs, priority, text, name, key) in enumerate(ranks)
    ]
    return [rank[-1] for rank in sorted(order)]


def by_definition(batch: Batch, step: Near) -> dict[str, tuple[str, float]]:
    texts, ids = batch["text"].to_pylist(), batch["id"].to_pylist()
    sets, signed = [shingles(text) for text in texts], datasketch_signatures(texts, step)
    bands, rows = step.bands()
    banded = signed[:, : bands * rows].reshape(len(texts), bands, rows)
    gone: dict[str, tuple[str, float]] = {}
    stay: list[int] = []
    for row in keeper_order(batch):
        best = (0.0, -1)
        others = np.array([other for other in stay if sets[other] and sets[row]], np.int64)
        if len(others):
            shared = (banded[others] == banded[row]).all(axis=2).any(axis=1)
            agreeing = (signed[others] == signed[row]).sum(axis=1) >= math.ceil(max(step.jaccard - MARGIN, 0) * step.num_perm)
            for other in others[shared & agreeing].tolist():
                value = similarity(sets[row], sets[other])
                if value >= step.jaccard and value > best[0]:  # of equals the earliest in keeper order
                    best = value, other
        if best[1] < 0:
            stay.append(row)
        else:
            gone[ids[row]] = ids[best[1]], best[0]
    return gone


@pytest.mark.parametrize(
    ("step", "seed"),
    [
        (Near(), 1),
        (Near(), 2),
        (Near(jaccard=0.5), 3),
        (Near(jaccard=0.95, num_perm=64), 4),
        (Near(jaccard=1.0), 5),
        (Near(jaccard=0.3, seed=7), 6),
    ],
    ids=repr,
)
def test_against_the_definition(step: Near, seed: int) -> None:
    batch = corpus(families(60, seed), seed)
    expected = by_definition(batch, step)
    found = removed(step, [batch])
    assert 250 < batch.num_rows < 450
    assert len(expected) > 30
    assert found.keys() == expected.keys()
    assert found == expected


def test_what_goes_has_a_kept_partner_that_is_near_enough() -> None:
    batch = corpus(families(60, 8), 8)
    text = dict(zip(batch["id"].to_pylist(), batch["text"].to_pylist(), strict=True))
    gone = removed(Near(), [batch])
    for one, (other, value) in gone.items():
        assert other not in gone
        assert value == similarity(shingles(text[one]), shingles(text[other])) >= 0.8


def test_what_stays_has_none() -> None:
    """Recall: of all pairs that stay, none is near; bands miss one pair in a thousand, and find these."""
    batch = corpus(families(60, 9))
    gone = removed(Near(), [batch])
    stay = [
        shingles(text) for id_, text in zip(batch["id"].to_pylist(), batch["text"].to_pylist(), strict=True) if id_ not in gone
    ]
    assert not [1 for place, one in enumerate(stay) for other in stay[:place] if similarity(one, other) >= 0.8]


@settings(max_examples=15)
@given(st.integers(0, 2**32 - 1), st.sampled_from([0.5, 0.7, 0.8, 0.9]))
def test_small_corpora_against_the_definition(seed: int, jaccard: float) -> None:
    batch = corpus(families(8, seed), seed)
    step = Near(jaccard=jaccard)
    assert removed(step, [batch]) == by_definition(batch, step)


# ---- Signatures and bands


@pytest.mark.parametrize(("num_perm", "seed"), [(128, 1), (16, 1), (256, 99)])
def test_signatures_are_those_of_datasketch(num_perm: int, seed: int) -> None:
    texts = [*families(10, 4), "", "短", "只有四字", "刚好五个字"]
    step = Near(num_perm=num_perm, seed=seed)
    offsets, codes = canonical_codes(corpus(texts)["text"])
    signed = signatures(codes, offsets, *permutations(num_perm, seed), 5)
    assert signed.dtype == np.uint32
    assert np.array_equal(signed, datasketch_signatures(texts, step))


def shares_a_band(jaccard: float, bands: int, rows: int) -> float:
    """The probability that two documents of this similarity share a band."""
    return 1 - (1 - jaccard**rows) ** bands


@pytest.mark.parametrize("jaccard", [0.25, 0.3, 0.5, 0.7, 0.8, 0.9, 0.99, 1.0])
def test_bands_are_chosen_for_recall(jaccard: float) -> None:
    bands, rows = Near(jaccard=jaccard).bands()
    assert shares_a_band(jaccard, bands, rows) >= 0.999
    assert not [more for more in range(rows + 1, 129) if shares_a_band(jaccard, 128 // more, more) >= 0.999]


def test_bands_of_the_default() -> None:
    assert Near().bands() == (25, 5)


# ---- Short, equal and converted documents


def test_short_documents_stay_unless_they_are_equal(tmp_path: Path) -> None:
    chance = random.Random(4)  # noqa: S311 - no secret
    short = ["".join(chance.sample(CHARACTERS, k=length)) for length in range(3, 14) for _ in range(6)]
    texts = [*short, *(f"{text}。" for text in short[::3])]
    built(tmp_path / "out", recipe(write_texts(tmp_path / "a.jsonl", texts), steps=["dedup.exact", "dedup.near"]))
    gone = removed_by_build(tmp_path / "out")
    expected = {f"d{3 * number}": ("exact_duplicate", f"d{len(short) + number}") for number in range(len(texts) - len(short))}
    assert gone == expected  # the one with a full stop is longer


def test_without_letters_nothing_is_near(tmp_path: Path) -> None:
    texts = ["", "。。。", "！！！", "——", "🌊🌊🌊🌊🌊🌊", "🌊🌊🌊🌊🌊🚢"]
    assert removed(Near(), [corpus(texts)]) == {}
    built(tmp_path / "out", recipe(write_texts(tmp_path / "a.jsonl", [*texts, "。。。"]), steps=["dedup.exact", "dedup.near"]))
    twins = {"d6": ("exact_duplicate", "d1")}, {"d1": ("exact_duplicate", "d6")}  # equal in all but id: a hash chooses
    assert removed_by_build(tmp_path / "out") in twins


def test_twins_in_the_other_script_are_duplicates(tmp_path: Path) -> None:
    simplified = [document(number) + document(number + 300) for number in range(31, 37) if number % 3]
    convert = opencc.OpenCC("s2t").convert
    traditional = [convert(text) for text in simplified]
    assert not set(simplified) & set(traditional)
    texts = [*simplified, *(edited(text, 1, random.Random(7)) for text in traditional)]  # noqa: S311 - no secret
    gone = removed(Near(), [corpus(texts)])
    assert {tuple(sorted((one, other))) for one, (other, _) in gone.items()} == {
        (f"text:0:{number}", f"text:0:{number + len(simplified)}") for number in range(len(simplified))
    }
    source = write_texts(tmp_path / "a.jsonl", [*simplified, *traditional])
    built(tmp_path / "out", recipe(source, steps=["dedup.exact"]))
    assert len(removed_by_build(tmp_path / "out")) == len(simplified)


# ---- Borders


@pytest.mark.parametrize("how", [{"batch_rows": 7}, {"ranges": 5}, {"batch_rows": 1, "ranges": 33}], ids=repr)
def test_borders_of_batches_and_buckets_do_not_matter(how: dict[str, int]) -> None:
    batch = corpus(families(20, 6), 6)
    assert removed(Near(), [batch], **how) == removed(Near(), [batch])
    one, other = (table.sort_by("row").to_pylist() for table in (verdict(Near(), [batch], **how), verdict(Near(), [batch])))
    assert one == other


@pytest.mark.parametrize("rows", [1, 13, 64])
def test_borders_of_parts_do_not_matter(rows: int) -> None:
    batch = corpus([text for text in families(20, 6) if text], 6)
    assert removed(Near(), in_parts(batch, rows), ranges=3) == removed(Near(), [batch])


def test_the_way_through_a_build_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = write_texts(tmp_path / "a.jsonl", list(dict.fromkeys(families(30, 7))))
    steps = ["dedup.exact", "dedup.near"]
    built(tmp_path / "whole", recipe(source, steps=steps))
    monkeypatch.setattr("builder.run.barrier.RANGE_ROWS", 50)
    monkeypatch.setattr("builder.run.reading.BATCH_ROWS", 3)
    built(tmp_path / "cut", recipe(source, steps=steps, part_bytes=5_000))
    assert removed_by_build(tmp_path / "cut") == removed_by_build(tmp_path / "whole")
    assert len(removed_by_build(tmp_path / "whole")) > 20


def test_bands_of_many_that_stay_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """What goes goes all the same where it shares another band with the one that stays, and all that goes is near."""
    monkeypatch.setattr("builder.text.near.walk.MAX_ALIKE", 20)
    chance = random.Random(2)  # noqa: S311 - no secret
    template = document(8) + document(9)
    pages = [
        "".join(chance.choice(CHARACTERS) if place % 20 < 2 else char for place, char in enumerate(template)) for _ in range(300)
    ]
    copies = [edited(page, 1, chance) for page in pages[:100]]
    batch = corpus([*pages, *copies], 3)
    found = removed(Near(), [batch])
    monkeypatch.undo()
    whole = removed(Near(), [batch])
    assert len(whole) > 95
    assert found.keys() <= whole.keys()
    assert len(found) > 0.95 * len(whole)
    sets = dict(zip(batch["id"].to_pylist(), map(shingles, batch["text"].to_pylist()), strict=True))
    assert all(value == similarity(sets[one], sets[other]) >= 0.8 for one, (other, value) in found.items())
    assert not found.keys() & {other for other, _ in found.values()}


def template_pages(count: int, slot: int) -> list[str]:
    """Pages that differ in two characters of so many."""
    chance, template = random.Random(2), document(8) + document(9)  # noqa: S311 - no secret
    return [
        "".join(chance.choice(CHARACTERS) if place % slot < 2 else char for place, char in enumerate(template))
        for _ in range(count)
    ]


def test_what_was_not_compared_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = write_texts(tmp_path / "a.jsonl", template_pages(120, 20))
    whole = built(tmp_path / "whole", recipe(source, steps=["dedup.near"], part_bytes=20_000)).numbers["documents"]
    assert whole["uncompared"] == 0
    assert "too many documents" not in (tmp_path / "whole" / "README.md").read_text("utf-8")
    monkeypatch.setattr("builder.text.near.walk.MAX_ALIKE", 20)
    cut = built(tmp_path / "cut", recipe(source, steps=["dedup.near"], part_bytes=20_000)).numbers["documents"]
    assert 50 < cut["uncompared"] <= cut["kept"] - 20
    card = (tmp_path / "cut" / "README.md").read_text("utf-8")
    assert f"\n{cut['uncompared']} stayed without having been compared with all" in card


def test_of_what_goes_nobody_asks_what_it_was_compared_with(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("builder.text.near.walk.MAX_ALIKE", 1)
    text = document(8)
    decided = verdict(Near(), [corpus([text, *(f"{text}{mark}" for mark in "甲乙丙丁")])])
    assert decided["code"].null_count == 1
    assert Near().uncompared(decided) == 0


def test_open_documents_past_the_limit_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """All are alike, and all lie in a second bucket, so that none surely stays; one that is compared with two of them is not told."""
    pages = two_buckets(template_pages(6, 100))
    told = []
    for limit in (64, 2):
        monkeypatch.setattr("builder.text.near.walk.MAX_OPEN", limit)
        edges = Near().match(pages, 2)
        told.append(len(np.unique(edges["later"].to_numpy()[edges["jaccard"].to_numpy() < 0])))
    assert told == [0, 3]


def two_buckets(pages: list[str]) -> pa.Table:
    """Each page in both, as round 2 sketches them."""
    count = len(pages)
    found = pa.table({"part": [0] * 2 * count, "row": np.repeat(np.arange(count), 2), "group": np.tile([1, 2], count)})
    found = found.set_column(2, "group", found["group"].cast(pa.uint64()))
    return sorted_by(Near().sketch(corpus(pages), 2, found), "bucket")


def test_a_family_meets_in_one_bucket() -> None:
    """Though its documents share other bands with others: each text is stored and read once."""
    chance = random.Random(5)  # noqa: S311 - no secret
    template = document(8) + document(9)
    pages = [
        "".join(chance.choice(CHARACTERS) if place % 40 < 2 else char for place, char in enumerate(template)) for _ in range(500)
    ]
    step, batch, found = Near(), corpus(pages), None
    for round_ in range(2):
        found = step.match(sorted_by(step.sketch(batch, round_, found), "bucket"), round_)
    texts = step.sketch(batch, 2, found)
    assert len(np.unique(texts["place"].to_numpy())) >= 495
    assert texts.num_rows <= 505
    verdict_rows = step.match(sorted_by(texts, "bucket"), 2).num_rows
    assert verdict_rows < 2 * len(pages)


# ---- Annotated


def test_annotated_and_not_dropped(tmp_path: Path) -> None:
    texts = list(dict.fromkeys(families(20, 6)))
    source = write_texts(tmp_path / "a.jsonl", texts)
    built(tmp_path / "drop", recipe(source, steps=["dedup.near"], part_bytes=5_000))
    built(tmp_path / "note", recipe(source, steps=[{"dedup.near": {"action": "annotate"}}], part_bytes=5_000))
    gone = {name: peer or "" for name, (_, peer) in removed_by_build(tmp_path / "drop").items()}
    assert len(gone) > 20
    assert removed_by_build(tmp_path / "note") == {}
    rows = pq.ParquetDataset(sorted((tmp_path / "note" / "data").glob("*.parquet"))).read().to_pylist()
    assert len(rows) == len(texts)
    assert {row["id"]: row["near_duplicate_of"] for row in rows if row["near_duplicate_of"]} == gone
    sets = {f"d{number}": shingles(text) for number, text in enumerate(texts)}
    assert all(
        row["near_duplicate_similarity"] == similarity(sets[row["id"]], sets[gone[row["id"]]])
        for row in rows
        if row["id"] in gone
    )
    assert not any(row["copies"] for row in rows)


# ---- Settings


@pytest.mark.parametrize(
    "fields",
    [{"jaccard": 0.2}, {"jaccard": 1.1}, {"num_perm": 8}, {"shingle_chars": 1}, {"seed": -1}, {"action": "mark"}],
    ids=repr,
)
def test_settings_out_of_range(fields: dict[str, object]) -> None:
    with pytest.raises(RecipeError):
        load_plain({"name": "a", "steps": [{"dedup.near": fields}]})


def test_a_corpus_without_pairs() -> None:
    assert verdict(Near(), [corpus([document(number) for number in range(5)])]).num_rows == 0
    assert verdict(Near(), [corpus(["短"])]).num_rows == 0


@pytest.mark.parametrize("texts", [[document(number) for number in range(5)], ["短"]], ids=["no pair", "short"])
@pytest.mark.parametrize("ranges", [1, 5])
def test_annotated_without_pairs(texts: list[str], ranges: int) -> None:
    assert verdict(Near(action="annotate"), [corpus(texts)], ranges=ranges).num_rows == 0


def test_annotated_with_empty_ranges(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("builder.run.barrier.RANGE_ROWS", 3)
    steps = [{"filter.length": {"min_chars": 60}}, {"dedup.near": {"action": "annotate"}}]
    for name, texts in (("none", ["短"]), ("one", [document(1)]), ("pair", [document(8), document(8) + "甲", document(9)])):
        built(tmp_path / name, recipe(write_texts(tmp_path / f"{name}.jsonl", texts), steps=steps))
    noted = table(tmp_path / "pair", "data")["near_duplicate_of"].to_pylist()
    assert sorted(noted, key=str) == [None, None, "d1"]
