"""The plug-in contract: a step finds places, and repairs or drops the documents that it flagged.

A step is its configuration: a frozen pydantic model, default-constructible, whose path below `builder/steps/` is its
name. It creates no documents, never reorders, sees no other step and holds no state.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import ClassVar, NamedTuple, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import BaseModel, model_validator

from builder.core.batch import PART, ROW, Batch, integers

EMPTY = pa.schema([])
NOTHING: Mapping[str, str] = MappingProxyType({})

VERDICT = pa.schema(
    [
        ("part", pa.int32()),
        ("row", pa.int64()),
        ("code", pa.string()),  # null: the document stays, and the row only carries a note for annotate()
        ("value", pa.float64()),
        ("peer_part", pa.int32()),
        ("peer_row", pa.int64()),
    ]
)


class Finding(NamedTuple):
    """Rows of one batch that share one reason; parallel arrays, one entry for each flagged row."""

    code: str  # "low_han_ratio": stable, snake_case, public
    rows: np.ndarray  # int64[k], positions in the batch
    value: np.ndarray | None = None  # float64[k], what was measured
    limit: float | None = None  # the threshold that it crossed
    peer: np.ndarray | None = None  # int64[k, 2], (part, row) of the document that explains this one
    peer_name: Sequence[str] | None = None  # names of what explains them and is no document: a question of a benchmark


class Edit(NamedTuple):
    """What a repair hands back; None in its place drops the document."""

    text: str
    count: int | Mapping[str, int] = 1  # type: ignore[assignment]  # places changed, or by code; hides tuple.count
    fill: Mapping[str, str] = NOTHING  # values for columns that are still null


class Edits(NamedTuple):
    """What a compiled repair hands back for many documents; parallel, one entry for each."""

    texts: pa.LargeStringArray  # null: `repair` is asked
    counts: Mapping[str, np.ndarray]  # int64[k] by code: places changed
    fills: Mapping[str, pa.StringArray] = NOTHING  # by column: values where that is still null; null: none


class Row(NamedTuple):
    """One flagged document as `repair` sees it."""

    text: str
    columns: Mapping[str, object]  # the other columns, private ones included
    codes: tuple[str, ...]  # the codes that this step found on it


class Step(BaseModel, frozen=True, extra="forbid"):
    """One kind of damage or one property. Subclasses override one or more of the three methods."""

    version: ClassVar[int] = 1  # raised when behaviour changes
    adds: ClassVar[pa.Schema] = EMPTY  # columns that annotate() may append, and no others
    fills: ClassVar[tuple[str, ...]] = ()  # of these, columns that may also come from a source: repairs fill what is null there
    files_in: ClassVar[tuple[str, ...]] = ()  # fields with paths, relative to the recipe; depends() hashes what lies there

    @classmethod
    def name(cls) -> str:
        """`filter.han_ratio` for the class in `builder/steps/filter/han_ratio.py`."""
        return cls.__module__.removeprefix("builder.steps.")

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        """Refuse a `min_…` above the `max_…` of the same name: nothing would be left."""
        fields = type(self).model_fields
        for low in (name for name in fields if name.startswith("min_")):
            high = low.replace("min_", "max_", 1)
            if high in fields and getattr(self, low) > getattr(self, high):
                raise ValueError(f"{low} must not be above {high}, got {getattr(self, low)} and {getattr(self, high)}")
        return self

    def only_drops(self) -> bool:
        """Whether the step drops all that it flags: such steps also run without dropping, as facts for the keeper."""
        return type(self).repair is Step.repair and type(self).repair_all is Step.repair_all

    def depends(self) -> dict[str, str]:
        """Versions and digests of what lies outside of the package and can change the result; they enter the stage's hash."""
        return {}

    def files_read(self) -> list[Path]:
        """The files that `depends` digests: a build ends where one is written to after that."""
        given = (getattr(self, name) for name in self.files_in)
        paths = [path for value in given for path in ((value,) if isinstance(value, str) else value)]
        return [Path(path).expanduser() for path in paths if path]

    def remarks(self) -> list[str]:
        """What whoever starts a build should know of what the step will not do."""
        return []

    def annotate(self, batch: Batch) -> Batch:
        """Append the columns named in `adds`."""
        return batch

    def detect(self, batch: Batch) -> list[Finding]:
        """One vectorised pass over the batch: the rows to repair or drop, and why."""
        del batch
        return []

    def repair_all(self, batch: Batch, rows: np.ndarray, codes: Mapping[str, np.ndarray]) -> Edits | None:
        """The repaired texts of all flagged documents at once, in compiled code; None: `repair` does it one by one.

        `rows`: int64[k], their positions, ascending; `codes`: bool[k] by code, whether this step found it on them.
        """
        del batch, rows, codes
        return None

    def repair(self, row: Row) -> Edit | None:
        """The repaired text of one flagged document, or None to drop it."""
        del row
        return None


class CorpusStep(Step):
    """A step that must see the whole corpus once.

    Each round, `sketch` turns a batch into small rows with a `bucket` (uint64); `match` sees the rows of whole buckets,
    sorted by bucket, and answers with rows that carry `part` and go back to it as `found` of the next round. The rows
    of the last round stream through `decide`, which yields verdicts. `annotate` and `detect` then get the part's verdict.
    """

    rounds: ClassVar[int] = 1
    verdict: ClassVar[pa.Schema] = VERDICT

    @abstractmethod
    def sketch(self, batch: Batch, round: int, found: pa.Table | None) -> pa.Table:  # noqa: A002 - the word of the contract
        """Small columns with a `bucket`; `found`: this part's rows of the last round, None in round 0."""

    def columns(self, round: int) -> tuple[str, ...]:  # noqa: A002 - the word of the contract
        """The columns that `sketch` asks for in this round; empty: all of them."""
        del round
        return ()

    @abstractmethod
    def match(self, bucket: pa.Table, round: int) -> pa.Table:  # noqa: A002 - the word of the contract
        """Rows of one or more whole buckets, sorted by bucket, to rows that carry `part`."""

    def retrace(self, text: str, count: int, digest: int) -> Mapping[str, object] | None:
        """What the verdict had beside VERDICT's columns for an edit of `text`; the ledger has its count, and the hash after it.

        `explain` repeats the edit by this. None: not found.
        """
        del text, count, digest
        return None

    def remember(self, batch: Batch) -> pa.Table:
        """Columns that the index keeps of published documents, row for row, for `recall` in a later build.

        What they depend on stands in the metadata of the schema, under the step's name: an index with other metadata is refused.
        """
        del batch
        return pa.table({})

    def recall(self, index: Batch) -> pa.Table | None:
        """The sketch of round 0 of documents of earlier releases, without their texts; None: the step ignores such documents.

        index: PART (from EARLIER on), ROW, `id`, `key` (binary[16], as `packed_keys` writes it) and what `remember` gave. In
        later rounds `sketch` gets the documents that were matched, with their texts. They stay whatever the verdict says of them.
        """
        del index
        return None

    @classmethod
    def recalls(cls) -> bool:
        """Whether documents of earlier releases take part."""
        return cls.recall is not CorpusStep.recall

    def decide(self, edges: Iterator[pa.Table]) -> Iterator[pa.Table]:
        """All rows of the last round to verdicts of schema `verdict`; integers only, never text."""
        yield from edges

    def uncompared(self, verdict: pa.Table) -> int:
        """Of the documents of a part, those that stay though they were not compared with all that the step compares with.

        A step that leaves such comparisons out says so here; the build counts them.
        """
        del verdict
        return 0

    def annotate(self, batch: Batch, verdict: pa.Table | None = None) -> Batch:
        """As in Step; `verdict`: this part's rows, or None where no corpus was seen (`clean`)."""
        del verdict
        return batch

    def detect(self, batch: Batch, verdict: pa.Table | None = None) -> list[Finding]:
        """Flag the rows that the verdict gives a code, with its value and peer."""
        if verdict is None or not verdict.num_rows:
            return []
        dropped = verdict.filter(pc.is_valid(verdict["code"]))
        rows, places = join_rows(batch, dropped)
        dropped = dropped.take(places)
        findings = []
        for code in sorted(set(dropped["code"].to_pylist())):
            mine = np.flatnonzero(pc.equal(dropped["code"], code).to_numpy())
            chosen = dropped.take(mine)
            peer = np.stack([chosen["peer_part"].to_numpy(), chosen["peer_row"].to_numpy()], axis=1)
            findings.append(Finding(code, rows[mine], chosen["value"].to_numpy(), self.limit(), peer))
        return findings

    def limit(self) -> float | None:
        """The threshold behind the verdict, for the ledger."""
        return None


def join_rows(batch: Batch, verdict: pa.Table) -> tuple[np.ndarray, np.ndarray]:
    """Positions in the batch and in the verdict that name the same row of the same part; both int64[k], in batch order.

    A row has at most one entry in the verdict; the batch's rows ascend.
    """
    if batch.num_rows == 0:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    rows, part = integers(batch, ROW), int(batch[PART][0].as_py())
    mine = np.flatnonzero(verdict["part"].to_numpy() == part)
    wanted = verdict["row"].to_numpy()[mine]
    place = np.searchsorted(rows, wanted)
    hit = (place < len(rows)) & (rows[np.minimum(place, len(rows) - 1)] == wanted)
    order = np.argsort(place[hit], kind="stable")
    return place[hit][order], mine[hit][order]


def joined_column(batch: Batch, verdict: pa.Table, name: str) -> pa.Array:
    """A column of the verdict for the rows of the batch; null where the verdict does not name the row."""
    rows, places = join_rows(batch, verdict)
    place = np.full(batch.num_rows, -1, np.int64)
    place[rows] = places
    return verdict[name].combine_chunks().take(pa.array(place, mask=place < 0))
