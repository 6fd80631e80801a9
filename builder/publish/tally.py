"""The numbers of a build, summed from its ledger: for the card, for build.json, and for the last line on the screen."""

from __future__ import annotations

from collections import Counter
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from builder.core.ledger import DROP
from builder.publish.shards import Shard
from builder.run.job import Job


class Tally(NamedTuple):
    """What came in, what became of it."""

    read: int  # documents, malformed lines and files, and archives that end early
    malformed: int  # lines, files and archives among them
    failed: int  # documents on which a step raised
    repeated_ids: int  # documents whose id another one has that was counted already; all are kept
    kept: int
    dropped: int
    chars: int  # of the kept documents
    edits: dict[tuple[str, str], tuple[int, int]]  # (step, code) to (documents, places)
    drops: dict[tuple[str, str], int]  # (step, code) to documents
    splits: dict[str, int]  # split to documents
    uncompared: int = 0  # documents that stayed though a corpus step did not compare them with all that it compares with

    def plain(self) -> dict[str, Any]:
        """For build.json."""
        fields = self._asdict()
        fields["edits"] = {
            f"{step} {code}": {"documents": documents, "places": places}
            for (step, code), (documents, places) in self.edits.items()
        }
        fields["drops"] = {f"{step} {code}": documents for (step, code), documents in self.drops.items()}
        return fields


def tally(job: Job, folder: str, counts: list[Counter[str]], shards: list[Shard], broken: int) -> Tally:
    """Sum the ledgers of all parts below `folder`; `counts`: of each stage; `broken`: archives that end early."""
    edits: dict[tuple[str, str], tuple[int, int]] = {}
    drops: Counter[tuple[str, str]] = Counter()
    chars = 0
    for part in range(job.parts):
        table = job.store.read_parquet(f"{folder}/out/ledger/{part:05d}.parquet", ["step", "action", "code", "count"])
        for group in _grouped(table):
            key = group["step"], group["code"]
            if group["action"] == DROP:
                drops[key] += group["count_count"]
            else:
                documents, places = edits.get(key, (0, 0))
                edits[key] = documents + group["count_count"], places + (group["count_sum"] or 0)
        rows = job.store.mapped(f"{folder}/rows/{part:05d}.arrow")
        chars += pc.sum(rows["chars"]).as_py() or 0 if "chars" in rows.column_names else 0
    splits = Counter(dict.fromkeys(job.recipe.publish.splits, 0))
    for shard in shards:
        splits[list(job.recipe.publish.splits)[shard.split]] += shard.rows
    order = {step.name(): place for place, step in enumerate(job.recipe.steps)}
    return Tally(
        read=counts[0]["documents"] + broken,
        malformed=counts[0]["malformed"] + broken,
        failed=sum(count["failed"] for count in counts),
        repeated_ids=_repeated_ids(job, folder),
        kept=sum(splits.values()),
        dropped=sum(drops.values()),
        chars=chars,
        edits=dict(sorted(edits.items(), key=lambda pair: (order[pair[0][0]], pair[0][1]))),
        drops=dict(sorted(drops.items(), key=lambda pair: (order[pair[0][0]], pair[0][1]))),
        splits=dict(splits),
        uncompared=sum(count["uncompared"] for count in counts),
    )


def _repeated_ids(job: Job, folder: str) -> int:
    hashes = [job.store.mapped(f"{folder}/ids/{part:05d}.arrow")["hash"].to_numpy() for part in range(job.parts)]
    every = np.concatenate([np.empty(0, np.uint64), *hashes])
    return len(every) - len(np.unique(every))


def _grouped(table: pa.Table) -> list[dict[str, Any]]:
    plain = pa.table({name: table[name].cast(pa.string()) for name in ("step", "action", "code")} | {"count": table["count"]})
    groups = plain.group_by(["step", "action", "code"]).aggregate(
        [("count", "sum"), ("count", "count", pc.CountOptions(mode="all"))]
    )
    rows: list[dict[str, Any]] = groups.to_pylist()
    return rows
