"""How well normalize.furniture tells the page from its text: labelled lines of real pages, pages with their main text, lone lines.

`scripts/bench furniture PAGES [GOLD [LINES]]` reads `.jsonl.zst` files of records with `id` and `text`; GOLD has the main text in
`gold`, LINES one `line` each, which is judged as a document of its own. The labels (tests/steps/normalize/*_lines.jsonl) name pages and lines by hashes and hold no text: b is body, c a credit,
f furniture, e either. Of pages half is for training, half for the test, and all pages of a site are in one half.

kept       body lines that are left, of the body lines
cut        furniture lines that are gone, of the furniture lines; credits count as furniture
F1         characters of body lines that are left, against all characters that are left
gold       letters and digits against the main text, without the targets of Markdown links: F1 of the longest common pieces
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))  # the labels are no part of the package

import xxhash

from builder.core.apply import apply
from builder.core.batch import Batch, texts_batch, with_profile
from builder.steps.normalize.furniture import Furniture
from tests.noise.records import records

LABELS = Path(__file__).parents[1] / "steps/normalize/furniture_lines.jsonl"
LONE = LABELS.with_name("repeated_lines.jsonl")
BODY, FURNITURE = "b", "fc"
COLUMNS = ("date", "author", "publisher")


class Score(NamedTuple):
    """Of one page, or the sum over pages."""

    body: int
    body_kept: int
    furniture: int
    furniture_cut: int
    right_chars: int  # of body lines that are left
    body_chars: int
    left_chars: int  # of all lines that are left and are not `either`

    def line(self, name: str) -> str:
        kept, cut = self.body_kept / max(self.body, 1), self.furniture_cut / max(self.furniture, 1)
        f1 = 2 * self.right_chars / max(self.body_chars + self.left_chars, 1)
        return f"{name:16}{self.body:>7}{kept:>9.2%}{self.furniture:>9}{cut:>9.2%}{f1:>8.4f}"


def main() -> None:
    """Print the tables."""
    options = arguments()
    pages = {page_hash(record["id"]): record for record in records(options.pages)}
    print(f"{'':16}{'body':>7}{'kept':>9}{'furn.':>9}{'cut':>9}{'F1':>8}")
    labels = [json.loads(line) for line in LABELS.read_text("utf-8").splitlines()]
    for half in ("train", "test"):
        chosen = [page for page in labels if page["split"] == half and page["page"] in pages]
        batch = cleaned([pages[page["page"]]["text"] for page in chosen])
        scores = [
            score(pages[page["page"]]["text"], left, page["lines"])
            for page, left in zip(chosen, batch["text"].to_pylist(), strict=True)
        ]
        print(Score(*map(sum, zip(*scores, strict=True))).line(f"{half}, {len(scores)} pages"))
    batch = cleaned([record["text"] for record in pages.values()])
    said = [f"{name} {batch.num_rows - batch[name].null_count}" for name in COLUMNS]
    print(f"\nbylines of {batch.num_rows} pages: {', '.join(said)}")
    if options.gold:
        found = gold_scores(options.gold)
        print(f"gold, {len(found)} pages: mean {sum(found) / len(found):.3f}, worst {min(found):.3f}")
    if options.lines:
        print(lone_lines(options.lines))


def arguments() -> argparse.Namespace:
    """What was written on the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages", type=Path, metavar="PAGES")
    parser.add_argument("gold", type=Path, metavar="GOLD", nargs="?")
    parser.add_argument("lines", type=Path, metavar="LINES", nargs="?")
    return parser.parse_args()


def cleaned(texts: Sequence[str]) -> Batch:
    """Through the step alone."""
    return apply(Furniture(), with_profile(texts_batch(list(texts)))).batch


def page_hash(name: str) -> str:
    """What the labels call a page."""
    return xxhash.xxh3_64_hexdigest(name.encode())


def line_hash(line: str) -> str:
    """What they call a line."""
    return xxhash.xxh3_64_hexdigest(line.strip().encode())[:12]


def score(text: str, left: str, lines: Sequence[tuple[str, str]]) -> Score:
    """One page. A line that lost its tail is left."""
    full = [line.strip() for line in text.split("\n") if line.strip()]
    if [line_hash(line) for line in full] != [name for name, _ in lines]:
        raise ValueError("the page is not the one that was labelled: got other lines")
    named = [(line, label) for line, (_, label) in zip(full, lines, strict=True)]
    stays = left_of(named, [line.strip() for line in left.split("\n") if line.strip()])
    number: Counter[str] = Counter()
    for (line, label), kept in zip(named, stays, strict=True):
        kind = "body" if label in BODY else "furniture" if label in FURNITURE else "either"
        number.update({kind: 1, f"{kind} kept": kept, f"{kind} chars": len(line), f"{kind} kept chars": kept * len(line)})
    return Score(
        number["body"],
        number["body kept"],
        number["furniture"],
        number["furniture"] - number["furniture kept"],
        number["body kept chars"],
        number["body chars"],
        number["body kept chars"] + number["furniture kept chars"],
    )


def left_of(full: Sequence[tuple[str, str]], left: Sequence[str]) -> list[bool]:
    """Which lines are left. Of lines that are equal nobody can tell which: it is first those of the body."""
    copies = Counter(left)
    stays = [False] * len(full)
    first = sorted(range(len(full)), key=lambda place: full[place][1] not in BODY)
    for place in first:
        stays[place] = copies[full[place][0]] > 0
        copies[full[place][0]] -= stays[place]
    for place in first:
        beginnings = [other for other, number in copies.items() if number > 0 and full[place][0].startswith(other)]
        if beginnings and not stays[place]:
            stays[place] = True
            copies[max(beginnings, key=len)] -= 1
    return stays


def gold_scores(path: Path) -> list[float]:
    """F1 of each page."""
    pages = list(records(path))
    left = cleaned([page["text"] for page in pages])["text"].to_pylist()
    return [similarity(letters(text), letters(page["gold"])) for page, text in zip(pages, left, strict=True)]


def lone_lines(path: Path) -> str:
    """Of the lines of each label, how many are dropped where each is all of a document."""
    labels = {entry["line"]: entry["label"] for entry in map(json.loads, LONE.read_text("utf-8").splitlines())}
    lines = [record["line"] for record in records(path)]
    stays = set(cleaned(lines)["_row"].to_pylist())
    every = Counter(labels[line_hash(line)] for line in lines)
    gone = Counter(labels[line_hash(line)] for place, line in enumerate(lines) if place not in stays)
    return "lone lines dropped: " + ", ".join(f"{label} {gone[label]} of {number}" for label, number in sorted(every.items()))


def letters(text: str) -> str:
    """Letters and digits, without the targets of Markdown links."""
    return "".join(filter(str.isalnum, re.sub(r"\]\([^)\s]*\)", "]", text)))


def similarity(one: str, other: str) -> float:
    """2 × characters in common pieces / characters of both."""
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


if __name__ == "__main__":
    main()
