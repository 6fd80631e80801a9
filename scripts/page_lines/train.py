#!/usr/bin/env python3
"""Learn which lines of a page are its text; write builder/text/tables/page_lines.npz.

    python -m scripts.page_lines.train --pages PAGES.jsonl --clean FOLDER [--framed MORE.jsonl] [--folds 4] [--out FILE]

PAGES: pages with a label for each line, `{"site": …, "lines": [["b", "…"], ["f", "…"]]}`: b is body, c a credit, f furniture and
e either. MORE: the same of documents that a program put into frames. FOLDER: texts without furniture, one .jsonl.zst a genre.
No text goes into the table. `--folds` prints first what trees say of sites that they have not seen.
"""

from __future__ import annotations

import argparse
import random
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from builder.text.classes import TABLES
from builder.text.page.context import columns, documents
from builder.text.page.kinds import CREDITS, are_pages, counts_of
from builder.text.page.lexicon import classify
from builder.text.page.lines import CHARS, page_lines
from builder.text.page.segments import HARDLY, bridged
from builder.text.page.shapes import shapes
from builder.text.page.trees import Trees
from scripts.page_lines.boost import boosted
from scripts.page_lines.examples import PAGE, TEXT, UNKNOWN, Document, Maker, clean_texts, labelled

TREES, DEPTH, RATE = 150, 4, 0.17  # by what they say of unseen sites: more and deeper trees say no better
REAL = 8  # weight of a page as it is
INVENTED = 80  # texts of each genre in an invented frame
IN_FRAMES = 100  # in the frame of a page
LEAN = 450  # thousandths in favour of text: what is lost is worse than what is left, and unseen sites lose more than they leave
CROSSED = 1800  # texts of pages in frames of others


class Examples(NamedTuple):
    """Lines that are not blank, of documents that the scorer is asked about."""

    rows: np.ndarray
    known: np.ndarray  # int16[n, columns]
    kinds: np.ndarray
    chars: np.ndarray
    labels: np.ndarray
    weights: np.ndarray
    names: tuple[str, ...]


def examples(made: list[Document]) -> Examples:
    """Measured lines with labels and weights."""
    lines = page_lines(pa.array(["\n".join(line for line, _ in document.lines) for document in made], pa.large_string()))
    kinds = classify(lines).astype(np.int64)
    full = np.flatnonzero(lines.features[:, CHARS])
    labels = np.array([label for document in made for line, label in document.lines if line.strip()])
    rows, kinds = lines.rows[full], kinds[full]
    around = documents(rows)
    real = np.array([document.source == "real" for document in made])[rows]
    invented = np.array([document.source in {"framed", "plain"} for document in made])[rows]
    labels[np.isin(kinds, CREDITS) & invented & (labels == TEXT)] = UNKNOWN  # of a clean text, its translators'
    known = columns(rows, kinds, lines.features[full], shapes(lines, full, rows))
    chars = lines.features[full, CHARS]
    text = (labels == TEXT).astype(np.int64)
    from_first, to_last = around.above(text) + text, around.totals(text) - around.above(text)
    weights = np.sqrt(np.minimum(chars, 100)) / 5 * np.minimum(1, 60 / (around.last - around.first))
    # A title or a last line counts for little in characters and for much to whoever reads.
    weights *= np.where((text > 0) & (from_first <= 3), 2.5, np.where((text > 0) & (to_last <= 3), 1.7, 1))
    weights *= np.where(real, REAL, 1)
    weights *= (labels != UNKNOWN) & are_pages(counts_of(kinds, around.first))
    matrix = np.stack(list(known.values()), axis=1).astype(np.int16)
    return Examples(rows, matrix, kinds, chars, labels, weights, tuple(known))


def plain(texts: dict[str, list[str]]) -> list[Document]:
    """Clean texts that the scorer is asked about as they stand."""
    found = []
    for of_genre in texts.values():
        lines = page_lines(pa.array(of_genre, pa.large_string()))
        kinds, first = classify(lines).astype(np.int64), np.searchsorted(lines.rows, lines.rows)
        asked = np.unique(lines.rows[are_pages(counts_of(kinds, first))])
        found += [Document("plain", "", [(line, TEXT) for line in of_genre[row].split("\n")]) for row in asked.tolist()]
    return found


def made(pages: list[Document], texts: dict[str, list[str]], seed: int, share: float = 1.0) -> list[Document]:
    """Pages as they are and what is made of them."""
    maker = Maker(texts, pages, seed)
    return pages + maker.crossed(int(CROSSED * share)) + maker.framed(int(IN_FRAMES * share), real=True)


def learned(found: Examples) -> Trees:
    """Trees from examples."""
    used = found.weights > 0
    labels = (found.labels[used] == TEXT).astype(np.float64)
    grown = boosted(found.known[used], labels, found.weights[used], trees=TREES, depth=DEPTH, rate=RATE)
    return grown._replace(start=grown.start + LEAN)


def judged(trees: Trees, found: Examples) -> np.ndarray:
    """int64[4]: lines of text, of these kept; lines of the page, of these cut."""
    cut = bridged(found.rows, found.kinds, trees.score(found.known, HARDLY))
    text, page = found.labels == TEXT, found.labels == PAGE
    return np.array([text.sum(), (text & ~cut).sum(), page.sum(), (page & cut).sum()])


def cross_validated(pages: list[Document], texts: dict[str, list[str]], framed: list[Document], folds: int) -> None:
    """Print what trees say of the pages of sites that they have not seen."""
    sites = sorted({page.site for page in pages})
    random.Random(4).shuffle(sites)  # noqa: S311 - no secret
    total = np.zeros(4, np.int64)
    for fold in range(folds):
        unseen = set(sites[fold::folds])
        seen = made([page for page in pages if page.site not in unseen], texts, fold)
        trees = learned(examples(seen + framed))
        total += judged(trees, examples([page for page in pages if page.site in unseen]))
    print(f"unseen sites: lines of text kept {total[1] / total[0]:.2%}, lines of the page cut {total[3] / total[2]:.2%}")


def main() -> None:
    """Read, learn, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=Path, required=True)
    parser.add_argument("--clean", type=Path, required=True)
    parser.add_argument("--framed", type=Path)
    parser.add_argument("--folds", type=int, default=0)
    parser.add_argument("--out", type=Path, default=TABLES / "page_lines.npz")
    asked = parser.parse_args()
    texts, pages = clean_texts(asked.clean), labelled(asked.pages, "real")
    framed = (
        plain(texts)
        + (labelled(asked.framed, "framed") if asked.framed else [])
        + Maker(texts, [], 1).framed(INVENTED, real=False)
    )
    if asked.folds:
        cross_validated(pages, texts, framed, asked.folds)
    found = examples(made(pages, texts, 2) + framed)
    trees = learned(found)
    names = np.array(found.names)
    np.savez_compressed(
        asked.out, measured=trees.measured, limits=trees.limits, scores=trees.scores, start=np.int64(trees.start), columns=names
    )
    print(f"{len(found.rows)} lines, {(found.weights > 0).sum()} of them used; {TREES} trees in {asked.out}")


if __name__ == "__main__":
    main()
