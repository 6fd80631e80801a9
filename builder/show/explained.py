"""What `explain` prints."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from builder.core.ledger import DROP
from builder.show.documents import diff_lines, visible

if TYPE_CHECKING:
    from builder.core.ledger import Entry
    from builder.run.explain import Change, Explained, Peer

HEAD_CHARS = 200


def explained_lines(explained: Explained) -> Iterator[str]:
    """The way of one document: each step's reasons and diff, and the end."""
    yield f"document {_named(explained.doc_id, explained.id)}"
    if explained.note:
        yield f"note: {explained.note}"
    for change in explained.changes:
        yield from _change_lines(change, explained.peer)
    if explained.text is None:
        dropped = any(entry.action == DROP for change in explained.changes for entry in change.entries)
        yield "dropped" if dropped else "text not known"
    else:
        more = "…" if len(explained.text) > HEAD_CHARS else ""
        yield f"kept, {len(explained.text):,} characters: {explained.text[:HEAD_CHARS]!r}{more}"
    if explained.matches:
        yield "the replay from the source wrote just what the ledger holds"


def _named(doc_id: str, name: str) -> str:
    more = "…" if len(name) > HEAD_CHARS else ""
    return f"{visible(doc_id)}, id {visible(name[:HEAD_CHARS])}{more}"


def _kept(peer: Peer) -> str:
    where = f", in the earlier release {visible(peer.release)}" if peer.release else ""
    return f"{_named(peer.doc_id, peer.id)}{where}"


def _change_lines(change: Change, peer: Peer | None) -> Iterator[str]:
    for entry in change.entries:
        yield f"{change.step}: {_reason(entry, peer)}"
    if change.before is not None and change.after is not None:
        yield from diff_lines("before", change.before, change.after)


def _reason(entry: Entry, peer: Peer | None) -> str:
    places = "" if entry.count is None else f", {entry.count:,} places"
    measured = "" if entry.value is None else f", measured {entry.value:g}"
    limit = "" if entry.limit is None else f", limit {entry.limit:g}"
    keeper = f", kept in its place: {_kept(peer)}" if peer and entry.peer_part is not None else ""
    question = "" if keeper or entry.peer_name is None else f", because of {visible(entry.peer_name)}"
    return f"{entry.action} {entry.code}{places}{measured}{limit}{keeper}{question}"
