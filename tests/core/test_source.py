"""Which files a source names: files, folders and globs, each file once, in the order of their names."""

from __future__ import annotations

from pathlib import Path

import pytest

from builder.core.errors import SourceError
from builder.core.source import plain_suffix
from builder.sources.jsonl import Jsonl
from builder.sources.text import Text

FILES = ("b.jsonl", "a.jsonl.gz", "c.jsonl.zst", "notes.txt", "deep/d.jsonl", "deep/deeper/e.NDJSON", "deep/readme.md", "odd.dat")


@pytest.fixture
def base(tmp_path: Path) -> Path:
    for name in FILES:
        path = tmp_path / "raw" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")
    return tmp_path


def names(base: Path, *paths: str) -> list[str]:
    found = Jsonl(name="crawl", path=paths if len(paths) > 1 else paths[0]).files(base)
    assert all(file.path.is_file() for file in found)
    return [file.name for file in found]


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        (["raw/b.jsonl"], ["b.jsonl"]),
        (["raw"], ["a.jsonl.gz", "b.jsonl", "c.jsonl.zst", "deep/d.jsonl", "deep/deeper/e.NDJSON"]),
        (["raw/*.jsonl"], ["b.jsonl"]),
        (["raw/*.jsonl*"], ["a.jsonl.gz", "b.jsonl", "c.jsonl.zst"]),
        (["raw/*"], ["a.jsonl.gz", "b.jsonl", "c.jsonl.zst"]),
        (["raw/**/*.jsonl"], ["b.jsonl", "deep/d.jsonl"]),
        (["raw/d??p/*"], ["deep/d.jsonl"]),
        (["raw/*.dat"], ["odd.dat"]),
        (["raw/odd.dat", "raw/b.jsonl"], ["b.jsonl", "odd.dat"]),
        (["raw/b.jsonl", "raw/*.jsonl", "raw/../raw/b.jsonl"], ["b.jsonl"]),
    ],
    ids=str,
)
def test_paths(base: Path, paths: list[str], expected: list[str]) -> None:
    assert names(base, *paths) == expected


def test_absolute_paths_need_no_base(base: Path) -> None:
    assert names(Path("/nowhere"), str(base / "raw" / "*.jsonl")) == ["b.jsonl"]
    assert names(Path("/nowhere"), str(base / "raw" / "deep")) == ["d.jsonl", "deeper/e.NDJSON"]


def test_a_folder_with_brackets_is_no_glob(tmp_path: Path) -> None:
    base = tmp_path / "raw [2024] *"
    base.mkdir()
    (base / "a.jsonl").write_bytes(b"")
    assert names(base, "*.jsonl") == ["a.jsonl"]
    assert names(base, ".") == ["a.jsonl"]
    assert names(tmp_path, "raw [2024] *") == ["a.jsonl"]


def test_other_formats_take_other_files(base: Path) -> None:
    assert [file.name for file in Text(name="pages", path="raw").files(base)] == ["deep/readme.md", "notes.txt"]


@pytest.mark.parametrize("path", ["raw/missing.jsonl", "raw/*.csv", "missing", "raw/deep/deeper/*.txt"])
def test_no_files_is_an_error(base: Path, path: str) -> None:
    with pytest.raises(SourceError) as error:
        names(base, path)
    assert error.value.what == "source crawl: no files"
    assert error.value.got == f"{path} (no such file or folder)"
    assert error.value.allowed == "files, folders or globs with *.jsonl, *.ndjson, *.json, plain or .gz or .zst"
    assert "folder of the recipe" in error.value.next


@pytest.mark.parametrize(
    ("name", "suffix"),
    [
        ("a.jsonl", ".jsonl"),
        ("a.JSONL.ZST", ".jsonl"),
        ("a.b.txt.gz", ".txt"),
        ("a.gz", ""),
        ("a", ""),
        (".gz", ""),
        ("a.zst.gz", ".zst"),
    ],
)
def test_the_suffix_below_the_compression(name: str, suffix: str) -> None:
    assert plain_suffix(name) == suffix
