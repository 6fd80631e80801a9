"""Shared runs against a search in plain Python, character by character."""

from __future__ import annotations

import random
import time
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builder.text.overlap import MAX_PLACES, STRIDE, Passages, overlaps, passages, shared_runs, with_ends

GRAM = 8
SEEN = GRAM + STRIDE - 1  # characters of a run that is always seen
ALPHABET = "春夏秋冬山水风月花鸟鱼虫江河湖海东西南北金木火土"


def keys(texts: list[str]) -> tuple[np.ndarray, np.ndarray]:
    offsets = np.cumsum([0, *map(len, texts)])
    return offsets, np.frombuffer("".join(texts).encode("utf-32-le"), np.uint32)


def indexed(texts: list[str], needed: int = SEEN) -> Passages:
    offsets, codes = keys(texts)
    return passages(codes, offsets, GRAM, np.full(len(texts), needed))


def by_definition(document: str, passage: str, needed: int) -> set[tuple[int, int, int]]:
    """(start, length, start in the passage) of all runs that cannot be made longer."""
    found = set()
    for shift in range(-len(passage), len(document)):
        begin = max(0, shift)
        for at in range(begin, min(len(document), len(passage) + shift) + 1):
            if at == min(len(document), len(passage) + shift) or document[at] != passage[at - shift]:
                if at - begin >= needed:
                    found.add((begin, at - begin, begin - shift))
                begin = at + 1
    return found


@st.composite
def quoting(draw: st.DrawFn) -> tuple[list[str], list[str]]:
    """Passages, and documents that quote pieces of them."""
    chance = random.Random(draw(st.integers(0, 10_000)))  # noqa: S311 - texts, no secrets
    known = ["".join(chance.choices(ALPHABET, k=chance.randint(0, 90))) for _ in range(chance.randint(1, 4))]
    documents = []
    for _ in range(chance.randint(1, 4)):
        pieces = []
        for _ in range(chance.randint(0, 5)):
            passage = chance.choice(known)
            start = chance.randint(0, len(passage))
            pieces += ["".join(chance.choices(ALPHABET, k=chance.randint(0, 9))), passage[start : start + chance.randint(0, 60)]]
        documents.append("".join(pieces))
    return known, documents


@settings(max_examples=150)
@given(quoting())
def test_every_run_is_found_and_no_other(texts: tuple[list[str], list[str]]) -> None:
    known, documents = texts
    offsets, codes = keys(documents)
    runs = shared_runs(codes, offsets, indexed(known), every=True)
    found = set(zip(*(column.tolist() for column in runs), strict=True))
    expected = {
        (row, start, length, number, place)
        for row, document in enumerate(documents)
        for number, passage in enumerate(known)
        for start, length, place in by_definition(document, passage, SEEN)
    }
    assert found == expected
    assert len(found) == len(runs.start)
    few = shared_runs(codes, offsets, indexed(known))
    assert {run[:1] + run[2:] for run in found} == set(zip(*(few[field].tolist() for field in (0, 2, 3, 4)), strict=True))


@given(quoting(), st.integers(1, 100))
def test_what_a_document_shares_in_all(texts: tuple[list[str], list[str]], size: int) -> None:
    known, documents = texts
    offsets, codes = keys(documents)
    core = np.array([min(size, len(passage)) for passage in known])
    found = overlaps(shared_runs(codes, offsets, indexed(known)), core)
    expected = {}
    for row, document in enumerate(documents):
        for number, passage in enumerate(known):
            if runs := by_definition(document, passage, SEEN):
                places = {place for _, length, start in runs for place in range(start, start + length) if place < core[number]}
                expected[row, number] = (len(places) / max(core[number], 1), max(length for _, length, _ in runs))
    pairs = zip(found.document.tolist(), found.passage.tolist(), strict=True)
    assert dict(zip(pairs, zip(found.share.tolist(), found.longest.tolist(), strict=True), strict=True)) == expected
    assert list(expected) == sorted(expected)


def test_documents_do_not_run_into_each_other() -> None:
    passage = ALPHABET
    offsets, codes = keys([passage[:12], passage[12:], passage])
    runs = shared_runs(codes, offsets, indexed([passage[:20], passage[20:] + passage[:14], passage]))
    assert [one[2] for one in zip(*runs, strict=True) if one[0] < 2] == []
    assert set(runs.passage[runs.document == 2].tolist()) == {0, 2}


@pytest.mark.parametrize(("end", "found"), [("花鸟鱼虫江河", True), ("花鸟鱼虫江湖", True), ("花鸟鱼虫河湖", False), ("", False)])
def test_the_last_characters(end: str, found: bool) -> None:  # noqa: FBT001 - a column of the table
    passage = "春夏秋冬山水风月春夏秋冬东西南北" + "花鸟鱼虫江河"
    offsets, codes = keys([f"土土{passage[:-6]}{end}火"])
    index, core = indexed([f"{passage}金木金木"]), np.array([len(passage)])
    runs = shared_runs(codes, offsets, index)
    assert with_ends(codes, offsets, index, core, runs, 6).tolist() == [found] * len(runs.start)
    assert len(runs.start) == 1


def test_a_phrase_that_stands_everywhere_is_not_looked_up() -> None:
    phrase = ALPHABET[:20]
    often, rare = [phrase] * (MAX_PLACES + 1), [phrase] * MAX_PLACES
    offsets, codes = keys([phrase])
    assert not len(shared_runs(codes, offsets, indexed(often)).start)
    assert len(shared_runs(codes, offsets, indexed(rare)).start) == MAX_PLACES


@pytest.mark.parametrize("text", ["春", ALPHABET[:20], ALPHABET[:8] * 3], ids=len)
def test_time_is_linear_in_what_repeats(text: str) -> None:
    index = indexed([text * 3, *(ALPHABET[:8] + letter + text for letter in ALPHABET)])
    took = []
    for count in (20_000, 400_000):
        offsets, codes = keys([(text * (count // len(text) + 1))[:count]])
        start = time.process_time()
        runs = shared_runs(codes, offsets, index)
        took.append(time.process_time() - start)
        assert len(runs.start) < 40 * len(text) * len(index.needed)
    assert took[1] < 80 * max(took[0], 2e-3)


def test_nothing_at_all() -> None:
    for known in ([], [""], ["春夏"]):
        offsets, codes = keys(["春夏秋冬", ""])
        runs = shared_runs(codes, offsets, indexed(known))
        found = overlaps(runs, np.array([len(passage) for passage in known], np.int64))
        assert [len(column) for column in (*runs, *found)] == [0] * 9


def test_hashes_that_agree_are_no_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    """With multipliers that see one character in eight, the characters still decide."""
    weak = np.zeros((2, 64), np.uint64)
    weak[:, 0] = np.uint64(0x9E3779B97F4A7C15)
    monkeypatch.setattr("builder.text.overlap.MULTIPLIERS", weak)
    monkeypatch.setattr("builder.text.minhash.MULTIPLIERS", weak)
    passage, other = ALPHABET, "".join(one + two for one, two in pairwise(ALPHABET[::-1]))[: len(ALPHABET)]
    offsets, codes = keys([other, passage])
    assert shared_runs(codes, offsets, indexed([passage])).document.tolist() == [1]
