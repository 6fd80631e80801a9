"""How many of the numbers planted in clean texts `normalize.privacy` finds, and what it takes from clean texts by mistake.

`scripts/bench privacy CLEAN` reads the `.jsonl.zst` files of a folder (one document a line, its `text` clean; the name of the file is its
genre). Into sampled documents it plants identity cards, telephones, bank cards and e-mail, each in several formats and at several places,
and prints the share found, by kind and format, by place, and by genre. Numbers that belong to things are planted too: these must stay.
Then it runs the step over the documents as they are. What it takes from these is listed, and is a false alarm for certain where
the number contradicts itself: a wrong checksum or date, no segment of mobile telephones, the word of a thing beside it.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))  # the noises are no part of the package

from builder.core.apply import apply
from builder.core.batch import texts_batch, with_profile
from builder.core.step import Step
from builder.steps.normalize.privacy import Privacy
from builder.text.privacy.found import KINDS, Place, places
from tests.noise.outcomes import Sampled, documents
from tests.noise.personal_numbers import FORMATS, THINGS, contradiction, number_of

BATCH_TEXTS = 1_000
PLACES = {
    "between Han": re.compile(r"(?<=[\u4e00-\u9fff])(?=[\u4e00-\u9fff])"),
    "behind a mark": re.compile(r"(?<=[，。：；、！？（“])(?![0-9_A-Za-z])"),
    "at the end of a line": re.compile(r"(?<=[^0-9\n])(?=\n)"),
    "between words": re.compile(r"(?<=[A-Za-z])(?= [A-Za-z])"),
    "behind Latin": re.compile(r"(?<=[A-Za-z]{2})(?![0-9A-Za-z_])"),
    "before Latin": re.compile(r"(?<![0-9A-Za-z_])(?=[A-Za-z]{2})"),
    "anywhere": re.compile(r"(?<![0-9_])(?![0-9_]|[.,%][0-9])"),  # numbers beside numbers are another number
}
SPELT = {"before Latin", "anywhere"}  # where letters may stand behind: an address of e-mail would go on there
CODE = re.compile(r"[/\\_=@.{}<>$#%&|*+~^\d:-]")  # makes a word of ASCII an address, a file or code, where numbers must stay
CODES = [kind.code for kind in KINDS]
BESIDE = 12  # characters shown on both sides of what is missed or taken


class Planted(NamedTuple):
    """A number in a text."""

    genre: str
    format: str
    place: str
    number: str  # as it is written, its label left out
    text: str
    at: int  # where it begins

    @property
    def kind(self) -> str:
        """Identity card, mobile, landline, bank card or e-mail."""
        return self.format.split()[0]


def main() -> None:
    """Print the shares, then the false alarms."""
    options = arguments()
    sampled = list(documents(options.clean, options.documents, options.seed))
    planted = list(sown(sampled, FORMATS, options.seed))
    found = taken(planted)
    for title in ("format", "place", "genre"):
        print_shares(title, [getattr(one, title) for one in planted], planted, found)
    print_shares("all", ["all"] * len(planted), planted, found)
    calls = [hit for one, hit in zip(planted, found, strict=True) if one.kind in {"mobile", "landline"}]
    print(f"telephones of both kinds: {len(calls)}, found {sum(calls) / max(len(calls), 1):.2%}")
    print_some("missed", [one for one, hit in zip(planted, found, strict=True) if not hit], options)
    things = list(sown(sampled, THINGS, options.seed))
    lost = [one for one, hit in zip(things, taken(things, whole=False), strict=True) if hit]
    print(f"\nnumbers of things planted: {len(things)}, taken: {len(lost)} {dict(Counter(one.format for one in lost))}")
    print_some("taken", lost, options)
    print_alarms([document.text for document in documents(options.clean, sys.maxsize, options.seed)])


def arguments() -> argparse.Namespace:
    """What was written on the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clean", type=Path, metavar="CLEAN", help="the folder of clean .jsonl.zst files")
    parser.add_argument("--documents", type=int, default=200, metavar="N", help="documents of each file")
    parser.add_argument("--shown", type=int, default=10, metavar="N", help="examples of what is missed and of what is taken")
    parser.add_argument("--seed", type=int, default=1, help="chooses documents, numbers and places")
    return parser.parse_args()


def sown(
    sampled: Sequence[Sampled], formats: dict[str, Callable[[random.Random], tuple[str, str]]], seed: int
) -> Iterator[Planted]:
    """A number of each format in each document, each in a copy of its own, at a place of a kind that changes from one to the next."""
    for row, document in enumerate(sampled):
        for column, (name, made) in enumerate(formats.items()):
            rng = random.Random(f"{seed} {row} {name}")  # noqa: S311 - a measurement, no secret
            kinds = [place for place in PLACES if place not in SPELT or "mail" not in name]
            place = kinds[(row + column) % len(kinds)]
            ends = places_in(document.text, place)
            if not ends:
                continue
            label, number = made(rng)
            label = " " * (place == "between words") + label
            at = rng.choice(ends)
            text = document.text[:at] + label + number + document.text[at:]
            yield Planted(document.genre, name, place, number, text, at + len(label))


def places_in(text: str, place: str) -> list[int]:
    """Where a number may be planted: not in an address of the web, a file's name or code."""
    coded = [word.span() for word in re.finditer(r"[!-~]+", text) if CODE.search(word[0])]
    inside = {at for start, stop in coded for at in range(start, stop + 1)}
    return [at for found in PLACES[place].finditer(text) if (at := found.start()) not in inside]


def taken(planted: Sequence[Planted], *, whole: bool = True) -> list[bool]:
    """Whether the step took each number: all of its digits and no others, or any of its characters where it need not be `whole`."""
    flagged = set(_flagged([one.text for one in planted], Privacy()))
    return [
        row in flagged and any(_is_taken(one, place, whole=whole) for place in places(one.text, CODES))
        for row, one in enumerate(planted)
    ]


def _is_taken(one: Planted, place: Place, *, whole: bool) -> bool:
    first, end = one.at + len(number_of(one.number)[0]), one.at + len(one.number)
    return (place.start <= first and place.stop == end) if whole else (place.start < end and place.stop > one.at)


def _flagged(texts: Sequence[str], step: Step) -> Iterator[int]:
    """The rows that the step changes."""
    for start in range(0, len(texts), BATCH_TEXTS):
        batch = with_profile(texts_batch(list(texts[start : start + BATCH_TEXTS])))
        results = apply(step, batch).batch["text"].to_pylist()
        yield from (start + row for row, text in enumerate(results) if text != texts[start + row])


def print_alarms(texts: Sequence[str]) -> None:
    """What the step takes from texts as they are."""
    size = sum(len(text.encode()) for text in texts)
    hits = [(text, place) for row in _flagged(texts, Privacy()) for text in [texts[row]] for place in places(text, CODES)]
    print(f"\nclean texts: {size / 1e6:.1f} MB, taken: {dict(Counter(place.kind.name for _, place in hits))}")
    certain = 0
    for text, place in hits:
        why = contradiction(place.kind.name, text[place.start : place.stop], text[max(place.start - BESIDE, 0) : place.start])
        certain += bool(why)
        if why or place.kind.name in {"id_card", "bank_card", "mobile", "landline"}:
            print(f"  {place.kind.name:12}{why:24}{_beside(text, place.start, place.stop)}")
    print(f"contradicted: {certain}, {certain / max(size / 1e7, 1e-9):.2f} in 10 MB")


def print_shares(title: str, names: Sequence[str], planted: Sequence[Planted], found: Sequence[bool]) -> None:
    """The share found, of each name and kind of number."""
    every = Counter(zip(names, (one.kind for one in planted), strict=True))
    hits = Counter((name, one.kind) for name, one, hit in zip(names, planted, found, strict=True) if hit)
    kinds = list(dict.fromkeys(one.kind for one in planted))
    print(f"{title:30}{'planted':>8}" + "".join(f"{kind:>10}" for kind in kinds))
    for name in dict.fromkeys(names):
        shares = (f"{hits[name, kind] / every[name, kind]:>10.2%}" if every[name, kind] else f"{'':10}" for kind in kinds)
        print(f"{name:30}{sum(every[name, kind] for kind in kinds):>8}" + "".join(shares))
    print()


def print_some(title: str, some: list[Planted], options: argparse.Namespace) -> None:
    """A few of the planted numbers, with what stands beside them."""
    random.Random(options.seed).shuffle(some)  # noqa: S311 - a measurement, no secret
    for one in some[: options.shown]:
        print(f"  {title} {one.format}, {one.place}: {_beside(one.text, one.at, one.at + len(one.number))}")


def _beside(text: str, start: int, stop: int) -> str:
    return repr(f"{text[max(start - BESIDE, 0) : start]}[{text[start:stop]}]{text[stop : stop + BESIDE]}")


if __name__ == "__main__":
    main()
