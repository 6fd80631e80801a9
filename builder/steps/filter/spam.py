"""Drop documents that are lists of gambling, adult or fraud keywords, or advertise such services.

What counts as spam, and why a text about gambling, health or film is none, stands in `builder/text/spam.py` for lists and in
`builder/text/spam_adverts.py` for sentences. Single names injected into a page are cut out by `normalize.injected_names`, and
menus with keywords by `normalize.furniture`; what is left is judged here. Of 16,330 clean documents none has any spam, lists of
keywords have 0.6 and more; a hijacked page whose article is whole had 0.14, which the limit keeps. Of the same clean documents
none advertises; adverts have 0.6 and more.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from pydantic import Field

from builder.core.batch import Batch, counter, visible_chars
from builder.core.step import Finding, Step
from builder.text.spam import spam_ratios, with_terms
from builder.text.spam_adverts import advert_ratios


class Spam(Step):
    """Drop documents of which too much is spam."""

    version: ClassVar[int] = 2

    max_spam_ratio: float = Field(default=0.2, ge=0, le=1)  # characters of spam lines, spaces left out
    max_advert_ratio: float = Field(default=0.4, ge=0, le=1)  # characters of sentences that advertise

    def detect(self, batch: Batch) -> list[Finding]:
        """Shares of characters on spam lines and in sentences that advertise, against the limits."""
        rows = with_terms(batch["text"])
        ratios = spam_ratios(batch["text"], rows, counter(batch, "terminal_mark"), visible_chars(batch))
        listed = np.flatnonzero(ratios > self.max_spam_ratio)
        adverts = advert_ratios(batch["text"], rows)
        praised = np.flatnonzero(adverts > self.max_advert_ratio)
        return [
            Finding("keyword_spam", listed, ratios[listed], self.max_spam_ratio),
            Finding("spam_advert", praised, adverts[praised], self.max_advert_ratio),
        ]
