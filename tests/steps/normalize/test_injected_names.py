"""Names in long lines cost no more a character than in short ones."""

from __future__ import annotations

import time

import pytest

from builder.core.apply import apply
from builder.core.batch import texts_batch, with_profile
from builder.steps.normalize.injected_names import InjectedNames

NAME = "百家乐官网"
PAGE = f"{NAME}\n首页 > {NAME}\n石桥通车\n老人和孩子都来看热闹，桥头的店也都开了门。\n{{line}}\n河两岸的人盼了更久。\nCopyright 2031 {NAME}"
LINES = {"spaces": " ", "names": NAME, "names and spaces": f"{NAME} ", "sentences": f"桥修好了。{NAME}"}


def seconds(line: str) -> float:
    batch = with_profile(texts_batch([PAGE.format(line=line)]))
    began = time.process_time()
    apply(InjectedNames(), batch)
    return time.process_time() - began


@pytest.mark.parametrize("unit", LINES.values(), ids=LINES)
def test_time_is_linear(unit: str) -> None:
    """Thirty times the length would cost 900 times the time if anything were quadratic."""
    short, long = (f"好。{(unit * size)[:size]}x{NAME}。" for size in (5_000, 150_000))
    assert seconds(long) <= 90 * max(min(seconds(short), seconds(short)), 0.002)
