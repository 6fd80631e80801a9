"""One stage on one part: read, apply each step, account, sketch for the barrier ahead, and write. `docs` is written last."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from builder.core.apply import Applied, Failure, apply
from builder.core.batch import ROW, Batch, integers, texts_batch, with_profile
from builder.core.executor import Payload, Result
from builder.core.ledger import EDIT, Entry, ledger_table
from builder.core.sample import SAMPLE_LIMIT, Sample, samples_table, smallest
from builder.core.step import CorpusStep
from builder.run.barrier import Sketcher, part_verdict, sketch_name
from builder.run.facts import inherited
from builder.run.job import Job, job_from
from builder.run.parts import Part, part_from
from builder.run.plan import Stage
from builder.run.reading import BadLine, read_part
from builder.run.recipe import load_plain
from builder.run.stamps import Stamp, check_unchanged
from builder.run.stored import documents_name, stored_batches, storing

MIN_PART_SAMPLES = 8  # of each step and code, however many parts there are


class Account(NamedTuple):
    """What a part's stage leaves behind beside its documents."""

    ledger: list[Entry]
    removed: list[pa.Table]
    quarantine: list[dict[str, object]]
    samples: list[Sample]
    counts: Counter[str]


def run_part(payload: Payload) -> Result:
    """Task. Runs stage `stage` on `part` and gives its counts; a part that is done is not run again."""
    job, part = job_from(payload["job"]), part_from(payload["part"])
    stage = job.stages[payload["stage"]]
    if not job.store.exists(documents_name(job, stage, part.number)):
        _run(job, stage, part, payload["stamps"])
    if stage.closing and not job.store.exists(sketch_name(stage, 0, part.number)):
        sketcher = Sketcher(job, stage, part.number)
        for batch in stored_batches(job, stage, part.number):
            sketcher.add(batch)
        sketcher.write()
    counts: Result = json.loads(job.store.path(job.folder(stage, "counts", part.number, "json")).read_bytes())
    return counts


def ready(payload: Payload) -> Result:
    """Task. Loads what the steps of a recipe need, by trying each on a short text."""
    batch = with_profile(texts_batch(["桥修好了。"]))
    for step in load_plain(payload["recipe"]).steps:
        if isinstance(step, CorpusStep):
            step.sketch(batch, 0, None)
        else:
            apply(step, batch)
    return {}


def _run(job: Job, stage: Stage, part: Part, stamps: Mapping[str, Stamp]) -> None:
    account = Account([], [], [], [], Counter())
    sketcher = Sketcher(job, stage, part.number) if stage.closing else None
    flagged = inherited(job, stage, part.number)
    verdict = part_verdict(job, job.stages[stage.number - 1], part.number) if stage.opening else None
    if stage.opening and verdict is not None:
        _count(account, uncompared=stage.opening.uncompared(verdict))
    with storing(job, stage, part.number) as write:
        for batch in _input(job, stage, part, account):
            before = len(account.ledger)
            kept = _steps(stage, batch, verdict, flagged, account)
            if sketcher:
                edited = [entry.row for entry in account.ledger[before:] if entry.action == EDIT]
                sketcher.add(kept, edited=np.array(edited, np.int64))
            write(kept)
        check_unchanged(stamps)  # or the part would stand for what the survey saw
        job.check_files(stage)  # and for the questions and lists of which the stage's hash is made
        if sketcher:
            sketcher.write()
        _write_account(job, stage, part, account)


def _input(job: Job, stage: Stage, part: Part, account: Account) -> Iterator[Batch]:
    if stage.number:
        for batch in stored_batches(job, job.stages[stage.number - 1], part.number):
            _count(account, documents=batch.num_rows)
            yield batch
        return
    source = job.recipe.sources[part.source]
    for batch, bad in read_part(part, source, job.recipe.max_document_chars, job.recipe.kept_fields()):
        account.quarantine.extend(_malformed(line) for line in bad)
        _count(account, documents=batch.num_rows + len(bad), malformed=len(bad), bytes=batch["text"].nbytes)
        yield with_profile(batch)


def _malformed(line: BadLine) -> dict[str, object]:
    return {**line._asdict(), "doc_id": f"{line.source}:{line.part}:{line.row}", "step": "source"}


def _failed(failure: Failure, name: str) -> dict[str, object]:
    return {**failure._asdict(), "source": failure.doc_id.rsplit(":", 2)[0], "id": name}


def _steps(stage: Stage, batch: Batch, verdict: pa.Table | None, flagged: np.ndarray | None, account: Account) -> Batch:
    """`flagged`: the rows of the documents that the steps would drop, where that is known; the others need not be asked."""
    if stage.opening:
        batch = _account(batch, apply(stage.opening, batch, verdict), account)
    asked = None if flagged is None else np.isin(integers(batch, ROW), flagged)
    kept = batch if asked is None else batch.filter(pa.array(asked))
    for step in stage.steps:
        kept = _account(kept, apply(step, kept), account)
    if asked is not None:
        kept = batch.filter(pa.array(~asked | np.isin(integers(batch, ROW), integers(kept, ROW))))
    _count(account, kept=kept.num_rows)
    return kept


def _account(batch: Batch, applied: Applied, account: Account) -> Batch:
    account.ledger.extend(applied.ledger)
    if applied.dropped.num_rows:
        account.removed.append(applied.dropped)
    if applied.failures:
        ids = dict(zip(batch["doc_id"].to_pylist(), batch["id"].to_pylist(), strict=True))
        account.quarantine.extend(_failed(failure, ids[failure.doc_id]) for failure in applied.failures)
    account.samples.extend(applied.samples)
    _count(account, dropped=applied.dropped.num_rows, failed=len(applied.failures))
    return applied.batch


def _count(account: Account, **numbers: int) -> None:
    account.counts.update(numbers)


def _write_account(job: Job, stage: Stage, part: Part, account: Account) -> None:
    """Everything but the documents, in any order: only the documents say that the part is done."""
    number = part.number
    store = job.store
    entries = sorted(account.ledger, key=lambda entry: entry.row)
    store.write_parquet(job.folder(stage, "ledger", number, "parquet"), ledger_table(entries))
    removed = (
        pa.concat_tables(account.removed, promote_options="default")
        if account.removed
        else pa.table({"_row": pa.array([], pa.int64())})
    )
    store.write_parquet(job.folder(stage, "removed", number, "parquet"), removed)
    lines = [json.dumps(row, ensure_ascii=False) for row in account.quarantine]
    store.write_bytes(job.folder(stage, "quarantine", number, "jsonl"), "".join(f"{line}\n" for line in lines).encode())
    share = max(MIN_PART_SAMPLES, 2 * SAMPLE_LIMIT // max(job.parts, 1))
    store.write_parquet(
        job.folder(stage, "samples", number, "parquet"), samples_table(smallest(account.samples, min(share, SAMPLE_LIMIT)))
    )
    counts = {
        "part": number,
        "documents": 0,
        "kept": 0,
        "dropped": 0,
        "failed": 0,
        "malformed": 0,
        "bytes": part.bytes,
        **account.counts,
    }
    store.write_bytes(job.folder(stage, "counts", number, "json"), json.dumps(counts).encode())
