"""Families of documents that are near to each other, and a corpus step driven over them in memory."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import xxhash

from builder.core.batch import PRIORITY, REPAIRS, ROW, WOULD_DROP, Batch, texts_batch, with_profile
from builder.core.step import CorpusStep
from builder.text.canonical import canonical_text
from tests.tokenizer.corpus import document

CHARACTERS = "春夏秋冬山水风月花鸟鱼虫江河湖海东西南北金木火土"


def edited(text: str, edits: int, chance: random.Random) -> str:
    """The text after some random characters were replaced, deleted, added, or some part moved."""
    chars = list(text)
    for _ in range(edits):
        place = chance.randrange(len(chars))
        match chance.randrange(4):
            case 0:
                chars[place] = chance.choice(CHARACTERS)
            case 1:
                del chars[place]
            case 2:
                chars[place:place] = chance.choices(CHARACTERS, k=chance.randint(1, 3))
            case _:
                chars = chars[place:] + chars[:place]
    return "".join(chars)


def families(count: int, seed: int) -> list[str]:
    """Some 300 documents for 60 families: originals of 60 to 900 characters, and copies with 0 to 40 edits."""
    chance = random.Random(seed)  # noqa: S311 - stories, no secrets
    texts = []
    for number in range(count):
        original = document(1_000 + number)[: chance.choice([60, 120, 400, 900])]
        texts.append(original)
        texts += [edited(original, chance.choice([0, 1, 2, 4, 8, 16, 40]), chance) for _ in range(chance.randint(0, 9))]
    chance.shuffle(texts)
    return texts


def corpus(texts: Sequence[str], seed: int | None = None) -> Batch:
    """The texts as one part; with a seed, what the keeper order asks for is drawn at random."""
    batch = texts_batch(list(texts))
    if seed is not None:
        chance = random.Random(seed)  # noqa: S311 - stories, no secrets
        facts = {
            WOULD_DROP: [chance.random() < 0.2 for _ in texts],
            REPAIRS: [chance.choice([0, 0, 1, 3]) for _ in texts],
            PRIORITY: [chance.choice([-2, 0, 0, 5]) for _ in texts],
        }
        for name, values in facts.items():
            place = batch.schema.get_field_index(name)
            batch = batch.set_column(place, batch.schema.field(place), pa.array(values, batch.schema.field(place).type))
    return with_profile(batch)


def tie(text: str, name: str) -> tuple[int, int]:
    """What decides between documents of one rank and key: 40 bits of the text's hash, then 24 of the id's."""
    return xxhash.xxh3_64_intdigest(text.encode()) >> 24, xxhash.xxh3_64_intdigest(name.encode()) >> 40


def in_parts(batch: Batch, rows: int) -> list[Batch]:
    """The batch as parts of so many rows; the documents keep their ids, which name them by their place in the whole."""
    parts = []
    for number, start in enumerate(range(0, batch.num_rows, rows)):
        part = batch.slice(start, rows)
        columns = {"_part": np.full(part.num_rows, number, np.int32), ROW: np.arange(part.num_rows)}
        for name, values in columns.items():
            place = part.schema.get_field_index(name)
            part = part.set_column(place, part.schema.field(place), pa.array(values))
        parts.append(part)
    return parts


def sorted_by(table: pa.Table, name: str) -> pa.Table:
    return table.take(np.argsort(table[name].to_numpy(), kind="stable"))


def verdict(step: CorpusStep, parts: Sequence[Batch], *, batch_rows: int = 1_000_000, ranges: int = 1) -> pa.Table:
    """What the step decides: each part sketched batch by batch, and matched in so many ranges of buckets."""
    matched: list[pa.Table] = []
    for round_ in range(step.rounds):
        sketches = []
        for number, part in enumerate(parts):
            found = (
                pa.concat_tables([table.filter(pa.array(table["part"].to_numpy() == number)) for table in matched])
                if round_
                else None
            )
            batches = (part.slice(start, batch_rows) for start in range(0, part.num_rows, batch_rows))
            sketches += [step.sketch(batch, round_, found) for batch in batches]
        table = sorted_by(pa.concat_tables(sketches), "bucket").combine_chunks()
        edges = np.searchsorted(
            table["bucket"].to_numpy(), np.array([(1 << 64) * edge // ranges for edge in range(ranges)], np.uint64)
        )
        borders = [*edges.tolist(), table.num_rows]
        matched = [sorted_by(step.match(table.slice(low, high - low), round_), "part") for low, high in pairwise(borders)]
    return pa.concat_tables([step.verdict.empty_table(), *step.decide(iter(matched))])


def removed(step: CorpusStep, parts: Sequence[Batch], **how: int) -> dict[str, tuple[str, float]]:
    """id of each removed document to the id of the one kept in its place and their similarity."""
    names = {(number, row): id_ for number, part in enumerate(parts) for row, id_ in enumerate(part["id"].to_pylist())}
    rows: list[dict[str, Any]] = verdict(step, parts, **how).to_pylist()
    gone = [row for row in rows if row["code"]]
    return {names[row["part"], row["row"]]: (names[row["peer_part"], row["peer_row"]], row["value"]) for row in gone}


def shingles(text: str) -> frozenset[str]:
    """Runs of five characters of the canonical text."""
    key = canonical_text(text)
    return frozenset(key[place : place + 5] for place in range(len(key) - 4))


def similarity(one: frozenset[str], other: frozenset[str]) -> float:
    """Their Jaccard similarity."""
    return len(one & other) / len(one | other)
