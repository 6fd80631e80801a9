"""The canonical key: what is left of a text when width, case, script, spacing and punctuation are taken out.

Character by character: NFKC, case folding, traditional to simplified (the first candidate of OpenCC), then letters and
numbers only. A reading with a tone mark in brackets behind a Han character, `業(yè)`, gives nothing: pages are sown with
them to hide that they are copies. The key is for hashing and comparing, never for output.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import xxhash

from builder.text.buffers import utf8
from builder.text.classes import CODE_POINTS, DECODABLE, TABLES
from builder.text.decoding import decoded
from builder.text.kernel import inlined, kernel
from builder.text.readonly import INT64, UINT8, UINT32

SEVERAL = 1 << 31  # in an image: the place of an expansion in the bits below, not a code
BRACKET = SEVERAL - 1  # in the bits below SEVERAL: an opening bracket, which may begin a reading
KEY_VERSION = 1  # raised when a text gets another key: those that an index keeps could not be compared with it
RAW_SEED = 1  # of the hash of a text whose key is empty; keys are hashed with seed 0

# A reading as in text/cloak, here without a look at how the character is read: syllables are up to six letters long (zhuāng).
TONED = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹ"
UNTONED = "abcdefghijklmnopqrstuvwxyzüê\N{LATIN SMALL LETTER ALPHA}\N{LATIN SMALL LETTER SCRIPT G}"
LONGEST = 6
READING = re.compile(
    f"(?<=[\u3400-\u9fff])[(（][ \N{NO-BREAK SPACE}]?(?=[{UNTONED}]*[{TONED}])[{TONED}{UNTONED}]{{1,{LONGEST}}}"
    "[ \N{NO-BREAK SPACE}]?[)）]"
)


class Images(NamedTuple):
    """What each code point gives to the key. The kernel gets the arrays: it would compile a global one into its code."""

    of_code: np.ndarray  # uint32[DECODABLE]: 0 for nothing, a code, or SEVERAL | place in `offsets`
    offsets: np.ndarray  # uint32[k + 1]: borders of the expansions
    codes: np.ndarray  # uint32[offsets[-1]]
    simplified: dict[int, int]  # single characters, traditional to simplified


@cache
def images() -> Images:
    """The shipped table, expanded (4.5 MB, 10 ms)."""
    with np.load(TABLES / "canonical.npz", allow_pickle=False) as table:
        offsets, codes, sources = table["offsets"], table["codes"], table["sources"]
        borders = np.concatenate([[0], table["kept"], [CODE_POINTS]])
        is_kept = np.repeat(np.arange(borders.size - 1) % 2 == 1, np.diff(borders))
        simplified = dict(zip(table["traditional"].tolist(), table["simplified"].tolist(), strict=True))
    of_code = np.zeros(DECODABLE, np.uint32)
    np.multiply(np.arange(CODE_POINTS, dtype=np.uint32), is_kept, out=of_code[:CODE_POINTS])
    places = np.arange(sources.size, dtype=np.uint32)
    of_code[sources] = np.where(np.diff(offsets) == 1, codes[offsets[:-1]], np.uint32(SEVERAL) | places)
    of_code[[ord("("), ord("（")]] = SEVERAL | BRACKET
    of_code.flags.writeable = False
    return Images(of_code, offsets, codes, simplified)


@cache
def _letters() -> np.ndarray:
    """uint8[611]: 2 for what has a tone mark, 1 for the other letters of readings, 0."""
    table = np.zeros(max(map(ord, TONED + UNTONED)) + 1, np.uint8)
    table[[ord(char) for char in UNTONED]] = 1
    table[[ord(char) for char in TONED]] = 2
    table.flags.writeable = False
    return table


@inlined
def _next(utf8_bytes: np.ndarray, place: np.uint64, end: np.uint64) -> tuple[np.uint32, np.uint64]:
    """The code at a place and the place behind it; past the end no letter, bracket or blank."""
    return decoded(utf8_bytes, place) if place < end else (np.uint32(0), place)


@kernel(f"uint64({UINT8}, uint64, uint64, uint64, {UINT8})")
def _behind_reading(utf8_bytes: np.ndarray, first: np.uint64, place: np.uint64, end: np.uint64, letters: np.ndarray) -> np.uint64:
    """The place behind the reading whose bracket ends at `place`, or `place` where there is none. `first`: of the document."""
    three = np.uint64(3)
    width = np.uint64(1) if utf8_bytes[place - np.uint64(1)] == 0x28 else three  # bytes of the bracket
    if place < first + width + three:
        return place
    before = place - width - three
    lead, second = utf8_bytes[before], utf8_bytes[before + np.uint64(1)]
    if not ((lead >= 0xE4 and lead <= 0xE9) or (lead == 0xE3 and second >= 0x90)):  # U+3400 to U+9FFF
        return place
    code, at = _next(utf8_bytes, place, end)
    if code in (0x20, 0xA0):
        code, at = _next(utf8_bytes, at, end)
    count, toned = 0, False
    while count <= LONGEST and code < letters.size and letters[code]:
        count += 1
        toned |= letters[code] == 2
        code, at = _next(utf8_bytes, at, end)
    if code in (0x20, 0xA0):
        code, at = _next(utf8_bytes, at, end)
    is_reading = toned and count <= LONGEST and code in (0x29, 0xFF09)
    return at if is_reading else place


@kernel(f"boolean({INT64}, {UINT8}, {UINT32}, {UINT32}, {UINT32}, {UINT8}, int64[::1], uint32[::1])")
def _fold(
    offsets: np.ndarray,
    utf8_bytes: np.ndarray,
    of_code: np.ndarray,
    image_offsets: np.ndarray,
    image_codes: np.ndarray,
    letters: np.ndarray,
    key_offsets: np.ndarray,
    keys: np.ndarray,
) -> bool:
    """Write the keys one after the other; False when `keys` is too small, which needs expansions longer than their UTF-8."""
    one = np.uint64(1)
    written = np.uint64(0)
    key_offsets[0] = 0
    last = np.uint64(offsets[offsets.size - 1])
    for row in range(offsets.size - 1):
        place, end = np.uint64(offsets[row]), np.uint64(offsets[row + 1])
        while place < end:
            code, place = decoded(utf8_bytes, place)
            image = of_code[code]
            if image < np.uint32(SEVERAL):
                keys[written] = image  # a dropped character is overwritten by the next
                written += np.uint64(image != 0)
            else:
                number = np.uint64(image & np.uint32(SEVERAL - 1))
                if number == np.uint64(BRACKET):
                    place = _behind_reading(utf8_bytes, np.uint64(offsets[row]), place, end, letters)
                    continue
                start, stop = np.uint64(image_offsets[number]), np.uint64(image_offsets[number + one])
                if written + (stop - start) + (last - place) >= np.uint64(keys.size):
                    return False
                for source in range(start, stop):
                    keys[written] = image_codes[source]
                    written += one
        key_offsets[row + 1] = np.int64(written)
    return True


def canonical_codes(texts: pa.ChunkedArray | pa.Array) -> tuple[np.ndarray, np.ndarray]:
    """(offsets int64[n + 1], codes uint32[offsets[-1]]): the keys' code points, one document after the other."""
    offsets, utf8_bytes = utf8(texts)
    table = images()
    key_offsets = np.empty(offsets.size, np.int64)
    room = int(offsets[-1] - offsets[0]) + 1  # a code needs at least a byte, save in a few expansions
    while True:
        keys = np.empty(room, np.uint32)
        if _fold(offsets, utf8_bytes, table.of_code, table.offsets, table.codes, _letters(), key_offsets, keys):
            return key_offsets, keys[: key_offsets[-1]]
        room *= 2


def canonical_places(text: str) -> np.ndarray:
    """int64[k]: for each character of a text's key, the place of the character in the text that gave it."""
    table = images()
    image = table.of_code[np.frombuffer(text.encode("utf-32-le"), np.uint32)]
    image[image == (SEVERAL | BRACKET)] = 0
    counts = (image != 0).astype(np.int64)
    several = np.flatnonzero(image >= SEVERAL)
    counts[several] = np.diff(table.offsets)[image[several] & np.uint32(SEVERAL - 1)]
    for reading in READING.finditer(text):
        counts[slice(*reading.span())] = 0
    return np.repeat(np.arange(len(text)), counts)


def canonical_keys(texts: pa.ChunkedArray | pa.Array) -> np.ndarray:
    """uint64[n, 2]: the 128-bit hash (xxh3) of each document's key, high half first.

    A document without letters and numbers is hashed as it stands, with another seed, so that two of them differ.
    """
    key_offsets, codes = canonical_codes(texts)
    offsets, utf8_bytes = utf8(texts)
    keys, raw = codes.astype("<u4", copy=False).view(np.uint8).data, utf8_bytes.data
    digests = [
        xxhash.xxh3_128_digest(keys[4 * start : 4 * stop]) if stop > start else xxhash.xxh3_128_digest(raw[first:last], RAW_SEED)
        for start, stop, first, last in zip(*_borders(key_offsets), *_borders(offsets), strict=True)
    ]
    return np.frombuffer(b"".join(digests), ">u8").astype(np.uint64).reshape(-1, 2)


def canonical_text(text: str) -> str:
    """The key of one text as a string, in plain Python: the definition, and the check on the kernel."""
    simplified = images().simplified
    bare = READING.sub("", text)
    folded = "".join(unicodedata.normalize("NFKC", char).casefold() for char in bare).translate(simplified)
    return "".join(char for char in folded if unicodedata.category(char)[0] in "LN")


def _borders(offsets: np.ndarray) -> tuple[list[int], list[int]]:
    return offsets[:-1].tolist(), offsets[1:].tolist()
