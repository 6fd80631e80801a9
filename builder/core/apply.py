"""The only place that changes documents: annotate, detect, repair the flagged rows, account.

The law of the house is asserted for each step and batch: documents in = documents out + drops + quarantined.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import xxhash

from builder.core.batch import PART, PROFILE, REPAIRS, ROW, Batch, integers, with_profile
from builder.core.errors import BuildError
from builder.core.flagged import Columns, Flagged
from builder.core.ledger import DROP, EDIT, Entry
from builder.core.sample import Sample, excerpts, smallest
from builder.core.step import CorpusStep, Edit, Finding, Row, Step
from builder.text.buffers import spliced


class Dropped(NamedTuple):
    """A document that a step dropped: its position in the batch that came in, and the reason."""

    position: int
    code: str
    value: float | None
    limit: float | None
    peer: tuple[int, int] | None


class Failure(NamedTuple):
    """A document on which a step raised: it is quarantined."""

    part: int
    row: int
    doc_id: str
    step: str
    reason: str


class Applied(NamedTuple):
    """What one step made of one batch."""

    batch: Batch  # the documents that stay
    ledger: list[Entry]
    dropped: pa.Table  # the dropped documents as they came in, with columns step, code, value, limit, peer_part, peer_row
    failures: list[Failure]
    samples: list[Sample]


class Reason(NamedTuple):
    """One finding on one row."""

    code: str
    value: float | None
    limit: float | None
    peer: tuple[int, int] | None


REASON = pa.schema(
    [
        ("step", pa.string()),
        ("code", pa.string()),
        ("value", pa.float64()),
        ("limit", pa.float64()),
        ("peer_part", pa.int32()),
        ("peer_row", pa.int64()),
    ]
)


def apply(step: Step, batch: Batch, verdict: pa.Table | None = None) -> Applied:
    """Run one step on one batch. `verdict`: for a CorpusStep, the part's rows of what it decided."""
    seen, findings, failures = _survey(step, batch, verdict)
    reasons = _by_row(findings)
    edits, drops = _repair(step, seen, reasons, failures)
    samples = _samples(step, seen, reasons, edits, drops)
    ledger = _entries(step, seen, reasons, edits, drops)
    failed = {failure.row for failure in failures}
    gone = {drop.position for drop in drops}
    kept = _without(_edited(_public(step, batch, seen), edits), gone, failed)
    if batch.num_rows != kept.num_rows + len(drops) + len(failures):
        raise BuildError(
            f"{step.name()} lost documents",
            got=f"{batch.num_rows} in, {kept.num_rows} out, {len(drops)} dropped, {len(failures)} quarantined",
            allowed="in = out + drops + quarantined",
            next="this is a defect of the step: please report it",
        )
    return Applied(kept, ledger, _dropped_table(step, seen, drops), failures, samples)


def flagged(step: Step, batch: Batch) -> np.ndarray:
    """bool[n]: the documents that a step would flag now, or on which it raises. Nothing is changed."""
    seen, findings, failures = _survey(step, batch, None)
    mask = np.isin(integers(seen, ROW), [failure.row for failure in failures])
    for finding in findings:
        mask[finding.rows] = True
    return mask


def _survey(step: Step, batch: Batch, verdict: pa.Table | None) -> tuple[Batch, list[Finding], list[Failure]]:
    """Annotate and detect; a document on which the step raises is found by halving the batch."""
    try:
        annotated = _annotate(step, batch, verdict)
        findings = step.detect(annotated, verdict) if isinstance(step, CorpusStep) else step.detect(annotated)
    except (MemoryError, BuildError):
        raise
    except Exception as error:  # whatever a step raises, its documents are accounted for
        if batch.num_rows == 1:
            return _with_added(step, batch), [], [_failure(step, batch, 0, error)]
        if batch.num_rows == 0:
            raise
        half = batch.num_rows // 2
        left = _survey(step, batch.slice(0, half), verdict)
        right = _survey(step, batch.slice(half), verdict)
        return _joined(left, right)
    return annotated, findings, []


def _joined(
    left: tuple[Batch, list[Finding], list[Failure]], right: tuple[Batch, list[Finding], list[Failure]]
) -> tuple[Batch, list[Finding], list[Failure]]:
    shift = left[0].num_rows
    moved = [finding._replace(rows=finding.rows + shift) for finding in right[1]]
    return pa.concat_tables([left[0], right[0]], promote_options="default"), left[1] + moved, left[2] + right[2]


def _with_added(step: Step, batch: Batch) -> Batch:
    """The batch with the columns that the step could not append, as nulls, so that all batches have one schema."""
    for field in step.adds:
        if field.name not in batch.column_names:
            batch = batch.append_column(field, pa.nulls(batch.num_rows, field.type))
    return batch


def _annotate(step: Step, batch: Batch, verdict: pa.Table | None) -> Batch:
    """Annotate, and hold the step to what it declared."""
    result = step.annotate(batch, verdict) if isinstance(step, CorpusStep) else step.annotate(batch)
    if result is batch:
        return batch
    before = batch.column_names
    new = result.column_names[len(before) :]
    allowed = set(step.adds.names)
    honest = result.column_names[: len(before)] == before and all(name in allowed or name.startswith("_") for name in new)
    if not honest or not result.select(before).equals(batch):
        raise BuildError(
            f"{step.name()}.annotate changed columns that it may not change",
            got=", ".join(result.column_names),
            allowed=f"to append {sorted(allowed) or 'nothing'} and private columns",
            next="declare the column in `adds`, or edit text in `repair`",
        )
    return result


def _failure(step: Step, batch: Batch, position: int, error: Exception) -> Failure:
    reason = f"{type(error).__name__}: {error}"[:500]
    part, row, doc_id = (batch[name][position].as_py() for name in (PART, ROW, "doc_id"))
    return Failure(part, row, doc_id, step.name(), reason)


def _by_row(findings: list[Finding]) -> dict[int, list[Reason]]:
    """The reasons of each flagged position, in the order in which the step gave them; positions ascend."""
    reasons: dict[int, list[Reason]] = {}
    for code, rows, value, limit, peer in findings:
        values = [None] * len(rows) if value is None else [float(number) for number in value]
        peers = [None] * len(rows) if peer is None else [(int(part), int(row)) for part, row in peer]
        for position, number, other in zip(rows.tolist(), values, peers, strict=True):
            reasons.setdefault(position, []).append(Reason(code, number, limit, other))
    return dict(sorted(reasons.items()))


def _repair(
    step: Step, batch: Batch, reasons: Mapping[int, list[Reason]], failures: list[Failure]
) -> tuple[dict[int, Edit], list[Dropped]]:
    """Repair the flagged rows: position to Edit for what changed, and the drops. Failures are appended to `failures`."""
    if step.only_drops():
        return {}, [Dropped(position, *why[0]) for position, why in reasons.items()]
    edits: dict[int, Edit] = {}
    drops: list[Dropped] = []
    if not reasons:
        return edits, drops
    positions = list(reasons)
    rows = batch.take(pa.array(positions, pa.int64()))
    others = Flagged(rows.select([name for name in rows.column_names if name not in ("text", PROFILE)]))
    for place, (position, text) in enumerate(zip(positions, rows["text"].to_pylist(), strict=True)):
        why = reasons[position]
        row = Row(text or "", Columns(others, place), tuple(reason.code for reason in why))
        try:
            edit = step.repair(row)
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever a step raises, its documents are accounted for
            failures.append(_failure(step, batch, position, error))
            continue
        if edit is None:
            drops.append(Dropped(position, *why[0]))
        elif edit.text != row.text or _fills(step, row, edit):
            edits[position] = edit
    return edits, drops


def _fills(step: Step, row: Row, edit: Edit) -> bool:
    """Whether the edit fills a column that is null."""
    if unknown := edit.fill.keys() - row.columns.keys():
        raise BuildError(
            f"{step.name()}.repair fills columns that there are not",
            got=", ".join(sorted(unknown)),
            allowed=", ".join(name for name in row.columns if not name.startswith("_")),
            next="declare the column in `adds` and append it in `annotate`",
        )
    return any(row.columns[name] is None for name in edit.fill)


def _entries(
    step: Step, batch: Batch, reasons: Mapping[int, list[Reason]], edits: Mapping[int, Edit], drops: list[Dropped]
) -> list[Entry]:
    name = step.name()
    rows, part = integers(batch, ROW), integers(batch, PART)
    entries = []
    for position, edit in edits.items():
        digest = xxhash.xxh3_64_intdigest(edit.text.encode())
        for count, (code, value, limit, peer) in _counted(edit, reasons[position]):
            other, place = peer or (None, None)
            where = int(part[position]), int(rows[position])
            entries.append(Entry(*where, name, EDIT, code, count, value, limit, other, place, digest))
    for drop in drops:
        other, place = drop.peer or (None, None)
        where = int(part[drop.position]), int(rows[drop.position])
        entries.append(Entry(*where, name, DROP, drop.code, None, drop.value, drop.limit, other, place, None))
    return sorted(entries, key=lambda entry: entry.row)


def _counted(edit: Edit, reasons: list[Reason]) -> list[tuple[int | None, Reason]]:
    """The reasons that changed something, with their places; one number for all of them stands with the first."""
    if isinstance(edit.count, int):
        return [(None if place else edit.count, reason) for place, reason in enumerate(reasons)]
    counts = [(edit.count.get(reason.code, 0), reason) for reason in reasons]
    return [(count, reason) for count, reason in counts if count] or [(None, reasons[0])]


def _samples(
    step: Step, batch: Batch, reasons: Mapping[int, list[Reason]], edits: Mapping[int, Edit], drops: list[Dropped]
) -> list[Sample]:
    changed: list[tuple[int, str, str, str | None]] = [(at, reasons[at][0].code, EDIT, edit.text) for at, edit in edits.items()]
    changed += [(drop.position, drop.code, DROP, None) for drop in drops]
    if not changed:
        return []
    chosen = batch.select(["doc_id", "text"]).take([at for at, *_ in changed])
    texts = [text or "" for text in chosen["text"].to_pylist()]
    samples = [
        Sample(xxhash.xxh3_64_intdigest(text.encode()), step.name(), code, action, doc_id, text, after)
        for (_, code, action, after), doc_id, text in zip(changed, chosen["doc_id"].to_pylist(), texts, strict=True)
    ]
    return [Sample(*sample[:-2], *excerpts(sample.before, sample.after)) for sample in smallest(samples)]


def _public(step: Step, batch: Batch, seen: Batch) -> Batch:
    """What the step saw, without the private columns that it appended for itself: an edit would make them untrue."""
    return seen.select([name for name in seen.column_names if name in batch.column_names or name in step.adds.names])


def _edited(batch: Batch, edits: Mapping[int, Edit]) -> Batch:
    """The batch with the new texts, fills and repair counts; the profile is measured again for changed rows alone."""
    if not edits:
        return batch
    positions = np.fromiter(edits, np.int64, len(edits))
    mask = np.zeros(batch.num_rows, bool)
    mask[positions] = True
    batch = _replaced(batch, "text", mask, [edit.text for edit in edits.values()])
    for name in sorted({name for edit in edits.values() for name in edit.fill}):
        batch = _filled(batch, name, {at: edit.fill[name] for at, edit in edits.items() if name in edit.fill})
    if REPAIRS in batch.column_names:
        repairs = integers(batch, REPAIRS) + mask.astype(np.int32)
        place = batch.schema.get_field_index(REPAIRS)
        batch = batch.set_column(place, batch.schema.field(place), pa.array(repairs, pa.int32()))
    return _measured_again(batch, mask) if PROFILE in batch.column_names else batch


def _replaced(batch: Batch, name: str, mask: np.ndarray, values: list[str]) -> Batch:
    place = batch.schema.get_field_index(name)
    field, column = batch.schema.field(place), batch[name]
    if field.type == pa.large_string() and not column.null_count:
        return batch.set_column(place, field, spliced(column, np.flatnonzero(mask), values))
    return batch.set_column(
        place, field, pc.replace_with_mask(column.combine_chunks(), pa.array(mask), pa.array(values, field.type))
    )


def _filled(batch: Batch, name: str, values: Mapping[int, str]) -> Batch:
    """Set values where the column is null; a column that has a value keeps it."""
    null = pc.is_null(batch[name]).to_numpy()
    wanted = {at: value for at, value in values.items() if null[at]}
    mask = np.zeros(batch.num_rows, bool)
    mask[list(wanted)] = True
    return _replaced(batch, name, mask, list(wanted.values())) if wanted else batch


def _measured_again(batch: Batch, mask: np.ndarray) -> Batch:
    place = batch.schema.get_field_index(PROFILE)
    changed = with_profile(batch.select(["text"]).filter(pa.array(mask)))[PROFILE].combine_chunks()
    column = batch[PROFILE].combine_chunks()
    table = column.flatten().to_numpy().reshape(len(column), -1).copy()
    table[mask] = changed.flatten().to_numpy().reshape(len(changed), -1)
    flat = pa.array(table.reshape(-1), pa.int32())
    return batch.set_column(place, batch.schema.field(place), pa.FixedSizeListArray.from_arrays(flat, table.shape[1]))


def _without(batch: Batch, gone: set[int], failed: set[int]) -> Batch:
    """The batch without the positions in `gone` and the rows (ordinals) in `failed`."""
    if not gone and not failed:
        return batch
    keep = np.ones(batch.num_rows, bool)
    keep[list(gone)] = False
    if failed:
        keep &= ~np.isin(integers(batch, ROW), list(failed))
    return batch.filter(pa.array(keep))


def _dropped_table(step: Step, batch: Batch, drops: list[Dropped]) -> pa.Table:
    documents = batch.take(pa.array([drop.position for drop in drops], pa.int64()))
    keep = [name for name in documents.column_names if name in (PART, ROW) or not name.startswith("_")]
    documents = documents.select(keep)
    peers = [drop.peer or (None, None) for drop in drops]
    columns = (
        [step.name()] * len(drops),
        [drop.code for drop in drops],
        [drop.value for drop in drops],
        [drop.limit for drop in drops],
        [part for part, _ in peers],
        [row for _, row in peers],
    )
    for field, column in zip(REASON, columns, strict=True):
        documents = documents.append_column(field, pa.array(column, field.type))
    return documents
