"""What later filters would drop is found once, and changes nothing but the work."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from builder.core.batch import Batch
from builder.run import facts
from builder.run import stage as stages
from tests.run.building import built, quarantine, recipe, removed, table, write_texts

PROSE = "河上的第{0}座石桥修好了，从东岸走到西岸要数{0}块石头，老人每天早上都来这里散步，孩子们放学以后在桥上看鱼，一直看到天黑。"
STEPS = ["dedup.exact", {"filter.length": {"min_chars": 10}}, "dedup.near", "filter.han_ratio", "filter.character_entropy"]


def corpus(folder: Path) -> Path:
    numbered = [PROSE.format(number) * 2 for number in range(40)]
    short = ["短。", "也短。"]
    latin = [f"The {number}th bridge was built of stone and wood, and nobody knows how old it is." for number in range(8)]
    dull = ["桥河" * (200 + number) for number in range(4)]
    return write_texts(folder / "in.jsonl", [*numbered, *short, *numbered[:5], *latin, *dull])


def outcome(out: Path) -> tuple[object, ...]:
    kept = sorted(row["id"] for row in table(out, "data").to_pylist())
    return kept, removed(out), sorted(str(row["id"]) for row in quarantine(out)), table(out, "ledger").to_pylist()


def test_facts_change_no_outcome(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = recipe(corpus(tmp_path), steps=STEPS, part_bytes=3_000)
    built(tmp_path / "once", plan, executor="inline")
    monkeypatch.setattr(stages, "inherited", lambda *_: None)
    built(tmp_path / "every_time", plan, executor="inline")
    assert outcome(tmp_path / "once") == outcome(tmp_path / "every_time")
    codes = {code for code, _ in removed(tmp_path / "once").values()}
    assert codes >= {"too_short", "low_han_ratio", "low_character_entropy", "exact_duplicate"}


def test_facts_are_carried_past_a_corpus_step_that_edits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages of one site lose their last two lines, and some are too short then: only these are asked about again."""
    bodies = [PROSE.format(number) if number % 4 else f"第{number}号桥只走行人不走车马，天黑上锁。" for number in range(40)]
    pages = [f"{body}\n本站由河边的村子维护\n转载请注明来自河边" for body in bodies]
    steps = ["dedup.exact", {"dedup.lines": {"min_contexts": 2}}, "dedup.near", {"filter.length": {"min_chars": 30}}]
    source = write_texts(tmp_path / "in.jsonl", [*pages, *(PROSE.format(number) for number in range(50, 60))])
    plan = recipe(source, steps=steps, part_bytes=3_000)
    built(tmp_path / "carried", plan, executor="inline")
    monkeypatch.setattr(facts, "carried", lambda *_: None)
    built(tmp_path / "every_time", plan, executor="inline")
    assert outcome(tmp_path / "carried") == outcome(tmp_path / "every_time")
    codes = {row["code"] for row in table(tmp_path / "carried", "ledger").to_pylist()}
    assert codes >= {"frequent_line", "too_short"}


def test_a_filter_sees_each_text_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from builder.steps.filter.han_ratio import HanRatio  # noqa: PLC0415 - patched below

    seen: list[int] = []
    detect = HanRatio.detect

    def counting(self: HanRatio, batch: Batch) -> list[object]:
        seen.append(batch.num_rows)
        return detect(self, batch)  # type: ignore[return-value]

    monkeypatch.setattr(HanRatio, "detect", counting)
    built(tmp_path / "out", recipe(corpus(tmp_path), steps=STEPS, part_bytes=3_000), executor="inline")
    dropped = sum(code == "low_han_ratio" for code, _ in removed(tmp_path / "out").values())
    assert sum(seen) <= 59 + 2 * dropped + 10  # all of them once, and again what was flagged


def test_a_filter_that_raises_quarantines_as_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from builder.steps.filter.han_ratio import HanRatio  # noqa: PLC0415 - patched below

    def raising(self: HanRatio, batch: Batch) -> list[object]:
        del self
        if any("第7座" in text for text in batch["text"].to_pylist()):
            raise ValueError("no 7th bridge")
        return []

    monkeypatch.setattr(HanRatio, "detect", raising)
    built(tmp_path / "out", recipe(corpus(tmp_path), steps=STEPS, part_bytes=3_000), executor="inline")
    assert [row["id"] for row in quarantine(tmp_path / "out")] == ["d7"]
    assert np.isin(["d6", "d8"], [row["id"] for row in table(tmp_path / "out", "data").to_pylist()]).all()
