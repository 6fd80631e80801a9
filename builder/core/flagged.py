"""The columns of flagged documents as `repair` sees them: a column becomes Python values when a step first asks for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pyarrow as pa


class Flagged:
    """The flagged documents of a batch. `positions`: int64[k], where they stand in it."""

    def __init__(self, batch: pa.Table, positions: np.ndarray, names: Sequence[str]) -> None:
        self._batch = batch
        self._positions = positions
        self._values: dict[str, list[object]] = {}
        self.names = names

    def values(self, name: str) -> list[object]:
        """One column of theirs. KeyError where there is none of that name."""
        if name not in self._values:
            if name not in self.names:
                raise KeyError(name)
            self._values[name] = self._batch[name].take(pa.array(self._positions, pa.int64())).to_pylist()
        return self._values[name]


class Columns(Mapping[str, object]):
    """The columns of one of them."""

    __slots__ = ("_flagged", "_place")

    def __init__(self, flagged: Flagged, place: int) -> None:
        self._flagged = flagged
        self._place = place

    def __getitem__(self, name: str) -> object:
        return self._flagged.values(name)[self._place]

    def __iter__(self) -> Iterator[str]:
        return iter(self._flagged.names)

    def __len__(self) -> int:
        return len(self._flagged.names)
