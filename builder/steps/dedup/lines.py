"""Remove frequent lines: lines at the edges of many documents of one site, as menus, credits and notices are.

Frequent alone is no furniture: 第一章 总则, 总结, 参考资料, 浣溪沙 and 是的。 stand in many documents too. What tells is where
lines stand. All documents of a host (of `url`) or, where there is none, of a source are one collection. A line that stands in
at least `min_contexts` of them *repeats*. It is at the edge of a document when nothing but lines that repeat stands between it
and the first or the last line, save for single short ones (浏览：482): a heading has text behind it, a credit has none. It
is *furniture* when

- nearly all its places (`min_edge_ratio`) are at the same edge, and
- these have at least `min_contexts` different contexts. The context is the nearest line, looking into the document, that has
  some length and does not repeat: the copies of one article are one context, whatever stands around them. Of a line in
  more than EXACT documents, the contexts that a hash chooses are counted.

Furniture is cut in runs from the edge: at the end of a document two lines at least, at its beginning three, since a title
(是什么, a tune) may be shared. One line of a run must be *strong*: no short sentence, and in `min_document_ratio` of
the collection; titles that lists of references repeat are not. A single line is cut from the end when it is strong and a long
sentence, or stands in half of the documents. Short sentences are never the innermost: 本办法自发布之日起施行。 stays above a
notice. A document that would lose three times as much in long sentences as it keeps stays as it is: pages made from
one template are for dedup.near.

Without `url`, a source of many sites is one collection, in which hardly a line is strong: little is cut then.

Three rounds: who repeats, what is furniture, and what each document loses by that. No round hands on a row for each place of a
line, so that one that stands in all documents of a source costs no more than others.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import xxhash
from pydantic import Field

from builder.core.batch import PART, ROW, WOULD_DROP, Batch, integers, places_of
from builder.core.step import VERDICT, CorpusStep, Edit, Finding, Row, join_rows
from builder.text.edge_lines import BARE, CLOSERS, HEAD, STOPS, TAIL, Edges, LineKeys, edges, line_keys
from builder.text.edge_runs import MAY_GO, STAYS, cut_runs
from builder.text.groups import group_starts, is_new, unique_pairs
from builder.text.hosts import hosts
from builder.text.mixing import mixed

CODE = "frequent_line"
HEAD_LINES, TAIL_LINES = "_head_lines", "_tail_lines"
RULES = " \t-—_=*·•"  # what lines are made of that set notes apart
TEMPLATE = 3  # characters of long sentences cut from a page, for each that stays: more is what a template says
WHOLE = 7  # salt of the number of documents of a collection, which is counted like a line
MOST = 0.5  # of the documents: so frequent is a line that goes alone
LEAST_ALONE = 4  # letters of such a line: 再见, 谢谢 and 全文完 stay
MAX_LETTERS = 500  # of a line that may repeat: longer ones are paragraphs, and only copies share them
EXACT = 1 << 16  # documents of a line up to which each of its contexts counts; of more, 32,000 to 64,000 do: 0.6 % off at most
CHOSEN = 11  # salt of the hash that chooses contexts
NEVER = -1  # strength of a line that is no furniture at a side

REPEATED = pa.schema([("part", pa.int32()), ("line", pa.uint64()), ("documents", pa.int64())])
FURNITURE = pa.schema(
    [
        ("part", pa.int32()),
        ("line", pa.uint64()),
        ("head_strength", pa.int8()),
        ("head_contexts", pa.int32()),
        ("tail_strength", pa.int8()),
        ("tail_contexts", pa.int32()),
    ]
)


class Lines(CorpusStep, frozen=True):
    """Which lines are furniture, by count and place."""

    rounds: ClassVar[int] = 3
    verdict: ClassVar[pa.Schema] = pa.schema([*VERDICT, (HEAD_LINES, pa.int32()), (TAIL_LINES, pa.int32())])

    # Contexts: 5 documents of a host is the usual limit for short lines. Edge: of the places of 另请参阅 0.3 are at the end,
    # of translators' credits 0.8 and more. Documents: titles of references reach 0.015 of 1,570 manuals and 0.16 of 70; a
    # proofreader 0.87.
    min_contexts: int = Field(5, ge=2)  # different documents around a line
    min_edge_ratio: float = Field(0.8, gt=0.5, le=1)  # of a line's places, those at one edge
    min_document_ratio: float = Field(0.2, gt=0, le=1)  # of the collection's documents, for a strong line
    min_context_letters: int = Field(10, ge=1)  # of a line that tells documents apart: more than dates and most lines of verse
    min_sentence_letters: int = Field(30, ge=1)  # shorter sentences may be formulas of law, or dialogue

    def sketch(self, batch: Batch, round: int, found: pa.Table | None) -> pa.Table:  # noqa: A002 - the word of the contract
        """Round 0: each line with its number of documents. 1: where those that repeat stand. 2: what each document loses."""
        lines, collection = line_keys(batch["text"]), _collections(batch)
        keys = mixed(lines.hashes ^ np.repeat(collection, np.diff(lines.offsets)))
        if round == 0 or found is None:
            return _counted(batch, keys, lines.letters, lines.documents(), collection)
        found = found.take(np.argsort(found["line"].to_numpy(), kind="stable"))
        at, repeats = _looked_up(found["line"].to_numpy(), keys)
        repeats &= lines.letters <= MAX_LETTERS
        stands = edges(lines, repeats, self.min_context_letters)
        if round == 1:
            return _stood(batch, lines, keys, stands, np.flatnonzero(repeats), at, found, collection)
        return self._decided(batch, lines.documents(), stands, np.flatnonzero(repeats), at, found)

    def match(self, bucket: pa.Table, round: int) -> pa.Table:  # noqa: A002 - the word of the contract
        """Round 0: the lines that repeat. 1: which of them are furniture. 2: the verdict as it is."""
        if not bucket.num_rows:  # where no document is left, a bucket has no other column
            return (REPEATED, FURNITURE, self.verdict)[round].empty_table()
        return (self._repeated, self._furniture, lambda rows: rows.select(self.verdict.names))[round](bucket)

    def annotate(self, batch: Batch, verdict: pa.Table | None = None) -> Batch:
        """Note how many lines go."""
        numbers = np.zeros((2, batch.num_rows), np.int32)
        if verdict is not None and verdict.num_rows:
            rows, places = join_rows(batch, verdict)
            for place, name in enumerate((HEAD_LINES, TAIL_LINES)):
                numbers[place, rows] = verdict[name].to_numpy()[places]
        return batch.append_column(HEAD_LINES, pa.array(numbers[0])).append_column(TAIL_LINES, pa.array(numbers[1]))

    def detect(self, batch: Batch, verdict: pa.Table | None = None) -> list[Finding]:
        """The documents that lose lines; the value is the number of contexts of the least frequent one."""
        if verdict is None or not verdict.num_rows:
            return []
        rows, places = join_rows(batch, verdict)
        return [Finding(CODE, rows, verdict["value"].to_numpy()[places], self.min_contexts)]

    def repair(self, row: Row) -> Edit:
        """Cut the lines at the edges."""
        head, tail = (int(str(row.columns[name])) for name in (HEAD_LINES, TAIL_LINES))
        first, last = borders(row.text, head, tail)
        lines = row.text.split("\n")
        prose = sum(len(line) for line in lines[:first] + lines[last:] if self._is_prose(line))
        kept = "\n".join(lines[first:last])
        return Edit(row.text, 0) if prose > TEMPLATE * len(kept) else Edit(kept, head + tail)

    def retrace(self, text: str, count: int, digest: int) -> dict[str, object] | None:
        """Of all ways to cut so many lines, the one that leaves the text that the ledger has the hash of."""
        lines = text.split("\n")
        for head in range(count + 1):
            first, last = borders(text, head, count - head)
            if xxhash.xxh3_64_intdigest("\n".join(lines[first:last]).encode()) == digest:
                return {HEAD_LINES: head, TAIL_LINES: count - head}
        return None

    def columns(self, round: int) -> tuple[str, ...]:  # noqa: A002 - the word of the contract
        """Text, and whose it is."""
        del round
        return ("text", "url", "source", PART, ROW, WOULD_DROP)

    def _is_prose(self, line: str) -> bool:
        return len(line) >= self.min_sentence_letters and line.rstrip(CLOSERS + " ").endswith(tuple(STOPS))

    def _repeated(self, bucket: pa.Table) -> pa.Table:
        keys = bucket["bucket"].to_numpy()
        starts, lengths = _groups(keys)
        documents = np.add.reduceat(bucket["documents"].to_numpy(), starts) if len(starts) else np.empty(0, np.int64)
        often = np.repeat(documents >= self.min_contexts, lengths)
        table = pa.table(
            [bucket["part"].to_numpy()[often], keys[often], np.repeat(documents, lengths)[often]], schema=REPEATED
        )  # fmt: skip
        return table.group_by(["part", "line"], use_threads=False).aggregate([("documents", "max")]).rename_columns(
            REPEATED.names
        ).cast(REPEATED)  # fmt: skip

    def _furniture(self, bucket: pa.Table) -> pa.Table:
        """What each line that repeats is at either edge, for each part that has it."""
        column = {name: bucket[name].to_numpy() for name in bucket.column_names}
        order = np.lexsort((column["context"], column["side"], column["bucket"]))
        column = {name: values[order] for name, values in column.items()}
        keys, side, context = column["bucket"], column["side"], column["context"]
        starts, lengths = _groups(keys)
        new = is_new(keys, side, context) & (context != 0)
        places = np.where(side == BARE, 0, column["places"])
        every = np.add.reduceat(places, starts)
        stops = np.add.reduceat((column["stops"]).astype(np.int64), starts) > 0
        letters, documents, halvings = (column[name][starts] for name in ("letters", "documents", "halvings"))
        found = []
        for wanted in (HEAD, TAIL):
            here = np.add.reduceat(np.where(side == wanted, places, 0), starts)
            contexts = np.minimum(np.add.reduceat((new & (side == wanted)).astype(np.int64), starts) << halvings, here)
            often = (contexts >= self.min_contexts) & (here >= self.min_edge_ratio * every)
            strength = self._strength(contexts / documents, letters, stops)
            found += [np.where(often, strength, NEVER).astype(np.int8), contexts.astype(np.int32)]
        group = np.repeat(np.arange(len(starts)), lengths)
        part, group = unique_pairs(column["part"], group)
        return pa.table([part, keys[starts][group], *(values[group] for values in found)], schema=FURNITURE)

    def _decided(
        self, batch: Batch, document: np.ndarray, stands: Edges, repeats: np.ndarray, at: np.ndarray, found: pa.Table
    ) -> pa.Table:
        """How many lines go from either edge of each document."""
        side, of = stands.side[repeats], at[repeats]
        strength = np.full(len(repeats), NEVER, np.int8)
        contexts = np.zeros(len(repeats), np.int32)
        for wanted, name in ((HEAD, "head"), (TAIL, "tail")):
            here = side == wanted
            strength[here] = found[f"{name}_strength"].to_numpy()[of[here]]
            contexts[here] = found[f"{name}_contexts"].to_numpy()[of[here]]
        mine = np.flatnonzero(strength > NEVER)
        line = repeats[mine]
        order = np.lexsort((stands.place[line], side[mine], document[line]))
        mine, line = mine[order], line[order]
        side, document, place = side[mine], document[line], stands.place[line]
        runs = group_starts(document, side)
        borders = np.append(runs, len(line)).astype(np.int64)
        cut, least = cut_runs(borders, side == HEAD, place, strength[mine].astype(np.uint8), contexts[mine])
        runs, cut, least = runs[cut > 0], cut[cut > 0], least[cut > 0]
        starts, _ = _groups(document[runs])
        head, tail = (np.where(side[runs] == wanted, cut, 0) for wanted in (HEAD, TAIL))
        rows = document[runs][starts]
        part, row = integers(batch, PART)[rows], integers(batch, ROW)[rows]
        columns = {
            "part": part,
            "row": row,
            "code": [CODE] * len(rows),
            "value": _reduced(np.minimum, least, starts).astype(np.float64),
            HEAD_LINES: _reduced(np.add, head, starts),
            TAIL_LINES: _reduced(np.add, tail, starts),
        }
        table = pa.table(
            [pa.array(columns.get(field.name, [None] * len(rows)), field.type) for field in self.verdict], schema=self.verdict
        )
        return table.add_column(0, "bucket", pa.array(mixed(places_of(batch)[rows])))

    def _strength(self, ratio: np.ndarray, letters: np.ndarray, stops: np.ndarray) -> np.ndarray:
        long = letters >= self.min_sentence_letters
        strength = np.where(stops & ~long, STAYS, MAY_GO).astype(np.uint8)
        strong = (ratio >= self.min_document_ratio) & (strength == MAY_GO)
        alone = strong & ((stops & long) | (~stops & (letters >= LEAST_ALONE) & (ratio >= MOST)))
        return strength + strong + alone


def borders(text: str, head: int, tail: int) -> tuple[int, int]:
    """The first line that stays and the line behind the last, when so many lines with letters go at either edge.

    Lines without letters go with those around them; blank ones and ruled ones at the new edge go too.
    """
    lines = text.split("\n")
    lettered = line_keys(pa.array([text], pa.large_string())).places.tolist()
    first = lettered[:head][-1] + 1 if head else 0
    last = max(first, lettered[-tail:][0]) if tail else len(lines)
    while 0 < first < last and not lines[first].strip():
        first += 1
    while first < last < len(lines) and not lines[last - 1].strip(RULES):
        last -= 1
    return first, last


def _collections(batch: Batch) -> np.ndarray:
    """uint64[n]: a hash of the host or, where there is none, of the source of each document."""
    sources = pc.binary_join_element_wise("/", batch["source"], "")  # no host has a slash
    known = pc.coalesce(hosts(batch["url"]).dictionary_decode(), sources).combine_chunks().dictionary_encode()
    hashes = np.array([xxhash.xxh3_64_intdigest((name or "").encode()) for name in known.dictionary.to_pylist()], np.uint64)
    return hashes[known.indices.to_numpy()] if len(known) else np.empty(0, np.uint64)


def _whole(collection: np.ndarray) -> np.ndarray:
    """The key under which the documents of a collection are counted."""
    return mixed(collection, WHOLE)


def _counted(batch: Batch, keys: np.ndarray, letters: np.ndarray, documents: np.ndarray, collection: np.ndarray) -> pa.Table:
    """Each line and each collection of a batch with its number of documents: 20 bytes."""
    short = letters <= MAX_LETTERS
    keys = np.concatenate([keys[short], _whole(collection)])
    documents = np.concatenate([documents[short], np.arange(len(collection))])
    order = np.argsort(keys, kind="stable")  # the documents of a line still ascend
    keys, documents = keys[order], documents[order]
    starts, _ = _groups(keys)
    new = is_new(keys, documents)
    counts = np.add.reduceat(new.astype(np.int64), starts) if len(starts) else np.empty(0, np.int64)
    part = integers(batch, PART)[:1].repeat(len(starts))
    return pa.table({"bucket": keys[starts], "part": part.astype(np.int32), "documents": counts})


def _stood(
    batch: Batch,
    lines: LineKeys,
    keys: np.ndarray,
    stands: Edges,
    repeats: np.ndarray,
    at: np.ndarray,
    found: pa.Table,
    collection: np.ndarray,
) -> pa.Table:
    """A row for each line, side and context in the batch, with the number of its places; contexts not chosen are one, 0."""
    known, documents = found["line"].to_numpy(), found["documents"].to_numpy()
    halvings = _halvings(documents[at[repeats]])
    context = stands.context[repeats]
    context = np.where(mixed(context, CHOSEN) & ((np.uint64(1) << halvings) - np.uint64(1)) == 0, context, np.uint64(0))
    order = np.lexsort((context, stands.side[repeats], keys[repeats]))
    line, context, halvings = repeats[order], context[order], halvings[order]
    key, side = keys[line], stands.side[line]
    starts = group_starts(key, side, context)
    first = line[starts]
    whole, _ = _looked_up(known, _whole(collection))
    return pa.table(
        {
            "bucket": key[starts],
            "part": integers(batch, PART)[:1].repeat(len(starts)),
            "side": side[starts],
            "context": context[starts],
            "places": np.diff(starts, append=len(line)),
            "documents": documents[whole[lines.documents()[first]]],  # of the collection
            "letters": lines.letters[first],
            "stops": _reduced(np.maximum, lines.stops[line] & ((side == HEAD) | (side == TAIL)), starts),
            "halvings": halvings[starts].astype(np.int64),
        }
    )


def _halvings(documents: np.ndarray) -> np.ndarray:
    """uint64[n]: how often the contexts of a line in so many documents are halved until about EXACT are left."""
    return np.frexp(((documents - 1) // EXACT).astype(np.float64))[1].astype(np.uint64)


def _reduced(of: np.ufunc, values: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """What `of` makes of each run; of nothing nothing."""
    found: np.ndarray = of.reduceat(values, starts) if len(starts) else values[:0]
    return found


def _groups(keys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(starts, lengths), int64[k], of the runs of one key."""
    starts = group_starts(keys)
    return starts, np.diff(starts, append=len(keys))


def _looked_up(known: np.ndarray, keys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where each key stands in a sorted array, and whether it does."""
    if not known.size:
        return np.zeros(keys.size, np.int64), np.zeros(keys.size, bool)
    places = np.minimum(np.searchsorted(known, keys), known.size - 1)
    return places, known[places] == keys
