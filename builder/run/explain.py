"""Why a document is what it is: replay the recipe on it from its source, and check every step against the ledger."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from builder.core.apply import apply
from builder.core.batch import Batch, with_profile
from builder.core.errors import OutputError, RecipeError, SourceError
from builder.core.ledger import EDIT, Entry
from builder.core.step import CorpusStep
from builder.run.output import REPORT
from builder.run.parts import Part, part_from
from builder.run.reading import read_row
from builder.run.recipe import Recipe, load_recipe


class Change(NamedTuple):
    """What one step did to the document."""

    step: str
    entries: list[Entry]  # of the replay; of the ledger where the source is gone
    before: str | None
    after: str | None  # None: dropped, or not known


class Peer(NamedTuple):
    """The document that stayed in place of a dropped one."""

    doc_id: str
    id: str
    release: str = ""  # the earlier release that it stands in; empty: this one


class Explained(NamedTuple):
    """The way of one document through a build."""

    doc_id: str
    id: str
    source_text: str | None  # as it stands in its source; None: gone, see `note`
    changes: list[Change]
    text: str | None  # as published; None: dropped
    peer: Peer | None  # the document that explains the drop
    matches: bool  # whether the replay wrote just what the ledger holds
    note: str


def explain(out: str | Path, document: str) -> list[Explained]:
    """Explain a document by its id or doc_id; several where several share the id. Raises OutputError or RecipeError."""
    folder = Path(out)
    if not folder.is_dir():
        raise OutputError(f"no folder {folder}", allowed="the output folder of a build", next="check the path")
    if not (folder / REPORT).is_file():
        raise OutputError(
            f"{folder} is no finished build",
            allowed="the output folder of a build",
            next="run the build again: it goes on where it was",
        )
    recipe = load_recipe(folder / "recipe.yaml")
    found = list(_places(folder, document))
    if not found and (reason := _quarantined(folder, document)):
        raise RecipeError(
            f"{document} was quarantined",
            got=reason,
            next=f"file, line and reason of all stand in {folder}/quarantine/quarantine.jsonl",
        )
    if not found:
        raise RecipeError(
            f"no document {document!r} in {folder}",
            got=document,
            allowed="an `id` or `doc_id` of `data/` or `removed/`",
            next="malformed lines stand in quarantine/",
        )
    return [_explained(folder, recipe, doc_id, name) for doc_id, name in found]


def _places(folder: Path, document: str) -> Iterator[tuple[str, str]]:
    """(doc_id, id) of all documents of this id or doc_id."""
    for path in sorted((folder / "index").glob("*.parquet")):
        table = pq.read_table(path, columns=["id", "doc_id"])
        mask = pc.or_(pc.equal(table["id"], document), pc.equal(table["doc_id"], document))
        mine = table.filter(mask)
        yield from zip(mine["doc_id"].to_pylist(), mine["id"].to_pylist(), strict=True)


def _quarantined(folder: Path, document: str) -> str:
    """Why a document (by its id or doc_id) or a file was quarantined; empty if it was not."""
    with (folder / "quarantine" / "quarantine.jsonl").open(encoding="utf-8") as lines:
        for line in map(json.loads, lines):
            if document in (line.get("doc_id"), line.get("id"), line.get("file")):
                return f"{line['step']}: {line['reason']}"
    return ""


def _explained(folder: Path, recipe: Recipe, doc_id: str, name: str) -> Explained:
    _, number, row = doc_id.rsplit(":", 2)
    ledger = _ledger(folder, int(number), int(row))
    part = _part(folder, int(number))
    try:
        batch = read_row(part, recipe.sources[part.source], int(row), recipe.max_document_chars, recipe.kept_fields())
    except SourceError as error:
        return _from_ledger(folder, doc_id, name, ledger, f"not replayed: {error.what}")
    if batch is None:
        return _from_ledger(folder, doc_id, name, ledger, "not replayed: the row holds no document")
    try:
        changes, text = _replay(recipe, with_profile(batch), ledger)
    except SourceError as error:  # a file that a step reads
        return _from_ledger(folder, doc_id, name, ledger, f"not replayed: {error.what}")
    replayed = [entry for change in changes for entry in change.entries]
    matches = replayed == ledger
    note = "" if matches else "the replay differs from the ledger: another version of the builder or of a library made this build"
    return Explained(doc_id, name, batch["text"][0].as_py(), changes, text, _peer(folder, replayed), matches, note)


def _replay(recipe: Recipe, batch: Batch, ledger: list[Entry]) -> tuple[list[Change], str | None]:
    changes: list[Change] = []
    for step in recipe.steps:
        before = batch["text"][0].as_py()
        applied = apply(step, batch, _verdict(step, ledger, before or "") if isinstance(step, CorpusStep) else None)
        batch = applied.batch
        after = batch["text"][0].as_py() if batch.num_rows else None
        if applied.ledger:
            changes.append(Change(step.name(), _with_releases(applied.ledger, ledger), before, after))
        if after is None:
            return changes, None
    return changes, batch["text"][0].as_py()


def _with_releases(entries: list[Entry], ledger: list[Entry]) -> list[Entry]:
    """Entries of a replay with what only the ledger knows: the names of their peers in earlier releases."""
    named = {entry._replace(peer_release=None, peer_name=None): entry for entry in ledger if entry.peer_release is not None}
    return [named.get(entry, entry) for entry in entries]


def _verdict(step: CorpusStep, ledger: list[Entry], text: str) -> pa.Table:
    """What the step decided about this document, as the ledger has it; how it edited the text is traced from the text."""
    entries = [entry for entry in ledger if entry.step == step.name()]
    found = [step.retrace(text, entry.count or 0, entry.hash or 0) if entry.action == EDIT else {} for entry in entries]
    mine = [entry for entry, trace in zip(entries, found, strict=True) if trace is not None]
    traced = [trace for trace in found if trace is not None]
    columns: dict[str, list[object]] = {
        **{name: [trace.get(name) for trace in traced] for name in step.verdict.names},
        "part": [entry.part for entry in mine],
        "row": [entry.row for entry in mine],
        "code": [entry.code for entry in mine],
        "value": [entry.value for entry in mine],
        "peer_part": [entry.peer_part for entry in mine],
        "peer_row": [entry.peer_row for entry in mine],
    }
    return pa.table(
        [pa.array(columns.get(field.name, [None] * len(mine)), field.type) for field in step.verdict], schema=step.verdict
    )


def _ledger(folder: Path, part: int, row: int) -> list[Entry]:
    table = pq.read_table(folder / "ledger" / f"{part:05d}.parquet", filters=[("row", "=", row)])
    return [Entry(*entry.values()) for entry in table.to_pylist()]


def _part(folder: Path, number: int) -> Part:
    with (folder / "parts.jsonl").open(encoding="utf-8") as lines:
        for place, line in enumerate(lines):
            if place == number:
                return part_from(json.loads(line))
    raise OutputError(f"{folder}/parts.jsonl has no part {number}", next="build again")


def _peer(folder: Path, entries: list[Entry]) -> Peer | None:
    """The peer: its source is that of its part, but for one in an earlier release, whose sources are not known here."""
    for entry in entries:
        if entry.peer_release is not None:
            return Peer(f"{entry.peer_part}:{entry.peer_row}", entry.peer_name or "", entry.peer_release)
        if entry.peer_part is not None:
            recipe = load_recipe(folder / "recipe.yaml")
            doc_id = f"{recipe.sources[_part(folder, entry.peer_part).source].name}:{entry.peer_part}:{entry.peer_row}"
            return Peer(*next(_places(folder, doc_id), (doc_id, doc_id)))
    return None


def _from_ledger(folder: Path, doc_id: str, name: str, ledger: list[Entry], note: str) -> Explained:
    """Where the source is gone: the ledger, the verdict, and the published text."""
    steps = list(dict.fromkeys(entry.step for entry in ledger))
    changes = [Change(step, [entry for entry in ledger if entry.step == step], None, None) for step in steps]
    return Explained(doc_id, name, None, changes, _published(folder, doc_id), _peer(folder, ledger), matches=False, note=note)


def _published(folder: Path, doc_id: str) -> str | None:
    """The text as published: the index files are parallel to the shards, row for row."""
    for path in sorted((folder / "index").glob("*.parquet")):
        shard = folder / "data" / path.name
        if shard.is_file():
            place = pc.index(pq.read_table(path, columns=["doc_id"])["doc_id"], doc_id).as_py()
            if place >= 0:
                text: str = pq.read_table(shard, columns=["text"])["text"][place].as_py()
                return text
    return None
