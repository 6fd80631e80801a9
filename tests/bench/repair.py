"""How much of known noise the normalize steps take back, class by class, and what they change in texts without noise.

`scripts/bench repair FOLDER` reads the `.jsonl.zst` files of a folder (one document a line, its `text` clean; the name of the file
is its genre), noises one half of the sampled documents by each class of tests/noise and leaves the other half as it is.

restored   of the documents whose noise is exact, those that come back as they were, and those that come back as the steps leave
           the document without noise
CER        edit distance to the gold over its length, with the noise and after the steps; for documents whose noise loses
           something, after the steps
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
from collections import Counter
from functools import partial
from pathlib import Path
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))  # the noises are no part of the package

from tests.noise.catalogue import NOISES
from tests.noise.noised import Noised
from tests.noise.outcomes import (
    NO_NOISE,
    Outcome,
    Sampled,
    documents,
    error_rate,
    repair,
    repaired,
    share,
    visible,
    write_failures,
)

WORKERS = 2


class Row(NamedTuple):
    """One class of noise in the table; shares and rates from 0 to 1, None where there was nothing to measure."""

    name: str
    documents: int
    exact: float | None
    restored: float | None
    restored_as_clean: float | None
    before: float | None
    after: float | None
    after_lossy: float | None


def main() -> None:
    """Print the table of noises, then the damage by genre and by step."""
    options = arguments()
    sampled = list(documents(options.folder, options.documents, options.seed))
    noisy, quiet = sampled[::2], sampled[1::2]
    names = [name for name in NOISES if name.startswith(options.only)]
    if not quiet or not names:
        sys.exit(
            f"Nothing to measure.\n  got: {len(sampled)} documents in {options.folder}, --only {options.only!r}\n  classes: {', '.join(NOISES)}"
        )
    measure = partial(measured, documents=noisy, seed=options.seed, failures=options.failures)
    heads = (("documents", 10), ("exact", 8), ("restored", 10), ("as clean", 10), ("CER", 9), ("after", 9), ("lossy", 9))
    print(f"{'class':30}" + "".join(f"{head:>{width}}" for head, width in heads), flush=True)
    with multiprocessing.get_context("spawn").Pool(WORKERS) as pool:
        for row in pool.imap(measure, [*names, NO_NOISE]):
            print(line(row), flush=True)
    print_damage(quiet, options.failures)


def arguments() -> argparse.Namespace:
    """What was written on the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="the folder of .jsonl.zst files")
    parser.add_argument("--documents", type=int, default=24, metavar="N", help="documents of each file")
    parser.add_argument("--seed", type=int, default=1, help="chooses the documents and their noise")
    parser.add_argument("--only", default="", metavar="CLASS", help="classes whose name begins so, such as wraps")
    parser.add_argument("--failures", type=Path, metavar="DIR", help="write the documents that were not restored")
    return parser.parse_args()


def measured(name: str, documents: list[Sampled], seed: int, failures: Path | None) -> Row:
    """One class of noise on all documents on which it has a hold."""
    outcomes = list(repaired(name, documents, seed))
    exact = [outcome for outcome in outcomes if outcome.noised.exact]
    if failures:
        write_failures(failures / name, [outcome for outcome in exact if not outcome.restored])
    return Row(
        name,
        len(outcomes),
        share(outcome.noised.exact for outcome in outcomes),
        share(outcome.result == outcome.noised.gold for outcome in exact),
        share(outcome.restored for outcome in exact),
        error_rate((outcome.noised.text, outcome.noised.gold) for outcome in outcomes),
        error_rate((outcome.result, outcome.noised.gold) for outcome in exact),
        error_rate((outcome.result, outcome.noised.gold) for outcome in outcomes if not outcome.noised.exact),
    )


def line(row: Row) -> str:
    """One row as it is printed."""
    shares = "".join(f"{'-' if one is None else f'{one:.1%}':>{width}}" for one, width in zip(row[2:5], (8, 10, 10), strict=True))
    rates = "".join(f"{'-' if one is None else f'{one:.5f}':>9}" for one in row[5:])
    return f"{row.name:30}{row.documents:>10}{shares}{rates}"


def print_damage(documents: list[Sampled], failures: Path | None) -> None:
    """What the steps change in documents without noise, by genre and by step; white space and width of letters aside."""
    results = repair([document.text for document in documents])
    changed: dict[str, Counter[str]] = {"all": Counter()}
    harmed = []
    for document, result in zip(documents, results, strict=True):
        text = result.text or ""
        before, after = visible(document.text), visible(text)
        found = {"documents": 1, "identical": document.text == text, "harmed": before != after, "chars": len(before)}
        for genre in (document.genre, "all"):
            changed.setdefault(genre, Counter()).update(found, wrong=Levenshtein.distance(before, after))
        if before != after:
            harmed.append(Outcome(document.genre, Noised(document.text, document.text, exact=True), text, document.text))
    print(f"\n{'without noise':30}{'documents':>10}{'identical':>11}{'harmed':>8}{'characters':>12}")
    for genre, count in sorted(changed.items(), key=lambda row: row[0] == "all"):
        shares = "".join(f"{count[name] / count['documents']:>{width}.1%}" for name, width in (("identical", 11), ("harmed", 8)))
        print(f"{genre:30}{count['documents']:>10}{shares}{count['wrong'] / max(count['chars'], 1):>12.6f}")
    edits = Counter(f"{found.step} {found.code}" for result in results for found in result.findings)
    print(
        "\ndocuments without noise that a step changed:", *(f"\n  {name} {count}" for name, count in edits.most_common()), sep=""
    )
    if failures:
        write_failures(failures / NO_NOISE, harmed)


if __name__ == "__main__":
    main()
