"""Which lines of a document are the page around its text: kinds of lines, their structure and their place, weighed together.

A line counts as prose when it looks like a sentence. What is no prose and says what pages say is evidence. The head of the
page goes down to its breadcrumb or date line, its end begins at the first sign of it that no text follows, and single lines
go in between. A document with menus is more page than text: there the densest run of prose is looked for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

import numpy as np

from builder.text.page.lexicon import Kind
from builder.text.page.lines import CHARS, ENDS, FUNCTION, HAN, LATIN, MARK

K = Kind


class Saying(NamedTuple):
    """What a kind of line says."""

    weight: int  # how far it makes the document a page, in tenths: 10 stands on pages only, 5 also in manuals and translations
    code: str  # public: under which it is cut


SAYS = {  # weights chosen by reading pages and clean texts of many genres
    K.NONE: Saying(0, "navigation_line"),
    K.CONTROLS: Saying(5, "navigation_line"),
    K.SECTIONS: Saying(2, "navigation_line"),
    K.BREADCRUMB: Saying(15, "navigation_line"),
    K.GENERIC_TRAIL: Saying(2, "navigation_line"),
    K.DATE_LINE: Saying(10, "date_line"),
    K.BARE_STAMP: Saying(2, "date_line"),
    K.COUNTER: Saying(1, "navigation_line"),
    K.EDITOR_CREDIT: Saying(10, "editor_credit"),
    K.WEAK_CREDIT: Saying(3, "editor_credit"),
    K.SHARE_BAR: Saying(15, "share_bar"),
    K.CALL_TO_ACTION: Saying(5, "call_to_action"),
    K.ADVERT: Saying(5, "call_to_action"),
    K.NOTICE: Saying(10, "rights_notice"),
    K.WEAK_NOTICE: Saying(3, "rights_notice"),
    K.PAGE_FOOTER: Saying(10, "page_footer"),
    K.ADDRESS: Saying(3, "page_footer"),
    K.PAGINATION: Saying(10, "page_navigation"),
    K.RELATED_BLOCK: Saying(5, "related_block"),
}
WEIGHTS = [SAYS[kind].weight for kind in K]  # integers, so that all machines agree
TELLING = [0 if kind in (K.CALL_TO_ACTION, K.ADVERT) else SAYS[kind].weight for kind in K]  # those stand between paragraphs
PAGE, STRONG_PAGE = 15, 30  # evidence from which a document is a page: two telling lines; four
ENOUGH = 3  # lines of one kind that count as evidence: a changelog has many dates

ENDINGS = {K.EDITOR_CREDIT, K.SHARE_BAR, K.PAGINATION, K.PAGE_FOOTER, K.NOTICE}  # stand below a text, or above the next one
IN_TAIL = ENDINGS | {K.CONTROLS, K.SECTIONS, K.DATE_LINE, K.WEAK_CREDIT, K.WEAK_NOTICE, K.CALL_TO_ACTION, K.ADVERT}
IN_TAIL |= {K.RELATED_BLOCK}
UNDER_TITLE = {K.DATE_LINE, K.SHARE_BAR, K.EDITOR_CREDIT, K.BREADCRUMB, K.PAGE_FOOTER}
UNDER_HEAD = set(K) - {K.NONE, K.NOTICE, K.WEAK_NOTICE}  # what may stand between a head that was cut and the text
UNDER_TEXT = {K.EDITOR_CREDIT, K.SHARE_BAR}
ANYWHERE = {K.NOTICE, K.CALL_TO_ACTION, K.SHARE_BAR, K.EDITOR_CREDIT, K.PAGINATION}
ON_PAGES = {K.DATE_LINE, K.BREADCRUMB, K.PAGE_FOOTER}
BETWEEN = ANYWHERE | ON_PAGES | {K.ADVERT}  # may be cut between paragraphs
ALONE = BETWEEN | ENDINGS | {K.BREADCRUMB}  # may be cut where nothing else makes the document a page
# What menus are made of, and of that, what manuals of programs do not list.
MENU = {K.CONTROLS, K.SECTIONS, K.BREADCRUMB, K.RELATED_BLOCK, K.SHARE_BAR, K.PAGE_FOOTER, K.ADDRESS}
NO_MANUAL = {K.BREADCRUMB, K.DATE_LINE, K.SHARE_BAR, K.PAGE_FOOTER, K.PAGINATION, K.RELATED_BLOCK}
HEADINGS = 2  # over other pages, that one page has
MENU_LINES, NO_MANUAL_LINES = 6, 2  # lines from which a document has menus
LISTED = 15  # links above the first prose that are a menu too, where footer or breadcrumb tells a page

BODY_HAN = 15  # Han of a paragraph of prose: all paragraphs of real pages that were measured have more
SENTENCE_HAN = 4  # Han of a line that ends like a sentence
LINK_CHARS = 40  # characters of a line in a list of links, at most
TITLE_CHARS = 5  # of a title, at least
TELLING_END = 10  # evidence below the last prose
NEAR = 4  # lines between a breadcrumb and its date line, between a credit and the block of links below it
SHORT, LONG = 40, 300  # characters of prose: shorter lines are often headlines, longer ones count no more
ARTICLE = 100  # characters of a paragraph that is no teaser of another page: below a block of links stand few of them
UNSAID = 12  # lines that belong to the text above them, at most: lists of links are longer, or have a heading
SIDE = 200  # characters of prose that stand above a heading over other pages, unless it heads a side column
MOST = 20  # times as much prose stands above the page's end as below it
CHARS_PER_TENTH = 6  # characters of links that a tenth of evidence at the page's end vouches for; a third of other lines


class Columns(NamedTuple):
    """Lines that are not blank, of all pages of a batch; parallel lists, one entry a line."""

    kinds: list[int]  # text.page.lexicon.Kind
    chars: list[int]
    prose: list[int]  # characters of lines that are prose, 0 for the others
    links: list[bool]  # short, without punctuation
    ends: list[bool]  # like a sentence


class Page(NamedTuple):
    """The same of one document, and what they say together."""

    kinds: list[int]
    chars: list[int]
    prose: list[int]
    links: list[bool]
    ends: list[bool]
    said: list[int]  # the lines that are of a kind
    counts: Counter[int]  # how many lines are of each
    weight: int  # evidence that the document is a page, in tenths
    core: tuple[int, int] | None  # of a page with menus: the run of lines with the text, half-open


def columns(kinds: np.ndarray, features: np.ndarray) -> Columns:
    """What is decided upon. `kinds`, `features`: of lines that are not blank (text/page/lines.py)."""
    chars, han, marks = features[:, CHARS], features[:, HAN], features[:, MARK]
    ends = features[:, ENDS] > 0
    paragraph = (han >= BODY_HAN) & (marks >= 2) & (features[:, FUNCTION] > 0)
    foreign = (features[:, LATIN] >= LINK_CHARS) & (marks >= 2)
    prose = np.where((kinds == K.NONE) & ((ends & (han >= SENTENCE_HAN)) | paragraph | foreign), chars, 0)
    links = (chars <= LINK_CHARS) & ~ends & (marks <= 1)
    return Columns(kinds.tolist(), chars.tolist(), prose.tolist(), links.tolist(), ends.tolist())


def page(lines: Columns, first: int, last: int) -> Page:
    """The document whose lines are `first` to `last`, half-open."""
    kinds, chars, prose = lines.kinds[first:last], lines.chars[first:last], lines.prose[first:last]
    return _weighed(kinds, chars, prose, lines.links[first:last], lines.ends[first:last])


def without(lines: Page, codes: dict[int, str]) -> Page:
    """The document without the lines that were cut."""
    left = [line for line in range(len(lines.kinds)) if line not in codes]
    kinds, chars, prose = ([column[line] for line in left] for column in (lines.kinds, lines.chars, lines.prose))
    links, ends = ([column[line] for line in left] for column in (lines.links, lines.ends))
    return _weighed(kinds, chars, prose, links, ends)


def _weighed(kinds: list[int], chars: list[int], prose: list[int], links: list[bool], ends: list[bool]) -> Page:
    said = [line for line, kind in enumerate(kinds) if kind]
    counts = Counter([kinds[line] for line in said])
    weight = sum(WEIGHTS[kind] * min(number, ENOUGH) for kind, number in counts.items())
    lines = Page(kinds, chars, prose, links, ends, said, counts, weight, None)
    return lines._replace(core=_core(lines)) if _has_menus(lines) else lines


def cut(lines: Page) -> dict[int, str]:
    """Lines to cut, with the code of each."""
    if lines.weight < PAGE and ALONE.isdisjoint(lines.counts):
        return {}
    start, codes = _head(lines)
    stop = _tail(lines, start)
    codes |= {line: _code(lines, line, "related_block") for line in range(stop, len(lines.kinds))}
    if not BETWEEN.isdisjoint(lines.counts):
        alien = _alien_kinds(lines)
        inside = (line for line in lines.said if start <= line < stop)
        codes |= {line: _code(lines, line, "navigation_line") for line in inside if _is_alien(lines, line, alien)}
    return codes


def _code(lines: Page, line: int, default: str) -> str:
    kind = lines.kinds[line]
    return SAYS[K(kind)].code if kind else default


# ---- The text of a page with menus


def _has_menus(lines: Page) -> bool:
    # A heading that stands above every section of an article is none of a menu.
    headings = max(lines.counts[K.RELATED_BLOCK] - HEADINGS, 0)
    if sum(lines.counts[kind] for kind in MENU) - headings >= MENU_LINES:
        return sum(lines.counts[kind] for kind in NO_MANUAL) - headings >= NO_MANUAL_LINES
    footed = K.PAGE_FOOTER in lines.counts or K.BREADCRUMB in lines.counts
    return footed and sum(lines.links[: _first_prose(lines)]) >= LISTED


def _core(lines: Page) -> tuple[int, int]:
    """The run of lines with the largest sum of scores: prose counts for the text, links and furniture against it.

    Pasternack and Roth, Extracting Article Text from the Web with Maximum Subsequence Segmentation, 2009.
    """
    best, best_range, total, first = 0, (0, 0), 0, 0
    for line, (kind, prose, link) in enumerate(zip(lines.kinds, lines.prose, lines.links, strict=True)):
        if total <= 0:
            total, first = 0, line
        total += _score(kind, prose, link=link)
        if total > best:
            best, best_range = total, (first, line + 1)
    return best_range


def _score(kind: int, prose: int, *, link: bool) -> int:
    """How far a line is text, in quarters of characters: the place of a learned score, should there be one."""
    if prose:
        return 4 * min(prose, LONG) if prose > SHORT else prose
    if kind:
        return -80
    return -48 if link else 0


# ---- The head


def _head(lines: Page) -> tuple[int, dict[int, str]]:
    """The first line below the page's head, and the lines to cut above it and between it and the text."""
    start, title, first = _breadcrumb(lines), -1, _first_prose(lines)
    if not start and lines.weight >= PAGE:
        start, title = _masthead(lines, first)
        if lines.core and lines.core[0] > start:
            start = first = lines.core[0]
            title = _title_above(lines, start)
    codes = {line: _code(lines, line, "navigation_line") for line in range(start) if line != title}
    if lines.weight >= PAGE:
        for line in range(start, first):
            kind = K(lines.kinds[line])
            if kind in UNDER_TITLE or (start and kind in UNDER_HEAD and 0 < line - start <= 2 * NEAR):
                codes[line] = SAYS[kind].code
    return start, codes


def _first_prose(lines: Page) -> int:
    return next((line for line, chars in enumerate(lines.prose) if chars), len(lines.kinds))


def _breadcrumb(lines: Page) -> int:
    """The line below the breadcrumb that ends the page's head; 0 where there is none.

    A breadcrumb with a date line close below is one wherever it stands; others need more text below than above. Further
    ones count as long as no text of this document can stand between them.
    """
    if K.BREADCRUMB not in lines.counts and K.GENERIC_TRAIL not in lines.counts:
        return 0
    whole, above, since, start = sum(lines.prose), 0, 0, 0
    for line, kind in enumerate(lines.kinds[:-1]):
        above += lines.prose[line]
        since += lines.prose[line]
        if start and 2 * since > whole - above:
            break
        if kind not in (K.BREADCRUMB, K.GENERIC_TRAIL):
            continue
        dated = K.DATE_LINE in lines.kinds[line : line + NEAR] or K.SHARE_BAR in lines.kinds[line : line + NEAR]
        trail = kind == K.GENERIC_TRAIL and not above and lines.weight >= (PAGE if line <= NEAR else STRONG_PAGE)
        if (trail or kind == K.BREADCRUMB) and (dated or above <= whole - above):
            start, since = line + 1, 0
    return start


def _masthead(lines: Page, first: int) -> tuple[int, int]:
    """The line below a head of controls where no breadcrumb ends it, and the title above it; (0, -1): none."""
    end = next((line for line in range(first) if lines.kinds[line] == K.DATE_LINE), first)
    controls = sum(kind in MENU for kind in lines.kinds[:end])
    if controls < MENU_LINES // 2 or controls * LISTED < 2 * end:
        return 0, -1
    return end, _title_above(lines, end)


def _title_above(lines: Page, end: int) -> int:
    """The title above a line: the nearest line that can be one, or else the first of the page; -1: neither."""
    near = range(end - 1, max(end - 1 - 2 * NEAR, -1), -1)
    return next((line for line in (*near, 0) if not lines.kinds[line] and lines.chars[line] >= TITLE_CHARS), -1)


# ---- The end


def _tail(lines: Page, start: int) -> int:
    """The first line of the page's end."""
    number = len(lines.kinds)
    prose = _sums_below(lines.prose)
    block = next(_blocks(lines, start, prose), number)
    end = _behind(lines, lines.core[1]) if block == number and lines.core and lines.core[1] > start else block
    end = next(iter(_endings(lines, start, min(end + 1, number), prose)), end)
    while start + 1 < end < number and lines.kinds[end - 1] in IN_TAIL:
        end -= 1
    return end


def _behind(lines: Page, end: int) -> int:
    """The line where the page goes on behind the run of prose: a few lines that say nothing are verse, a signature, a list."""
    stop = next((line for line in range(end, len(lines.kinds)) if lines.kinds[line]), len(lines.kinds))
    return stop if stop - end <= UNSAID else end


def _sums_below(values: Sequence[int]) -> list[int]:
    """For each line the sum over it and all below it, and 0 behind the last."""
    return list(accumulate(reversed(values), initial=0))[::-1]


def _blocks(lines: Page, start: int, prose: list[int]) -> Iterator[int]:
    """Lines where a heading over other pages stands, or the line that ends a text close above one: prose may follow it.

    A page with menus, or with a date line under its title, shows other pages below its text. Elsewhere a line that ends
    texts must stand beside the heading, and what follows must not be whole articles: the document may hold several. Nor
    must much prose follow several headings where nothing else tells a page: they may stand inside of an article.
    """
    if lines.weight < PAGE or K.RELATED_BLOCK not in lines.counts:
        return
    articles = _sums_below([chars if chars >= ARTICLE else 0 for chars in lines.prose])
    credited = max((line for line, kind in enumerate(lines.kinds) if kind in UNDER_TEXT), default=0)
    first = lines.core[0] if lines.core else 0
    headings = [line for line, kind in enumerate(lines.kinds) if kind == K.RELATED_BLOCK]
    told = not (NO_MANUAL - {K.RELATED_BLOCK}).isdisjoint(lines.kinds)
    many, sections = len(headings) > 1, sum(prose[line] > prose[below] for line, below in pairwise(headings))
    dated = K.DATE_LINE in lines.kinds[: 2 * NEAR]
    for line in range(start + 1, len(lines.kinds)):
        above = prose[first] - prose[line]
        if lines.kinds[line] == K.RELATED_BLOCK:
            whole_page = line > first and above >= SIDE and (lines.core or (dated and line > credited))
            sure = told or (sections < HEADINGS and not (many and prose[line] > max(2 * SIDE, above / 2)))
            whole_page = whole_page and sure
            beside = any(kind in ENDINGS for kind in lines.kinds[max(line - NEAR, 0) : line])
        else:
            whole_page = False
            beside = lines.kinds[line] in ENDINGS and K.RELATED_BLOCK in lines.kinds[line : line + NEAR]
        if whole_page or (beside and articles[line] <= max(2 * SIDE, above / 2)):
            yield line


def _endings(lines: Page, start: int, stop: int, prose: list[int]) -> list[int]:
    """The lines where the page's end may begin, the first first: much text above, little below, and enough evidence."""
    may = [
        line
        for line in lines.said
        if start < line < stop
        and (prose[start] > prose[line] or line >= start + NEAR - 1)
        and MOST * prose[line + 1] <= prose[start] - prose[line]
    ]
    if not may:
        return []
    unknown = zip(lines.kinds, lines.chars, lines.links, strict=True)
    other = _sums_below([0 if kind else chars if link else 3 * chars for kind, chars, link in unknown])
    telling = _sums_below([TELLING[kind] for kind in lines.kinds])
    last = max((line for line, chars in enumerate(lines.prose) if chars), default=0)
    return [
        line
        for line in may
        if (last < line or telling[last] >= TELLING_END) and _ends_page(lines.kinds[line], other[line + 1], telling[line])
    ]


def _ends_page(kind: int, other: int, telling: int) -> bool:
    """Whether the page's end begins at a line of this kind, above so many unknown characters and with so much evidence."""
    if not other:
        return kind in ENDINGS or (kind in IN_TAIL and telling >= PAGE)
    return telling >= STRONG_PAGE and telling * CHARS_PER_TENTH >= other and kind in ENDINGS | {K.RELATED_BLOCK, K.CONTROLS}


# ---- Between


def _alien_kinds(lines: Page) -> set[K]:
    """The kinds of single lines that belong to the page in this document."""
    alien = set(ANYWHERE)
    # Alone, the word is a heading like any other, unless there is more furniture or there are no headings.
    alone = lines.counts[K.ADVERT] <= 1 and lines.weight <= SAYS[K.ADVERT].weight
    if not alone or sum(lines.links) * 10 <= len(lines.kinds):
        alien.add(K.ADVERT)
    if lines.weight >= STRONG_PAGE:
        alien |= ON_PAGES
    credit = SAYS[K.EDITOR_CREDIT].weight * min(lines.counts[K.EDITOR_CREDIT], ENOUGH)
    if lines.weight - credit < TELLING_END:  # nothing else tells a page: speakers of a dialogue edit too
        alien.discard(K.EDITOR_CREDIT)
    return alien


def _is_alien(lines: Page, line: int, alien: set[K]) -> bool:
    """Whether a single line inside the text belongs to the page; `alien`: the kinds that do in this document."""
    kind = lines.kinds[line]
    if kind == K.CALL_TO_ACTION:
        return not lines.ends[line] or lines.weight >= STRONG_PAGE
    return kind in alien
