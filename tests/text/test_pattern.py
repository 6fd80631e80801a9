"""Character classes as regular expressions: Python and RE2 must read them alike, and as the profile counts."""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
import pytest

from builder.text.pattern import characters, chars, matching
from builder.text.profile import CLASS_COUNTERS, profile

# Every class but the surrogates, which no UTF-8 text holds.
EVERYTHING = "".join(map(chr, [*range(0xD800), *range(0xE000, 0x110000)]))


@pytest.mark.parametrize("counter", CLASS_COUNTERS)
def test_class_has_what_the_profile_counts(counter: str) -> None:
    found = re.findall(f"[{chars(counter)}]", EVERYTHING)
    assert "".join(found) == characters(counter)
    counted = profile(pa.array([EVERYTHING], pa.large_string()))[0]
    assert len(found) == counted[2 + CLASS_COUNTERS.index(counter)]


@pytest.mark.parametrize("counter", CLASS_COUNTERS)
def test_arrow_reads_the_same_class(counter: str) -> None:
    texts = pa.chunked_array(
        [pa.array([characters(counter)[0], re.sub(f"[{chars(counter)}]", "", EVERYTHING)], pa.large_string())]
    )
    assert matching(texts, np.arange(2), f"[{chars(counter)}]").tolist() == [0]


def test_several_classes_make_one() -> None:
    assert set(characters("space", "tab")) == {" ", "\t"}
    assert re.fullmatch(f"[{chars('han', 'digit')}]+", "桥12")


def test_unknown_counter() -> None:
    with pytest.raises(ValueError, match="no_such"):
        chars("no_such")


def test_matching_keeps_to_the_rows_it_was_given() -> None:
    texts = pa.chunked_array([pa.array(["甲", None], pa.large_string()), pa.array(["甲", "乙"], pa.large_string())])
    assert matching(texts, np.array([1, 2, 3]), "甲").tolist() == [2]
    assert matching(texts, np.empty(0, np.int64), "甲").tolist() == []
