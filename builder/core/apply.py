"""The only place that changes documents: annotate, detect, repair the flagged rows, account.

The law of the house is asserted for each step and batch: documents in = documents out + drops + quarantined.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from builder.core.batch import PART, PROFILE, ROW, Batch, integers
from builder.core.changes import NO_CHANGES, Changes, digest, edited, merged, of_all, of_edits
from builder.core.errors import BuilderError, BuildError
from builder.core.flagged import Columns, Flagged
from builder.core.ledger import DROP, EDIT, Entry
from builder.core.sample import EXCERPT_CHARS, Sample, excerpts, smallest
from builder.core.step import CorpusStep, Edit, Finding, Row, Step
from builder.text.buffers import strings, views


class Dropped(NamedTuple):
    """A document that a step dropped: its position in the batch that came in, and the reason."""

    position: int
    code: str
    value: float | None
    limit: float | None
    peer: tuple[int, int] | None
    peer_name: str | None


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
    dropped: pa.Table  # the dropped documents as they came in, with columns step, code, value, limit, peer …
    failures: list[Failure]
    samples: list[Sample]


class Reason(NamedTuple):
    """One finding on one row."""

    code: str
    value: float | None
    limit: float | None
    peer: tuple[int, int] | None
    peer_name: str | None


REASON = pa.schema(
    [
        ("step", pa.string()),
        ("code", pa.string()),
        ("value", pa.float64()),
        ("limit", pa.float64()),
        ("peer_part", pa.int32()),
        ("peer_row", pa.int64()),
        ("peer_name", pa.string()),
    ]
)


def apply(step: Step, batch: Batch, verdict: pa.Table | None = None) -> Applied:
    """Run one step on one batch. `verdict`: for a CorpusStep, the part's rows of what it decided."""
    seen, findings, failures = _survey(step, batch, verdict)
    reasons = _by_row(findings)
    changes, drops = _repair(step, seen, reasons, failures)
    samples = _samples(step, seen, reasons, changes, drops)
    ledger = _entries(step, seen, reasons, changes, drops)
    failed = {failure.row for failure in failures}
    gone = {drop.position for drop in drops}
    kept = _without(edited(_public(step, batch, seen), changes), gone, failed)
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
    except (MemoryError, BuilderError):  # of the build, not of a document
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
    for code, rows, value, limit, peer, peer_name in findings:
        values = [None] * len(rows) if value is None else [float(number) for number in value]
        peers = [None] * len(rows) if peer is None else [(int(part), int(row)) for part, row in peer]
        names = [None] * len(rows) if peer_name is None else peer_name
        for position, number, other, name in zip(rows.tolist(), values, peers, names, strict=True):
            reasons.setdefault(position, []).append(Reason(code, number, limit, other, name))
    return dict(sorted(reasons.items()))


def _repair(
    step: Step, batch: Batch, reasons: Mapping[int, list[Reason]], failures: list[Failure]
) -> tuple[Changes, list[Dropped]]:
    """Repair the flagged rows: what changed, and the drops. Failures are appended to `failures`."""
    if step.only_drops():
        return NO_CHANGES, [Dropped(position, *why[0]) for position, why in reasons.items()]
    if not reasons:
        return NO_CHANGES, []
    rows = np.fromiter(reasons, np.int64, len(reasons))
    changes, left = NO_CHANGES, rows
    if type(step).repair_all is not Step.repair_all:
        codes = [{reason.code for reason in why} for why in reasons.values()]
        found = {code: np.array([code in of_row for of_row in codes]) for code in set().union(*codes)}
        changes, left = _repair_all(step, batch, rows, found, failures)
    edits, drops = _repair_each(step, batch, left, reasons, failures)
    return merged(changes, of_edits(edits)), drops


def _repair_all(
    step: Step, batch: Batch, rows: np.ndarray, codes: Mapping[str, np.ndarray], failures: list[Failure]
) -> tuple[Changes, np.ndarray]:
    """What the compiled repair changed, and the rows that it left to `repair`; a row on which it raises is found by halving."""
    try:
        edits = step.repair_all(batch, rows, codes)
        if edits is None:
            return NO_CHANGES, rows
        _check_fills(step, edits.fills, batch.column_names)
        return of_all(batch, rows, edits)
    except (MemoryError, BuilderError):
        raise
    except Exception as error:  # noqa: BLE001 - whatever a step raises, its documents are accounted for
        if rows.size == 1:
            failures.append(_failure(step, batch, int(rows[0]), error))
            return NO_CHANGES, rows[:0]
    halves = (slice(rows.size // 2), slice(rows.size // 2, None))
    done = [
        _repair_all(step, batch, rows[half], {code: found[half] for code, found in codes.items()}, failures) for half in halves
    ]
    return merged(done[0][0], done[1][0]), np.concatenate([left for _, left in done])


def _repair_each(
    step: Step, batch: Batch, rows: np.ndarray, reasons: Mapping[int, list[Reason]], failures: list[Failure]
) -> tuple[dict[int, Edit], list[Dropped]]:
    """Repair documents one by one: position to Edit for what changed, and the drops."""
    edits: dict[int, Edit] = {}
    drops: list[Dropped] = []
    others = Flagged(batch, rows, [name for name in batch.column_names if name not in ("text", PROFILE)])
    for place, (position, text) in enumerate(zip(rows.tolist(), strings(batch["text"], rows), strict=True)):
        why = reasons[position]
        row = Row(text, Columns(others, place), tuple(reason.code for reason in why))
        try:
            edit = step.repair(row)
        except (MemoryError, BuilderError):
            raise
        except Exception as error:  # noqa: BLE001 - whatever a step raises, its documents are accounted for
            failures.append(_failure(step, batch, position, error))
            continue
        if edit is None:
            drops.append(Dropped(position, *why[0]))
        elif edit.text != text or _fills(step, row, edit):
            edits[position] = edit
    return edits, drops


def _fills(step: Step, row: Row, edit: Edit) -> bool:
    """Whether the edit fills a column that is null."""
    _check_fills(step, edit.fill, row.columns)
    return any(row.columns[name] is None for name in edit.fill)


def _check_fills(step: Step, fills: Iterable[str], columns: Iterable[str]) -> None:
    """Refuse fills of columns that there are not."""
    if unknown := set(fills) - set(columns):
        raise BuildError(
            f"{step.name()}.repair fills columns that there are not",
            got=", ".join(sorted(unknown)),
            allowed=", ".join(name for name in columns if not name.startswith("_")),
            next="declare the column in `adds` and append it in `annotate`",
        )


def _entries(
    step: Step, batch: Batch, reasons: Mapping[int, list[Reason]], changes: Changes, drops: list[Dropped]
) -> list[Entry]:
    if not changes.rows.size and not drops:
        return []
    name = step.name()
    edited_at, dropped_at = _places(batch, changes.rows), _places(batch, _positions(drops))
    entries = []
    edits = zip(edited_at, changes.rows.tolist(), changes.counts, views(changes.texts), strict=True)
    for (part, row), position, places, text in edits:
        now = digest(text)
        for count, (code, value, limit, peer, peer_name) in _counted(places, reasons[position]):
            other, place = peer or (None, None)
            entries.append(Entry(part, row, name, EDIT, code, count, value, limit, other, place, now, None, peer_name))
    for (part, row), (_, code, value, limit, peer, peer_name) in zip(dropped_at, drops, strict=True):
        other, place = peer or (None, None)
        entries.append(Entry(part, row, name, DROP, code, None, value, limit, other, place, None, None, peer_name))
    return sorted(entries, key=lambda entry: entry.row)


def _positions(drops: list[Dropped]) -> np.ndarray:
    return np.array([drop.position for drop in drops], np.int64)


def _places(batch: Batch, positions: np.ndarray) -> list[tuple[int, int]]:
    """(part, row) of the documents at some positions."""
    return list(zip(integers(batch, PART)[positions].tolist(), integers(batch, ROW)[positions].tolist(), strict=True))


def _counted(places: int | Mapping[str, int], reasons: list[Reason]) -> list[tuple[int | None, Reason]]:
    """The reasons that changed something, with their places; one number for all of them stands with the first."""
    if isinstance(places, int):
        return [(None if place else places, reason) for place, reason in enumerate(reasons)]
    counts = [(places.get(reason.code, 0), reason) for reason in reasons]
    return [(count, reason) for count, reason in counts if count] or [(None, reasons[0])]


def _samples(
    step: Step, batch: Batch, reasons: Mapping[int, list[Reason]], changes: Changes, drops: list[Dropped]
) -> list[Sample]:
    if not changes.rows.size and not drops:
        return []
    rows = np.concatenate([changes.rows, _positions(drops)])
    codes = [(reasons[position][0].code, EDIT) for position in changes.rows.tolist()] + [(drop.code, DROP) for drop in drops]
    shown: list[tuple[str, str | None]] = [*excerpts(batch["text"], changes.rows, changes.texts)]
    shown += [(text[:EXCERPT_CHARS], None) for text in strings(batch["text"], _positions(drops))]
    orders, doc_ids, name = map(digest, views(batch["text"], rows)), strings(batch["doc_id"], rows), step.name()
    documents = zip(orders, codes, doc_ids, shown, strict=True)
    return smallest(Sample(order, name, *code, doc_id, *texts) for order, code, doc_id, texts in documents)


def _public(step: Step, batch: Batch, seen: Batch) -> Batch:
    """What the step saw, without the private columns that it appended for itself: an edit would make them untrue."""
    return seen.select([name for name in seen.column_names if name in batch.column_names or name in step.adds.names])


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
    documents = batch.select([name for name in batch.column_names if name in (PART, ROW) or not name.startswith("_")])
    if not drops:
        return pa.schema([*documents.schema, *REASON], documents.schema.metadata).empty_table()
    documents = documents.take(pa.array(_positions(drops)))
    peers = [drop.peer or (None, None) for drop in drops]
    columns = (
        [step.name()] * len(drops),
        [drop.code for drop in drops],
        [drop.value for drop in drops],
        [drop.limit for drop in drops],
        [part for part, _ in peers],
        [row for _, row in peers],
        [drop.peer_name for drop in drops],
    )
    for field, column in zip(REASON, columns, strict=True):
        documents = documents.append_column(field, pa.array(column, field.type))
    return documents
