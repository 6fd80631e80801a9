"""Short names that tell paths apart."""

from __future__ import annotations

from pathlib import Path

import pytest

from builder.core.names import told_apart


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        ({}, []),
        ({"/x/a": "a", "/x/b": "b"}, ["a", "b"]),
        ({"/x/a": "a", "/y/a": "a", "/z/b": "b"}, ["x/a", "y/a", "b"]),
        ({"/x/q/a": "a", "/y/q/a": "a", "/z/a": "a"}, ["x/q/a", "y/q/a", "z/a"]),
        ({"/x/a": "a", "/y/a": "a", "/c/x/a": "x/a"}, ["//x/a", "y/a", "c/x/a"]),
        ({"/a": "a", "/x/a": "a"}, ["//a", "x/a"]),
    ],
)
def test_told_apart(named: dict[str, str], expected: list[str]) -> None:
    assert told_apart(list(named.values()), [Path(path) for path in named]) == expected
    assert told_apart(list(named.values())[::-1], [Path(path) for path in named][::-1]) == expected[::-1]


def test_one_path_has_one_name() -> None:
    with pytest.raises(ValueError, match="twice"):
        told_apart(["a", "a"], [Path("/x/a"), Path("/x/a")])
