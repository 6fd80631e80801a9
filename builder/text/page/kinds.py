"""What the kinds of lines say: how far each makes a document a page, and the public code under which it is cut."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from builder.text.page.lexicon import Kind

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
WEIGHTS = np.array([SAYS[kind].weight for kind in K])  # integers, so that all machines agree
ENOUGH = 3  # lines of one kind that count as evidence: a changelog has many dates
ENDINGS = {K.EDITOR_CREDIT, K.SHARE_BAR, K.PAGINATION, K.PAGE_FOOTER, K.NOTICE}  # stand below a text, or above the next one


PAGE = 15  # evidence from which a document is a page: two telling lines
CREDITS = (K.EDITOR_CREDIT, K.WEAK_CREDIT)  # translations end in several, and are no pages for that
NO_MANUAL = [K.BREADCRUMB, K.DATE_LINE, K.SHARE_BAR, K.PAGE_FOOTER, K.PAGINATION]  # manuals list controls too

MENU, MENU_LINES = [K.CONTROLS, K.SECTIONS], 6  # above or below a heading over other pages


def counts_of(kinds: np.ndarray, first: np.ndarray) -> np.ndarray:
    """int64[n, len(Kind)]: for each line how many of its document are of each kind. `first`: the first line of its document."""
    starts, document = np.unique(first, return_inverse=True)
    counts = np.bincount(document * len(K) + kinds, minlength=len(starts) * len(K)).reshape(-1, len(K))
    return counts[document]


def evidence(counts: np.ndarray) -> np.ndarray:
    """int64[n]: how far documents are pages, in tenths, by their counts of kinds."""
    weights: np.ndarray = np.minimum(counts, ENOUGH) @ WEIGHTS
    return weights


def are_pages(counts: np.ndarray) -> np.ndarray:
    """bool[n]: documents of which each line is scored, by their counts of kinds."""
    without_credits = counts.copy()
    without_credits[:, CREDITS] = 0
    menu = (counts[:, MENU].sum(axis=1) >= MENU_LINES) & (counts[:, K.RELATED_BLOCK] > 0)
    pages: np.ndarray = (evidence(without_credits) >= PAGE) & (menu | counts[:, NO_MANUAL].any(axis=1))
    return pages
