"""The barrier before a corpus step: sketches sorted by bucket, matched bucket by bucket, decided, and cut by part again.

Only sketches, matches and verdicts cross it, never documents.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import pyarrow as pa

from builder.core.batch import EARLIER, ROW, WOULD_DROP, Batch, integers
from builder.core.executor import Executor, Payload, Result, finish
from builder.core.step import CorpusStep
from builder.run import earlier, facts
from builder.run.job import Job, job_from
from builder.run.plan import Stage
from builder.run.stored import stored_batches

RANGE_ROWS, RANGE_BYTES = 2_000_000, 32_000_000  # of the sketches that one task of `match` sees, about
BUCKETS = 1 << 64


class Sketcher:
    """Collects the sketches of one part for the step that closes its stage."""

    def __init__(self, job: Job, stage: Stage, part: int, round_: int = 0) -> None:
        self._job, self._stage, self._part, self._round = job, stage, part, round_
        self._tables: list[pa.Table] = []
        self._known = facts.read(job, stage, part) if round_ else facts.inherited(job, stage, part)
        self._carried = None if self._known is not None else facts.carried(job, stage, part)
        self._facts: list[np.ndarray] = []

    def add(self, batch: Batch, matched: pa.Table | None = None, edited: np.ndarray | None = None) -> None:
        """Sketch one batch, with what the later filters would drop.

        `matched`: what the last round found for the part. `edited`: the rows that the stage's opening step edited, if known.
        """
        rows = self._would_drop(batch, edited) if self._known is None else self._known
        would_drop = np.isin(integers(batch, ROW), rows)
        self._facts.append(integers(batch, ROW)[would_drop])
        place = batch.schema.get_field_index(WOULD_DROP)
        batch = batch.set_column(place, batch.schema.field(place), pa.array(would_drop))
        self._tables.append(closing_step(self._stage).sketch(batch, self._round, matched))

    def _would_drop(self, batch: Batch, edited: np.ndarray | None) -> np.ndarray:
        """The filters are asked about each text once, and again about those that were edited."""
        if self._carried is None or edited is None:
            return facts.found(self._stage, batch)
        again = facts.found(self._stage, batch.filter(pa.array(np.isin(integers(batch, ROW), edited))))
        return np.concatenate([self._carried[~np.isin(self._carried, edited)], again])

    def write(self) -> None:
        """The facts, then one file sorted by bucket; rows of one bucket keep the order of their documents."""
        self._job.check_files(self._stage)
        if not self._round:
            facts.write(self._job, self._stage, self._part, np.concatenate([np.empty(0, np.int64), *self._facts]))
        _write_sketch(self._job, sketch_name(self._stage, self._round, self._part), self._tables)


def sketch_name(stage: Stage, round_: int, part: int) -> str:
    """Where the sketch of a part lies."""
    return f"{stage.barrier}/sketch-{round_}/{part:05d}.arrow"


def closing_step(stage: Stage) -> CorpusStep:
    """The corpus step at the end of a stage that has one."""
    if stage.closing is None:
        msg = f"stage {stage.number} has no barrier"
        raise ValueError(msg)
    return stage.closing


def sketched_parts(job: Job, stage: Stage) -> list[int]:
    """The parts whose sketches meet at the barrier, shards of earlier releases among them."""
    return job.part_numbers(earlier=closing_step(stage).recalls())


def cross(executor: Executor, job: Job, stage: Stage) -> None:
    """Drive all rounds of the step that closes `stage`, up to its verdict. The sketches of round 0 of the sources are there."""
    verdict = f"{stage.barrier}/verdict.arrow"
    if job.store.exists(verdict):
        return
    base = {"job": job.fields, "stage": stage.number}
    for round_ in range(closing_step(stage).rounds):
        todo = [part for part in sketched_parts(job, stage) if not job.store.exists(sketch_name(stage, round_, part))]
        finish(executor.map("builder.run.barrier:sketch_part", ({**base, "round": round_, "part": part} for part in todo)))
        ranges = _range_count(job, stage, round_)
        numbers = [number for number in range(ranges) if not job.store.exists(_matched(stage, round_, number))]
        tasks = ({**base, "round": round_, "range": number, "ranges": ranges} for number in numbers)
        finish(executor.map("builder.run.barrier:match_range", tasks))
    finish(executor.map("builder.run.barrier:decide", [base]))


def sketch_part(payload: Payload) -> Result:
    """Task. The sketch of one part for a round after the first, with what the last round found for it; of a shard for any."""
    job = job_from(payload["job"])
    stage, round_, part = job.stages[payload["stage"]], payload["round"], payload["part"]
    matched = _of_part(_all_matched(job, stage, round_ - 1), part) if round_ else None
    if part >= EARLIER:
        _write_sketch(job, sketch_name(stage, round_, part), list(_of_shard(job, stage, part, round_, matched)))
        return {}
    sketcher = Sketcher(job, stage, part, round_)
    for batch in stored_batches(job, stage, part, closing_step(stage).columns(round_)):
        sketcher.add(batch, matched)
    sketcher.write()
    return {}


def _of_shard(job: Job, stage: Stage, part: int, round_: int, matched: pa.Table | None) -> Iterator[pa.Table]:
    """Sketches of a shard of an earlier release: from its index, and later of the documents that were matched."""
    step, shard = closing_step(stage), job.shard(part)
    if matched is None:
        sketch = earlier.recalled(shard, part, step)
        if sketch is not None:
            yield sketch
        return
    for batch in earlier.documents(shard, part, np.unique(matched["row"].to_numpy()), step.columns(round_)):
        yield step.sketch(batch, round_, matched)


def _write_sketch(job: Job, name: str, tables: list[pa.Table]) -> None:
    """One file sorted by bucket; rows of one bucket keep the order of their documents."""
    table = pa.concat_tables(tables).combine_chunks() if tables else pa.table({"bucket": pa.array([], pa.uint64())})
    job.store.write_arrow(name, table.take(np.argsort(table["bucket"].to_numpy(), kind="stable")))


def match_range(payload: Payload) -> Result:
    """Task. One range of buckets over the sketches of all parts; the answer is sorted by part."""
    job = job_from(payload["job"])
    stage, round_, number = job.stages[payload["stage"]], payload["round"], payload["range"]
    low, high = (BUCKETS * edge // payload["ranges"] for edge in (number, number + 1))
    slices = [_between(job.store.mapped(sketch_name(stage, round_, part)), low, high) for part in sketched_parts(job, stage)]
    table = pa.concat_tables(slices, promote_options="default").combine_chunks()  # a part without documents has only buckets
    table = table.take(np.argsort(table["bucket"].to_numpy(), kind="stable"))
    matched = closing_step(stage).match(table, round_)
    order = np.argsort(matched["part"].to_numpy(), kind="stable")
    job.store.write_arrow(_matched(stage, round_, number), matched.take(order))
    return {}


def decide(payload: Payload) -> Result:
    """Task. All rows of the last round to one verdict, sorted by part and row."""
    job = job_from(payload["job"])
    stage = job.stages[payload["stage"]]
    step = closing_step(stage)
    verdicts = list(step.decide(_all_matched(job, stage, step.rounds - 1)))
    table = pa.concat_tables([step.verdict.empty_table(), *verdicts])
    job.store.write_arrow(f"{stage.barrier}/verdict.arrow", table.sort_by([("part", "ascending"), ("row", "ascending")]))
    return {}


def part_verdict(job: Job, stage: Stage, part: int) -> pa.Table:
    """What the step that closes `stage` decided about one part."""
    return _of_part([job.store.mapped(f"{stage.barrier}/verdict.arrow")], part)


def _matched(stage: Stage, round_: int, number: int) -> str:
    return f"{stage.barrier}/matched-{round_}/{number:05d}.arrow"


def _all_matched(job: Job, stage: Stage, round_: int) -> Iterator[pa.Table]:
    for name in job.store.names(f"{stage.barrier}/matched-{round_}"):
        yield job.store.mapped(name)


def _range_count(job: Job, stage: Stage, round_: int) -> int:
    """From the size of the sketches alone, never from the number of workers."""
    tables = [job.store.mapped(sketch_name(stage, round_, part)) for part in sketched_parts(job, stage)]
    rows, size = sum(table.num_rows for table in tables), sum(table.nbytes for table in tables)
    return max(1, -(-rows // RANGE_ROWS), -(-size // RANGE_BYTES))


def _between(table: pa.Table, low: int, high: int) -> pa.Table:
    """The rows whose bucket is in [low, high); the table is sorted by bucket."""
    buckets = table["bucket"].to_numpy()
    first = int(np.searchsorted(buckets, np.uint64(low)))
    last = len(buckets) if high >= BUCKETS else int(np.searchsorted(buckets, np.uint64(high)))
    return table.slice(first, last - first)


def _of_part(tables: Iterable[pa.Table], part: int) -> pa.Table:
    """The rows of one part, from tables that are sorted by part."""
    slices = []
    for table in tables:
        parts = table["part"].to_numpy()
        first, last = (int(place) for place in np.searchsorted(parts, [part, part + 1]))
        slices.append(table.slice(first, last - first))
    return pa.concat_tables(slices).combine_chunks()
