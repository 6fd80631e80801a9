"""The columns of the published configs, which the user's own follow."""

from __future__ import annotations

import pyarrow as pa

DOCUMENTS = pa.schema(
    [
        ("id", pa.string()),
        ("text", pa.large_string()),
        ("url", pa.string()),
        ("source", pa.string()),
        ("date", pa.string()),
        ("script", pa.string()),  # what it was before
        ("repairs", pa.list_(pa.string())),  # codes of the ledger's edits, in order
        ("chars", pa.int64()),
        ("copies", pa.int64()),  # documents that were dropped as duplicates of this one, directly or by way of others
    ]
)
REMOVED = pa.schema(
    [
        ("id", pa.string()),
        ("doc_id", pa.string()),
        ("text", pa.large_string()),
        ("url", pa.string()),
        ("source", pa.string()),
        ("date", pa.string()),
        ("step", pa.string()),
        ("code", pa.string()),
        ("value", pa.float64()),
        ("limit", pa.float64()),
        ("peer", pa.string()),  # id of what explains this one: the kept duplicate, or a question of a benchmark
        ("peer_doc_id", pa.string()),
        ("peer_release", pa.string()),  # the earlier release that the peer stands in; null: this one
    ]
)
