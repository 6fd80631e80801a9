"""Drop all pages of a host that serves mostly spam: on a hijacked site the pages that look whole are copied or spun.

A page is a spam page where spam lines (`builder/text/spam.py`) hold `min_spam_ratio` of it, less than what `filter.spam` drops
alone. A host is judged by `min_pages` pages and more, and goes when more than `max_spam_share` of them are spam. Pages without an
address stay. It stands before `filter.spam`, which would take its evidence away. The defaults are choices without a published
source: half of a site is no accident, five pages are the usual least number for frequencies by host, and of 16,330 clean
documents none holds any spam.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import pyarrow as pa
import xxhash
from pydantic import Field

from builder.core.batch import PART, PROFILE, ROW, Batch, counter, integers, visible_chars
from builder.core.step import VERDICT, CorpusStep, Finding, join_rows
from builder.text.hosts import hosts
from builder.text.spam import spam_ratios, with_terms

CODE = "spam_host"


class SpamHost(CorpusStep):
    """Share of spam pages of each host."""

    version: ClassVar[int] = 2
    verdict: ClassVar[pa.Schema] = VERDICT

    max_spam_share: float = Field(default=0.5, ge=0, le=1)  # of the pages of a host
    min_pages: int = Field(default=5, ge=1)  # of a host that is judged
    min_spam_ratio: float = Field(default=0.1, ge=0, le=1)  # characters of spam lines, in a spam page

    def sketch(self, batch: Batch, round: int, found: pa.Table | None) -> pa.Table:  # noqa: A002 - the word of the contract
        """Host, place and whether it is spam, for each page with an address: 21 bytes."""
        del round, found
        named = hosts(batch["url"])
        known = named.is_valid().to_numpy(zero_copy_only=False)
        hashes = np.array([xxhash.xxh3_64_intdigest(host.encode()) for host in named.dictionary.to_pylist()], np.uint64)
        ratios = spam_ratios(batch["text"], with_terms(batch["text"]), counter(batch, "terminal_mark"), visible_chars(batch))
        return pa.table(
            {
                "bucket": hashes[named.indices.drop_null().to_numpy()],
                "part": integers(batch, PART)[known].astype(np.int32),
                "row": integers(batch, ROW)[known].astype(np.int64),
                "spam": ratios[known] >= max(self.min_spam_ratio, np.finfo(float).tiny),
            }
        )

    def columns(self, round: int) -> tuple[str, ...]:  # noqa: A002 - the word of the contract
        """Text, and whose it is."""
        del round
        return ("text", "url", PART, ROW, PROFILE)

    def match(self, bucket: pa.Table, round: int) -> pa.Table:  # noqa: A002 - the word of the contract
        """The pages of hosts with too much spam."""
        del round
        _, places, pages = np.unique(bucket["bucket"].to_numpy(), return_inverse=True, return_counts=True)
        spam = np.bincount(places, bucket["spam"].to_numpy(zero_copy_only=False), len(pages))
        share = spam / np.maximum(pages, 1)
        mine = np.flatnonzero(((share > self.max_spam_share) & (pages >= self.min_pages))[places])
        columns = {
            "part": bucket["part"].to_numpy()[mine],
            "row": bucket["row"].to_numpy()[mine],
            "code": [CODE] * len(mine),
            "value": share[places][mine],
        }
        return pa.table([pa.array(columns.get(field.name, [None] * len(mine)), field.type) for field in VERDICT], schema=VERDICT)

    def detect(self, batch: Batch, verdict: pa.Table | None = None) -> list[Finding]:
        """The pages of these hosts; no document explains them."""
        if verdict is None or not verdict.num_rows:
            return []
        rows, places = join_rows(batch, verdict)
        return [Finding(CODE, rows, verdict["value"].to_numpy()[places], self.max_spam_share)]
