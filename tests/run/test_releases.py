"""Earlier releases that a build cannot be made against, and what is said of them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from builder.core.batch import EARLIER
from builder.core.errors import BuilderError, OutputError, RecipeError
from builder.run import earlier as reading
from builder.run.releases import open_releases
from builder.steps.dedup.near import Near
from tests.run.building import built, write_texts
from tests.run.test_against import STEPS, made, source
from tests.tokenizer.corpus import documents


def rewritten(path: Path, change: Callable[[Any], Any]) -> None:
    pq.write_table(change(pq.read_table(path)), path)
    report = path.parents[1] / "build.json"
    fields = json.loads(report.read_bytes())
    fields["files"] = {name: (path.parents[1] / name).stat().st_size for name in fields["files"]}
    report.write_text(json.dumps(fields), encoding="utf-8")


def the_only(folder: Path) -> Path:
    (path,) = folder.glob("*.parquet")
    return path


def without(index: Any, name: bytes) -> Any:  # noqa: ANN401 - a table
    return index.replace_schema_metadata({key: value for key, value in index.schema.metadata.items() if key != name})


WHOLE = {"splits": {"train": 1.0}}
WRONG: dict[str, tuple[dict[str, Any], Callable[[Path], object], type[BuilderError], str, str]] = {
    "no folder": ({"against": "nowhere"}, lambda _: None, RecipeError, "no such folder", ""),
    "no build": ({"against": "."}, lambda _: None, RecipeError, "this is no finished build", "build.json"),
    "itself": ({"against": "b"}, lambda _: None, RecipeError, "its own output", ""),
    "no step that compares": ({"steps": ["filter.length"]}, lambda _: None, RecipeError, "no step that compares", ""),
    "other permutations": (
        {"steps": [{"dedup.near": {"num_perm": 64}}]}, lambda _: None, RecipeError, "its index cannot be used", '"num_perm": 128'
    ),
    "another seed": ({"steps": [{"dedup.near": {"seed": 7}}]}, lambda _: None, RecipeError, "its index cannot be used", '"seed": 1'),
    "no signatures": (
        {}, lambda out: rewritten(the_only(out / "index"), lambda index: index.drop(["signature"])), RecipeError, "its index cannot be used", "signature"
    ),
    "an index of an earlier version": (
        {"steps": ["dedup.exact"]}, lambda out: rewritten(the_only(out / "index"), lambda index: index.select(["id", "doc_id", "key"])), RecipeError,
        "its index cannot be used", "split_key",
    ),
    "another seed of the splits": ({"publish": {**WHOLE, "seed": 2}}, lambda _: None, RecipeError, "its documents are split in another way", '"seed": 1'),
    "other shares": ({"publish": {"splits": {"train": 0.5, "test": 0.5}}}, lambda _: None, RecipeError, "its documents are split in another way", '[["train", 1.0]]'),
    "an index that does not say how it was split": (
        {}, lambda out: rewritten(the_only(out / "index"), lambda index: without(index, b"publish")), RecipeError, "its documents are split in another way", "nothing"
    ),
    "keys of another version": (
        {"steps": ["dedup.exact"]}, lambda out: rewritten(the_only(out / "index"), lambda index: without(index, b"canonical key")), RecipeError,
        "its index cannot be used", "version none of the canonical key",
    ),
    "an index that is no Parquet": (
        {}, lambda out: the_only(out / "index").write_bytes(bytes(the_only(out / "index").stat().st_size)), OutputError, "no longer as it was built", "Parquet",
    ),
    "no index": ({}, lambda out: the_only(out / "index").unlink(), OutputError, "no longer as it was built", "index/"),
    "other texts": (
        {}, lambda out: rewritten(the_only(out / "data"), lambda data: data.set_column(1, "text", data["text"].take(list(range(data.num_rows))[::-1]))),
        OutputError, "has changed", "keys",
    ),
    "signatures of other texts": (
        {}, lambda out: rewritten(the_only(out / "index"), lambda index: index.set_column(4, "signature", index["signature"].take(list(range(index.num_rows))[::-1])).replace_schema_metadata(index.schema.metadata)),
        RecipeError, "its index cannot be used", "signature",
    ),
}  # fmt: skip


@pytest.mark.parametrize("wrong", WRONG)
def test_releases_that_cannot_be_used(tmp_path: Path, wrong: str) -> None:
    fields, spoil, kind, what, got = WRONG[wrong]
    built(tmp_path / "a", made(source("old", write_texts(tmp_path / "a.jsonl", documents(6))), steps=STEPS[2:4], publish=WHOLE))
    spoil(tmp_path / "a")
    new = source("new", write_texts(tmp_path / "b.jsonl", documents(8)))
    plan = made(new, **{"steps": STEPS[2:4], "publish": WHOLE, "against": "a", "folder": str(tmp_path), **fields})
    with pytest.raises(kind) as error:
        built(tmp_path / "b", plan)
    assert what in error.value.what
    assert got in error.value.got
    assert error.value.next
    assert not (tmp_path / "b" / "README.md").exists()


REPORTS = {
    "nothing": "{}",
    "a list": "[]",
    "no JSON": "{",
    "a list of files": '{"files": ["data/a.parquet"]}',
    "no files": '{"files": {}}',
    "sizes that are none": '{"files": {"data/a.parquet": "3"}}',
    "paths that lead elsewhere": '{"files": {"data/../../x.parquet": 3}}',
    "a depth": "[" * 100_000,
}


@pytest.mark.parametrize("report", REPORTS)
def test_reports_of_no_build(tmp_path: Path, report: str) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "build.json").write_text(REPORTS[report], encoding="utf-8")
    with pytest.raises(RecipeError, match="this is no finished build") as error:
        open_releases(made(steps=["dedup.exact"], against=str(tmp_path / "a")), None)
    assert error.value.got.startswith("build.json: ")
    assert error.value.allowed
    assert error.value.next


def test_a_report_of_no_build_in_the_output(tmp_path: Path) -> None:
    """It is written anew."""
    new = source("new", write_texts(tmp_path / "b.jsonl", documents(3)))
    built(tmp_path / "b", made(new, steps=["dedup.exact"]))
    (tmp_path / "b" / "build.json").write_text("[]", encoding="utf-8")
    assert not built(tmp_path / "b", made(new, steps=["dedup.exact"])).again
    assert built(tmp_path / "b", made(new, steps=["dedup.exact"])).again


def test_a_release_that_changes_during_the_build(tmp_path: Path) -> None:
    for name, first in (("a", 0), ("other", 50)):
        built(
            tmp_path / name,
            made(
                source("old", write_texts(tmp_path / f"{name}.jsonl", documents(6, first=first))),
                steps=STEPS[2:4],
                publish=WHOLE,
            ),
        )
    (shard,) = open_releases(made(steps=STEPS[2:4], publish=WHOLE, against=str(tmp_path / "a")), None)
    assert len(next(reading.documents(shard, EARLIER, np.arange(3)))) == 3
    assert reading.recalled(shard, EARLIER, Near()) is not None
    for folder in ("data", "index"):
        shutil.copyfile(the_only(tmp_path / "other" / folder), the_only(tmp_path / "a" / folder))
        if folder == "data":
            with pytest.raises(OutputError, match="has changed"):
                next(reading.documents(shard, EARLIER, np.arange(3)))
    with pytest.raises(OutputError, match="has changed") as error:
        reading.recalled(shard, EARLIER, Near())
    assert "index" in error.value.got
    assert error.value.allowed
    assert error.value.next
