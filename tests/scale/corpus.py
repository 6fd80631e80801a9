"""Any number of documents from a seed: random Han text, a tenth of it copies with edits, and one family of one template.

Below the text of each may stand the same two lines, as on the pages of a site.

Every character is a hash of document and place, so that each part is made by itself and a copy needs no original at hand.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from builder.core.batch import BATCH, Batch, with_engine_columns
from builder.text.mixing import mixed

PART_DOCUMENTS, BATCH_DOCUMENTS = 20_000, 2_000
FIRST_HAN, COMMON = 0x4E00, 3_500  # characters in use
LEAST_CHARS, SPREAD_CHARS = 200, 200  # 200 to 399 characters
COPIES = 10  # one document in so many is a copy of one before it
EDITED = (50, 450)  # one character in so many of a copy is another one: Jaccard 0.8 to 0.98
SLOT, SLOT_CHARS = 40, 2  # the template's documents differ in two characters of forty: Jaccard 0.74 with each other
FOOTER = "\n回到首页 联系我们\n本站保留所有权利"


class Scale(NamedTuple):
    """How large, and of what."""

    documents: int
    family: int  # documents of one template
    seed: int = 1
    footer: bool = False

    @property
    def parts(self) -> int:
        """Parts of PART_DOCUMENTS."""
        return -(-self.documents // PART_DOCUMENTS)

    def kinds(self, numbers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(copy, family), bool[n] each: what the documents of these numbers (uint64[n]) are."""
        family = numbers % np.uint64(self.documents // self.family) == 0
        return (mixed(numbers, self.seed) % np.uint64(COPIES) == 0) & ~family & (numbers > 0), family


def batches(scale: Scale, part: int) -> list[Batch]:
    """The documents of one part."""
    last = min((part + 1) * PART_DOCUMENTS, scale.documents)
    return [
        _batch(scale, part, start, min(start + BATCH_DOCUMENTS, last))
        for start in range(part * PART_DOCUMENTS, last, BATCH_DOCUMENTS)
    ]


def _batch(scale: Scale, part: int, start: int, end: int) -> Batch:
    texts = _texts(scale, np.arange(start, end, dtype=np.uint64))
    rows = np.arange(start, end) - part * PART_DOCUMENTS
    ids = pa.array([f"made:{part}:{row}" for row in rows.tolist()])
    nulls = pa.nulls(len(rows), pa.string())
    columns = [ids, ids, pa.array(["made"] * len(rows)), nulls, nulls, texts]
    return with_engine_columns(pa.table(columns, schema=BATCH), rows, part, 0)


def _texts(scale: Scale, numbers: np.ndarray) -> pa.LargeStringArray:
    copy, family = scale.kinds(numbers)
    origin = np.where(copy, mixed(numbers, scale.seed + 1) % np.maximum(numbers, np.uint64(1)), numbers)
    while (again := scale.kinds(origin)[0]).any():  # of a copy the original
        origin = np.where(again, mixed(origin, scale.seed + 1) % np.maximum(origin, np.uint64(1)), origin)
    origin = np.where(family, np.uint64(0), origin)
    lengths = (np.uint64(LEAST_CHARS) + mixed(origin, scale.seed + 2) % np.uint64(SPREAD_CHARS)).astype(np.int64)
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    place = np.arange(offsets[-1], dtype=np.uint64) - np.repeat(offsets[:-1], lengths).astype(np.uint64)
    own = np.repeat(numbers << np.uint64(12), lengths) + place
    rate = np.uint64(EDITED[0]) + mixed(numbers, scale.seed + 3) % np.uint64(EDITED[1] - EDITED[0])
    edited = np.repeat(copy, lengths) & (mixed(own, scale.seed + 4) % np.repeat(rate, lengths) == 0)
    edited |= np.repeat(family, lengths) & (place % np.uint64(SLOT) < SLOT_CHARS)
    drawn = mixed(np.where(edited, own, np.repeat(origin << np.uint64(12), lengths) + place), scale.seed + 5)
    texts = _han(offsets, FIRST_HAN + (drawn % np.uint64(COMMON)).astype(np.uint32))
    return (
        pc.binary_join_element_wise(texts, *(pa.scalar(end, pa.large_string()) for end in (FOOTER, "")))
        if scale.footer
        else texts
    )


def _han(offsets: np.ndarray, codes: np.ndarray) -> pa.LargeStringArray:
    """Texts of characters that take three bytes each."""
    utf8 = np.stack([0xE0 | codes >> 12, 0x80 | codes >> 6 & 0x3F, 0x80 | codes & 0x3F], axis=1).astype(np.uint8)
    return pa.LargeStringArray.from_buffers(len(offsets) - 1, pa.py_buffer(3 * offsets), pa.py_buffer(utf8.reshape(-1)))
