"""Clean documents with noise, what the normalize steps make of them, and how far that is from the gold."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein

from builder import clean
from builder.run.clean import Cleaned
from builder.text.pattern import chars
from tests.noise.catalogue import NOISES, SIMPLIFYING
from tests.noise.noised import Noised, generator
from tests.noise.records import records

MAX_CHARS = 20_000  # of a document: long ones would decide the figures
NO_NOISE = "(none)"
CONTEXT = 12  # characters on both sides of a difference
MOST_PLACES = 8  # differences shown of one document
UNSEEN = re.compile(f"[{chars('control', 'invisible')}]")


class Sampled(NamedTuple):
    """A clean document."""

    genre: str
    text: str


class Outcome(NamedTuple):
    """A document with noise, and what the steps made of it and of its gold."""

    genre: str
    noised: Noised
    result: str
    cleaned_gold: str

    @property
    def restored(self) -> bool:
        """Whether it came back as it was, or as the steps leave it without noise."""
        return self.result in {self.noised.gold, self.cleaned_gold}


def documents(folder: Path, number: int, seed: int) -> Iterator[Sampled]:
    """So many documents of each file, drawn by the seed."""
    for path in sorted(folder.glob("*.jsonl.zst")):
        texts = [text for text in (record["text"] for record in records(path)) if 0 < len(text) < MAX_CHARS]
        generator(seed, path.name).shuffle(texts)
        yield from (Sampled(path.name.removesuffix(".jsonl.zst"), text) for text in texts[:number])


def repaired(name: str, documents: list[Sampled], seed: int) -> Iterator[Outcome]:
    """The documents with noise, repaired."""
    dirty = [(document.genre, one) for place, document in enumerate(documents) if (one := noise(name, document, seed, place))]
    simplify = name.startswith(SIMPLIFYING)
    results = repair([one.text for _, one in dirty], simplify=simplify)
    golds = repair([one.gold for _, one in dirty], simplify=simplify)
    for (genre, one), result, gold in zip(dirty, results, golds, strict=True):
        yield Outcome(genre, one, result.text or "", gold.text or "")


def noise(name: str, document: Sampled, seed: int, place: int) -> Noised | None:
    """One document with noise of one class; unchanged without one."""
    if name == NO_NOISE:
        return Noised(document.text, document.text, exact=True)
    return NOISES[name](document.text, generator(seed, name, place))


def repair(texts: list[str], *, simplify: bool = False) -> list[Cleaned]:
    """The normalize steps without those that take text away. `simplify`: the script is repaired too."""
    settings = {} if simplify else {"normalize.script.to": "keep"}
    return clean(texts, only=("normalize.*",), skip=("normalize.furniture",), set=settings)


def share(held: Iterable[bool]) -> float | None:
    """Those that hold of all; None where there are none."""
    answers = list(held)
    return sum(answers) / len(answers) if answers else None


def error_rate(pairs: Iterable[tuple[str, str]]) -> float | None:
    """Edit distance between texts and their golds, of the length of the golds."""
    wrong = total = 0
    for text, gold in pairs:
        wrong += Levenshtein.distance(text, gold)
        total += len(gold)
    return wrong / total if total else None


def visible(text: str) -> str:
    """What a text says: normal form C, its fullwidth letters and digits as ASCII, without white space and controls."""
    composed = UNSEEN.sub("", unicodedata.normalize("NFC", text))
    narrow = (
        unicodedata.normalize("NFKC", char) if "\uff10" <= char <= "\uff5a" and char.isalnum() else char for char in composed
    )
    return "".join("".join(narrow).split())


def write_failures(folder: Path, failed: list[Outcome]) -> None:
    """Three files for each document that was not restored, and its first differences from the cleaned gold in one file for all."""
    folder.mkdir(parents=True, exist_ok=True)
    differing = []
    for place, outcome in enumerate(failed):
        stem = f"{place:03}.{outcome.genre}"
        parts = {"noised": outcome.noised.text, "gold": outcome.noised.gold, "result": outcome.result}
        for part, text in parts.items():
            (folder / f"{stem}.{part}.txt").write_text(text, "utf-8", "backslashreplace", newline="")
        differing += [stem, *differences(outcome.cleaned_gold, outcome.result), ""]
    (folder / "differences.txt").write_text("\n".join(differing), "utf-8", "backslashreplace")


def differences(gold: str, result: str) -> Iterator[str]:
    """The first places in which two texts differ, each as `gold -> result` with what stands around it."""
    changed = [code for code in Levenshtein.opcodes(gold, result) if code.tag != "equal"]
    for code in changed[:MOST_PLACES]:
        before = gold[max(0, code.src_start - CONTEXT) : code.src_start]
        after = gold[code.src_end : code.src_end + CONTEXT]
        wanted, got = gold[code.src_start : code.src_end], result[code.dest_start : code.dest_end]
        yield f"  {before!r} [{wanted!r} -> {got!r}] {after!r}"
    if len(changed) > MOST_PLACES:
        yield f"  and {len(changed) - MOST_PLACES} more"
