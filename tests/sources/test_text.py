"""One file, one document."""

from __future__ import annotations

import pytest

from builder.core.source import Malformed, Record
from builder.sources.text import Text
from tests.sources.slices import read_all


def read(content: bytes, max_bytes: int = 100) -> list[Record | Malformed]:
    return read_all(Text(name="pages", path="x"), content, max_bytes=max_bytes)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("", ""),
        ("桥修好了。", "桥修好了。"),
        ("一\n二\n", "一\n二"),  # the last break ends the last line
        ("一\n二\n\n", "一\n二\n"),
        ("一\r\n二\r\n", "一\r\n二"),
        ("\n", ""),
        ("\ufeff一", "\ufeff一"),  # left to normalize.invisibles, which counts it
        ("\x00", "\x00"),
    ],
)
def test_the_file_is_the_document(content: str, text: str) -> None:
    assert read(content.encode()) == [Record(0, text)]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\xe4\xb8\x80\xff", "invalid start byte at byte 3"),
        (b"\xe4\xb8", "unexpected end of data at byte 0"),
        ("桥修".encode("gb18030"), "invalid continuation byte at byte 0"),
        ("桥修".encode("utf-16"), "invalid start byte at byte 0"),
    ],
)
def test_other_encodings_are_not_guessed(content: bytes, reason: str) -> None:
    assert read(content) == [Malformed(0, f"not UTF-8: {reason}", content.decode("utf-8", "replace"))]


def test_a_file_that_is_too_long() -> None:
    assert read(b"a" * 100) == [Record(0, "a" * 100)]
    assert read(b"a" * 101) == [Malformed(0, "file is over the limit of 100 bytes", "a" * 101)]
    (found,) = read("长".encode() * 1_000)
    assert isinstance(found, Malformed)
    assert found.excerpt.startswith("长" * 33)
