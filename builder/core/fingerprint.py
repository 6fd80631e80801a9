"""One hash for one configuration: canonical JSON, then SHA-256.

What has no canonical form (NaN, sets, objects) is refused: a hash that moves by itself makes every resume a lie.
"""

from __future__ import annotations

import hashlib
import json
import math
from pathlib import Path

import xxhash

BLOCK_BYTES = 1 << 22


def canonical_json(value: object) -> str:
    """JSON with sorted keys and no spaces. Raises TypeError for what JSON cannot write the same way twice."""
    _refuse(value, "$")
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def fingerprint(value: object) -> str:
    """The first 16 hex digits of the SHA-256 of the canonical JSON of `value`."""
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()[:16]


def file_digest(path: Path) -> str:
    """XXH3 (128 bits, hex) of the bytes of a file, read in blocks of 4 MB."""
    digest = xxhash.xxh3_128()
    with path.open("rb") as stream:
        while block := stream.read(BLOCK_BYTES):
            digest.update(block)
    return digest.hexdigest()


def _refuse(value: object, where: str) -> None:
    if value is None or isinstance(value, str | bool | int):
        return
    if isinstance(value, float) and math.isfinite(value):
        return
    if isinstance(value, list | tuple):
        for place, item in enumerate(value):
            _refuse(item, f"{where}[{place}]")
        return
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        for key, item in value.items():
            _refuse(item, f"{where}.{key}")
        return
    msg = f"no canonical JSON for {type(value).__name__} at {where}: {value!r}"
    raise TypeError(msg)
