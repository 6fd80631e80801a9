"""Decide by document which script Chinese is written in, and convert to one of them.

OpenCC's character mode does the work, fenced in: only characters that convert when they stand alone may change, so that its
phrase tables cannot rewrite simplified words (OpenCC 1.4 makes a ceramic blank of every broken thing); its regional modes,
which replace vocabulary, are not used. What it leaves is put right here: 著, 帳 and a few variants. Texts in Cantonese and
Japanese are not converted. The column `script` says what a document was before.
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
from builder.text.classes import partition
from builder.text.pattern import chars

SCRIPT = pa.field("script", pa.string())  # simplified | traditional | mixed | japanese | unknown
TRADITIONAL, SIMPLIFIED = re.compile(f"[{chars('han_traditional')}]"), re.compile(f"[{chars('han_simplified')}]")

# Characters of written Cantonese that Mandarin does not use. Ten sentences of UD_Cantonese-HK have 0.13 of them per Han
# (median), of UD_Chinese-HK none.
CANTONESE = "[嘅咗喺佢哋嚟冇唔啲嗰乜噉睇攞畀嘢]"

# Characters that t2s rightly changes in phrases alone: to understand, by means of, deep, only, to revive, as if, furniture.
# Left out of TSPhrases are 坏 and 覆, which it changes in simplified words as well.
BY_PHRASE = "瞭藉沈衹甦彷俱"

# What t2s leaves: right side first in the First List of Processed Variant Characters (1955).
VARIANTS = dict(zip("牠砲姪賸銲粧餽簷痺燄", "它炮侄剩焊妆馈檐痹焰", strict=True))
VARIANT = re.compile(f"[{''.join(VARIANTS)}]")

# 著 is 着, except where it is read zhù: to write, what was written, to be evident. OpenCC gets it wrong in either mode.
# The patterns of this file begin with their character, which makes the search for it fast.
TO_ZHE = re.compile(
    r"""著(?:
        (?<=[随接跟]著) | (?<=意味著)                                 # these verbs take 着 whatever follows
      |
        (?<![原编译专论巨名遗拙撰土显昭卓彰较知]著)
        (?<!合著(?![眼双嘴手掌拍]))  (?<!所著(?![墨重力手眼]))        # but with eyes shut; but where ink is spent
        (?!名(?!单) | 作(?![业用战]) | [者称述录书文] | 有[成功劳绩贡声])
        (?<![，、；（并另还曾均皆亦后]著(?=有))
        (?<!(?<!\w)著(?!\w))                                         # alone, before or after the author's name
        (?<!^\w著$)  (?<!^\w\w著$)                                   # the end of a name that fills its line
    )""",
    re.VERBOSE | re.MULTILINE,
)
# 帳 is 账 where money is counted (First List of Variant Word Forms, 2001), and 帐 where it is a tent.
TO_ACCOUNT = re.compile(
    "帐(?:(?=[户号目单款簿面务本册项列载证卡龄据])|(?<=[记结算转欠付报查呆坏烂赊赖销登建]帐)|(?<=分类帐|明细帐|流水帐))"
)
# 於 is 于; t2s keeps it in two dozen names that are also the beginning of ordinary phrases.
TO_YU = re.compile("於(?<!樊於)(?!菟|梨华|陵子|陵仲|乎)")


class Script(Step):
    """Convert documents of the other script; note in `script` what each was."""

    adds: ClassVar[pa.Schema] = pa.schema([SCRIPT])

    to: Literal["simplified", "traditional", "keep"] = "simplified"
    force: bool = False  # also convert lines of mixed, short and undecided documents that hold characters of the other script
    # Of the characters written in one script only, the share that is traditional: 0.81 or more in the traditional sentences
    # of UD_Chinese-GSD with three such characters, 0 in its simplified twin.
    min_traditional_ratio: float = Field(default=0.7, ge=0, le=1)
    max_simplified_ratio: float = Field(default=0.1, ge=0, le=1)  # the same share, up to which a document is simplified
    min_exclusive_chars: int = Field(default=5, ge=1)  # such characters, below which a document is undecided
    max_kana_ratio: float = Field(default=0.05, ge=0, le=1)  # kana / (kana + Han): more is Japanese
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
            rows = self._without_cantonese(batch, np.flatnonzero(chosen & present & (scripts != "japanese")))
            findings.append(Finding(code, rows, ratio[rows]))
        return findings

    def repair(self, row: Row) -> Edit:
        if "traditional_script" in row.codes:
            text = _simplified(row.text)
        elif self.to == "simplified":
            text = _where(TRADITIONAL, row.text, _simplified)
        else:
            text = _where(SIMPLIFIED, row.text, _traditional)
        return Edit(text, _differences(row.text, text))

    def _scripts(self, batch: Batch) -> np.ndarray:
        """object[n]: the script of each document as it is now."""
        kana, han = counter(batch, "kana"), counter(batch, "han")
        ratio = _traditional_ratio(batch)
        decided = [
            kana > self.max_kana_ratio * (kana + han),
            counter(batch, "han_traditional", "han_simplified") < self.min_exclusive_chars,
            ratio >= self.min_traditional_ratio,
            ratio <= self.max_simplified_ratio,
        ]
        return np.select(decided, ["japanese", "unknown", "traditional", "simplified"], "mixed").astype(object)

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


@cache
def _convertible() -> np.ndarray:
    """bool[0x110000]: characters that may change on the way to simplified script."""
    members = partition().members("han_convertible").copy()
    members[[ord(char) for char in BY_PHRASE]] = True
    return members


def _where(characters: re.Pattern[str], text: str, convert: Callable[[str], str]) -> str:
    """The text with only those lines converted that hold one of the characters; at least one does."""
    lines = text.split("\n")
    places = [place for place, line in enumerate(lines) if characters.search(line)]
    converted = convert("\n".join(lines[place] for place in places)).split("\n")
    for place, line in zip(places, converted, strict=True):
        lines[place] = line
    return "\n".join(lines)


def _simplified(text: str) -> str:
    """Traditional text in simplified characters."""
    converted = _converter("t2s").convert(text)
    before, after = _codes(text), _codes(converted)
    if before.size == after.size:
        converted = np.where(_convertible()[before], after, before).tobytes().decode("utf-32-le")
    for pattern, right in ((TO_ZHE, "着"), (TO_ACCOUNT, "账"), (TO_YU, "于")):
        converted = pattern.sub(right, converted)
    return VARIANT.sub(lambda variant: VARIANTS[variant[0]], converted)


def _traditional(text: str) -> str:
    """Simplified text in traditional characters."""
    converted: str = _converter("s2t").convert(text)
    return converted


def _codes(text: str) -> np.ndarray:
    """uint32[len(text)]: its code points."""
    return np.frombuffer(text.encode("utf-32-le"), np.uint32)


def _differences(before: str, after: str) -> int:
    """Characters that differ between two texts; of texts of different length, the lines that do."""
    if len(before) == len(after):
        return int(np.count_nonzero(_codes(before) != _codes(after)))
    return sum(line != other for line, other in zip(before.split("\n"), after.split("\n"), strict=False))
