"""What is published depends on the documents alone: not on their order, their files, their parts, or what else is there."""

from __future__ import annotations

import json
import random
from collections import Counter
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from builder.core.index import INDEX
from builder.core.published import DOCUMENTS, REMOVED
from builder.publish.rows import EXCERPT_CHARS
from builder.text.canonical import canonical_keys
from builder.text.mixing import mixed
from tests.run.building import built, contents, quarantine, recipe, removed, table, texts, write_texts
from tests.steps.dedup.corpus import families, shingles, similarity
from tests.tokenizer.corpus import document, documents

HALVES = {"splits": {"train": 0.5, "test": 0.5}}
STEPS = ("normalize.width", "normalize.script", "dedup.exact", "dedup.near", "filter.length")


def splits(out: Path) -> dict[str, str]:
    """id of each kept document to its split."""
    found = {}
    for path in (out / "data").glob("*.parquet"):
        found.update(dict.fromkeys(pq.read_table(path, columns=["id"])["id"].to_pylist(), path.name.split("-")[0]))
    return found


# ---- Order and split


def test_neither_order_nor_cutting_of_the_input_matters(tmp_path: Path) -> None:
    stories = list(dict.fromkeys(families(15, 11)))
    records: list[dict[str, object]] = [{"id": f"story {number}", "text": text} for number, text in enumerate(stories)]
    publish = {**HALVES, "shard_bytes": 20_000}
    one = write_texts(tmp_path / "one" / "a.jsonl", records)
    built(tmp_path / "whole", recipe(one, steps=STEPS, publish=publish))
    random.Random(1).shuffle(records)  # noqa: S311 - no secret
    for number in range(3):
        write_texts(tmp_path / "two" / f"{number}.jsonl", records[number::3])
    built(tmp_path / "cut", recipe(tmp_path / "two", steps=STEPS, publish=publish, part_bytes=4_000))
    assert contents(tmp_path / "cut", "data") == contents(tmp_path / "whole", "data")
    assert removed(tmp_path / "cut") == removed(tmp_path / "whole")
    assert len(contents(tmp_path / "whole", "data")) >= 3
    assert len(removed(tmp_path / "whole")) > 10


def test_added_documents_move_no_others(tmp_path: Path) -> None:
    records = [{"id": str(number), "text": text} for number, text in enumerate(documents(80))]
    for count in (40, 80):
        built(
            tmp_path / str(count),
            recipe(write_texts(tmp_path / f"{count}.jsonl", records[80 - count :]), publish=HALVES, steps=STEPS),
        )
    before, after = splits(tmp_path / "40"), splits(tmp_path / "80")
    assert len(before) == 40
    assert {name: after[name] for name in before} == before
    orders = [[name for name in texts(tmp_path / count) if name in before] for count in ("40", "80")]
    assert orders[0] == orders[1]


def test_documents_that_are_near_share_a_split(tmp_path: Path) -> None:
    """Pairs below the limit of a duplicate: all stay, each pair in one split."""
    stories = [document(2_000 + number) + document(3_000 + number) for number in range(40)]
    pairs = [(text, "".join("错" if place % 35 == 9 else char for place, char in enumerate(text))) for text in stories]
    near = [place for place, (one, other) in enumerate(pairs) if 0.65 < similarity(shingles(one), shingles(other)) < 0.79]
    assert len(near) > 15
    records = [{"id": f"{place}-{side}", "text": pairs[place][side]} for place in near for side in (0, 1)]
    built(tmp_path / "out", recipe(write_texts(tmp_path / "a.jsonl", records), steps=STEPS, publish=HALVES))
    found = splits(tmp_path / "out")
    assert len(found) == 2 * len(near)
    assert [place for place in near if found[f"{place}-0"] != found[f"{place}-1"]] == []
    assert set(found.values()) == {"train", "test"}


def test_shares_of_the_splits(tmp_path: Path) -> None:
    publish = {"splits": {"train": 0.7, "validation": 0.2, "test": 0.1}, "seed": 3}
    built(tmp_path / "out", recipe(write_texts(tmp_path / "a.jsonl", documents(600)), publish=publish))
    counts = Counter(splits(tmp_path / "out").values())
    assert [counts[name] / 600 for name in publish["splits"]] == pytest.approx([0.7, 0.2, 0.1], abs=0.06)  # type: ignore[attr-defined]  # a dict
    built(tmp_path / "other", recipe(tmp_path / "a.jsonl", publish={**publish, "seed": 4}))
    assert splits(tmp_path / "other") != splits(tmp_path / "out")


def test_the_order_is_a_hash_of_the_key(tmp_path: Path) -> None:
    built(
        tmp_path / "out", recipe(write_texts(tmp_path / "a.jsonl", documents(50)), publish={"splits": {"train": 1.0}, "seed": 5})
    )
    keys = canonical_keys(table(tmp_path / "out", "data")["text"])
    order = mixed(keys[:, 0], 2 * 5).tolist()
    assert order == sorted(order)
    index = table(tmp_path / "out", "index")
    assert index.schema == INDEX
    assert index["id"].to_pylist() == list(texts(tmp_path / "out"))


# ---- Shards


def test_small_shards_hold_the_same_documents(tmp_path: Path) -> None:
    source = write_texts(tmp_path / "a.jsonl", documents(120))
    steps, shard_bytes = ["filter.length"], 9_000
    built(tmp_path / "one", recipe(source, steps=steps, publish=HALVES))
    built(tmp_path / "many", recipe(source, steps=steps, publish={**HALVES, "shard_bytes": shard_bytes}, part_bytes=7_000))
    for split in HALVES["splits"]:
        whole, cut = (table(tmp_path / out, "data", f"{split}-*.parquet") for out in ("one", "many"))
        assert cut.equals(whole)
        files = sorted((tmp_path / "many" / "data").glob(f"{split}-*.parquet"))
        assert [path.name for path in files] == [
            f"{split}-{place:05d}-of-{len(files):05d}.parquet" for place in range(len(files))
        ]
        sizes = [pc.sum(pc.binary_length(pq.read_table(path)["text"])).as_py() for path in files]
        assert len(sizes) == -(-sum(sizes) // shard_bytes)
        largest = pc.max(pc.binary_length(whole["text"])).as_py()
        assert max(sizes) - min(sizes) <= 2 * largest
        assert max(sizes) <= shard_bytes + largest
    one, many = (table(tmp_path / out, "index").select(["id", "key"]) for out in ("one", "many"))
    assert many.equals(one)


def test_a_document_over_the_size_of_a_shard(tmp_path: Path) -> None:
    stories = [document(1) * 30, *documents(5, first=2)]
    built(
        tmp_path / "out",
        recipe(write_texts(tmp_path / "a.jsonl", stories), publish={"splits": {"train": 1.0}, "shard_bytes": 500}),
    )
    assert sorted(texts(tmp_path / "out").values()) == sorted(stories)
    assert len(list((tmp_path / "out" / "data").iterdir())) > 2


def test_row_groups_have_a_fixed_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("builder.publish.shards.GROUP_ROWS", 7)
    built(
        tmp_path / "out",
        recipe(write_texts(tmp_path / "a.jsonl", documents(40)), part_bytes=5_000, publish={"splits": {"train": 1.0}}),
    )
    (path,) = (tmp_path / "out" / "data").iterdir()
    with pq.ParquetFile(path) as file:
        assert [file.metadata.row_group(group).num_rows for group in range(file.num_row_groups)] == [7] * 5 + [5]


# ---- Columns


def test_the_columns_of_a_document(tmp_path: Path) -> None:
    records = [
        {"id": "a", "text": "從１９９８年開始，這座橋樑終於開通。", "url": "https://www.example.org/a", "date": "1998"},
        {"text": "桥修好了，大家都来看。"},
    ]
    built(tmp_path / "out", recipe(write_texts(tmp_path / "a.jsonl", records), steps=STEPS[:3]))
    found = table(tmp_path / "out", "data")
    assert found.schema == DOCUMENTS
    rows = {row["id"]: row for row in found.to_pylist()}
    assert rows["a"] == {
        "id": "a",
        "text": "从1998年开始，这座桥梁终于开通。",
        "url": "https://www.example.org/a",
        "source": "crawl",
        "date": "1998",
        "script": "traditional",
        "repairs": ["wide_alnum", "traditional_script"],
        "chars": 18,
        "copies": 0,
    }
    assert rows["crawl:0:1"]["repairs"] == []
    assert rows["crawl:0:1"]["url"] is None
    assert rows["crawl:0:1"]["script"] == "unknown"


@pytest.mark.parametrize("show", ["full", "excerpt", "none"])
def test_removed_documents_show_as_much_as_the_recipe_says(tmp_path: Path, show: str) -> None:
    long = "longer than an excerpt, and not Chinese. " * 30
    records = [{"id": "long", "text": long, "url": "u"}, {"id": "short", "text": "短"}, {"id": "kept", "text": document(1)}]
    steps = ["filter.length", "filter.han_ratio"]
    built(tmp_path / "out", recipe(write_texts(tmp_path / "a.jsonl", records), steps=steps, publish={"removed": show}))
    found = table(tmp_path / "out", "removed")
    assert found.schema == REMOVED
    expected = {"full": [long, "短"], "excerpt": [long[:EXCERPT_CHARS], "短"], "none": ["", ""]}[show]
    assert found["text"].to_pylist() == expected
    first, second = found.to_pylist()
    assert (first["id"], first["doc_id"], first["url"], first["step"], first["code"]) == (
        "long",
        "crawl:0:0",
        "u",
        "filter.han_ratio",
        "low_han_ratio",
    )
    assert (first["value"], first["limit"], first["peer"]) == (0.0, 0.3, None)
    assert (second["code"], second["value"], second["limit"]) == ("too_short", 1.0, 20.0)


def test_copies_are_counted_through_chains(tmp_path: Path) -> None:
    """Three equal documents, of which the one that stays is near to a longer one, which has an equal, too."""
    text = document(10) + document(11)
    longer = f"{text}又及"
    records = [
        {"id": "equal 1", "text": text},
        {"id": "equal 2", "text": text.replace("，", "、")},
        {"id": "equal 3", "text": f"{text}。"},
        {"id": "keeper", "text": f"{longer}。。"},
        {"id": "keeper's equal", "text": longer},
        {"id": "alone", "text": document(12)},
    ]
    built(
        tmp_path / "out",
        recipe(write_texts(tmp_path / "a.jsonl", records), steps=["dedup.exact", "dedup.near"], part_bytes=2_000),
    )
    gone = removed(tmp_path / "out")
    assert gone == {
        "equal 1": ("exact_duplicate", "equal 3"),
        "equal 2": ("exact_duplicate", "equal 3"),
        "equal 3": ("near_duplicate", "keeper"),
        "keeper's equal": ("exact_duplicate", "keeper"),
    }
    found = table(tmp_path / "out", "data")
    assert dict(zip(found["id"].to_pylist(), found["copies"].to_pylist(), strict=True)) == {"keeper": 4, "alone": 0}
    peers = table(tmp_path / "out", "removed").select(["id", "doc_id", "peer", "peer_doc_id"]).to_pylist()
    place = {row["id"]: row["doc_id"] for row in peers}
    assert {row["peer_doc_id"] for row in peers if row["peer"] == "equal 3"} == {place["equal 3"]}


# ---- What else is left behind


def test_quarantine_and_samples(tmp_path: Path) -> None:
    source = tmp_path / "a.jsonl"
    source.write_bytes(write_texts(source, ["１２３" + document(1), "短"]).read_bytes() + b"broken\n")
    built(tmp_path / "out", recipe(source, steps=["normalize.width", "filter.length"]))
    (row,) = quarantine(tmp_path / "out")
    assert (row["doc_id"], row["file"], row["line"], row["step"], row["excerpt"]) == (
        "crawl:0:2",
        "a.jsonl",
        3,
        "source",
        "broken",
    )
    assert row["reason"].startswith("not JSON: ")
    samples = pq.read_table(tmp_path / "out" / "samples" / "samples.parquet").to_pylist()
    assert {(sample["step"], sample["code"], sample["action"]) for sample in samples} == {
        ("filter.length", "too_short", "drop"),
        ("normalize.width", "wide_alnum", "edit"),
    }
    (edit,) = (sample for sample in samples if sample["action"] == "edit")
    assert edit["before"].startswith("１２３")
    assert edit["after"].startswith("123")


def test_odd_line_breaks_in_quarantine(tmp_path: Path) -> None:
    source = tmp_path / "a.jsonl"
    source.write_text('broken\u2028line\u0085too\n[]\n{"text": "桥"}\n', encoding="utf-8")
    built(tmp_path / "out", recipe(source))
    lines = (tmp_path / "out" / "quarantine" / "quarantine.jsonl").read_text("utf-8").split("\n")
    assert [json.loads(line)["excerpt"] for line in lines if line] == ["broken\u2028line\u0085too", "[]"]


def test_the_ledger_has_a_file_for_each_part(tmp_path: Path) -> None:
    built(tmp_path / "out", recipe(write_texts(tmp_path / "a.jsonl", documents(20)), steps=STEPS, part_bytes=3_000))
    ledger = table(tmp_path / "out", "ledger")
    assert ledger["part"].to_pylist() == sorted(ledger["part"].to_pylist())
    pairs = list(zip(ledger["part"].to_pylist(), ledger["row"].to_pylist(), strict=True))
    assert pairs == sorted(pairs)
    assert {row["action"] for row in ledger.to_pylist()} <= {"edit", "drop"}
    assert isinstance(ledger.schema.field("step").type, pa.DictionaryType)


def test_another_recipe_leaves_nothing_of_the_last_one(tmp_path: Path) -> None:
    source = write_texts(tmp_path / "a.jsonl", documents(60))
    built(tmp_path / "out", recipe(source, publish={"shard_bytes": 5_000}, part_bytes=5_000))
    built(tmp_path / "out", recipe(source, steps=["filter.length"]))
    built(tmp_path / "fresh", recipe(source, steps=["filter.length"]))
    folders = ("data", "removed", "ledger", "index", "samples", "quarantine", "README.md", "recipe.yaml")
    assert contents(tmp_path / "out", *folders) == contents(tmp_path / "fresh", *folders)
