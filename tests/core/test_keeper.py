"""Keeper order in one number."""

from __future__ import annotations

import random

import numpy as np
import pyarrow as pa

from builder.core.batch import PART, PRIORITY, REPAIRS, ROW, WOULD_DROP, places_of
from builder.core.keeper import lower_priority, packed_rank, repairs, shorter, would_drop
from builder.text.places import place_parts, place_rows


def test_the_first_field_decides() -> None:
    chance = random.Random(1)  # noqa: S311 - numbers, no secrets
    rows = [
        (chance.random() < 0.5, chance.randint(-9, 9), chance.choice([0, 1, 254, 255]), chance.choice([0, 7, 2**31, 2**32 - 1]))
        for _ in range(300)
    ]
    columns = [np.array(column) for column in zip(*rows, strict=True)]
    batch = pa.table({WOULD_DROP: columns[0], PRIORITY: columns[1].astype(np.int16), REPAIRS: columns[2].astype(np.int32)})
    rank = packed_rank(would_drop(batch), lower_priority(batch), repairs(batch), shorter(columns[3]))
    assert rank.dtype == np.uint64
    wanted = sorted(range(300), key=lambda row: (rows[row][0], -rows[row][1], rows[row][2], -rows[row][3], row))
    assert np.argsort(rank, kind="stable").tolist() == wanted


def test_numbers_that_have_no_room_are_the_last_that_have() -> None:
    assert shorter(np.array([2**32 - 1, 2**40]))[0].tolist() == [0, 0]
    priorities = pa.table({PRIORITY: np.array([2**15 - 1, -(2**15)], np.int16), REPAIRS: np.array([255, 10**6], np.int32)})
    assert lower_priority(priorities)[0].tolist() == [0, 2**16 - 1]
    assert repairs(priorities)[0].tolist() == [255, 255]


def test_places_go_there_and_back() -> None:
    parts, rows = np.array([0, 3, (1 << 23) - 1], np.int32), np.array([(1 << 40) - 1, 0, 7])
    places = places_of(pa.table({PART: parts, ROW: rows}))
    assert (place_parts(places).tolist(), place_rows(places).tolist()) == (parts.tolist(), rows.tolist())
    assert np.all(np.diff(places.astype(np.float64)) > 0)
