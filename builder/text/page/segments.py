"""Which lines of documents are the page around their text.

A document with little evidence that it is a page is hardly touched: what says of itself that it is furniture goes where it
stands between paragraphs, under the title or below the last of the text. In a page every line is scored (context.py, trees.py).
"""

from __future__ import annotations

import numpy as np

from builder.text.kernel import kernel
from builder.text.page.context import Documents, columns, documents, is_prose
from builder.text.page.kinds import ENDINGS, ENOUGH, PAGE, SAYS, K, are_pages, counts_of, evidence
from builder.text.page.lines import CHARS, DIGIT, ENDS, HAN, MARK, PageLines
from builder.text.page.shapes import shapes
from builder.text.page.trees import trees
from builder.text.readonly import INT64

STRONG_PAGE = 30  # evidence from which a document certainly is a page: four telling lines
BETWEEN_PARAGRAPHS = {K.CALL_TO_ACTION, K.ADVERT}  # which tell no end of a page
TELLING = np.array([0 if kind in BETWEEN_PARAGRAPHS else SAYS[kind].weight for kind in K])
IN_TAIL = ENDINGS | {
    K.CONTROLS,
    K.SECTIONS,
    K.DATE_LINE,
    K.WEAK_CREDIT,
    K.WEAK_NOTICE,
    K.CALL_TO_ACTION,
    K.ADVERT,
    K.RELATED_BLOCK,
}
UNDER_TITLE = {K.DATE_LINE, K.SHARE_BAR, K.EDITOR_CREDIT, K.PAGE_FOOTER}
BYLINE = [K.DATE_LINE, K.BARE_STAMP, K.WEAK_CREDIT, K.EDITOR_CREDIT, K.SHARE_BAR, K.COUNTER]
TITLE_LINES, TITLE_CHARS = 3, 120  # above a byline, at most: a title, with a subtitle or printed twice
SIGNER_CHARS = 25  # of who signs a notice, above its date
ANYWHERE = {K.NOTICE, K.CALL_TO_ACTION, K.SHARE_BAR, K.EDITOR_CREDIT, K.PAGINATION}
ALONE = ANYWHERE | ENDINGS | {K.ADVERT, K.BREADCRUMB, K.DATE_LINE}  # may be cut where nothing else makes the document a page

LINK_CHARS = 40  # characters of a line in a list of links, at most
TELLING_END = 10  # evidence below the last prose
NEAR = 4  # lines of a text without prose that a page's end may stand below
MOST = 20  # times as much prose stands above the page's end as below it
CHARS_PER_TENTH = 6  # characters of links that a tenth of evidence at the page's end vouches for; a third of other lines

BRIDGED = 3  # lines between lines of the text that may be of it though their scores are below 0
HARDLY = -2000  # scores above it are still in doubt

CODES = tuple(sorted({saying.code for saying in SAYS.values()}))
CODE_OF = np.array([CODES.index(SAYS[kind].code) for kind in K])
ABOVE, BELOW = CODES.index("navigation_line"), CODES.index("related_block")  # of lines of no kind


def promising(counts: np.ndarray) -> np.ndarray:
    """bool[k]: documents of which a line may be cut. `counts`: int64[k, len(Kind)], how many lines are of each kind."""
    byline = (counts[:, K.BARE_STAMP] > 0) & (counts[:, K.WEAK_CREDIT] > 0)
    may: np.ndarray = (evidence(counts) >= PAGE) | counts[:, sorted(ALONE)].any(axis=1) | byline
    return may


def segments(lines: PageLines, kinds: np.ndarray, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The lines to cut of the documents at some rows, and the place in CODES of each one's code. `kinds`: of all lines."""
    full = np.flatnonzero((lines.features[:, CHARS] > 0) & np.isin(lines.rows, rows))
    around = documents(lines.rows[full])
    said, number = kinds[full].astype(np.int64), lines.features[full]
    counts = counts_of(said, around.first)
    pages = are_pages(counts)
    cut = _single(said, number, around, counts) | (~pages & _outside(said, number, around, counts))
    cut[pages] |= _page_around(lines, full[pages], said[pages])
    cut &= ~_signed(said, number, around, cut)
    places = np.flatnonzero(cut)
    return full[places], _codes(said, cut, around)[places]


def _page_around(lines: PageLines, chosen: np.ndarray, kinds: np.ndarray) -> np.ndarray:
    """bool[k]: which lines of pages are not their text, as it was learned."""
    rows = lines.rows[chosen]
    known = columns(rows, kinds, lines.features[chosen], shapes(lines, chosen, rows))
    scores = trees().score(np.stack(list(known.values()), axis=1).astype(np.int16), HARDLY)
    # Teasers of other pages are sentences too: no score tells them from text where the heading above them is out of sight.
    return bridged(rows, kinds, scores) | (known["closed"] > 0)


@kernel(f"boolean[::1]({INT64}, {INT64}, {INT64})")
def bridged(rows: np.ndarray, kinds: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """Lines with a score below 0, but for a few of no kind between lines of the text that are hardly below: they belong to it."""
    cut = scores < 0
    line = 0
    while line < rows.size:
        first = line
        while line < rows.size and scores[line] < 0 and rows[line] == rows[first]:
            line += 1
        inside = first > 0 and rows[first - 1] == rows[first] and line < rows.size and rows[line] == rows[first]
        few = inside and 0 < line - first <= BRIDGED
        if few and scores[first:line].min() > HARDLY and kinds[first:line].max() == 0:
            cut[first:line] = False
        line += int(line == first)
    return cut


def _codes(kinds: np.ndarray, cut: np.ndarray, around: Documents) -> np.ndarray:
    """The place in CODES for each line: by its kind, or else by whether most of the text stands below it."""
    kept = (~cut).astype(np.int64)
    over = 2 * around.above(kept) < around.totals(kept)
    codes: np.ndarray = np.where(kinds > 0, CODE_OF[kinds], np.where(over, ABOVE, BELOW))
    return codes


# ---- What says of itself that it is furniture


def _single(kinds: np.ndarray, number: np.ndarray, around: Documents, counts: np.ndarray) -> np.ndarray:
    """bool[n]: single lines that stand between paragraphs and belong to the page."""
    weights = evidence(counts)
    single = np.isin(kinds, sorted(ANYWHERE))
    # A call that ends like a sentence may be one of the text.
    single &= (kinds != K.CALL_TO_ACTION) | (number[:, ENDS] == 0) | (weights >= STRONG_PAGE)
    # Where nothing else tells a page: speakers of a dialogue edit too.
    credit = SAYS[K.EDITOR_CREDIT].weight * np.minimum(counts[:, K.EDITOR_CREDIT], ENOUGH)
    single &= (kinds != K.EDITOR_CREDIT) | (weights - credit >= TELLING_END)
    # Alone, the word is a heading like any other, unless there is more furniture or there are no headings.
    alone = (counts[:, K.ADVERT] <= 1) & (weights <= SAYS[K.ADVERT].weight)
    few = 10 * around.totals(_links(number)) <= around.last - around.first
    return single | ((kinds == K.ADVERT) & (~alone | few))


def _links(number: np.ndarray) -> np.ndarray:
    links: np.ndarray = (number[:, CHARS] <= LINK_CHARS) & (number[:, ENDS] == 0) & (number[:, MARK] <= 1)
    return links.astype(np.int64)


def _outside(kinds: np.ndarray, number: np.ndarray, around: Documents, counts: np.ndarray) -> np.ndarray:
    """bool[n]: lines under the title and from the first line of the document's end on, where that is told."""
    prose = np.where(is_prose(kinds, number.astype(np.int64).T), number[:, CHARS], 0).astype(np.int64)
    above = around.above(prose)
    under_title = (above == 0) & np.isin(kinds, sorted(UNDER_TITLE)) & (evidence(counts) >= PAGE)
    begins = _ends_text(kinds, number, around, prose, above)
    behind = around.above_me(begins) >= 0
    return under_title | behind | _leading(kinds, begins, around) | _byline(kinds, number[:, CHARS], prose, around)


def _byline(kinds: np.ndarray, chars: np.ndarray, prose: np.ndarray, around: Documents) -> np.ndarray:
    """bool[n]: lines between title and text that say together when and by whom it was published: a date with a name, or one each.

    This is often all that a program which takes the text out of a page has left of the page.
    """
    may = np.isin(kinds, BYLINE)
    block = np.cumsum(~may | (around.places == around.first)) - 1  # a line that may not, and those below it that may
    has = np.stack([np.bincount(block, kinds == kind) > 0 for kind in (K.DATE_LINE, K.BARE_STAMP, K.WEAK_CREDIT)], axis=1)
    tells = has[:, 0] | (has[:, 1] & has[:, 2])
    other = (~may).astype(np.int64)
    head = (around.above(other) <= TITLE_LINES) & (around.above(other * chars) <= TITLE_CHARS)
    below = around.totals(prose) - around.above(prose) - prose
    byline: np.ndarray = may & tells[block] & head & (below > 0)
    return byline


def _signed(kinds: np.ndarray, number: np.ndarray, around: Documents, cut: np.ndarray) -> np.ndarray:
    """bool[n]: days written out, below the name of who signs a text: they are of the text."""
    chars, han, digits = number[:, CHARS], number[:, HAN], number[:, DIGIT]
    day = (kinds == K.BARE_STAMP) & (han == len("年月日")) & (chars == han + digits)
    name = ~cut & (kinds == K.NONE) & (chars <= SIGNER_CHARS) & (number[:, ENDS] == 0)
    text = ~cut & is_prose(kinds, number.astype(np.int64).T)
    signed: np.ndarray = day & (around.beside(name, -1, 0) > 0) & (around.sums(text, -3, -2) > 0)
    return signed


def _ends_text(kinds: np.ndarray, number: np.ndarray, around: Documents, prose: np.ndarray, above: np.ndarray) -> np.ndarray:
    """bool[n]: lines where the document's end may begin: much text above, little below, and enough evidence."""
    below = around.totals(prose) - above - prose
    telling = _from_here(TELLING[kinds], around)
    chars = number[:, CHARS].astype(np.int64)
    unknown = np.where(kinds > 0, 0, np.where(_links(number) > 0, chars, 3 * chars))
    other = _from_here(unknown, around) - unknown
    stands = (kinds > 0) & (around.places > around.first) & ((above > 0) | (around.places - around.first >= NEAR - 1))
    stands &= (MOST * below <= above) & ((below == 0) | (telling >= TELLING_END))
    ending = np.isin(kinds, sorted(ENDINGS))
    sure = (other == 0) & (ending | (np.isin(kinds, sorted(IN_TAIL)) & (telling >= PAGE)))
    listed = ending | np.isin(kinds, [K.RELATED_BLOCK, K.CONTROLS])
    found: np.ndarray = stands & (sure | (listed & (telling >= STRONG_PAGE) & (telling * CHARS_PER_TENTH >= other)))
    return found


def _from_here(values: np.ndarray, around: Documents) -> np.ndarray:
    """Sums over each line and those below it in its document."""
    return around.totals(values) - around.above(values)


def _leading(kinds: np.ndarray, begins: np.ndarray, around: Documents) -> np.ndarray:
    """bool[n]: lines that stand directly above the document's end and are such as stand in it, but never a first line."""
    may = np.isin(kinds, sorted(IN_TAIL)) & (around.places > around.first + 1)
    other = around.below_me(~may & ~begins)
    end = around.below_me(begins)
    return may & (end >= 0) & ((other < 0) | (other > end))
