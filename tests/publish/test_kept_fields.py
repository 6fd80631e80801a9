"""The users' own columns: carried through all stages, null where a source has none, and opened by load_dataset."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import datasets
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

from builder.core.errors import RecipeError
from builder.core.published import DOCUMENTS, REMOVED
from builder.run.explain import explain
from builder.run.recipe import Recipe, load_recipe, with_settings
from tests.run.building import built, contents, recipe, table, texts, write, write_texts
from tests.tokenizer.corpus import document

STEPS = ["normalize.width", "dedup.exact", "dedup.near", "filter.length"]


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No bars, no network, and a cache of its own."""
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")
    monkeypatch.setattr(datasets.config, "HF_HUB_OFFLINE", True)
    datasets.disable_progress_bars()


def three_formats(tmp_path: Path, **fields: Any) -> Recipe:  # noqa: ANN401 - the fields of a recipe
    """Sources with different columns; the first one has none of them."""
    plain = [{"id": f"plain {number}", "text": f"１{document(number)}"} for number in range(12)]
    rich: list[dict[str, object]] = [
        {"id": f"rich {number}", "body": document(12 + number), "author": None if number < 9 else "某人", "n": number}
        for number in range(12)
    ]
    rich += [
        {"id": "rich twice", "body": document(12), "author": ["甲", "乙"], "n": 0.5},
        {"id": "short", "body": "短", "n": True},
    ]
    cells = "".join(f'{number},"{document(24 + number)}",作者{number},第{number}章\n' for number in range(12))
    rows = {
        "text": [document(36 + number) for number in range(12)],
        "n": list(range(12)),
        "标题": [f"标题{number}" for number in range(12)],
        "lang": [None] * 12,
    }
    paths = [
        write_texts(tmp_path / "raw" / "plain.jsonl", plain),
        write_texts(tmp_path / "raw" / "rich.jsonl", rich),
        write(tmp_path / "raw" / "cells.csv", f"id,text,author,标题\n{cells}".encode()),
        tmp_path / "raw" / "rows.parquet",
    ]
    pq.write_table(pa.table(rows), paths[3], row_group_size=5)
    sources = [
        {"jsonl": {"name": "plain", "path": str(paths[0])}},
        {"jsonl": {"name": "rich", "path": str(paths[1]), "text_field": "body", "keep_fields": ["author", "n"]}},
        {"csv": {"name": "cells", "path": str(paths[2]), "keep_fields": ["标题", "author"]}},
        {"parquet": {"name": "rows", "path": str(paths[3]), "keep_fields": ["lang", "n", "标题"]}},
    ]
    return recipe(**{"sources": sources, "steps": STEPS, "part_bytes": 9_000, **fields})


def test_columns_of_several_sources(tmp_path: Path) -> None:
    built(tmp_path / "out", three_formats(tmp_path, publish={"shard_bytes": 6_000, "splits": {"train": 0.8, "test": 0.2}}))
    found, gone = table(tmp_path / "out", "data"), table(tmp_path / "out", "removed")
    own = [pa.field(name, pa.string()) for name in ("author", "n", "标题", "lang")]
    added = [name for name in found.column_names if name not in DOCUMENTS.names]
    assert added == ["author", "n", "标题", "lang"]
    assert [found.schema.field(name) for name in added] == own
    assert gone.schema == pa.schema([*REMOVED, *own])
    rows = {row["id"]: [row[name] for name in added] for row in [*found.to_pylist(), *gone.to_pylist()]}
    assert rows["plain 3"] == [None] * 4
    assert rows["rich 3"] == [None, "3", None, None]
    assert rows["rich 10"] == ["某人", "10", None, None]
    assert rows["rich twice"] == ['["甲","乙"]', "0.5", None, None]
    assert rows["short"] == [None, "true", None, None]
    assert rows["4"] == ["作者4", None, "第4章", None]
    assert [row["source"] for row in found.to_pylist()].count("rows") == 12
    assert set(gone["id"].to_pylist()) == {"rich twice", "short"}


def test_load_dataset_opens_columns_that_begin_with_nulls(tmp_path: Path) -> None:
    out = tmp_path / "out"
    built(out, three_formats(tmp_path, publish={"shard_bytes": 6_000, "splits": {"train": 1.0}}))
    files = sorted((out / "data").iterdir())
    assert len(files) > 4
    assert any(not pq.read_table(file)["author"].drop_null() for file in files)
    train = datasets.load_dataset(str(out), split="train")
    assert {name: train.features[name].dtype for name in ("author", "n", "标题", "lang")} == dict.fromkeys(
        ("author", "n", "标题", "lang"), "string"
    )
    assert sorted(filter(None, train["author"])) == sorted([*(f"作者{number}" for number in range(12)), *["某人"] * 3])
    gone = datasets.load_dataset(str(out), "removed", split="removed", streaming=True)
    assert {"author", "n", "标题", "lang"} <= set(next(iter(gone)))
    header = yaml.safe_load((out / "README.md").read_text("utf-8").split("---\n")[1])
    for config in header["dataset_info"]:
        assert {"name": "标题", "dtype": "string"} in config["features"]


def test_columns_that_a_step_fills_may_be_the_users_own(tmp_path: Path) -> None:
    page = "首页 | 新闻 | 体育 | 财经\n当前位置：首页 > 新闻 > 正文\n石桥通车\n2031-05-06 08:30 来源：河湾晚报 作者：杜三川\n{text}\n责任编辑：林静"
    rows = [
        {"id": str(number), "text": page.format(text=document(number)), "author": author}
        for number, author in enumerate(["某人", None])
    ]
    path = write_texts(tmp_path / "raw.jsonl", rows)
    source = {"name": "raw", "path": str(path), "keep_fields": ["author"]}
    built(tmp_path / "out", recipe(sources=[{"jsonl": source}], steps=["normalize.furniture"]))
    found = table(tmp_path / "out", "data").sort_by("id")
    assert found["author"].to_pylist() == ["某人", "杜三川"]
    assert found["publisher"].to_pylist() == ["河湾晚报"] * 2
    assert found["date"].to_pylist() == ["2031-05-06T08:30"] * 2


def test_nothing_is_kept(tmp_path: Path) -> None:
    plan = three_formats(tmp_path, steps=[{"filter.length": {"min_chars": 100_000}}])
    built(tmp_path / "out", plan)
    assert table(tmp_path / "out", "data").schema == pa.schema(
        [*DOCUMENTS, *(pa.field(name, pa.string()) for name in plan.kept_fields())]
    )
    assert datasets.load_dataset(str(tmp_path / "out"), "removed", split="removed").num_rows == 50


def test_workers_change_no_byte(tmp_path: Path) -> None:
    plan = three_formats(tmp_path)
    folders = ("data", "removed", "ledger", "README.md", "quarantine", "index")
    built(tmp_path / "inline", plan)
    for workers in (1, 2):
        built(tmp_path / str(workers), plan, executor="local", workers=workers)
        assert contents(tmp_path / str(workers), *folders) == contents(tmp_path / "inline", *folders)


def test_documents_of_all_formats_are_explained(tmp_path: Path) -> None:
    built(tmp_path / "out", three_formats(tmp_path))
    for name, text in texts(tmp_path / "out").items():
        (found,) = explain(tmp_path / "out", name)
        assert (found.text, found.matches, found.note) == (text, True, "")


@pytest.mark.parametrize(
    ("names", "got"),
    [(["author", "chars"], "chars"), (["text"], "text"), (["_part", "peer"], "_part, peer"), (["script"], "script"), ([""], "")],
)
def test_names_that_are_taken(names: list[str], got: str) -> None:
    with pytest.raises(RecipeError, match="source raw: keep_fields names columns that the build itself writes") as error:
        recipe(sources=[{"jsonl": {"name": "raw", "path": "x", "keep_fields": names}}], steps=["normalize.script"])
    assert error.value.got == got
    assert "chars" in error.value.allowed
    assert "rename" in error.value.next
    with pytest.raises(RecipeError, match="names columns that the build itself writes"):
        with_settings(recipe(sources=[{"jsonl": {"name": "raw", "path": "x"}}]), {"raw.keep_fields": names})


def test_names_in_the_recipe() -> None:
    with pytest.raises(RecipeError, match="source jsonl: wrong value for keep_fields"):
        recipe(sources=[{"jsonl": {"name": "raw", "path": "x", "keep_fields": ["a", "a"]}}])
    with pytest.raises(RecipeError, match="source text: unknown field keep_fields"):
        recipe(sources=[{"text": {"name": "raw", "path": "x", "keep_fields": ["a"]}}])
    assert load_recipe("zh_web").kept_fields() == ()
    changed = with_settings(recipe("x"), {"crawl.keep_fields": ["a", "b"], "crawl.limit": 7})
    assert (changed.kept_fields(), changed.sources[0].limit) == (("a", "b"), 7)
