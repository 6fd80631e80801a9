"""Decide by document which script Chinese is written in, and convert to one of them.

To simplified characters by a table and rules of our own (text/simplification.py), which leave simplified words alone. To
traditional ones by OpenCC with the forms of Taiwan: its own standard writes 爲 and 裏, which hardly anybody does; its
regional modes, which replace vocabulary, are not used. Texts in Cantonese and Japanese are not converted, and neither are
traditional lines that a simplified page quotes. Quotation marks stay. The column `script` says what a document was before.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import ClassVar, Literal

import numpy as np
import opencc
import pyarrow as pa
import pyarrow.compute as pc
import xxhash
from pydantic import Field

from builder.core.batch import Batch, counter
from builder.core.step import Edit, Finding, Row, Step
from builder.text.pattern import chars
from builder.text.simplification import converted_back, simplified

SCRIPT = pa.field("script", pa.string())  # simplified | traditional | mixed | japanese | unknown
TRADITIONAL, SIMPLIFIED = re.compile(f"[{chars('han_traditional')}]"), re.compile(f"[{chars('han_simplified')}]")

# Characters of written Cantonese that Mandarin does not use. Ten sentences of UD_Cantonese-HK have 0.13 of them per Han
# (median), of UD_Chinese-HK none.
CANTONESE = "[嘅咗喺佢哋嚟冇唔啲嗰乜噉睇攞畀嘢]"


# A page that OpenCC makes again of its simplified form was made so, and gets that form back: to improve its words would be to
# change what an author wrote. It has at least some of the characters that its own standard and its Hong Kong mode prefer.
# Neither writes the others, which are of Taiwan, or of old books.
CHARACTERISTIC = {"s2t": re.compile("[爲裏衆羣着啓牀峯喫纔祕僞溼]"), "s2hk": re.compile("[説衞閲税敍户脱]")}
UNUSED = {"s2t": re.compile("[為裡眾黄却]"), "s2hk": re.compile("[爲裡說黄却]")}
MIN_CHARACTERISTIC, MIN_EVIDENCE = 2, 50  # of these; of all traditional characters: a sentence or two prove nothing
MAX_STRANGE = 0.005  # of the traditional characters; other versions of OpenCC differ in 0.001, texts that people wrote in 0.02


FOREIGN = ("japanese", "korean")  # scripts that are never converted


class Script(Step):
    """Convert documents of the other script; note in `script` what each was."""

    version: ClassVar[int] = 2
    adds: ClassVar[pa.Schema] = pa.schema([SCRIPT])

    to: Literal["simplified", "traditional", "keep"] = "simplified"
    force: bool = False  # also convert lines of mixed, short and undecided documents that hold characters of the other script
    # Of the characters written in one script only, the share that is traditional: 0.81 or more in the traditional sentences
    # of UD_Chinese-GSD with three such characters, 0 in its simplified twin.
    min_traditional_ratio: float = Field(default=0.7, ge=0, le=1)
    max_simplified_ratio: float = Field(default=0.1, ge=0, le=1)  # the same share, up to which a document is simplified
    min_exclusive_chars: int = Field(default=5, ge=1)  # such characters, below which a document is undecided
    max_kana_ratio: float = Field(default=0.05, ge=0, le=1)  # kana / (kana + Han): more is Japanese; of Hangul, Korean
    max_cantonese_ratio: float = Field(default=0.02, ge=0, le=1)  # Cantonese characters / Han: from here on it is Cantonese

    def depends(self) -> dict[str, str]:
        return dictionaries()

    def annotate(self, batch: Batch) -> Batch:
        if SCRIPT.name in batch.column_names:
            return batch
        return batch.append_column(SCRIPT, pa.array(self._scripts(batch), SCRIPT.type))

    def detect(self, batch: Batch) -> list[Finding]:
        """Documents of the other script; with `force`, all that hold its characters."""
        if self.to == "keep":
            return []
        other = "traditional" if self.to == "simplified" else "simplified"
        ratio, scripts, present = _traditional_ratio(batch), self._scripts(batch), counter(batch, f"han_{other}") > 0
        findings = []
        for code, chosen in ((f"{other}_script", scripts == other), (f"{other}_characters", (scripts != other) & self.force)):
            rows = self._without_cantonese(batch, np.flatnonzero(chosen & present & ~np.isin(scripts, FOREIGN)))
            findings.append(Finding(code, rows, ratio[rows]))
        return findings

    def repair(self, row: Row) -> Edit:
        """Convert the document, or of a mixed one the lines in the other script."""
        if "traditional_script" in row.codes:
            text = _simplified(row.text)
        elif self.to == "simplified":
            text = _lines(row.text, TRADITIONAL.search, simplified)
        elif "simplified_script" in row.codes:  # every line but those that are traditional already
            text = _lines(row.text, lambda line: SIMPLIFIED.search(line) or not TRADITIONAL.search(line), _traditional)
        else:
            text = _lines(row.text, SIMPLIFIED.search, _traditional)
        return Edit(text, _differences(row.text, text))

    def _scripts(self, batch: Batch) -> np.ndarray:
        """object[n]: the script of each document as it is now."""
        kana, hangul, han = counter(batch, "kana"), counter(batch, "hangul"), counter(batch, "han")
        ratio = _traditional_ratio(batch)
        decided = [
            kana > self.max_kana_ratio * (kana + han),
            hangul > self.max_kana_ratio * (hangul + han),
            counter(batch, "han_traditional", "han_simplified") < self.min_exclusive_chars,
            ratio >= self.min_traditional_ratio,
            ratio <= self.max_simplified_ratio,
        ]
        return np.select(decided, [*FOREIGN, "unknown", "traditional", "simplified"], "mixed").astype(object)

    def _without_cantonese(self, batch: Batch, rows: np.ndarray) -> np.ndarray:
        if not rows.size:
            return rows
        number = pc.fill_null(pc.count_substring_regex(batch["text"].take(pa.array(rows)), CANTONESE), 0).to_numpy()
        return rows[number < self.max_cantonese_ratio * counter(batch, "han")[rows]]


@cache
def dictionaries() -> dict[str, str]:
    """OpenCC's version and the digest of its dictionaries and settings: what decides a conversion beside this file."""
    digest = xxhash.xxh3_128()
    folder = Path(opencc.__file__).parent / "clib" / "share" / "opencc"
    for path in sorted(folder.iterdir()):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return {"opencc": metadata.version("opencc"), "opencc_dictionaries": digest.hexdigest()}


def _traditional_ratio(batch: Batch) -> np.ndarray:
    """float64[n]: traditional-only of all characters written in one script only; 0 where there is none."""
    traditional, both = counter(batch, "han_traditional"), counter(batch, "han_traditional", "han_simplified")
    ratio: np.ndarray = traditional / np.maximum(both, 1)
    return ratio


@cache
def _converter(mode: str) -> opencc.OpenCC:
    return opencc.OpenCC(mode)


def _simplified(text: str) -> str:
    """A traditional page in simplified characters, as it was before where OpenCC made it."""
    edited = simplified(text)
    for mode in (mode for mode in CHARACTERISTIC if _may_be_made_by(mode, text)):
        back = converted_back(text)
        if back == edited or _is_made_of(back, mode, text):
            return back
    return edited


def _may_be_made_by(mode: str, text: str) -> bool:
    """Whether a text has some of the characters that this mode prefers, and none that it never writes."""
    return not UNUSED[mode].search(text) and len(CHARACTERISTIC[mode].findall(text)) >= MIN_CHARACTERISTIC


def _is_made_of(original: str, mode: str, text: str) -> bool:
    """Whether OpenCC makes a traditional text of its supposed original."""
    evidence, again = len(TRADITIONAL.findall(text)), _converter(mode).convert(original)
    strange = _differences(again, text) if len(again) == len(text) else evidence
    return evidence >= MIN_EVIDENCE and strange <= MAX_STRANGE * evidence


def _lines(text: str, chosen: Callable[[str], object], convert: Callable[[str], str]) -> str:
    """The text with only those lines converted that are chosen; at least one is."""
    lines = text.split("\n")
    places = [place for place, line in enumerate(lines) if chosen(line)]
    converted = convert("\n".join(lines[place] for place in places)).split("\n")
    for place, line in zip(places, converted, strict=True):
        lines[place] = line
    return "\n".join(lines)


def _traditional(text: str) -> str:
    """Simplified text in traditional characters, as they are written in Taiwan."""
    converted: str = _converter("s2tw").convert(text)
    return converted


def _codes(text: str) -> np.ndarray:
    """uint32[len(text)]: its code points."""
    return np.frombuffer(text.encode("utf-32-le"), np.uint32)


def _differences(before: str, after: str) -> int:
    """Characters that differ between two texts; of texts of different length, the lines that do."""
    if len(before) == len(after):
        return int(np.count_nonzero(_codes(before) != _codes(after)))
    return sum(line != other for line, other in zip(before.split("\n"), after.split("\n"), strict=False))
