"""Pairs of documents as they cross the barrier, and the documents in them numbered in keeper order."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from builder.text.near.walk import Pairs
from builder.text.places import place_parts

ENDS = ("earlier", "later")
UNCOMPARED = -1.0  # in the place of a similarity, of a document with itself: it was not compared with all that it should be
ID = pa.field("earlier_id", pa.string())  # behind the columns of EDGE, where documents are to be named
EDGE = pa.schema(
    [
        ("part", pa.int32()),  # of the later one
        ("earlier", pa.uint64()),  # place
        ("later", pa.uint64()),
        ("earlier_rank", pa.uint64()),
        ("later_rank", pa.uint64()),
        ("earlier_key", pa.uint64()),
        ("later_key", pa.uint64()),
        ("earlier_tie", pa.uint64()),
        ("later_tie", pa.uint64()),
        ("jaccard", pa.float64()),  # exact; 0 for a pair that is only near enough for one split, or UNCOMPARED
    ]
)


class Numbered(NamedTuple):
    """Documents numbered in keeper order, and the pairs in these numbers: 16 bytes a pair."""

    places: np.ndarray  # uint64[n]
    keys: np.ndarray  # uint64[n]
    earlier: np.ndarray  # int32[k]
    later: np.ndarray  # int32[k]
    similarity: np.ndarray  # float64[k]


def edge_table(documents: pa.Table, pairs: Pairs) -> pa.Table:
    """Pairs of rows of `documents`, which has the columns place, rank, key and tie; with a column id also `earlier_id`."""
    columns = [documents[name].to_numpy() for name in ("place", "rank", "key", "tie")]
    earlier, later = (np.concatenate([end, pairs.uncompared]) for end in (pairs.earlier, pairs.later))
    ends = [column[side] for column in columns for side in (earlier, later)]
    similarity = np.concatenate([pairs.similarity, np.full(len(pairs.uncompared), UNCOMPARED)])
    table = pa.table([pa.array(values) for values in (place_parts(ends[1]), *ends, similarity)], schema=EDGE)
    if "id" in documents.column_names:
        table = table.append_column(ID, documents["id"].take(earlier))
    return table


def no_edges(*, named: bool) -> pa.Table:
    """The table of no pairs; `named`: with `earlier_id`."""
    return (EDGE.append(ID) if named else EDGE).empty_table()


def numbered(tables: Iterable[pa.Table]) -> Numbered:
    """All pairs of some tables of schema EDGE; only one table at a time is held as it is.

    Keeper order: by rank, key and tie; the place decides between documents that are equal in everything.
    """
    tables = [table for table in tables if table.num_rows]
    places, ranks, keys, ties = _united([_documents(table) for table in tables])
    order = np.lexsort((places, ties, keys, ranks))
    number = np.empty(len(order), np.int32)
    number[order] = np.arange(len(order), dtype=np.int32)
    ends = [[number[np.searchsorted(places, table[end].to_numpy())] for table in tables] for end in ENDS]
    similarity = [table["jaccard"].to_numpy() for table in tables]
    earlier, later = (np.concatenate([np.empty(0, np.int32), *end]) for end in ends)
    return Numbered(places[order], keys[order], earlier, later, np.concatenate([np.empty(0), *similarity]))


def peer_ids(tables: Iterable[pa.Table], peers: np.ndarray) -> pa.Array:
    """The ids of some documents (places uint64[n]), from tables with `earlier_id`; null for one that is never the earlier."""
    wanted = np.unique(peers)
    places, ids = [np.empty(0, np.uint64)], [pa.array([], pa.string())]
    for table in tables:
        if not table.num_rows:
            continue
        place, first = np.unique(table["earlier"].to_numpy(), return_index=True)
        chosen = np.isin(place, wanted)
        places.append(place[chosen])
        ids += table["earlier_id"].take(first[chosen]).chunks
    place, first = np.unique(np.concatenate(places), return_index=True)
    found = np.searchsorted(place, peers)
    known = np.append(place, 0)[found] == peers
    return pa.concat_arrays(ids).take(pa.array(np.append(first, 0)[found], mask=~known))


def _documents(table: pa.Table) -> tuple[np.ndarray, ...]:
    """(places, ranks, keys, ties) of the documents in the pairs of one table, each once."""
    return _united([tuple(table[f"{end}{what}"].to_numpy() for what in ("", "_rank", "_key", "_tie")) for end in ENDS])


def _united(columns: list[tuple[np.ndarray, ...]]) -> tuple[np.ndarray, ...]:
    """Columns of several tables as one, a row for each different place, which stands first; places ascend."""
    none = np.empty(0, np.uint64)
    places, *others = (np.concatenate([none, *column]) for column in (zip(*columns, strict=True) if columns else [()] * 4))
    places, first = np.unique(places, return_index=True)
    return places, *(other[first] for other in others)
