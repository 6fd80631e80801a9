"""What the line scorer knows of a line: itself, its neighbours, its place in the document; one column of integers each.

The columns are what builder/text/page/trees.py decides upon. They are measured anew when lines were cut: blank lines and lines
that are gone count for nothing, so that the same lines always get the same score.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from builder.text.kernel import kernel
from builder.text.page.kinds import ENDINGS, K, counts_of, evidence
from builder.text.page.lines import CHARS, DIGIT, ENDS, FUNCTION, GAP, HAN, LATIN, MARK, SEPARATOR, STOP, TAIL
from builder.text.page.shapes import ELLIPSIS, FIRST, TITLE, Shapes
from builder.text.readonly import INT64

BODY_HAN = 15  # Han of a paragraph of prose: all paragraphs of real pages that were measured have more
SENTENCE_HAN = 4  # Han of a line that ends like a sentence
LINK_CHARS = 40  # characters of a line in a list of links, at most
HEADLINE = (9, 40)  # characters of a headline
LABEL_CHARS = 8  # of the name of a section, of a field before its colon, at most
LONG = 300  # longer lines count no more
TEXT_CHARS = 200  # of prose, from which a text can have come to its end
PARAGRAPH = 60  # characters of prose that few teasers have
FAR = 60  # lines; farther is as far
NEVER = 99  # no such line above, or below
PERIODS = range(2, 7)  # lines of an entry in a list: rank and headline; user, place, words and date
SAME = (-4, -3, -2, -1, 1, 2, 3, 4)
WINDOWS = ((-3, -1), (1, 3), (-10, -1), (1, 10))
WIDE = ((-10, -1), (1, 10))
RELATED = (K.RELATED_BLOCK,)
MASTHEAD = (K.BREADCRUMB, K.DATE_LINE)


class Documents(NamedTuple):
    """The lines of several documents, one after the other."""

    places: np.ndarray  # int64[n]: 0 to n - 1
    first: np.ndarray  # int64[n]: the first line of the document that a line stands in
    last: np.ndarray  # int64[n]: behind the last

    def sums(self, values: np.ndarray, low: int, high: int) -> np.ndarray:
        """For each line the sum over the lines from `low` to `high` below it, in its document; `low` < 0: above."""
        sums = np.concatenate([[0], np.cumsum(values)])
        begin = np.clip(self.places + low, self.first, self.last)
        return sums[np.maximum(np.clip(self.places + high + 1, self.first, self.last), begin)] - sums[begin]

    def totals(self, values: np.ndarray) -> np.ndarray:
        """For each line the sum over its document."""
        sums = np.concatenate([[0], np.cumsum(values)])
        return sums[self.last] - sums[self.first]

    def above(self, values: np.ndarray) -> np.ndarray:
        """For each line the sum over the lines above it."""
        sums = np.concatenate([[0], np.cumsum(values)])
        return sums[:-1] - sums[self.first]

    def beside(self, values: np.ndarray, step: int, fill: int = -1) -> np.ndarray:
        """The value of the line that stands `step` lines below each; `step` < 0: above."""
        other = self.places + step
        inside = (other >= self.first) & (other < self.last)
        return np.where(inside, values[np.where(inside, other, 0)], fill)

    def above_me(self, chosen: np.ndarray) -> np.ndarray:
        """The nearest chosen line above each or itself; -1: none."""
        nearest = np.maximum.accumulate(np.where(chosen, self.places, -1))
        return np.where(nearest >= self.first, nearest, -1)

    def below_me(self, chosen: np.ndarray) -> np.ndarray:
        """The nearest chosen line below each or itself; -1: none."""
        behind = len(self.places)
        nearest = np.minimum.accumulate(np.where(chosen, self.places, behind)[::-1])[::-1]
        return np.where(nearest < self.last, nearest, -1)

    def since(self, chosen: np.ndarray) -> np.ndarray:
        """Lines down from the nearest chosen line."""
        nearest = self.above_me(chosen)
        return np.where(nearest >= 0, np.minimum(self.places - nearest, FAR), NEVER)

    def until(self, chosen: np.ndarray) -> np.ndarray:
        """Lines down to the nearest chosen line."""
        nearest = self.below_me(chosen)
        return np.where(nearest >= 0, np.minimum(nearest - self.places, FAR), NEVER)


def documents(rows: np.ndarray) -> Documents:
    """The documents of lines; `rows`: int64[n], ascending."""
    return Documents(np.arange(len(rows)), np.searchsorted(rows, rows), np.searchsorted(rows, rows, side="right"))


def columns(rows: np.ndarray, kinds: np.ndarray, features: np.ndarray, looks: Shapes) -> dict[str, np.ndarray]:
    """The columns by name, one entry a line. All lines of a document are needed, without the blank ones."""
    number = features.astype(np.int64).T
    around = documents(rows)
    alone = _alone(kinds, number, looks)
    traits = _traits(kinds, number, looks)
    return (
        alone
        | _repeated(rows, around, looks)
        | _neighbours(around, alone, traits)
        | _windows(around, traits)
        | _places(around, traits, alone["kind"], looks)
    )


def _share(part: np.ndarray, whole: np.ndarray, of: int = 100) -> np.ndarray:
    return part * of // np.maximum(whole, 1)


def _alone(kinds: np.ndarray, number: np.ndarray, looks: Shapes) -> dict[str, np.ndarray]:
    """The line itself."""
    chars = number[CHARS]
    return {
        "kind": kinds.astype(np.int64),
        "chars": np.minimum(chars, 400),
        "han": _share(number[HAN], chars),
        "latin": _share(number[LATIN], chars),
        "digits": _share(number[DIGIT], chars),
        "function": _share(number[FUNCTION], number[HAN], 1000),
        "marks": _share(number[MARK], chars),
        "symbols": _share(looks.symbols, chars),
        "stops": np.minimum(number[STOP], 4),
        "separators": np.minimum(number[SEPARATOR], 9),
        "gaps": np.minimum(number[GAP], 9),
        "ends": number[ENDS],
        "tail": np.where(number[TAIL] == chars, -1, np.minimum(number[TAIL], 60)),
        "first": looks.first,
        "last": looks.last,
        "colon": np.minimum(looks.colon, 12),
        "title": looks.title,
    }


def is_prose(kinds: np.ndarray, number: np.ndarray) -> np.ndarray:
    """bool[n]: lines of no kind that look like sentences. `number`: int64[len(FEATURES), n]."""
    han, marks = number[HAN], number[MARK]
    sentence = (number[ENDS] > 0) & (han >= SENTENCE_HAN)
    paragraph = (han >= BODY_HAN) & (marks >= 2) & (number[FUNCTION] > 0)
    prose: np.ndarray = (kinds == K.NONE) & (sentence | paragraph | ((number[LATIN] >= LINK_CHARS) & (marks >= 2)))
    return prose


def _traits(kinds: np.ndarray, number: np.ndarray, looks: Shapes) -> dict[str, np.ndarray]:
    """What is summed over neighbours: 0 or 1, or characters."""
    chars, han, marks, ends = number[CHARS], number[HAN], number[MARK], number[ENDS] > 0
    unsaid = kinds == K.NONE
    sentence = ends & (han >= SENTENCE_HAN)
    prose = is_prose(kinds, number)
    low, high = HEADLINE
    headline = (chars >= low) & (chars <= high) & (han >= SENTENCE_HAN + 1) & ~sentence & unsaid & (looks.colon == 0)
    truths = {
        "said": ~unsaid,
        "sentence": sentence,
        "prose": prose,
        "link": (chars <= LINK_CHARS) & ~ends & (marks <= 1) & unsaid,
        "headline": headline,
        "short": chars <= LABEL_CHARS,
        "elided": looks.last == ELLIPSIS,
        "numeral": 2 * number[DIGIT] > chars,
        "chopped": (chars > LINK_CHARS) & ~ends & (han >= BODY_HAN),
        "wordy": chars > LINK_CHARS,
        "labelled": (looks.colon > 0) & (looks.colon <= LABEL_CHARS),
    }
    amounts = {
        "prose_chars": np.where(prose, np.minimum(chars, LONG), 0),
        "all_chars": np.minimum(chars, 100),
        "long_chars": np.minimum(chars, LONG),
        "signs": np.minimum(looks.symbols, 30),
    }
    return {name: truth.astype(np.int64) for name, truth in truths.items()} | amounts


def _repeated(rows: np.ndarray, around: Documents, looks: Shapes) -> dict[str, np.ndarray]:
    """How the lines of a document repeat each other: the same text, the same beginning, the same shape in a rhythm."""
    _, place, count = np.unique(looks.text ^ rows * 1000003, return_inverse=True, return_counts=True)
    again = count[place]
    once_more = (again > 1) & (looks.title != TITLE) & (looks.title != FIRST)
    rhythms = np.stack([_rhythm(around, looks.shape, period) for period in (1, *PERIODS)])
    rhythm = rhythms[1:].max(axis=0)
    return {
        "again": np.minimum(again, 4),
        "repeated_near": around.sums(once_more.astype(np.int64), -5, 5),
        "run": rhythms[0],
        "rhythm": rhythm,
        "rhythm_near": around.sums(np.maximum(rhythms[0], rhythm), -4, 4),
        "prefixes": np.minimum(sum((around.beside(looks.prefix, step) == looks.prefix).astype(np.int64) for step in SAME), 4),
    }


def _rhythm(around: Documents, shape: np.ndarray, period: int) -> np.ndarray:
    """0 to 4: how many lines, one and two periods above and below, have the shape of each."""
    above = (around.beside(shape, -period) == shape).astype(np.int64)
    below = around.beside(above, period, 0)
    return above + below + around.beside(above, -period, 0) * above + around.beside(below, period, 0) * below


def _neighbours(around: Documents, alone: dict[str, np.ndarray], traits: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    named = {name: alone[name] for name in ("chars", "kind", "last", "digits")} | {"sentence": traits["sentence"]}
    return {f"{name}{step:+}": around.beside(values, step) for name, values in named.items() for step in (-2, -1, 1, 2)}


def _windows(around: Documents, traits: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    near = ("prose_chars", "all_chars", "said", "elided", "numeral", "signs", "short")
    windows = [(name, window) for name in near for window in WINDOWS]
    windows += [(name, window) for name in ("prose", "link", "headline", "chopped") for window in WIDE]
    summed = {f"{name}{low:+}{high:+}": around.sums(traits[name], low, high) for name, (low, high) in windows}
    wordy = traits["wordy"]
    turn = (around.beside(wordy, 1) == 1 - wordy) & (around.beside(wordy, 2) == wordy)  # headline, teaser, headline …
    return summed | {
        "labelled_near": around.sums(traits["labelled"], -4, 4),
        "turns_above": around.sums(turn.astype(np.int64), -10, -1),
        "turns_below": around.sums(turn.astype(np.int64), 0, 9),
    }


def _places(around: Documents, traits: dict[str, np.ndarray], kinds: np.ndarray, looks: Shapes) -> dict[str, np.ndarray]:
    """Where the line stands between the ends of its document, its prose and what says something."""
    prose, said = traits["prose_chars"], traits["said"]
    lines, whole, above = around.last - around.first, around.totals(prose), around.above(prose)
    below = whole - above - prose
    ending = np.isin(kinds, [*sorted(ENDINGS), *RELATED]).astype(np.int64)
    endings, long = around.above(ending), prose >= PARAGRAPH
    upper, lower = around.above_me(long), around.below_me(long)
    begin, end = _densest(around.first, _core_scores(kinds, traits))
    marks = {"related": np.isin(kinds, RELATED), "paragraph": long, "title": looks.title == TITLE}
    marks |= {"masthead": np.isin(kinds, MASTHEAD), "ending": np.isin(kinds, sorted(ENDINGS)), "said": said > 0}
    return (
        {f"since_{name}": around.since(chosen) for name, chosen in marks.items()}
        | {f"until_{name}": around.until(chosen) for name, chosen in marks.items()}
        | {
            "from_start": np.minimum(around.places - around.first, FAR),
            "to_end": np.minimum(around.last - 1 - around.places, FAR),
            "lines": np.minimum(lines, 400),
            "evidence": np.minimum(evidence(counts_of(kinds, around.first)), 150),
            "prose_all": np.minimum(whole, 3000),
            "prose_above": np.minimum(above, 2000),
            "prose_below": np.minimum(below, 2000),
            "above": np.where(whole > 0, _share(above, whole, 1000), -1),
            "below": np.where(whole > 0, _share(below, whole, 1000), -1),
            "prose_share": _share(whole, around.totals(traits["long_chars"])),
            "link_share": _share(around.totals(traits["link"]), lines),
            "endings_above": np.minimum(endings, 9),
            "endings_below": np.minimum(around.totals(ending) - endings - ending, 9),
            "endings_since": np.where(upper >= 0, np.minimum(_between(ending, upper, around.places), 9), -1),
            "said_since": np.where(upper >= 0, np.minimum(_between(said, upper, around.places), 9), -1),
            "said_until": np.where(lower >= 0, np.minimum(_between(said, around.places, lower), 9), -1),
            "closed": _closed(around, kinds, above),
            "over_core": np.clip(begin - around.places, 0, FAR),
            "under_core": np.clip(around.places - end + 1, 0, FAR),
        }
    )


def _closed(around: Documents, kinds: np.ndarray, above: np.ndarray) -> np.ndarray:
    """1 below a heading over other pages that stands beside the end of a text, until the next masthead; else 0."""
    ends = np.isin(kinds, [*sorted(ENDINGS), K.CONTROLS]).astype(np.int64)
    beside = (around.beside(ends, -1) > 0) | (around.beside(ends, -2) > 0)
    closing = around.above_me(np.isin(kinds, RELATED) & beside & (above >= TEXT_CHARS))
    closed: np.ndarray = (closing >= 0) & (closing > around.above_me(np.isin(kinds, MASTHEAD)))
    return closed.astype(np.int64)


def _between(values: np.ndarray, first: np.ndarray, last: np.ndarray) -> np.ndarray:
    """Sums over ranges of lines, half-open."""
    sums = np.concatenate([[0], np.cumsum(values)])
    return sums[last] - sums[first]


def _core_scores(kinds: np.ndarray, traits: dict[str, np.ndarray]) -> np.ndarray:
    """How far a line is text at first sight, in quarters of characters."""
    prose, chars = (
        traits["prose_chars"],
        np.where(traits["prose_chars"] > LINK_CHARS, 4 * traits["prose_chars"], traits["prose_chars"]),
    )
    scores: np.ndarray = np.where(prose > 0, chars, np.where(kinds > 0, -80, -48 * traits["link"]))
    return scores


def _densest(first: np.ndarray, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For each line the run of lines with the largest sum of scores in its document, half-open.

    Pasternack and Roth, Extracting Article Text from the Web with Maximum Subsequence Segmentation, 2009.
    """
    runs = np.zeros((2, len(first)), np.int64)
    _densest_runs(first, scores, runs)
    return runs[0], runs[1]


@kernel(f"void({INT64}, {INT64}, int64[:,::1])")
def _densest_runs(first: np.ndarray, scores: np.ndarray, runs: np.ndarray) -> None:
    """Fill `runs`."""
    line = 0
    while line < first.size:
        start, best, total, begin, best_begin, best_end = line, 0, 0, line, line, line
        while line < first.size and first[line] == start:
            if total <= 0:
                total, begin = 0, line
            total += scores[line]
            line += 1
            if total > best:
                best, best_begin, best_end = total, begin, line
        runs[0, start:line] = best_begin
        runs[1, start:line] = best_end
