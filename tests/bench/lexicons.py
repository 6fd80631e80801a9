"""In how many documents each literal of the project's lexicons stands: so that none is there because of a few pages.

`scripts/bench lexicons FOLDER…` reads all `.jsonl.zst` files of the folders (one document a line, its `text`) and prints the literals
that stand nowhere. `--samples` names a folder of `.txt` files that a literal must not be made for: they are not counted, and literals
that stand there and nowhere else are marked. `--write` puts the counts into tests/text/lexicons.csv, with a row for each new
literal; its source, and the reason where the count is 0, are for a person to say, and the tests ask for them.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))  # the tests are no part of the package

from tests.noise.records import records
from tests.text.lexicons import Entry, entries, folded, literals, write_entries

BATCH_TEXTS = 500
BEGINS = 4  # letters from which a Latin literal may be the beginning of a word: byte, encod


def main() -> None:
    """Count, print, and write where that is asked for."""
    options = arguments()
    words = frozenset().union(*literals().values())
    counts = counted(documents(options.folders), words)
    seen = (
        counted((path.read_text("utf-8") for path in sorted(options.samples.glob("*.txt"))), words)
        if options.samples
        else Counter()
    )
    known = {(entry.lexicon, entry.literal): entry for entry in entries()}
    rows = []
    for lexicon, found in literals().items():
        for literal in sorted(found):
            old = known.get((lexicon, literal), Entry(lexicon, literal, "", 0, ""))
            rows.append(old._replace(documents=counts[literal]))
            if not counts[literal]:
                print(f"{lexicon}\t{literal}\t{'in the samples alone' if seen[literal] else 'nowhere'}\t{old.reason}")
    print(f"{len(rows)} rows, {len(words)} literals, {sum(not counts[word] for word in words)} of them in no document")
    if options.write:
        write_entries(rows)


def arguments() -> argparse.Namespace:
    """What was written on the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="+", metavar="FOLDER", help="of .jsonl.zst files")
    parser.add_argument("--samples", type=Path, metavar="FOLDER", help="of .txt files that do not count")
    parser.add_argument("--write", action="store_true", help="renew tests/text/lexicons.csv")
    return parser.parse_args()


def documents(folders: list[Path]) -> Iterator[str]:
    """The texts of all files."""
    for path in sorted(path for folder in folders for path in folder.glob("*.jsonl.zst")):
        yield from filter(None, (record.get("text") or record.get("line") for record in records(path)))


def counted(texts: Iterator[str], words: frozenset[str]) -> Counter[str]:
    """In how many texts each literal stands."""
    plain = [word for word in words if not word.isascii()]
    latin = {word: spelt(word) for word in words if word.isascii()}
    counts: Counter[str] = Counter()
    while batch := list(islice(texts, BATCH_TEXTS)):
        for text in folded(batch):
            counts.update(word for word in plain if word in text)
            counts.update(word for word, pattern in latin.items() if word in text and pattern.search(text))
    return counts


def spelt(word: str) -> re.Pattern[str]:
    """A Latin word at the beginning of a word, or as a whole word where it is short."""
    behind = "" if len(word) >= BEGINS else "(?![a-z])"
    return re.compile(f"(?<![a-z]){re.escape(word)}{behind}")


if __name__ == "__main__":
    main()
