"""Short names of paths that tell them apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path


def told_apart(names: Sequence[str], paths: Sequence[Path]) -> list[str]:
    """The names; where several are the same, as many of the last parts of their paths as tell them apart.

    `paths`: absolute, and no two the same. No name depends on the order.
    """
    found, lengths = list(names), [name.count("/") + 1 for name in names]
    deepest = max((len(path.parts) for path in paths), default=0)
    while twice := {name for name, count in Counter(found).items() if count > 1}:
        mine = [place for place, name in enumerate(found) if name in twice]
        if min(lengths[place] for place in mine) > deepest:
            raise ValueError(f"the same path twice: {', '.join(sorted(twice))}")
        for place in mine:
            lengths[place] += 1
            found[place] = "/".join(paths[place].parts[-lengths[place] :])
    return found
