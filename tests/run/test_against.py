"""A build against earlier releases: the same as one build of all, in which what is published already comes first."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from builder.core.batch import EARLIER
from builder.core.index import INDEX
from builder.run import earlier as reading
from builder.run.explain import explain
from builder.run.recipe import Recipe
from builder.run.releases import open_releases
from builder.show.explained import explained_lines
from builder.text.canonical import canonical_text
from tests.run.building import built, contents, recipe, removed, table, texts, write_texts
from tests.steps.dedup.corpus import edited, families, shingles, similarity
from tests.tokenizer.corpus import document, documents

STEPS = (
    "normalize.width",
    "normalize.script",
    "dedup.exact",
    "dedup.near",
    {"filter.length": {"min_chars": 100, "max_chars": 800}},
)
HALVES = {"splits": {"train": 0.5, "test": 0.5}}


def source(name: str, path: Path, priority: int = 0) -> dict[str, Any]:
    return {"jsonl": {"name": name, "path": str(path), "priority": priority}}


def made(*sources: dict[str, Any], steps: Sequence[object] = STEPS, **fields: object) -> Recipe:
    return recipe(sources=list(sources), steps=steps, **fields)


def published(out: Path) -> list[tuple[str, str]]:
    """(key, text) of all documents, sorted."""
    return sorted((canonical_text(text), text) for text in table(out, "data")["text"].to_pylist())


def crawls(folder: Path, seed: int) -> tuple[Path, Path]:
    """Two files: copies of the same stories with few and many edits, some wide, some longer than others, some equal."""
    chance = random.Random(seed)  # noqa: S311 - stories, no secrets
    stories = families(40, seed)
    stories += [edited(text, 1, chance) for text in stories[::7]]
    stories += [text.replace("。", "．") + "又" * chance.randint(0, 4) for text in stories[::5]]
    chance.shuffle(stories)
    records = [{"text": text} for text in stories]  # without ids: they are named by their place
    cut = 3 * len(records) // 4
    return write_texts(folder / "old.jsonl", records[:cut]), write_texts(folder / "new.jsonl", records[cut:])


# ---- The answer


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize(
    "steps", [STEPS, ("dedup.exact",), ({"dedup.near": {"jaccard": 0.6}}, "filter.length")], ids=["all", "exact", "near"]
)
def test_it_equals_a_joint_build_in_which_the_old_source_comes_first(tmp_path: Path, seed: int, steps: Sequence[object]) -> None:
    old, new = crawls(tmp_path, seed)
    built(tmp_path / "a", made(source("old", old), steps=steps, part_bytes=20_000))
    built(tmp_path / "b", made(source("new", new), steps=steps, part_bytes=9_000, against=str(tmp_path / "a")))
    built(tmp_path / "joint", made(source("new", new), source("old", old, 1), steps=steps))
    joint = table(tmp_path / "joint", "data")
    of = {
        name: [text for text, one in zip(joint["text"].to_pylist(), joint["source"].to_pylist(), strict=True) if one == name]
        for name in ("old", "new")
    }
    assert sorted(texts(tmp_path / "a").values()) == sorted(of["old"])
    assert sorted(texts(tmp_path / "b").values()) == sorted(of["new"])
    assert published(tmp_path / "joint") == sorted(published(tmp_path / "a") + published(tmp_path / "b"))
    gone = table(tmp_path / "b", "removed")["peer_release"].to_pylist()
    assert gone.count("a") > 10
    assert len(of["new"]) > 10


def test_all_of_an_old_source_again_brings_nothing(tmp_path: Path) -> None:
    old, new = crawls(tmp_path, 4)
    built(tmp_path / "a", made(source("old", old)))
    built(tmp_path / "again", made(source("old", old), against=str(tmp_path / "a")))
    assert texts(tmp_path / "again") == {}
    for name, sources in {"b": [source("new", new)], "both": [source("old", old), source("new", new)]}.items():
        built(tmp_path / name, made(*sources, against=str(tmp_path / "a")))
    assert published(tmp_path / "both") == published(tmp_path / "b")


def test_releases_that_contain_each_other_both_stay(tmp_path: Path) -> None:
    old, new = crawls(tmp_path, 5)
    for name in ("a", "a2"):
        built(tmp_path / name, made(source("old", old)))
    before = contents(tmp_path / "a", "data"), contents(tmp_path / "a2", "data")
    against = [str(tmp_path / name) for name in ("a", "a2")]
    built(tmp_path / "b", made(source("new", new), against=against))
    built(tmp_path / "one", made(source("new", new), against=against[:1]))
    assert (contents(tmp_path / "a", "data"), contents(tmp_path / "a2", "data")) == before
    assert contents(tmp_path / "b", "data") == contents(tmp_path / "one", "data")
    assert set(table(tmp_path / "b", "removed")["peer_release"].to_pylist()) == {"a", None}  # of equals the first one is named


def test_one_release_after_the_other(tmp_path: Path) -> None:
    stories = [documents(10, first=start) for start in (0, 5, 10)]
    paths = [write_texts(tmp_path / f"{number}.jsonl", mine) for number, mine in enumerate(stories)]
    for number, path in enumerate(paths):
        against = [str(tmp_path / str(before)) for before in range(number)]
        built(tmp_path / str(number), made(source("crawl", path), steps=["dedup.exact", "dedup.near"], against=against))
    assert [sorted(texts(tmp_path / str(number)).values()) for number in range(3)] == [
        sorted(documents(count, first=first)) for count, first in ((10, 0), (5, 10), (5, 15))
    ]
    assert set(table(tmp_path / "2", "removed")["peer_release"].to_pylist()) == {"1"}


def test_what_a_filter_dropped_is_not_published(tmp_path: Path) -> None:
    """The old document fell to a filter, so the new one, which passes, is not its duplicate."""
    short = document(1)
    built(
        tmp_path / "a",
        made(
            source("old", write_texts(tmp_path / "a.jsonl", [short, document(9) * 2])),
            steps=["dedup.near", {"filter.length": {"min_chars": len(short) + 1}}],
        ),
    )
    assert len(texts(tmp_path / "a")) == 1
    new = write_texts(tmp_path / "b.jsonl", [f"{short}又"])
    built(tmp_path / "b", made(source("new", new), steps=["dedup.near"], against=str(tmp_path / "a")))
    assert len(texts(tmp_path / "b")) == 1


def test_what_is_near_a_published_document_shares_its_split(tmp_path: Path) -> None:
    """Pairs below the limit of a duplicate; the key of the new one is as often smaller as larger."""
    stories = [document(2_000 + number) + document(3_000 + number) for number in range(40)]
    pairs = [(text, "".join("错" if place % 35 == 9 else char for place, char in enumerate(text))) for text in stories]
    pairs = [pair for pair in pairs if 0.65 < similarity(*map(shingles, pair)) < 0.79]
    paths = [
        write_texts(tmp_path / f"{side}.jsonl", [{"id": f"{place}", "text": pair[side]} for place, pair in enumerate(pairs)])
        for side in (0, 1)
    ]
    steps = ["dedup.exact", "dedup.near"]
    built(tmp_path / "a", made(source("old", paths[0]), steps=steps, publish=HALVES))
    built(tmp_path / "b", made(source("new", paths[1]), steps=steps, publish=HALVES, against=str(tmp_path / "a")))
    splits = [{name: split for split in HALVES["splits"] for name in texts(tmp_path / out, split)} for out in ("a", "b")]
    assert len(splits[0]) == len(pairs) > 15
    assert splits[0] == splits[1]
    assert set(splits[0].values()) == {"train", "test"}


# ---- What is told


@pytest.fixture
def releases(tmp_path: Path) -> Path:
    """`a` with three documents, and `b` against it: one equal, one near, one near to one that is equal, and one new."""
    near = document(2) + document(3)
    records = [{"id": f"old {number}", "text": text} for number, text in enumerate([document(1), near, document(4)])]
    built(tmp_path / "a", made(source("news", write_texts(tmp_path / "a.jsonl", records)), steps=STEPS[:4]))
    records = [
        {"id": "equal", "text": document(1).replace("，", "、")},
        {"id": "near", "text": f"{near}又"},
        {"id": "nearer", "text": f"{near}又。"},
        {"id": "new", "text": document(7)},
        {"id": "new again", "text": f"{document(7)}。"},
    ]
    path = write_texts(tmp_path / "b.jsonl", records)
    built(tmp_path / "b", made(source("crawl", path), steps=STEPS[:4], against="a", folder=str(tmp_path)))
    return tmp_path


def test_removed_names_release_and_document(releases: Path) -> None:
    rows = {row["id"]: row for row in table(releases / "b", "removed").to_pylist()}
    told = {name: (row["code"], row["peer"], row["peer_doc_id"], row["peer_release"]) for name, row in rows.items()}
    own = next(name for name in ("near", "nearer") if told[name][0] == "exact_duplicate")
    other = {"near": "nearer", "nearer": "near"}[own]
    (new,) = texts(releases / "b")
    assert told == {
        "equal": ("exact_duplicate", "old 0", "news:0:0", "a"),
        other: ("near_duplicate", "old 1", "news:0:1", "a"),
        own: ("exact_duplicate", other, f"crawl:0:{['near', 'nearer'].index(other) + 1}", None),
        {"new": "new again", "new again": "new"}[new]: (
            "exact_duplicate",
            new,
            f"crawl:0:{['new', 'new again'].index(new) + 3}",
            None,
        ),
    }
    assert rows[other]["value"] == pytest.approx(
        similarity(shingles(document(2) + document(3) + "又"), shingles(document(2) + document(3)))
    )


def test_the_ledger_has_the_place_in_the_old_build(releases: Path) -> None:
    rows = [row for row in table(releases / "b", "ledger").to_pylist() if row["action"] == "drop"]
    found = {
        (row["code"], row["peer_part"], row["peer_row"], row["peer_release"], row["peer_name"])
        for row in rows
        if row["peer_release"]
    }
    assert found == {("exact_duplicate", 0, 0, "a", "old 0"), ("near_duplicate", 0, 1, "a", "old 1")}
    assert all(row["peer_part"] < EARLIER for row in rows)
    assert sum(row["peer_release"] is None for row in rows) == 2


@pytest.mark.parametrize("step", ["dedup.exact", "dedup.near"])
def test_annotate_names_the_old_document(tmp_path: Path, step: str) -> None:
    """A copy of a published document, and two that are copies of each other."""
    old = [{"id": f"old {number}", "text": document(number)} for number in (1, 2)]
    new = [{"id": "copy", "text": document(1)}, {"id": "one", "text": document(5)}, {"id": "two", "text": document(5)}]
    built(tmp_path / "a", made(source("old", write_texts(tmp_path / "a.jsonl", old)), steps=[step]))
    annotating = made(
        source("new", write_texts(tmp_path / "b.jsonl", new)), steps=[{step: {"action": "annotate"}}], against=str(tmp_path / "a")
    )
    built(tmp_path / "b", annotating)
    rows = table(tmp_path / "b", "data").to_pylist()
    named = {row["id"]: row[f"{step.removeprefix('dedup.')}_duplicate_of"] for row in rows}
    assert named["copy"] == "old 1"
    assert {named["one"], named["two"]} in ({None, "one"}, {None, "two"})


def test_explain_names_the_old_document(releases: Path) -> None:
    (explained,) = explain(releases / "b", "equal")
    assert explained.matches
    assert explained.peer is not None
    assert (explained.peer.id, explained.peer.release) == ("old 0", "a")
    assert "kept in its place: 0:0, id old 0, in the earlier release a" in "\n".join(explained_lines(explained))
    shutil.rmtree(releases / "a")
    assert explain(releases / "b", "equal") == [explained]
    (own,) = explain(
        releases / "b", next(name for name, (_, peer) in removed(releases / "b").items() if peer in ("new", "new again"))
    )
    assert own.matches
    assert own.peer is not None
    assert own.peer.release == ""


def test_copies_are_those_of_this_build(releases: Path) -> None:
    assert table(releases / "b", "data")["copies"].to_pylist() == [1]


def test_card_and_report_name_the_releases(releases: Path) -> None:
    assert "earlier releases was dropped:\n\n| earlier release |\n| --- |\n| a |" in (releases / "b" / "README.md").read_text(
        "utf-8"
    )
    assert "earlier release" not in (releases / "a" / "README.md").read_text("utf-8")
    assert json.loads((releases / "b" / "build.json").read_bytes())["against"] == ["a"]


def test_names_are_as_long_as_needed(tmp_path: Path) -> None:
    path = write_texts(tmp_path / "a.jsonl", [document(1)])
    for folder in ("one/out", "two/out"):
        built(tmp_path / folder, made(source("news", path), steps=["dedup.exact"]))
    shards = open_releases(
        made(against=["one/out", "two/out", "one/../one/out"], steps=["dedup.exact"], folder=str(tmp_path)), None
    )
    assert [shard.release for shard in shards] == ["one/out", "two/out"]


# ---- What is read, and how it is cut


def test_only_what_is_proposed_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("builder.publish.shards.GROUP_ROWS", 4)
    built(
        tmp_path / "a",
        made(
            source("old", write_texts(tmp_path / "a.jsonl", documents(40))), steps=STEPS[2:4], publish={"splits": {"train": 1.0}}
        ),
    )
    names = table(tmp_path / "a", "index")["doc_id"].to_pylist()
    read: list[int] = []
    true = reading.documents

    def noted(shard: reading.EarlierShard, number: int, rows: np.ndarray, columns: Iterable[str] = ()) -> Any:  # noqa: ANN401 - an iterator
        if not columns:
            read.extend(rows.tolist())
        return true(shard, number, rows, tuple(columns))

    monkeypatch.setattr(reading, "documents", noted)
    steps, against = STEPS[2:4], str(tmp_path / "a")
    built(
        tmp_path / "far",
        made(
            source("new", write_texts(tmp_path / "b.jsonl", documents(20, first=100))),
            steps=steps,
            against=against,
            publish={"splits": {"train": 1.0}},
        ),
    )
    assert read == []
    near = [f"{document(number)}又" for number in (3, 17)]
    built(
        tmp_path / "near",
        made(
            source("new", write_texts(tmp_path / "c.jsonl", near)),
            steps=steps,
            against=against,
            publish={"splits": {"train": 1.0}},
        ),
    )
    assert len(read) < 6
    assert texts(tmp_path / "near") == {}
    assert {names.index(f"old:0:{number}") for number in (3, 17)} <= set(read)


def test_neither_workers_nor_borders_matter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = crawls(tmp_path, 6)
    built(tmp_path / "a", made(source("old", old), publish={**HALVES, "shard_bytes": 10_000}))
    plan = made(source("new", new), against=str(tmp_path / "a"), part_bytes=10_000, publish=HALVES)
    built(tmp_path / "local", plan, executor="local", workers=2)
    monkeypatch.setattr("builder.run.barrier.RANGE_ROWS", 50)
    built(tmp_path / "inline", plan)
    folders = ("data", "removed", "ledger", "index", "README.md")
    assert contents(tmp_path / "inline", *folders) == contents(tmp_path / "local", *folders)
    assert len(contents(tmp_path / "a", "data")) > 4


def test_a_release_that_was_built_again_is_seen(tmp_path: Path) -> None:
    new = source("new", write_texts(tmp_path / "b.jsonl", documents(8)))
    plan = made(new, steps=["dedup.exact", "dedup.near"], against=str(tmp_path / "a"))
    kept = []
    for count in (4, 2):
        built(
            tmp_path / "a",
            made(source("old", write_texts(tmp_path / "a.jsonl", documents(count))), steps=["dedup.exact", "dedup.near"]),
        )
        assert not built(tmp_path / "b", plan, keep_stages=True).again
        assert built(tmp_path / "b", plan, keep_stages=True).again
        kept.append(len(texts(tmp_path / "b")))
    assert kept == [4, 6]


def test_an_index_without_near_serves_exact(tmp_path: Path) -> None:
    built(tmp_path / "a", made(source("old", write_texts(tmp_path / "a.jsonl", documents(4))), steps=["dedup.exact"]))
    assert pq.read_schema(next((tmp_path / "a" / "index").iterdir())) == INDEX
    built(
        tmp_path / "b",
        made(source("new", write_texts(tmp_path / "b.jsonl", documents(6))), steps=["dedup.exact"], against=str(tmp_path / "a")),
    )
    assert len(texts(tmp_path / "b")) == 2


def test_a_release_without_documents(tmp_path: Path) -> None:
    built(tmp_path / "a", made(source("old", write_texts(tmp_path / "a.jsonl", ["短"]))))
    built(
        tmp_path / "b",
        made(source("new", write_texts(tmp_path / "b.jsonl", documents(3))), against=str(tmp_path / "a"), steps=STEPS[2:4]),
    )
    assert len(texts(tmp_path / "b")) == 3
