#!/usr/bin/env python3
"""Learn which lines are furniture where they stand alone; write builder/text/tables/lone_lines.npz.

    python -m scripts.lone_lines.train --clean FOLDER --pages PAGES.jsonl [--check] [--out FILE]

Furniture are the lines written for the project (page.yaml). Text are lines of FOLDER (texts without furniture, one .jsonl.zst
a genre), of every second document, lines of PAGES that are labelled as body (as for scripts/page_lines/train.py), and
sentences written to come near to furniture (text.yaml). The limit is the score that so many lines of the other documents of
FOLDER exceed as FALSE_ALARMS says; counted with repeats it is half a percent of lines. No
text goes into the table. `--check` prints first what is found of kinds of sites that were not learned from.

Logistic regression with AdaGrad and a ridge. Rate, ridge, passes and n-grams were chosen by what was found of kinds of sites that
were not learned from: 82 %; with n-grams of 2 and 3 in place of 1 and 2 80 %, with 2**15 places 81 %, without signs 75 %.
Fewer lines of a genre set the limit than are learned from: more would be those of novels, which hardly ever come near to it.
"""

from __future__ import annotations

import argparse
import random
import re
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from builder.text.classes import TABLES
from builder.text.kernel import kernel
from builder.text.page.alone import GRAMS, UNIT, Scorer
from builder.text.page.lines import page_lines
from builder.text.page.signs import SIGNS, seen
from builder.text.quality.features import features
from builder.text.quality.training import logistic
from builder.text.readonly import FLOAT64, INT64
from scripts.lone_lines.written import written
from scripts.page_lines.examples import TEXT, labelled, records

HAN = re.compile(r"[\u4e00-\u9fff]")
LEARNED, UNSEEN = 20_000, 6000  # clean lines of each genre at most, to learn from and to set the limit by
USES = 6  # of a written line whose slots are filled in
NEAR, BODY = 20, 3  # weight of a written sentence, of a line of a page's body; a line of clean text has 1
FALSE_ALARMS = 0.003  # of lines of clean texts; most of these are headings of manuals and credits, which a page might well have
RATE, RIDGE, PASSES, LEAST = 0.2, 1e-3, 12, 1e-12
SIGN = 0.3  # value of a sign beside n-grams, whose squares sum to 1; of a pair half of it
FOLDS = 3
SQUARE = SIGNS * SIGNS


class Rows(NamedTuple):
    """Features of lines, a row each."""

    offsets: np.ndarray  # int64[n + 1]
    places: np.ndarray  # int64[offsets[-1]]: first those of signs and pairs, then those of n-grams
    values: np.ndarray  # float64[offsets[-1]]


class Learned(NamedTuple):
    """Weights of all places, and the bias."""

    weights: np.ndarray
    bias: float


@kernel(f"float64({INT64}, {INT64}, {FLOAT64}, {FLOAT64}, {FLOAT64}, {INT64}, float64[::1], float64[::1])")
def _descend(
    offsets: np.ndarray,
    places: np.ndarray,
    values: np.ndarray,
    targets: np.ndarray,
    importance: np.ndarray,
    order: np.ndarray,
    weights: np.ndarray,
    squares: np.ndarray,
) -> float:
    """Learn `weights` and hand back the bias."""
    bias, bias_squares = 0.0, LEAST
    for _ in range(PASSES):
        for row in order:
            logit = bias
            for at in range(offsets[row], offsets[row + 1]):
                logit += weights[places[at]] * values[at]
            slope = importance[row] * (logistic(logit) - targets[row])
            bias_squares += slope * slope
            bias -= RATE * slope / np.sqrt(bias_squares)
            for at in range(offsets[row], offsets[row + 1]):
                place = places[at]
                step = slope * values[at] + RIDGE * weights[place]
                squares[place] += step * step
                weights[place] -= RATE * step / np.sqrt(squares[place])
    return bias


def rows(lines: list[str]) -> Rows:
    """The features of lines."""
    found = seen(page_lines(pa.array(lines, pa.large_string())))
    grams = features(found.texts, GRAMS)
    row_places, row_values, offsets = [], [], [0]
    for row, shown in enumerate(found.signs):
        mine = grams.places[grams.offsets[row] : grams.offsets[row + 1]].astype(np.int64)
        signs = np.flatnonzero(shown)
        first, second = np.triu_indices(len(signs))
        row_places += [signs[first] * SIGNS + signs[second], mine + SQUARE]
        row_values += [np.where(first == second, SIGN, SIGN / 2), np.full(len(mine), max(len(mine), 1) ** -0.5)]
        offsets.append(offsets[-1] + len(first) + len(mine))
    return Rows(np.array(offsets, np.int64), np.concatenate(row_places), np.concatenate(row_values))


def learned(lines: list[str], importance: np.ndarray, furniture: int) -> Learned:
    """Weights from lines, of which the first so many are furniture; both sides weigh the same."""
    targets = np.zeros(len(lines))
    targets[:furniture] = 1
    importance = np.where(targets > 0, importance[furniture:].sum() / furniture, importance)
    importance /= importance.mean()
    weights = np.zeros(SQUARE + (1 << GRAMS.bits))
    order = np.arange(len(lines))
    random.Random(1).shuffle(order)  # type: ignore[arg-type]  # noqa: S311 - no secret
    bias = _descend(*rows(lines), targets, importance, order, weights, np.full(weights.size, LEAST))
    return Learned(weights, bias)


def scorer_of(model: Learned, limit: int = 0) -> Scorer:
    """The weights in integers."""
    factors = np.full((SIGNS, SIGNS), SIGN / 2)
    np.fill_diagonal(factors, SIGN)
    signs = np.rint(model.weights[:SQUARE].reshape(SIGNS, SIGNS) * factors * UNIT).astype(np.int32)
    grams = np.clip(np.rint(model.weights[SQUARE:] * UNIT), -(2**15) + 1, 2**15 - 1).astype(np.int16)
    return Scorer(grams, signs, round(model.bias * UNIT), limit)


def scores(model: Scorer, lines: list[str]) -> np.ndarray:
    """int64[n]: of each line."""
    return model.scores(seen(page_lines(pa.array(lines, pa.large_string()))))


def clean_lines(folder: Path, part: int, most: int) -> list[str]:
    """So many lines of every second document of each file."""
    chosen = []
    for path in sorted(folder.glob("*.jsonl.zst")):
        texts = [str(record["text"]) for record in records(path)][part::2]
        lines = sorted({line.strip() for text in texts for line in text.split("\n") if HAN.search(line)})
        random.Random(part).shuffle(lines)  # noqa: S311 - no secret
        chosen += lines[:most]
    return chosen


def family(kind: str) -> str:
    """What kinds that say much the same have in common: `shop` of `shop_taiwan`."""
    return kind.split("_", maxsplit=1)[0]


def limit_of(model: Scorer, unseen: list[str]) -> int:
    """The score that the given share of unseen lines exceeds."""
    return int(np.sort(scores(model, unseen))[-1 - int(FALSE_ALARMS * len(unseen))])


def check(furniture: list[tuple[str, str]], text: list[str], importance: np.ndarray, unseen: list[str]) -> None:
    """Print how much is found of kinds of sites that were not learned from."""
    families, found = sorted({family(kind) for kind, _ in furniture}), []
    for fold in range(FOLDS):
        away = set(families[fold::FOLDS])
        mine = [line for kind, line in furniture if family(kind) not in away]
        model = scorer_of(learned(mine + text, np.concatenate([np.ones(len(mine)), importance]), len(mine)))
        limit = limit_of(model, unseen)
        for kind in sorted({kind for kind, _ in furniture if family(kind) in away}):
            above = scores(model, [line for of_kind, line in furniture if of_kind == kind]) > limit
            found.append(above)
            print(f"{kind}: {above.mean():.1%} of {len(above)}")
    print(f"unseen kinds of sites: {np.concatenate(found).mean():.1%} of {sum(map(len, found))} lines found")


def main() -> None:
    """Read, learn, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clean", type=Path, required=True)
    parser.add_argument("--pages", type=Path, required=True)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--out", type=Path, default=TABLES / "lone_lines.npz")
    asked = parser.parse_args()
    furniture = written("page.yaml", USES, 7)
    near = [line for _, line in written("text.yaml", USES, 7)]
    body = [line.strip() for page in labelled(asked.pages, "real") for line, label in page.lines if label == TEXT]
    clean, unseen = clean_lines(asked.clean, 0, LEARNED), clean_lines(asked.clean, 1, UNSEEN)
    text = near + body + clean
    importance = np.repeat([NEAR, BODY, 1.0], [len(near), len(body), len(clean)])
    if asked.check:
        check(furniture, text, importance, unseen)
    lines = [line for _, line in furniture]
    model = scorer_of(learned(lines + text, np.concatenate([np.ones(len(lines)), importance]), len(lines)))
    limit = limit_of(model, unseen)
    np.savez_compressed(asked.out, grams=model.grams, signs=model.signs, bias=np.int64(model.bias), limit=np.int64(limit))
    print(f"{len(lines)} lines of furniture, {len(text)} of text; limit {limit / UNIT:.2f}, {asked.out}")


if __name__ == "__main__":
    main()
