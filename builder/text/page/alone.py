"""Short documents that are nothing but furniture: lines of a page that a crawl has torn from it.

The lines of a page tell of each other; of a line that stands alone only its own words tell. A document of few lines is furniture
where each of them speaks as a page speaks to its visitor. The score of a line is a sum of learned weights, of its different
n-grams (over the square root of how many they are), and of the signs that it shows and pairs of these (signs.py), all of it
in integers. scripts/lone_lines/train.py makes the table.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from builder.text.classes import TABLES
from builder.text.page.lines import CHARS, PageLines, page_lines
from builder.text.page.signs import MOST_WORDS, Seen, seen
from builder.text.quality.features import Grams, weighed

# More lines make a document in which lines can tell of each other; more characters make a text of several sentences.
MOST_LINES, MOST_CHARS = 3, 260
MOST_BREAKS = 8  # blank lines among them included
# RE2: the first words of a notice; what a site's own notice is about.
NOTICE = (
    "\\A[^\\n。！？!?；;]{0,16}(?:通知|通告|启事|啟事|公告|告示|公示|招领|招領|招租|招工|讣告|訃告|海报|海報|预告|預告|宣传|宣傳|须知|須知|说明|說明)"
    "(?:[\\s:：，,]|\\z)"
)
SITE = (
    "(?i)本站|我站|网站|網站|网页|網頁|论坛|論壇|客服|下单|下單|点击|點擊|登[录錄陆陸入]|注册|註冊|app|客户端|用户端"
    "|版权|版權|转载|轉載|免责|免責"
)
GRAMS = Grams(1, 2, 17)
UNIT = 1000  # scores are in thousandths of the logarithm of the odds that a line is furniture
LEAST = -(2**40)
ROOT = 256  # square roots are taken in units of 1/256


class Scorer(NamedTuple):
    """Learned weights, in units of 1 / UNIT."""

    grams: np.ndarray  # int16[2**bits]
    signs: np.ndarray  # int32[SIGNS, SIGNS]: on the diagonal of each sign, above it of two together
    bias: int
    limit: int  # above it a line is furniture

    def scores(self, lines: Seen) -> np.ndarray:
        """int64[n]: how far each line is furniture; one that shows no sign by its words is not asked, and has the least score."""
        sums, totals = weighed(lines.texts, GRAMS, self.grams)
        squares = (totals * ROOT * ROOT).astype(np.float64)  # below 2**52: IEEE 754 makes the same root of them everywhere
        roots = np.sqrt(squares).astype(np.int64)
        shown = lines.signs.astype(np.int64)
        found: np.ndarray = sums * ROOT // np.maximum(roots, 1) + ((shown @ self.signs) * shown).sum(axis=1) + self.bias
        return np.where(shown[:, :MOST_WORDS].any(axis=1), found, LEAST)


class Alone(NamedTuple):
    """Documents that are nothing but furniture; parallel."""

    rows: np.ndarray  # int64[k], ascending
    scores: np.ndarray  # int64[k]: of the line that is least so


@cache
def scorer() -> Scorer:
    """The shipped weights."""
    with np.load(TABLES / "lone_lines.npz") as table:
        return Scorer(table["grams"], table["signs"], int(table["bias"]), int(table["limit"]))


def furniture_alone(texts: pa.LargeStringArray) -> Alone:
    """Those of the texts that have few lines, all of them furniture."""
    few = _few_lines(texts)
    lines = page_lines(texts.take(pa.array(few)))
    full = np.flatnonzero(lines.features[:, CHARS])
    rows, chars = lines.rows[full], lines.features[full, CHARS]
    number, longest = np.bincount(rows, minlength=len(few)), np.zeros(len(few), np.int64)
    np.maximum.at(longest, rows, chars)
    judged = (number > 0) & (number <= MOST_LINES) & (longest <= MOST_CHARS)
    least = _least(lines, full[judged[rows]], len(few))
    found = np.flatnonzero(judged & (least > scorer().limit))
    found = found[~_are_notices(texts, few[found])]
    return Alone(few[found], least[found])


def _are_notices(texts: pa.LargeStringArray, rows: np.ndarray) -> np.ndarray:
    """bool[k]: texts that call themselves a notice at their head, and are none of a site: people speak to people like pages."""
    chosen = texts.take(pa.array(rows))
    notice, site = (pc.match_substring_regex(chosen, pattern).to_numpy(zero_copy_only=False) for pattern in (NOTICE, SITE))
    notices: np.ndarray = notice & ~site
    return notices


def _few_lines(texts: pa.LargeStringArray) -> np.ndarray:
    """int64[k]: the texts that may have few lines and characters, by their bytes."""
    short = pc.less_equal(pc.binary_length(texts), 4 * (MOST_CHARS * MOST_LINES + MOST_BREAKS))
    few = np.flatnonzero(pc.fill_null(short, False).to_numpy(zero_copy_only=False))
    breaks = pc.count_substring(texts.take(pa.array(few)), "\n").to_numpy()
    return few[breaks <= MOST_BREAKS]


def _least(lines: PageLines, chosen: np.ndarray, documents: int) -> np.ndarray:
    """int64[documents]: the least score of the chosen lines of each document, up to the first that is not furniture."""
    rows, least = lines.rows[chosen], np.full(documents, -LEAST)
    place = np.arange(len(chosen)) - np.searchsorted(rows, rows)
    for nth in range(MOST_LINES):
        asked = np.flatnonzero((place == nth) & (least[rows] > scorer().limit))
        if asked.size:
            scores = scorer().scores(seen(lines.each_alone(chosen[asked])))
            least[rows[asked]] = np.minimum(least[rows[asked]], scores)
    return least
