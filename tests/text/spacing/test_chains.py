"""The compiled search for stretches of Chinese that were taken apart."""

import numpy as np
import pyarrow as pa
import pytest

from builder.text.spacing.chains import with_chains

PLAIN = "村里的桥修好了，大家都来看热闹。"
BY_CHARACTER = "村 里 的 桥 修 好 了 ，"
BY_WORD = "村里 的 桥 修好 了 ， 大家 都 来 看 热闹 。"


def found(text: str) -> bool:
    texts = pa.chunked_array([pa.array(["", PLAIN, text, PLAIN], pa.large_string())])
    rows = np.arange(4)
    every, marked = with_chains(texts, rows, rows).tolist(), with_chains(texts, rows, rows[:0]).tolist()
    assert every in ([], [2])
    assert marked in ([], every)
    assert marked == every or "\u3000" in text  # only U+0020 is looked for, save in the rows named
    return bool(every)


@pytest.mark.parametrize(
    "text",
    [
        BY_CHARACTER,
        BY_CHARACTER.replace(" ", "  "),
        BY_CHARACTER.replace(" ", "\u3000"),
        BY_WORD,
        f"{PLAIN}\n{BY_WORD}",
        f"{PLAIN * 9}{BY_CHARACTER}{PLAIN}",
    ],
)
def test_taken_apart(text: str) -> None:
    assert found(text)


@pytest.mark.parametrize(
    "text",
    [
        PLAIN,
        "村 里 的 桥 修 好了，大家都来看热闹。",
        BY_WORD.replace(" ， ", "，"),
        "\n".join(["第一条 桥面", "第二条 栏杆"] * 9),
        "a b c d e f g h i j k",
        "村 里\n的 桥\n修 好\n了 ，\n大 家\n来 看",
    ],
)
def test_not_taken_apart(text: str) -> None:
    assert not found(text)
