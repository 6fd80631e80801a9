"""Frequent lines: what goes and what stays on the pages of one site, and the whole against its definition in plain Python."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.core.apply import Applied, apply
from builder.core.batch import PART, ROW, Batch
from builder.core.step import Row
from builder.run.explain import explain
from builder.steps.dedup.lines import HEAD_LINES, TAIL_LINES, Lines, _halvings
from builder.text.canonical import canonical_text
from tests.run.building import built, recipe, table, texts, write_texts
from tests.steps.dedup.corpus import corpus, in_parts, sorted_by, verdict
from tests.tokenizer.corpus import document

ROWS = json.loads(Path(__file__).with_name("lines.json").read_text("utf-8"))
CASES = [(row["label"], {**row, "cut": row.get("cut", [])}) for part in ("cases", "unharmed") for row in ROWS[part]]


# ---- Pages of one site


def filled(lines: list[str], number: int) -> list[str]:
    return [line.replace("{n}", str(1_000 + number)).replace("{tale}", story(500 + number)[0]) for line in lines]


def story(number: int) -> list[str]:
    return document(10_000 + number).split("\n")


def page(case: dict[str, Any], number: int) -> tuple[str, str]:
    """A page, and what should be left of it."""
    first = number < case.get("of", case["documents"])
    told = story(0 if case.get("same") else number)
    if first:
        told = [told[0], *filled(case.get("inside", []), number), *told[1:]] if len(told) > 1 else told
    before = filled(case.get("before", []), number) if first else []
    after = filled(case.get("after" if first else "also", []), number)
    kept = [line for line in (*before, *told, *after) if line not in filled(case["cut"], number)]
    return "\n".join([*before, *told, *after]), "\n".join(kept)


def site(pages: list[str], host: str = "http://www.bridge.example/a") -> Batch:
    return with_urls(corpus(pages), [host] * len(pages))


def with_urls(batch: Batch, urls: list[str | None]) -> Batch:
    place = batch.schema.get_field_index("url")
    return batch.set_column(place, batch.schema.field(place), pa.array(urls, pa.string()))


def cleaned(step: Lines, parts: list[Batch], **how: int) -> list[str]:
    return [text for result in results(step, parts, **how) for text in result.batch["text"].to_pylist()]


def results(step: Lines, parts: list[Batch], **how: int) -> list[Applied]:
    decided = verdict(step, parts, **how)
    found = [apply(step, part, decided.filter(pa.array(decided["part"].to_numpy() == part[PART][0].as_py()))) for part in parts]
    assert not any(result.failures for result in found)
    return found


@pytest.mark.parametrize("case", [case for _, case in CASES], ids=[label for label, _ in CASES])
def test_case(case: dict[str, Any]) -> None:
    pages = [page(case, number) for number in range(case["documents"])]
    batch = site([text for text, _ in pages])
    once = cleaned(Lines(), [batch])
    assert once == [kept for _, kept in pages]
    assert cleaned(Lines(), [site(once)]) == once


def test_there_are_cases() -> None:
    assert min(len(ROWS["cases"]), len(ROWS["unharmed"])) >= 12
    assert all(row["cut"] for row in ROWS["cases"])


FOOTER = ["关于我们 | 联系我们", "某某网 版权所有"]


def with_footer(count: int, *footer: str) -> list[str]:
    return ["\n".join([*story(number), *footer]) for number in range(count)]


# ---- What is one collection


@pytest.mark.parametrize(
    ("urls", "gone"),
    [
        (["http://a.example/1"] * 4 + ["https://www.a.example:80/2?x=//b.example"] * 4, 8),
        (["http://a.example/1"] * 4 + ["http://b.example/"] * 4, 0),
        (["HTTP://user@A.Example#x"] * 5 + ["http://b.example/"] * 3, 5),
        ([None] * 8, 8),
        (["no address"] * 8, 8),
        ([None] * 4 + ["http://a.example"] * 4, 0),
    ],
)
def test_hosts_and_sources(urls: list[str | None], gone: int) -> None:
    batch = with_urls(corpus(with_footer(8, *FOOTER)), urls)
    (result,) = results(Lines(), [batch])
    assert len(result.ledger) == gone


def test_the_ledger_says_why() -> None:
    (result,) = results(Lines(), [site(with_footer(9, *FOOTER))])
    entry = result.ledger[0]
    assert (entry.step, entry.action, entry.code) == ("dedup.lines", "edit", "frequent_line")
    assert (entry.count, entry.value, entry.limit, entry.peer_part) == (2, 9.0, 5.0, None)


def test_nothing_without_a_verdict() -> None:
    batch = site(with_footer(9, *FOOTER))
    assert not apply(Lines(), batch).ledger
    assert not apply(Lines(), batch, Lines.verdict.empty_table()).ledger


def test_a_page_without_text_stays() -> None:
    assert cleaned(Lines(), [site(["\n".join(FOOTER)] * 9)]) == ["\n".join(FOOTER)] * 9


# ---- Lines that stand nearly everywhere


def hand_over(step: Lines, batch: Batch, round_: int, found: pa.Table | None = None) -> pa.Table:
    """The sketch of a round, as the next step of the way finds it."""
    return sorted_by(step.sketch(batch, round_, found), "bucket")


def test_a_line_in_all_documents_costs_few_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it stands in more than EXACT of them, some contexts are counted for all, the same ones in every part."""
    monkeypatch.setattr("builder.steps.dedup.lines.EXACT", 32)
    count = 3_000
    batch = with_urls(
        corpus([f"{number:012d}是这一页的正文\n{FOOTER[0]}\n{FOOTER[1]}" for number in range(count)]), [None] * count
    )
    step = Lines()
    stood = hand_over(step, batch, 1, step.match(hand_over(step, batch, 0), 0))
    assert stood.num_rows < 2 * 2 * 32 + 4
    assert sum(stood["places"].to_pylist()) == 2 * count
    furniture = step.match(stood, 1).to_pylist()
    assert {row["tail_strength"] for row in furniture} == {3}
    assert all(abs(row["tail_contexts"] - count) < 0.5 * count for row in furniture)
    whole = {(row["line"], row["tail_contexts"]) for row in furniture}
    parts = in_parts(batch, 700)
    found = step.match(sorted_by(pa.concat_tables(hand_over(step, part, 0) for part in parts), "bucket"), 0)
    mine = [found.filter(pa.array(found["part"].to_numpy() == number)) for number in range(len(parts))]
    stood = pa.concat_tables(hand_over(step, part, 1, known) for part, known in zip(parts, mine, strict=True))
    again = step.match(sorted_by(stood, "bucket"), 1).to_pylist()
    assert {(row["line"], row["tail_contexts"]) for row in again} == whole
    assert cleaned(step, parts) == [text.split("\n")[0] for text in batch["text"].to_pylist()]


@pytest.mark.parametrize(
    ("documents", "halved"), [(1, 0), (1 << 16, 0), ((1 << 16) + 1, 1), (1 << 17, 1), ((1 << 17) + 1, 2), (10_000_000, 8)]
)
def test_how_often_contexts_are_halved(documents: int, halved: int) -> None:
    assert _halvings(np.array([documents])).tolist() == [halved]


def test_what_is_decided_takes_little_memory() -> None:
    """A row for each document that loses lines, and nothing else, crosses to the decision."""
    pages = with_footer(60, *FOOTER)
    step, batch, found = Lines(), site(pages), None
    for round_ in range(step.rounds):
        found = step.match(hand_over(step, batch, round_, found), round_)
    assert found is not None
    assert (found.num_rows, found.schema) == (60, step.verdict)


# ---- Nothing left


def test_nothing_is_left(tmp_path: Path) -> None:
    source = write_texts(tmp_path / "pages.jsonl", with_footer(6, *FOOTER))
    steps = [{"filter.length": {"min_chars": 100_000}}, "dedup.lines"]
    assert built(tmp_path / "out", recipe(source, steps=steps)).numbers["documents"]["kept"] == 0
    steps = [{"filter.length": {"min_chars": 10}}, "dedup.exact", "dedup.lines", "dedup.near"]
    built(tmp_path / "first", recipe(source, steps=steps))
    again = built(tmp_path / "again", recipe(source, steps=steps, against=str(tmp_path / "first")))
    assert (again.numbers["documents"]["read"], again.numbers["documents"]["kept"]) == (6, 0)


def test_the_default_recipe_against_itself(tmp_path: Path) -> None:
    pages = ["\n".join(story(number) + story(number + 50) + story(number + 100)) for number in range(8)]
    source = write_texts(tmp_path / "pages.jsonl", pages)
    built(tmp_path / "first", "zh_web", inputs=[source], tokenizer=False)
    assert len(texts(tmp_path / "first")) == 8
    again = built(tmp_path / "again", "zh_web", inputs=[source], against=[tmp_path / "first"], tokenizer=False)
    assert again.numbers["documents"]["kept"] == 0


# ---- The definition


LINE = st.sampled_from(
    [*"桥路河", "桥。", "大家来看", "一二三四五六七八九十", *(f"春夏秋冬东西南北中{mark}" for mark in "甲乙丙丁")]
)
PAGES = st.lists(st.lists(LINE, max_size=7).map("\n".join), max_size=16)
STEP = Lines(min_contexts=2, min_sentence_letters=9)


def by_definition(step: Lines, pages: list[str]) -> list[tuple[int, int]]:
    """(lines that go from the head, from the tail) of each page of one host."""
    keyed = [[(key, line.endswith("。")) for line in text.split("\n") if (key := canonical_text(line))] for text in pages]
    documents = defaultdict(set)
    for number, lines in enumerate(keyed):
        for key, _ in lines:
            documents[key].add(number)
    repeats = {key for key, pages_ in documents.items() if len(pages_) >= step.min_contexts}
    places = [runs(step, lines, repeats) for lines in keyed]
    strength = strengths(step, keyed, places)
    return [tuple(reach(side, lines, where, strength) for side in (0, 1)) for lines, where in zip(keyed, places, strict=True)]  # type: ignore[misc]


def runs(step: Lines, lines: list[tuple[str, bool]], repeats: set[str]) -> list[tuple[int, str] | None]:
    """(side, context) of each line at an edge; ("", …) where the document has no line of weight; None inside."""
    own = [key not in repeats for key, _ in lines]
    weights = [key for (key, _), mine in zip(lines, own, strict=True) if mine and len(key) >= step.min_context_letters]

    def length(places: list[int]) -> int:
        for count, place in enumerate(places):
            short = len(lines[place][0]) < step.min_context_letters and not lines[place][1]
            bridge = 0 < count < len(places) - 1 and short and not own[places[count + 1]]
            if own[place] and not bridge:
                return count
        return len(places)

    head = length(list(range(len(lines))))
    tail = min(length(list(reversed(range(len(lines))))), len(lines) - head)
    where: list[tuple[int, str] | None] = [None] * len(lines)
    for place in (*range(head), *range(len(lines) - tail, len(lines))):
        side = 0 if place < head else 1
        where[place] = (side, (weights[0] if side == 0 else weights[-1]) if weights else "")
    return [None if mine else found for mine, found in zip(own, where, strict=True)]


def strengths(
    step: Lines, keyed: list[list[tuple[str, bool]]], places: list[list[tuple[int, str] | None]]
) -> dict[tuple[str, int], int]:
    """What furniture is at each side: 0 a short sentence, 1 weak, 2 strong, 3 strong alone."""
    found: dict[str, list[tuple[int, str, bool]]] = defaultdict(list)
    for lines, where in zip(keyed, places, strict=True):
        for (key, stop), at in zip(lines, where, strict=True):
            found[key].append((2, "", stop) if at is None else (*at, stop))
    strength = {}
    for key, stands in found.items():
        seen = [one for one in stands if one[0] == 2 or one[1]]
        stop = any(stop for side, _, stop in seen if side != 2)
        for side in (0, 1):
            contexts = len({context for one, context, _ in seen if one == side})
            often = sum(one == side for one, _, _ in seen) >= step.min_edge_ratio * len(seen)
            if contexts >= step.min_contexts and often:
                ratio, long = contexts / len(keyed), len(key) >= step.min_sentence_letters
                weak = stop and not long
                strong = not weak and ratio >= step.min_document_ratio
                strength[key, side] = 0 if weak else 1 + strong + (strong and (stop or (len(key) >= 4 and ratio >= 0.5)))
    return strength


def reach(
    side: int, lines: list[tuple[str, bool]], where: list[tuple[int, str] | None], strength: dict[tuple[str, int], int]
) -> int:
    ordered = list(zip(lines, where, strict=True))[:: 1 if side == 0 else -1]
    run: list[int] = []
    best, passed = 0, 0
    for count, ((key, _), at) in enumerate(ordered, 1):
        mine = strength.get((key, side)) if at is not None and at[0] == side and at[1] else None
        if mine is None:
            run = []
            continue
        passed += 1
        run.append(mine)
        company = sum(one > 0 for one in run) >= (3 if side == 0 else 2) or (side == 1 and passed == count and 3 in run)
        if mine > 0 and company and max(run) > 1 and passed * 3 >= count * 2:
            best = count
    return best


@given(PAGES, st.integers(1, 9))
def test_the_verdict_is_the_definition(pages: list[str], rows: int) -> None:
    if not pages:
        return
    batch = site(pages)
    expected = {number: cut for number, cut in enumerate(by_definition(STEP, pages)) if any(cut)}
    for parts, how in (([batch], {}), (in_parts(batch, rows), {"ranges": 3, "batch_rows": 2})):
        names = {
            (part[PART][at].as_py(), part[ROW][at].as_py()): part["id"][at].as_py() for part in parts for at in range(len(part))
        }
        decided = verdict(STEP, parts, **how).to_pylist()
        found = {int(names[row["part"], row["row"]].split(":")[-1]): (row[HEAD_LINES], row[TAIL_LINES]) for row in decided}
        assert found == expected


@given(PAGES, st.randoms(use_true_random=False))
def test_order_does_not_matter(pages: list[str], chance: Any) -> None:  # noqa: ANN401 - hypothesis's own random numbers
    if pages:
        mixed = chance.sample(range(len(pages)), len(pages))
        straight, turned = cleaned(STEP, [site(pages)]), cleaned(STEP, [site([pages[place] for place in mixed])])
        assert turned == [straight[place] for place in mixed]


# ---- Cutting


@pytest.mark.parametrize(
    ("text", "head", "tail", "left"),
    [
        ("甲\n\n乙\n\n丙", 1, 0, "乙\n\n丙"),
        ("甲\n\n乙\n\n丙", 0, 1, "甲\n\n乙"),
        ("甲\n——\n乙\n——\n丙", 1, 1, "——\n乙"),
        ("甲\n乙\n```\n丙\n。\n丁\n。", 0, 2, "甲\n乙\n```"),
        ("甲", 1, 0, ""),
        ("甲\n乙", 2, 2, ""),
    ],
)
def test_lines_without_letters_go_with_their_neighbours(text: str, head: int, tail: int, left: str) -> None:
    edit = Lines().repair(Row(text, {HEAD_LINES: head, TAIL_LINES: tail}, ("frequent_line",)))
    assert edit.text == left


def test_a_build_cuts_and_explains(tmp_path: Path) -> None:
    pages = [{"id": f"p{at}", "url": "http://a.example", "text": text} for at, text in enumerate(with_footer(30, *FOOTER))]
    source = write_texts(tmp_path / "pages.jsonl", pages)
    out = tmp_path / "out"
    built(out, recipe(source, steps=["dedup.exact", "dedup.lines", "dedup.near"], part_bytes=4_000))
    kept = texts(out)
    assert kept == {f"p{number}": "\n".join(story(number)) for number in range(30)}
    (explained,) = explain(out, "p3")
    assert (explained.matches, explained.text, explained.note) == (True, kept["p3"], "")
    assert explained.changes[-1].step == "dedup.lines"
    again = tmp_path / "again"
    built(
        again,
        recipe(write_texts(tmp_path / "kept.jsonl", [{**one, "text": kept[one["id"]]} for one in pages]), steps=["dedup.lines"]),
    )
    assert texts(again) == kept
    assert not table(again, "ledger").num_rows
