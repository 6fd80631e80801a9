"""Short notices, written for this test, through the whole recipe: hardly any goes, whatever its shape; what is left of a page does."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from builder import clean
from builder.core.apply import apply
from builder.core.batch import HAN_READ, Batch, texts_batch, with_profile
from builder.steps.filter.sentences import Sentences

NOTICES = Path(__file__).with_name("notices.txt").read_text("utf-8").strip().split("\n\n")
OF_NUMBERS = Path(__file__).with_name("notices_of_numbers.txt").read_text("utf-8").strip().split("\n\n")
SHAPES = {
    "as written": lambda notice: notice,
    "in one line": lambda notice: notice.replace("\n", " "),
    "a blank line below the title": lambda notice: notice.replace("\n", "\n\n", 1),
    "ended": lambda notice: notice + "。",
}
KNOWN = {"in one line": ["收废品"]}  # goes as furniture_alone: adverts of people speak like those of shops
LEFT = "桥头的灯昨天夜里亮了一整夜。老人们都说，很久没有见过这样亮的桥了。"


@pytest.mark.parametrize("shape", SHAPES)
def test_notices_stay(shape: str) -> None:
    results = clean([SHAPES[shape](notice) for notice in NOTICES])
    gone = [notice for notice, result in zip(NOTICES, results, strict=True) if result.text is None]
    known = [notice for notice in gone if notice.split("\n")[0] in KNOWN.get(shape, [])]
    assert len(known) == len(KNOWN.get(shape, []))
    assert len(gone) - len(known) <= len(NOTICES) // 100


@pytest.mark.parametrize("shape", sorted(set(SHAPES) - {"in one line"}))
def test_notices_of_dates_and_telephone_numbers_stay(shape: str) -> None:
    results = clean([SHAPES[shape](notice) for notice in OF_NUMBERS])
    assert [notice for notice, result in zip(OF_NUMBERS, results, strict=True) if result.text is None] == []


def test_what_is_left_of_a_page_goes() -> None:
    """The same two sentences: as a text, as a quarter of one, and as what is left of a page of links."""
    han = 30
    batch = with_profile(texts_batch([LEFT] * 3))
    batch = _as_read(batch, [han, 4 * han, 4 * han + 4])
    result = apply(Sentences(), batch)
    assert result.batch["_row"].to_pylist() == [0, 1]
    assert result.dropped["code"].to_pylist() == ["little_left"]


def test_a_long_rest_stays() -> None:
    """Of a page with comments nine tenths may go: with 100 characters in sentences it is a text."""
    whole = "".join(f"{place}的桥修好以后，两岸的人来往方便多了。" for place in ("江北", "江南", "河东", "河西", "山前", "山后"))
    batch = _as_read(with_profile(texts_batch([whole])), [10_000])
    assert apply(Sentences(), batch).batch.num_rows == 1


def _as_read(batch: Batch, han: list[int]) -> Batch:
    """The batch as if its texts had had so many Han when they were read."""
    return batch.set_column(batch.schema.get_field_index(HAN_READ), HAN_READ, pa.array(han, pa.int64()))
