"""Hosts that serve mostly spam: which pages go, whatever the order and the parts."""

from __future__ import annotations

import pyarrow as pa
import pytest

from builder.core.apply import apply
from builder.core.batch import Batch
from builder.steps.filter.spam_host import SpamHost
from tests.steps.dedup.corpus import corpus, in_parts, verdict

SPAM = "百家乐技巧 真人荷官 北京赛车 时时彩平台 老虎机注册送 皇冠体育 太阳城集团"
WHOLE = "桥修好以后，两岸的人来往方便多了。木匠们晚上坐在桥头喝茶，说起从前坐船过河的日子。"


def site(spam: int, whole: int, host: str | None) -> list[tuple[str, str | None]]:
    url = None if host is None else f"http://{host}/page"
    return [(f"{text}第{number}篇", url) for text, count in ((SPAM, spam), (WHOLE, whole)) for number in range(count)]


def batch_of(pages: list[tuple[str, str | None]]) -> Batch:
    batch = corpus([text for text, _ in pages])
    place = batch.schema.get_field_index("url")
    return batch.set_column(place, batch.schema.field(place), pa.array([url for _, url in pages], pa.string()))


def kept(step: SpamHost, pages: list[tuple[str, str | None]], parts: int = 1) -> list[str]:
    batches = in_parts(batch_of(pages), parts) if parts > 1 else [batch_of(pages)]
    decided = verdict(step, batches)
    return [text for batch in batches for text in apply(step, batch, decided).batch["text"].to_pylist()]


def test_all_pages_of_a_spam_host_go() -> None:
    pages = site(4, 2, "www.bad.example") + site(0, 6, "good.example")
    assert kept(SpamHost(), pages) == [text for text, _ in site(0, 6, None)]


@pytest.mark.parametrize(
    "pages",
    [site(3, 3, "half.example"), site(4, 0, "few.example"), site(6, 0, None), site(1, 9, "forum.example")],
    ids=["half", "too few pages", "no address", "a little spam"],
)
def test_hosts_that_stay(pages: list[tuple[str, str | None]]) -> None:
    assert len(kept(SpamHost(), pages)) == len(pages)


def test_parts_do_not_matter() -> None:
    pages = [page for pair in zip(site(5, 3, "bad.example"), site(1, 7, "good.example"), strict=True) for page in pair]
    whole = kept(SpamHost(), pages)
    assert 0 < len(whole) < len(pages)
    assert sorted(kept(SpamHost(), pages, parts=3)) == sorted(whole)


def test_limits() -> None:
    pages = site(2, 1, "bad.example")
    assert kept(SpamHost(min_pages=3), pages) == []
    assert len(kept(SpamHost(min_pages=3, max_spam_share=0.7), pages)) == len(pages)


def test_value_and_limit_stand_in_the_ledger() -> None:
    step, batch = SpamHost(), batch_of(site(3, 1, "bad.example") + site(1, 0, "bad.example"))
    result = apply(step, batch, verdict(step, [batch]))
    assert set(result.dropped["value"].to_pylist()) == {0.8}
    assert set(result.dropped["limit"].to_pylist()) == {0.5}
