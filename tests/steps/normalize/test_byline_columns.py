"""normalize.furniture fills `date`, `author` and `publisher` with what the lines that it cuts say."""

from __future__ import annotations

import pyarrow as pa

from builder.core.apply import apply
from builder.core.batch import Batch, texts_batch, with_profile
from builder.steps.normalize.furniture import Furniture

BODY = "\n".join(
    ["石桥昨天通车，老人和孩子都来看热闹，桥头的店也都开了门。", "县里的人说，这座桥修了两年，河两岸的人盼了更久。"] * 2
)
FRAME = "首页 | 新闻 | 体育 | 财经\n当前位置：首页 > 新闻 > 正文\n河湾石桥通车\n{head}\n{body}\n{tail}\n上一篇：河水涨了\n版权所有 © 2031 河湾网"
PAGES = [
    FRAME.format(head="2031-05-06 08:30 来源：河湾晚报", body=BODY, tail="作者：杜三川 责任编辑：林静"),
    FRAME.format(head="发布时间：2031年5月6日", body=BODY, tail=""),
    BODY,
]


def filled(batch: Batch) -> list[tuple[object, ...]]:
    result = apply(Furniture(), with_profile(batch)).batch
    assert BODY in result["text"].to_pylist()[0]
    assert "来源" not in result["text"].to_pylist()[0]
    return list(zip(*(result[name].to_pylist() for name in ("date", "author", "publisher")), strict=True))


def test_columns_are_filled() -> None:
    told = ("2031-05-06T08:30", "杜三川", "河湾晚报")
    assert filled(texts_batch(PAGES)) == [told, ("2031-05-06", None, None), (None, None, None)]


def test_what_the_source_says_stays() -> None:
    batch = texts_batch(PAGES)
    batch = batch.set_column(batch.column_names.index("date"), "date", pa.array(["2030", None, "2029"]))
    batch = batch.append_column("author", pa.array([None, "林静", None], pa.string()))
    assert filled(batch) == [("2030", "杜三川", "河湾晚报"), ("2031-05-06", "林静", None), ("2029", None, None)]
