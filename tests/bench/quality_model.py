"""How well a quality model parts pages from what the repairs made of them, on sites that it has not seen, and its speed.

`scripts/bench quality_model FILE… [--skip PREFIX]` reads `.jsonl.zst` files of dirty pages (`id`, `text`, and `url` where there is
one), cleans them with the whole recipe and trains on both sides as `builder train-filter` does. The site of a page is the host of
its url, else its id up to the last slash; the folds are by site.

pages      that the recipe keeps and changes
AUC        how often the cleaned text of a page scores above the raw text of one
MB/s       scoring of all these texts, one core, the better of three
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))  # as the other measurements do

import orjson
import pyarrow as pa
import xxhash

from builder import clean
from builder.run.train_filter import MIN_TEXTS, Trained, train_filter
from builder.text.quality.model import unpacked
from tests.noise.records import records

AT_ONCE = 1_000  # pages


class Page(NamedTuple):
    """A page, as it was read and as the recipe leaves it."""

    name: str
    url: str  # of its site
    raw: str
    cleaned: str


def main() -> None:
    """Print a line for each file and one for all together, then the speed."""
    options = arguments()
    print(f"{'':36}{'pages':>8}{'sites':>8}{'AUC':>8}")
    everything: list[Page] = []
    with tempfile.TemporaryDirectory() as folder:
        for path in options.files:
            pages = list(pages_of(path, options.skip))
            everything += pages
            report(path.name.removesuffix(".jsonl.zst"), pages, Path(folder))
        trained = report("all", everything, Path(folder))
        if trained:
            print(f"\n{speed(trained.path, everything):.0f} MB of text a second of one core")


def arguments() -> argparse.Namespace:
    """What was written on the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE", help=".jsonl.zst files of dirty pages")
    parser.add_argument("--skip", default=(), nargs="*", metavar="PREFIX", help="leave out pages whose id begins so")
    return parser.parse_args()


def pages_of(path: Path, skip: Sequence[str]) -> Iterator[Page]:
    """The pages of a file that the recipe keeps and changes."""
    taken = [record for record in records(path) if record.get("text") and not record["id"].startswith(tuple(skip) or ("\n",))]
    for start in range(0, len(taken), AT_ONCE):
        some = taken[start : start + AT_ONCE]
        for record, result in zip(some, clean([record["text"] for record in some]), strict=True):
            if result.text and result.text != record["text"]:
                yield Page(record["id"], site_url(record), record["text"], result.text)


def site_url(record: dict[str, str]) -> str:
    """The address of a page, or a made-up one for the folder of its id."""
    return record.get("url") or f"http://{xxhash.xxh3_64_hexdigest(record['id'].rpartition('/')[0].encode())}.example/"


def report(name: str, pages: Sequence[Page], folder: Path) -> Trained | None:
    """Train on raw and cleaned texts, and print how well the model does; None where the pages are too few."""
    if len(pages) < MIN_TEXTS:
        print(f"{name:36}{len(pages):>8}  too few")
        return None
    sides = [(folder / f"{side}.jsonl", [getattr(page, side) for page in pages]) for side in ("cleaned", "raw")]
    for path, texts in sides:
        rows = [{"id": page.name, "url": page.url, "text": text} for page, text in zip(pages, texts, strict=True)]
        path.write_bytes(b"\n".join(map(orjson.dumps, rows)))
    trained = train_filter([str(sides[0][0])], [str(sides[1][0])], folder, {"jsonl.url_field": "url", "jsonl.id_field": "id"})
    print(f"{name:36}{len(pages):>8}{trained.drop.sites:>8}{trained.auc:>8.4f}", flush=True)
    return trained


def speed(path: Path, pages: Sequence[Page]) -> float:
    """MB of text that the model scores in a second."""
    model = unpacked(path.read_bytes(), path.name)
    texts = pa.array([text for page in pages for text in (page.raw, page.cleaned)], pa.large_string())
    best = float("inf")
    for _ in range(3):
        began = time.process_time()
        model.scores(texts)
        best = min(best, time.process_time() - began)
    return texts.nbytes / 1e6 / best


if __name__ == "__main__":
    main()
