"""What the lines around a text say of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.text.page.byline import NAME_CHARS, Byline, byline

CASES = json.loads(Path(__file__).with_name("bylines.json").read_text("utf-8"))
WORDS = st.sampled_from(
    ["2031-05-06", " ", "08:30", "来源：", "作者:", "河湾晚报", "記者", "、", "[", "Ann", "佚名", "时间", "　", "\t"]
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: " / ".join([*case.get("head", []), *case.get("tail", [])])[:60])
def test_cases(case: dict[str, Any]) -> None:
    wanted = Byline(*(case.get(field, "") for field in Byline._fields))
    assert byline(case.get("head", []), case.get("tail", [])) == wanted


@given(st.lists(st.lists(WORDS).map("".join), max_size=4), st.lists(st.lists(WORDS).map("".join), max_size=2))
def test_names_are_stretches_of_the_lines(head: list[str], tail: list[str]) -> None:
    found = byline(head, tail)
    lines = [" ".join(line.replace("：", ":").split()) for line in (*head, *tail)]
    for name in [found.publisher, *found.author.split("、")]:
        assert not name or (len(name) <= NAME_CHARS[1] and any(name in line for line in lines))
    assert found.date in ("", "2031-05-06", "2031-05-06T08:30")
