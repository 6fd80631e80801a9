"""What `query` prints."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from builder.show.documents import visible

if TYPE_CHECKING:
    from builder.index import Match
    from builder.run.documents import Document

HEAD_CHARS = 60


def match_lines(document: Document, matches: Sequence[Match], *, as_json: bool) -> Iterator[str]:
    """For each near document its id, the similarity and the first line; or one JSON line for the document that was asked for."""
    if as_json:
        near = [{"id": one.id, "doc_id": one.doc_id, "jaccard": one.jaccard, "text": one.text} for one in matches]
        yield json.dumps({"id": document.name, "near": near}, ensure_ascii=False)
        return
    yield f"{visible(document.name)}: {len(matches):,} near"
    for one in matches:
        yield f"  {visible(one.id)}  {one.jaccard:.3f}  {_head(one.text)}"


def _head(text: str) -> str:
    line = text.split("\n", 1)[0]
    return visible(line[:HEAD_CHARS]) + "…" * (len(line) > HEAD_CHARS)
