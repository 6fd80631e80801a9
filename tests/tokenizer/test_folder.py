from __future__ import annotations

from pathlib import Path

import pytest

from builder.tokenizer.folder import replace_folder

OLD, NEW = {"a": b"1", "b": b"2"}, {"a": b"3"}


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("before", [None, {}, OLD], ids=["nothing", "an empty folder", "a folder"])
def test_the_folder_is_replaced_as_a_whole(tmp_path: Path, before: dict[str, bytes] | None) -> None:
    target = tmp_path / "out" / "tokenizer"
    if before is not None:
        replace_folder(target, before)
    replace_folder(target, NEW)
    assert content(target) == NEW
    assert [path.name for path in target.parent.iterdir()] == ["tokenizer"]


def test_a_write_that_fails_leaves_the_old_folder(tmp_path: Path) -> None:
    target = tmp_path / "tokenizer"
    replace_folder(target, OLD)
    with pytest.raises(FileNotFoundError):
        replace_folder(target, {"a": b"3", "no such folder/b": b"4"})
    assert content(target) == OLD


def test_what_a_killed_run_set_aside_comes_back(tmp_path: Path) -> None:
    target = tmp_path / "tokenizer"
    replace_folder(target, OLD)
    target.rename(tmp_path / ".tokenizer.old")
    (tmp_path / ".tokenizer.new").mkdir()
    with pytest.raises(FileNotFoundError):
        replace_folder(target, {"no such folder/b": b"4"})
    assert content(target) == OLD
