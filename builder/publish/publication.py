"""From the documents of the last stage to the folders of a dataset. Staged first, then put in place file by file."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from builder.core.errors import BuildError
from builder.core.executor import Executor, finish
from builder.core.fingerprint import file_digest, fingerprint
from builder.core.published import DOCUMENTS
from builder.core.sample import SAMPLE_LIMIT, Sample, samples_table, smallest
from builder.core.store import Store
from builder.publish.card import card, card_template
from builder.publish.copies import PEERS
from builder.publish.install import install, installable, list_files
from builder.publish.rows import with_kept
from builder.publish.shards import cut_removed, cut_shards
from builder.publish.tally import Tally, tally
from builder.run.build import Sourced
from builder.run.earlier import release_names
from builder.run.job import Job
from builder.run.progress import Progress
from builder.run.recipe import Recipe

FOLD = 50_000  # samples read before they are cut down to the smallest again
VERSION = 3  # raised when the published form changes
TOKENIZER_PACKAGES = ("datasets", "sentencepiece", "tokenizers")


def publication_hash(job: Job) -> str:
    """Names the folder in which the publication is staged."""
    splits = list(job.recipe.publish.splits.items())  # their order decides which hash falls to which
    settings = [
        job.recipe.publish.model_dump(mode="json"),
        splits,
        job.recipe.plain()["tokenizer"],
        [source.license for source in job.recipe.sources],
    ]
    tools = {name: version(name) for name in TOKENIZER_PACKAGES} if job.recipe.tokenizer else {}
    return fingerprint([job.stages[-1].hash, VERSION, job.recipe.name, settings, tools, file_digest(card_template())])


def publish(job: Job, sourced: Sourced, counts: list[Counter[str]], executor: Executor, out: Path, progress: Progress) -> Tally:
    """Stage and install everything but the tokenizer. A second call after a kill goes on where the first one was."""
    folder = publication_hash(job)
    base = {"job": job.fields, "folder": folder}
    tally_name = f"{folder}/tally.json"
    if not installable(job.store, folder, out):
        progress.phase("publish", 0)
        if not job.store.exists(f"{folder}/{PEERS}"):  # the second of the two that the task writes
            finish(executor.map("builder.publish.copies:count_copies", [base]))
        finish(executor.map("builder.publish.scatter:scatter_part", ({**base, "part": part} for part in range(job.parts))))
        shards = cut_shards(job, folder)
        finish(executor.map("builder.publish.shards:write_shard", ({**base, "shard": shard} for shard in shards)))
        removed = cut_removed(job, folder)
        finish(
            executor.map(
                "builder.publish.shards:write_removed", ({**base, "name": name, "parts": parts} for name, parts in removed)
            )
        )
        numbers = tally(job, folder, counts, shards, len(sourced.broken))
        if numbers.kept != counts[-1]["kept"]:
            raise BuildError(
                "documents were lost on the way to the shards",
                got=f"{counts[-1]['kept']:,} kept, {numbers.kept:,} published",
                next="please report this defect; a build into a new folder starts from the sources",
            )
        _write_rest(job, sourced, folder, numbers)
        job.store.write_bytes(tally_name, json.dumps(_packed(numbers)).encode())
        list_files(job.store, folder)
    install(job.store, folder, out)
    return _unpacked(json.loads(job.store.path(tally_name).read_bytes()))


def _write_rest(job: Job, sourced: Sourced, folder: str, numbers: Tally) -> None:
    """Samples, quarantine and card."""
    store = job.store.below(f"{folder}/out")
    store.write_parquet("samples/samples.parquet", _samples(job))
    store.write_bytes("quarantine/quarantine.jsonl", "".join(f"{line}\n" for line in _quarantine(job, sourced)).encode())
    store.write_bytes("README.md", _card(job, store, folder, numbers).encode())


def _card(job: Job, store: Store, folder: str, numbers: Tally) -> str:
    return card(job.recipe, numbers, _schema(job, store.path("data")), folder, release_names(job.earlier))


def write_origin(recipe: Recipe, sourced: Sourced, out: Path) -> None:
    """`recipe.yaml` and `parts.jsonl`: how the build was made, and where on this machine its sources lie. For `explain`."""
    store = Store(out)
    plain = {name: value for name, value in recipe.plain().items() if name != "folder"}
    store.write_bytes("recipe.yaml", yaml.safe_dump(plain, allow_unicode=True, sort_keys=False).encode())
    lines = (json.dumps(part) for part in sourced.parts)  # in ASCII: a path may hold bytes that are no UTF-8
    store.write_bytes("parts.jsonl", "".join(f"{line}\n" for line in lines).encode())


def _schema(job: Job, data: Path) -> pa.Schema:
    return pq.read_schema(min(data.glob("*.parquet"))) if data.is_dir() else with_kept(DOCUMENTS, job.recipe.kept_fields())


def _samples(job: Job) -> pa.Table:
    chosen: list[Sample] = []
    for stage in job.stages:
        for part in range(job.parts):
            rows = job.store.read_parquet(job.folder(stage, "samples", part, "parquet")).to_pylist()
            chosen += [Sample(*row.values()) for row in rows]
            if len(chosen) > FOLD:
                chosen = smallest(chosen, SAMPLE_LIMIT)
    return samples_table(smallest(chosen, SAMPLE_LIMIT))


def _quarantine(job: Job, sourced: Sourced) -> Iterable[str]:
    """One JSON line for each malformed line, broken archive and failed document."""
    for source, file, reason in sourced.broken:
        yield json.dumps({"source": source, "file": file, "reason": reason, "step": "source"}, ensure_ascii=False)
    for stage in job.stages:
        for part in range(job.parts):
            text = job.store.path(job.folder(stage, "quarantine", part, "jsonl")).read_text("utf-8")
            yield from filter(None, text.split("\n"))  # U+2028 and the like may stand inside a line of JSON


def _packed(numbers: Tally) -> list[object]:
    fields = numbers._asdict()
    for name in ("edits", "drops"):
        fields[name] = [[*key, value] for key, value in fields[name].items()]
    return list(fields.values())


def _unpacked(fields: list[object]) -> Tally:
    numbers = Tally(*fields)  # type: ignore[arg-type]  # JSON of our own writing
    edits = {(step, code): (value[0], value[1]) for step, code, value in numbers.edits}  # type: ignore[misc]  # a list until here
    drops = {(step, code): value for step, code, value in numbers.drops}  # type: ignore[misc]  # a list until here
    return numbers._replace(edits=edits, drops=drops)
