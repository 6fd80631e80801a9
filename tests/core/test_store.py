"""A name that exists is whole: nothing stands under it while it is written, or when writing fails."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

from builder.core.store import TEMPORARY, Store

TABLE = pa.table({"bucket": pa.array([1, 2, 3], pa.uint64()), "text": ["桥", None, ""]})


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


def test_a_file_gets_its_name_when_it_is_whole(store: Store) -> None:
    with store.writing("a/b.txt") as temporary:
        temporary.write_text("half", encoding="utf-8")
        assert not store.exists("a/b.txt")
        assert store.names("a") == []
        temporary.write_text("whole", encoding="utf-8")
    assert store.path("a/b.txt").read_text("utf-8") == "whole"
    assert store.names("a") == ["a/b.txt"]
    assert [path.name for path in store.path("a").iterdir()] == ["b.txt"]


def test_a_name_is_on_the_disk_when_writing_ends(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a loss of power could take the name, or the folders above it, of what was said to be there."""
    flushed: list[tuple[Path, bool]] = []
    monkeypatch.setattr("builder.core.store.flush", lambda path: flushed.append((path, (store.root / "a" / "b.txt").exists())))
    store.write_bytes("a/b.txt", b"whole")
    above, inside = store.root.parent, store.root / "a"
    assert [path for path, _ in flushed if path.is_dir()] == [above, store.root, inside]
    assert [whole for _, whole in flushed] == [False, False, False, True]
    flushed.clear()
    store.write_bytes("a/b.txt", b"again")
    assert [path == inside for path, _ in flushed] == [False, True]


def failing(store: Store, name: str) -> None:
    with store.writing(name) as temporary:
        temporary.write_text("half", encoding="utf-8")
        raise RuntimeError("the disk is full")


def test_nothing_stands_under_the_name_of_what_failed(store: Store) -> None:
    with pytest.raises(RuntimeError, match="full"):
        failing(store, "a/b.txt")
    assert not store.exists("a/b.txt")
    assert list(store.path("a").iterdir()) == []


def test_what_stood_there_stays_when_writing_fails(store: Store) -> None:
    store.write_bytes("a/b.txt", b"old")
    with pytest.raises(RuntimeError, match="full"):
        failing(store, "a/b.txt")
    assert store.path("a/b.txt").read_bytes() == b"old"
    store.write_bytes("a/b.txt", b"new")
    assert store.path("a/b.txt").read_bytes() == b"new"


def test_what_a_killed_writer_leaves_is_no_name(store: Store) -> None:
    program = (
        "import os, pathlib, signal, sys; from builder.core.store import Store\n"
        "with Store(pathlib.Path(sys.argv[1])).writing('a/b.txt') as temporary:\n"
        "    temporary.write_text('half'); os.kill(os.getpid(), signal.SIGKILL)"
    )
    ran = subprocess.run([sys.executable, "-c", program, str(store.root)], check=False)
    assert ran.returncode == -9
    (left,) = store.path("a").iterdir()
    assert left.name.startswith(TEMPORARY)
    assert store.names("a") == []
    assert not store.exists("a/b.txt")


def test_names_are_sorted_and_of_one_folder(store: Store) -> None:
    for name in ("b.txt", "a.txt", "a.json", "folder/c.txt"):
        store.write_bytes(name, b"")
    assert store.names() == ["a.json", "a.txt", "b.txt"]
    assert store.names("folder", ".txt") == ["folder/c.txt"]
    assert store.names(suffix=".txt") == ["a.txt", "b.txt"]
    assert store.names("missing") == []
    assert store.below("folder").names() == ["c.txt"]


@pytest.mark.parametrize(
    ("write", "read"), [(Store.write_parquet, Store.read_parquet), (Store.write_arrow, Store.mapped)], ids=["parquet", "arrow"]
)
def test_a_table_reads_back(store: Store, write: Callable[..., None], read: Callable[..., pa.Table]) -> None:
    for name, table in (("table", TABLE), ("empty", TABLE.slice(0, 0)), ("chunked", pa.concat_tables([TABLE, TABLE]))):
        write(store, name, table)
        assert read(store, name).equals(table)
        assert read(store, name).schema == table.schema


def test_parquet_is_the_same_however_the_rows_are_chunked(store: Store) -> None:
    store.write_parquet("whole", pa.concat_tables([TABLE, TABLE]).combine_chunks())
    store.write_parquet("pieces", pa.concat_tables([TABLE.slice(0, 1), TABLE.slice(1), TABLE]))
    assert store.path("whole").read_bytes() == store.path("pieces").read_bytes()
    assert store.read_parquet("whole", ["text"]).column_names == ["text"]


def test_removing(store: Store) -> None:
    for name in ("a/b.txt", "a/c/d.txt", "e.txt"):
        store.write_bytes(name, b"")
    for name in ("a", "e.txt", "missing"):
        store.remove(name)
    assert list(store.root.iterdir()) == []
