"""Which of two near duplicates stays."""

from __future__ import annotations

import random
from functools import cache
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from builder.core.batch import PRIORITY, REPAIRS, WOULD_DROP
from builder.steps.dedup.near import Near
from builder.text.canonical import canonical_keys
from tests.run.building import built, recipe, write_texts
from tests.run.building import removed as removed_by_build
from tests.steps.dedup.corpus import CHARACTERS, corpus, removed, shingles, similarity
from tests.tokenizer.corpus import document


def two(one: str, other: str, column: str, values: list[object]) -> list[str]:
    """Who of two goes, where one column differs."""
    batch = corpus([one, other])
    place = batch.schema.get_field_index(column)
    batch = batch.set_column(place, batch.schema.field(place), pa.array(values, batch.schema.field(place).type))
    return list(removed(Near(), [batch]))


@cache
def pair() -> tuple[str, str]:
    """Two near documents; the second one is longer."""
    text = document(5)
    return text, f"{text}又及"


@pytest.mark.parametrize(
    ("column", "values", "gone"),
    [
        (WOULD_DROP, [False, False], "text:0:0"),  # the shorter one
        (WOULD_DROP, [False, True], "text:0:1"),
        (REPAIRS, [0, 1], "text:0:1"),
        (REPAIRS, [1, 1], "text:0:0"),
        (PRIORITY, [5, 1], "text:0:1"),  # before length
    ],
)
def test_who_is_kept(column: str, values: list[object], gone: str) -> None:
    assert two(*pair(), column, values) == [gone]


def test_of_equal_lengths_the_priority_decides() -> None:
    one, other = document(5), document(5).replace("第5号", "第6号")
    assert len(one) == len(other)
    assert two(one, other, PRIORITY, [1, 2]) == ["text:0:0"]
    assert two(one, other, PRIORITY, [2, 1]) == ["text:0:1"]
    smaller = int(np.argmin(canonical_keys(corpus([one, other])["text"])[:, 0]))
    assert two(one, other, PRIORITY, [1, 1]) == [f"text:0:{1 - smaller}"]


def test_no_transitive_closure() -> None:
    """A chain: each is near to the next, the ends are not near to each other; the middle is kept in no one's place."""
    story = "".join(random.Random(3).choices(CHARACTERS, k=450))  # noqa: S311 - no secret
    chain = [story[start : start + 400] for start in (0, 25, 50)]
    sets = [shingles(text) for text in chain]
    assert min(similarity(sets[0], sets[1]), similarity(sets[1], sets[2])) >= 0.8 > similarity(sets[0], sets[2])
    batch = corpus([f"{chain[0]}甲甲", chain[1], f"{chain[2]}乙"])  # the ends are longer, so both stay and the middle goes
    gone = removed(Near(), [batch])
    assert gone.keys() == {"text:0:1"}
    first = corpus([chain[0], f"{chain[1]}甲乙", chain[2]])  # the middle is longest, and both ends go
    assert removed(Near(), [first]).keys() == {"text:0:0", "text:0:2"}


def test_the_keeper_is_not_one_that_a_later_filter_drops(tmp_path: Path) -> None:
    one, other = pair()
    source = write_texts(tmp_path / "a.jsonl", [other, one])
    limit = len("".join(one.split()))
    built(tmp_path / "out", recipe(source, steps=["dedup.near", {"filter.length": {"max_chars": limit}}]))
    assert removed_by_build(tmp_path / "out") == {"d0": ("near_duplicate", "d1")}
    built(tmp_path / "without", recipe(source, steps=["dedup.near"]))
    assert removed_by_build(tmp_path / "without") == {"d1": ("near_duplicate", "d0")}


# ---- Equal in all that counts


def test_of_equal_rank_and_key_the_text_decides(tmp_path: Path) -> None:
    """Not the file in which they stand; and where the texts are equal, the id."""
    story = document(8)
    for number, (one, other) in enumerate([(story, story.replace("，", "、")), (story, story)]):
        kept = []
        for order in ((0, 1), (1, 0)):
            records = [{"id": "x", "text": one}, {"id": "y", "text": other}]
            files = [write_texts(tmp_path / f"{number}{order[0]}" / f"{at}.jsonl", [records[of]]) for at, of in enumerate(order)]
            out = tmp_path / f"{number}{order[0]}" / "out"
            built(out, recipe(*files, steps=["dedup.near"], part_bytes=20_000))
            kept.append(removed_by_build(out))
        assert kept[0] == kept[1]
        assert len(kept[0]) == 1


def test_without_ids_the_text_decides() -> None:
    """An id that only tells the place is asked last."""
    story = document(8)
    kept = []
    for order in ((story, story.replace("，", "、")), (story.replace("，", "、"), story)):
        batch = corpus(order)
        kept.append({order[int(name.rpartition(":")[2])] for name in removed(Near(), [batch])})
    assert kept[0] == kept[1]
