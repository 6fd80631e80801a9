"""Large numbers as people write them: `20M` characters, `500MB` of text.

K, M and G are powers of 1,000, as on the label of a disk; a `B` may follow them. `20B` is refused, since it means bytes to
some and billions to others, and `KiB` because the powers of 1,024 are never meant here.
"""

from __future__ import annotations

import re

POWERS = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9}

_QUANTITY = re.compile(r"(?P<whole>[0-9]+)(?:\.(?P<part>[0-9]{1,9}))?\s*(?:(?P<unit>[KMG])B?)?", re.ASCII | re.IGNORECASE)
_ALLOWED = "a whole number, or one with K, M or G, such as 500K, 20M, 1.5G or 500MB"


def parse_quantity(value: int | str) -> int:
    """The number that `value` stands for: `20M` and `20MB` are 20,000,000, and 7 is 7.

    Raises ValueError for what is negative, has another unit, or is no whole number once the unit is applied.
    """
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    found = _QUANTITY.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        raise ValueError(f"not a quantity: {value!r}; allowed: {_ALLOWED}")
    part = found["part"] or ""
    number, rest = divmod(int(found["whole"] + part) * POWERS[(found["unit"] or "").upper()], 10 ** len(part))
    if rest:
        raise ValueError(f"not a whole number: {value!r}; allowed: {_ALLOWED}")
    return number
