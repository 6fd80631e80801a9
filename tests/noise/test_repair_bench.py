"""The bench of the repairs, on a folder of two genres."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import orjson
import pytest
import zstandard

from tests.bench import repair
from tests.noise import outcomes
from tests.noise.noised import Noised
from tests.text.places import REPOSITORY

SENTENCES = {
    "letters": "见字如面。今年的梅子熟得早，我在 Old Town 的集市上买了{}斤，泡了酒（埋在树下）；等你回来再开，好吗？",
    "fables": "一只猫问河：“你为什么从不停下？”河说：“我停过{}次，每次都变成了冰。”猫听了，点点头，又去睡了。",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two files of six documents."""
    clean = tmp_path / "clean"
    clean.mkdir()
    for genre, sentence in SENTENCES.items():
        records = [orjson.dumps({"text": "\n".join(sentence.format(10 * one + row) for row in range(4))}) for one in range(6)]
        (clean / f"{genre}.jsonl.zst").write_bytes(zstandard.compress(b"\n".join(records)))
    return clean


def test_documents_are_drawn_by_the_seed(folder: Path) -> None:
    drawn = [[*outcomes.documents(folder, 4, seed)] for seed in (1, 1, 2)]
    assert drawn[0] == drawn[1] != drawn[2]
    assert [one.genre for one in drawn[0]] == 4 * ["fables"] + 4 * ["letters"]


def test_exact_noise_is_counted_as_restored(folder: Path) -> None:
    row = repair.measured("blanks.odd", [*outcomes.documents(folder, 6, 1)], 1, None)
    assert row.documents == 6  # the fables have no space
    assert (row.exact, row.restored, row.after, row.after_lossy) == (1, 1, 0, None)
    assert row.before


def test_what_was_not_restored_is_written(tmp_path: Path) -> None:
    gold, result = "天亮了，鸟在叫。", "天亮了,鸟在叫。"
    outcomes.write_failures(tmp_path, [outcomes.Outcome("fables", Noised("天亮", gold, exact=True), result, gold)])
    assert (tmp_path / "000.fables.gold.txt").read_text("utf-8") == gold
    assert "['，' -> ',']" in (tmp_path / "differences.txt").read_text("utf-8")


def test_documents_without_noise_come_back(folder: Path) -> None:
    row = repair.measured(outcomes.NO_NOISE, [*outcomes.documents(folder, 6, 1)], 1, None)
    assert (row.documents, row.restored, row.before, row.after) == (12, 1, 0, 0)


@pytest.mark.slow
def test_bench_prints_its_tables(folder: Path, tmp_path: Path) -> None:
    command = [sys.executable, "tests/bench/repair.py", str(folder), "--only", "width", "--failures", str(tmp_path / "failed")]
    printed = subprocess.run(command, cwd=REPOSITORY, check=True, capture_output=True, text=True).stdout
    first = [line.split()[0] for line in printed.splitlines() if line]
    assert first[:4] == ["class", "width.letters", "width.marks", "(none)"]
    assert {"fables", "letters", "all"} < set(first)
