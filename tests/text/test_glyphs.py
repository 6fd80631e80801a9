"""The tables of radicals and of private use against unicodedata and Python's codecs."""

from __future__ import annotations

import unicodedata

from builder.text.classes import partition
from builder.text.glyphs import glyphs

ROW = [*range(0x50, 0x7F), *range(0x80, 0xA1)]  # second bytes of FE50 to FEA0, which private use follows


def test_radicals_are_mapped_to_ideographs() -> None:
    table, han = glyphs("radicals"), partition().members("han")
    assert set(table) == set(partition().members("radical").nonzero()[0]) - {0x2E80, 0x2E9A}  # one has none, one is no character
    assert all(han[code] for code in table.values())


def test_kangxi_radicals_agree_with_compatibility() -> None:
    for radical, code in glyphs("radicals").items():
        folded = unicodedata.normalize("NFKC", chr(radical))
        assert folded in {chr(radical), chr(code)}
        assert folded == chr(code) or radical < 0x2F00


def test_private_use_agrees_with_gb18030() -> None:
    """What edition 2000 encoded is in the codec; the rest it still has in private use, at the same place."""
    table = glyphs("private_use")
    for place, trail in enumerate(ROW):
        code, now = 0xE815 + place, ord(bytes([0xFE, trail]).decode("gb18030"))
        assert table[code] == now or now == code
    for trail, now in zip(range(0x89, 0x96), range(0xE7E7, 0xE7F4), strict=True):
        assert chr(table[now]) == bytes([0xA9, trail]).decode("gb18030")
    assert len(table) == len(set(table.values()))
    assert not any(unicodedata.category(chr(code)) == "Co" for code in table.values())
    assert all(unicodedata.category(chr(code)) == "Co" for code in table)
