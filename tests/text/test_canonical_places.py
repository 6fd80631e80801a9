"""Each character of a key comes from the place that it is said to come from."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.text.canonical import canonical_places, canonical_text

TEXTS = st.one_of(st.text(), st.text("桥橋(（)）yè ŭa１㍿ﬀß。\n", max_size=30))


@given(TEXTS)
def test_every_character_of_the_key_has_a_place(text: str) -> None:
    places = canonical_places(text).tolist()
    assert places == sorted(places)
    images = [canonical_text(text[place]) for place in sorted(set(places))]
    assert "".join(images) == canonical_text(text)
    assert [len(image) for image in images] == [places.count(place) for place in sorted(set(places))]


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("", []),
        ("。！", []),
        ("橋，路", [0, 2]),
        ("㍿社", [0, 0, 0, 0, 1]),
        ("業(yè)界", [0, 5]),
        ("业(ye)界", [0, 2, 3, 5]),
    ],
)
def test_places(text: str, places: list[int]) -> None:
    assert canonical_places(text).tolist() == places
