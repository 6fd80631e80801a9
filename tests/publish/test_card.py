"""The card: its header opens the dataset, and its numbers are those of the ledger."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import datasets
import pytest
import yaml

from builder.core.errors import QuarantineError
from tests.run.building import built, recipe, removed, table, texts, write_texts
from tests.tokenizer.corpus import document, documents

STEPS = ("normalize.width", "normalize.script", "dedup.exact", "dedup.near", "filter.length", "filter.han_ratio")
NAMES = ("train", "validation", "test")
MIXED = ["短", "not Chinese at all, " * 5, "１２３" + document(1), document(1).replace("。", "！"), *documents(60, first=2)]


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No bars, no network, and a cache of its own."""
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")
    monkeypatch.setattr(datasets.config, "HF_HUB_OFFLINE", True)
    datasets.disable_progress_bars()


def opened(out: Path, config: str | None = None, **how: Any) -> Any:  # noqa: ANN401 - a DatasetDict, or an iterable one
    return datasets.load_dataset(str(out), config, **how)


def header(out: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((out / "README.md").read_text("utf-8").split("---\n")[1])
    return found


def tables(out: Path) -> list[list[list[str]]]:
    """The cells of each table of the card, without their heads."""
    card = (out / "README.md").read_text("utf-8")
    blocks = re.findall(r"(?:^\|.*\n)+", card, re.MULTILINE)
    return [[[cell.strip() for cell in line.strip("|").split(" | ")] for line in block.splitlines()[2:]] for block in blocks]


def number(cell: str) -> int:
    return int(cell.replace(",", ""))


def test_numbers_are_those_of_the_ledger(tmp_path: Path) -> None:
    source = write_texts(tmp_path / "a.jsonl", MIXED)
    source.write_bytes(source.read_bytes() + b"broken\n")
    done = built(tmp_path / "out", recipe(source, steps=STEPS, part_bytes=5_000))
    counted: dict[tuple[str, str, str], tuple[int, int]] = {}
    for entry in table(tmp_path / "out", "ledger").to_pylist():
        key = entry["step"], "edited" if entry["action"] == "edit" else "dropped", entry["code"]
        rows, places = counted.get(key, (0, 0))
        counted[key] = rows + 1, places + (entry["count"] or 0)
    splits, _, sources, steps = tables(tmp_path / "out")
    assert {tuple(row[:3]): (number(row[3]), number(row[4] or "0")) for row in steps} == counted
    assert {key[1] for key in counted} == {"edited", "dropped"}
    assert sources == [["crawl", "cc0-1.0", "0"]]
    kept, gone = texts(tmp_path / "out"), removed(tmp_path / "out")
    files = Counter(path.name.split("-")[0] for path in (tmp_path / "out" / "data").iterdir())
    assert {row[0]: number(row[1]) for row in splits} == {
        name: len(texts(tmp_path / "out", name)) if files[name] else 0 for name in NAMES
    }
    numbers = done.numbers["documents"]
    assert (numbers["read"], numbers["kept"], numbers["dropped"], numbers["malformed"], numbers["failed"]) == (
        65,
        len(kept),
        len(gone),
        1,
        0,
    )
    assert numbers["chars"] == sum(map(len, kept.values()))
    card = (tmp_path / "out" / "README.md").read_text("utf-8")
    assert f"Of 65 documents that came in, {len(kept)} were kept and {len(gone)} dropped." in card
    assert "A step failed on 0, and 1 could not be read" in card


def test_numbers_of_persons_are_counted_by_kind(tmp_path: Path) -> None:
    texts_of_persons = [
        "老林的电话是13800138012，他妻子的是13912345678，来信寄lin@river-works.cn。",
        "身份证号110101199003070011，电话13712345679，卡号6222021000112347。",
        "拨12345或者95588，都不用区号，晚上也有人接。",
    ]
    source = write_texts(tmp_path / "a.jsonl", texts_of_persons)
    built(tmp_path / "out", recipe(source, steps=["normalize.privacy"]))
    assert tables(tmp_path / "out")[-1] == [
        ["normalize.privacy", "edited", "bank_card_number", "1", "1"],
        ["normalize.privacy", "edited", "email_address", "1", "1"],
        ["normalize.privacy", "edited", "id_card_number", "1", "1"],
        ["normalize.privacy", "edited", "mobile_number", "2", "3"],
    ]


def test_the_header(tmp_path: Path) -> None:
    built(
        tmp_path / "out",
        recipe(write_texts(tmp_path / "a.jsonl", MIXED), steps=STEPS, publish={"splits": {"train": 0.5, "test": 0.5}}),
    )
    head = header(tmp_path / "out")
    assert (head["language"], head["pretty_name"], head["license"], head["size_categories"]) == (
        ["zh"],
        "small",
        "cc0-1.0",
        ["n<1K"],
    )
    named = {config.pop("description") for config in head["configs"]}
    assert [name.startswith("build ") for name in named] == [True]
    assert head["configs"] == [
        {
            "config_name": "default",
            "default": True,
            "data_files": [{"split": name, "path": f"data/{name}-*.parquet"} for name in ("train", "test")],
        },
        {"config_name": "removed", "data_files": [{"split": "removed", "path": "removed/removed-*.parquet"}]},
    ]
    assert [info["config_name"] for info in head["dataset_info"]] == ["default", "removed"]


@pytest.mark.parametrize("streaming", [False, True])
def test_both_configs_open(tmp_path: Path, *, streaming: bool) -> None:
    publish = {"splits": {"train": 0.5, "test": 0.5}, "shard_bytes": 5_000}
    built(tmp_path / "out", recipe(write_texts(tmp_path / "a.jsonl", MIXED), steps=STEPS, publish=publish))
    kept, gone = opened(tmp_path / "out", streaming=streaming), opened(tmp_path / "out", "removed", streaming=streaming)
    assert set(kept) == {"train", "test"}
    assert {split: {row["id"]: row["text"] for row in kept[split]} for split in kept} == {
        split: texts(tmp_path / "out", split) for split in kept
    }
    assert {row["id"]: (row["code"], row["peer"]) for row in gone["removed"]} == removed(tmp_path / "out")
    value = datasets.Value
    assert kept["train"].features == {
        "id": value("string"),
        "text": value("large_string"),
        "url": value("string"),
        "source": value("string"),
        "date": value("string"),
        "script": value("string"),
        "repairs": datasets.List(value("string")),
        "chars": value("int64"),
        "copies": value("int64"),
    }
    assert all(row["url"] is None for row in kept["train"])  # a column of nulls is still one of strings
    assert gone["removed"].features["value"] == value("float64")


@pytest.mark.parametrize("streaming", [False, True])
def test_a_split_without_documents_is_left_out(tmp_path: Path, *, streaming: bool) -> None:
    """Readers cannot stream a file without rows, nor load a split without data."""
    source = write_texts(tmp_path / "a.jsonl", [document(1), "短"])
    done = built(tmp_path / "out", recipe(source, steps=["filter.length"], publish={"splits": {"a": 0.4, "b": 0.3, "c": 0.3}}))
    counts = done.numbers["documents"]["splits"]
    assert sorted(counts.values()) == [0, 0, 1]
    (full,) = (name for name, count in counts.items() if count)
    assert [path.name for path in (tmp_path / "out" / "data").iterdir()] == [f"{full}-00000-of-00001.parquet"]
    kept = opened(tmp_path / "out", streaming=streaming)
    assert [row["text"] for row in kept[full]] == [document(1)]
    assert list(kept) == [full]
    assert len(list(opened(tmp_path / "out", "removed", streaming=streaming)["removed"])) == 1


@pytest.mark.parametrize("streaming", [False, True])
def test_without_drops_there_is_no_config_of_them(tmp_path: Path, *, streaming: bool) -> None:
    built(tmp_path / "out", recipe(write_texts(tmp_path / "a.jsonl", documents(3)), steps=["filter.length"]))
    assert not (tmp_path / "out" / "removed").exists()
    assert datasets.get_dataset_config_names(str(tmp_path / "out")) == ["default"]
    assert sum(len(list(split)) for split in opened(tmp_path / "out", streaming=streaming).values()) == 3
    with pytest.raises(ValueError, match="removed"):
        opened(tmp_path / "out", "removed")


def test_where_nothing_is_kept_the_dataset_says_so(tmp_path: Path) -> None:
    built(tmp_path / "out", recipe(write_texts(tmp_path / "a.jsonl", ["短", "也短"]), steps=["filter.length"]))
    with pytest.raises(ValueError, match="no data"):
        opened(tmp_path / "out")
    assert list(opened(tmp_path / "out", streaming=True)["train"]) == []
    assert len(opened(tmp_path / "out", "removed")["removed"]) == 2


def test_where_all_is_malformed(tmp_path: Path) -> None:
    """A wrong text_field or a wrong format is no dataset without documents."""
    source = tmp_path / "a.jsonl"
    source.write_bytes(b'{"body": "broken"}\nbroken too\n\n')
    steps = ["normalize.width", "dedup.exact", "dedup.near", "filter.length"]
    for _ in range(2):  # the second time all parts are there
        with pytest.raises(QuarantineError, match="no document could be read") as error:
            built(tmp_path / "out", recipe(source, steps=steps))
        assert error.value.got.startswith("2 malformed; a.jsonl, line 1: ")
    assert not (tmp_path / "out" / "README.md").exists()
    source.write_bytes(source.read_bytes() + b'{"text": ""}\n')
    numbers = built(tmp_path / "out", recipe(source, steps=steps)).numbers["documents"]
    assert (numbers["kept"], numbers["dropped"], numbers["malformed"]) == (0, 1, 2)
    assert list(opened(tmp_path / "out", streaming=True)["train"]) == []


def test_a_new_build_is_not_taken_for_the_old_one(tmp_path: Path) -> None:
    """`load_dataset` keeps what it read of a local folder, and must see that the folder holds something else."""
    source = write_texts(tmp_path / "a.jsonl", documents(5))
    for least in (20, 10_000, 1):
        steps = [{"filter.length": {"min_chars": least}}]
        built(tmp_path / "out", recipe(source, steps=steps, publish={"splits": {"train": 1.0}}))
        if least < 10_000:
            assert len(opened(tmp_path / "out")["train"]) == 5
        else:
            assert len(opened(tmp_path / "out", "removed")["removed"]) == 5
    write_texts(tmp_path / "a.jsonl", documents(4, first=7))
    built(tmp_path / "out", recipe(source, steps=["filter.length"], publish={"splits": {"train": 1.0}}))
    assert sorted(row["text"] for row in opened(tmp_path / "out")["train"]) == sorted(documents(4, first=7))


def test_licenses_are_all_named(tmp_path: Path) -> None:
    sources = [
        {
            "jsonl": {
                "name": license_ or "none",
                "path": str(write_texts(tmp_path / f"{place}.jsonl", documents(1, first=place))),
                "license": license_,
            }
        }
        for place, license_ in enumerate(["mit", "", "cc0-1.0", "mit | not"])
    ]
    built(tmp_path / "out", recipe(sources=sources))
    assert header(tmp_path / "out")["license"] == ["cc0-1.0", "mit", "mit | not"]
    assert "| none | not stated | 0 |" in (tmp_path / "out" / "README.md").read_text("utf-8")
    assert "mit \\| not" in (tmp_path / "out" / "README.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("count", "size"),
    [(0, "n<1K"), (999, "n<1K"), (1_000, "1K<n<10K"), (123_456, "100K<n<1M"), (10**11, "100B<n<1T"), (10**13, "100B<n<1T")],
)
def test_the_size_category(count: int, size: str) -> None:
    from builder.publish.card import _size  # noqa: PLC0415 - a seam without a public name

    assert _size(count) == size
