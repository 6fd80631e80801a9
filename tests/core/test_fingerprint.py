"""Equal configurations have one hash, others another, and what has no canonical form has none."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import xxhash
from hypothesis import given
from hypothesis import strategies as st

from builder.core.fingerprint import BLOCK_BYTES, canonical_json, file_digest, fingerprint

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text("ab桥", max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab桥", max_size=3), inner, max_size=3),
    max_leaves=8,
)


def reversed_keys(value: object) -> object:
    if isinstance(value, dict):
        return {key: reversed_keys(inner) for key, inner in reversed(value.items())}
    return [reversed_keys(inner) for inner in value] if isinstance(value, list) else value


@given(PLAIN)
def test_the_order_of_keys_does_not_matter(value: object) -> None:
    assert fingerprint(reversed_keys(value)) == fingerprint(value)


@given(PLAIN, PLAIN)
def test_other_values_have_another_hash(one: object, other: object) -> None:
    assert (fingerprint(one) == fingerprint(other)) == (canonical_json(one) == canonical_json(other))


def test_kinds_are_told_apart() -> None:
    values: list[object] = [1, 1.0, "1", True, None, [1], [[1]], {"a": 1}, {"a": None}, {}, [], "", "null", 0, False]
    assert len({fingerprint(value) for value in values}) == len(values)


def test_another_process_finds_the_same() -> None:
    value = {"b": [1, 2.5, None], "a": {"桥": True, "c": "路"}}
    program = f"from builder.core.fingerprint import fingerprint; print(fingerprint({reversed_keys(value)!r}))"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == fingerprint(value)
    assert len(fingerprint(value)) == 16
    assert canonical_json(value) == '{"a":{"c":"路","桥":true},"b":[1,2.5,null]}'


@pytest.mark.parametrize(
    ("value", "where"),
    [
        (float("nan"), r"\$: nan"),
        ({"a": [1, float("inf")]}, r"\$\.a\[1\]: inf"),
        ({"a": {1, 2}}, r"set at \$\.a"),
        ([object()], r"object at \$\[0\]"),
        ({1: "a"}, r"dict at \$"),
        (b"bytes", r"bytes at \$"),
        (np.int64(3), r"int64 at \$"),
        (Path("a"), r"Path at \$"),
    ],
    ids=lambda value: repr(value)[:20],
)
def test_what_has_no_canonical_form_is_refused(value: object, where: str) -> None:
    with pytest.raises(TypeError, match=where):
        fingerprint(value)


@pytest.mark.parametrize("size", [0, 1, BLOCK_BYTES, BLOCK_BYTES + 1])
def test_the_digest_of_a_file_is_that_of_its_bytes(tmp_path: Path, size: int) -> None:
    content = bytes(range(256)) * (size // 256) + bytes(size % 256)
    (tmp_path / "file").write_bytes(content)
    assert file_digest(tmp_path / "file") == xxhash.xxh3_128_hexdigest(content)
