"""Documents inside others, against the definition in plain Python over sets of shingles."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from builder.core.batch import PRIORITY, REPAIRS, WOULD_DROP, Batch
from builder.core.errors import RecipeError
from builder.run.explain import explain
from builder.run.recipe import load_plain
from builder.steps.dedup.contained import Contained
from builder.text.canonical import canonical_keys, canonical_text
from tests.run.building import built, recipe, table, write_texts
from tests.run.building import removed as removed_by_build
from tests.run.building import texts as kept_by_build
from tests.steps.dedup.corpus import corpus, edited, in_parts, removed, tie, verdict
from tests.tokenizer.corpus import document

# ---- The definition


def shingles(text: str, chars: int) -> frozenset[str]:
    key = canonical_text(text)
    return frozenset(key[place : place + chars] for place in range(len(key) - chars + 1))


def by_definition(batch: Batch, step: Contained) -> dict[str, tuple[str, float]]:
    """Longest first; what a filter would drop comes last; of two of one length the one of higher priority, fewer repairs …"""
    texts, ids = batch["text"].to_pylist(), batch["id"].to_pylist()
    sets, keys = [shingles(text, step.shingle_chars) for text in texts], canonical_keys(batch["text"])[:, 0].tolist()
    columns = zip(*(batch[name].to_pylist() for name in (WOULD_DROP, PRIORITY, REPAIRS)), strict=True)
    hashes = [tie(text, name) for text, name in zip(texts, ids, strict=True)]
    lengths = [len(canonical_text(text)) for text in texts]
    ranks = [
        (drop, -lengths[row], -priority, repairs, keys[row], *hashes[row], row)
        for row, (drop, priority, repairs) in enumerate(columns)
    ]
    gone: dict[str, tuple[str, float]] = {}
    stay: list[int] = []
    for *_, row in sorted(ranks):
        best = (0.0, -1)
        if lengths[row] >= step.min_chars:
            for other in stay:
                value = len(sets[row] & sets[other]) / len(sets[row])
                if value >= step.min_containment and value > best[0] and lengths[other] >= step.min_chars:
                    best = value, other
        if best[1] < 0:
            stay.append(row)
        else:
            gone[ids[row]] = ids[best[1]], best[0]
    return gone


def quoting(count: int, seed: int) -> list[str]:
    """Documents of which some stand in others: whole, with a few edits, in pieces, or twice."""
    chance = random.Random(seed)  # noqa: S311 - texts, no secrets
    texts: list[str] = []
    for number in range(count):
        original = document(2_000 + 100 * seed + number)[: chance.choice([90, 140, 300, 600])]
        texts.append(original)
        for _ in range(chance.randint(0, 3)):
            frame = document(5_000 + chance.randrange(10_000))
            place = chance.randrange(len(frame))
            inside = edited(original, chance.choice([0, 0, 1, 3, 20]), chance)[: chance.choice([len(original), 80, 1_000])]
            texts.append(f"{frame[:place]}\n{inside}\n{frame[place:]}")
    texts += [f"{one}\n\n{other}" for one, other in zip(texts[::5], texts[2::5], strict=False)]
    chance.shuffle(texts)
    return list(dict.fromkeys(texts))


@pytest.mark.parametrize(
    ("step", "seed"),
    [
        (Contained(), 1),
        (Contained(), 2),
        (Contained(min_containment=1.0), 3),
        (Contained(min_containment=0.9, min_chars=200), 4),
        (Contained(shingle_chars=8), 5),
    ],
    ids=repr,
)
def test_against_the_definition(step: Contained, seed: int) -> None:
    batch = corpus(quoting(50, seed), seed)
    found = removed(step, [batch])
    assert found == by_definition(batch, step)
    assert len(found) > 20
    assert not found.keys() & {other for other, _ in found.values()}


def test_the_longer_one_stays() -> None:
    inner = document(8)
    outer = f"{document(9)}\n{inner}\n{document(10)}"
    assert removed(Contained(), [corpus([inner, outer])]) == {"text:0:0": ("text:0:1", 1.0)}
    assert removed(Contained(), [corpus([outer, inner])]) == {"text:0:1": ("text:0:0", 1.0)}


@pytest.mark.parametrize("change", [" ".join, str.upper, lambda text: text.replace("，", "\n")])
def test_what_the_key_does_not_see(change: object) -> None:
    inner = document(8)
    assert callable(change)
    assert len(removed(Contained(), [corpus([change(inner), f"{document(9)}{inner}{document(10)}"])])) == 1


def test_no_closure() -> None:
    """Of three that hold each other in a row, the longest explains both."""
    first = document(8)
    second = f"{first}\n{document(9)}"
    third = f"{document(10)}\n{second}"
    assert {other for other, _ in removed(Contained(), [corpus([first, second, third])]).values()} == {"text:0:2"}


def test_nothing_goes_for_what_goes_itself() -> None:
    inner, outer = document(8), f"{document(9)}\n{document(8)}"
    batch = corpus([inner, outer])
    place = batch.schema.get_field_index(WOULD_DROP)
    assert removed(Contained(), [batch.set_column(place, batch.schema.field(place), [[False, True]])]) == {}
    assert len(removed(Contained(), [batch.set_column(place, batch.schema.field(place), [[True, True]])])) == 1


def test_short_and_foreign_documents_stay() -> None:
    outer = f"{document(9)}\n{document(8)[:99]}\n{document(10)}"
    assert removed(Contained(), [corpus([document(8)[:90], outer, document(11), "", "桥" * 5_000])]) == {}


def test_many_containers() -> None:
    """A text that twenty pages quote goes, and the page that holds most of it is named."""
    inner = document(8)
    pages = [f"{document(100 + number)}\n{inner}\n{document(200 + number)}" for number in range(20)]
    found = removed(Contained(), [corpus([inner, *pages])])
    assert list(found) == ["text:0:0"]
    assert found["text:0:0"][1] == 1.0


# ---- Borders


@pytest.mark.parametrize("how", [{"batch_rows": 7}, {"ranges": 5}, {"batch_rows": 1, "ranges": 33}], ids=repr)
def test_borders_of_batches_and_buckets_do_not_matter(how: dict[str, int]) -> None:
    batch = corpus(quoting(30, 6), 6)
    one, other = (
        table.sort_by("row").to_pylist() for table in (verdict(Contained(), [batch], **how), verdict(Contained(), [batch]))
    )
    assert one == other
    assert len(one) > 10


@pytest.mark.parametrize("rows", [1, 13, 64])
def test_borders_of_parts_do_not_matter(rows: int) -> None:
    batch = corpus(quoting(30, 6), 6)
    assert removed(Contained(), in_parts(batch, rows), ranges=3) == removed(Contained(), [batch])


def test_of_equal_lengths_it_is_not_the_place_that_decides() -> None:
    """Nor is a pair missed whose order is another one than that of the places."""
    story = document(8) + document(9)
    for other in (story.replace("，", "、"), story[:-2] + "桥路"):
        orders = [(story, other), (other, story)]
        gone = [[order[int(name.rpartition(":")[2])] for name in removed(Contained(), [corpus(order)])] for order in orders]
        assert gone[0] == gone[1]
        assert len(gone[0]) == 1


def test_the_order_of_documents_does_not_matter() -> None:
    texts = quoting(30, 7)
    turned = texts[::-1]
    gone = [{order[int(name.rpartition(":")[2])] for name in removed(Contained(), [corpus(order)])} for order in (texts, turned)]
    assert gone[0] == gone[1]


# ---- In a build


def test_a_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = write_texts(tmp_path / "a.jsonl", quoting(40, 8))
    steps = ["dedup.exact", "dedup.near", "dedup.contained"]
    built(tmp_path / "whole", recipe(source, steps=steps))
    gone = removed_by_build(tmp_path / "whole")
    inside = {name: peer for name, (code, peer) in gone.items() if code == "contained_document"}
    assert len(inside) > 10
    monkeypatch.setattr("builder.run.barrier.RANGE_ROWS", 1_000)
    monkeypatch.setattr("builder.run.reading.BATCH_ROWS", 3)
    built(tmp_path / "cut", recipe(source, steps=steps, part_bytes=20_000))
    assert removed_by_build(tmp_path / "cut") == gone
    (explained,) = explain(tmp_path / "whole", next(iter(inside)))
    assert explained.matches
    assert explained.peer is not None
    assert explained.changes[-1].entries[0].limit == 0.95


def test_annotate(tmp_path: Path) -> None:
    inner, outer = document(8), f"{document(9)}\n{document(8)}"
    source = write_texts(tmp_path / "a.jsonl", [inner, outer, document(11)])
    built(tmp_path / "out", recipe(source, steps=[{"dedup.contained": {"action": "annotate"}}]))
    assert len(kept_by_build(tmp_path / "out")) == 3
    rows = {row["id"]: (row["contained_in"], row["containment"]) for row in table(tmp_path / "out", "data").to_pylist()}
    assert rows == {"d0": ("d1", 1.0), "d1": (None, None), "d2": (None, None)}
    built(tmp_path / "dropped", recipe(source, steps=["dedup.contained"]))
    assert "contained_in" not in table(tmp_path / "dropped", "data").column_names
    assert kept_by_build(tmp_path / "dropped").keys() == {"d1", "d2"}


@pytest.mark.parametrize("fields", [{"min_containment": 0.4}, {"min_chars": 78}, {"action": "cut"}], ids=repr)
def test_settings_out_of_range(fields: dict[str, object]) -> None:
    with pytest.raises(RecipeError):
        load_plain({"name": "a", "steps": [{"dedup.contained": fields}]})
