"""Drop documents that are lists of gambling, adult or fraud keywords, or hold so many that they are the page.

What counts as spam, and why a text about gambling, health or film is none, stands in `builder/text/spam.py`. Single names
injected into a page are cut out by `normalize.injected_names`, and menus with keywords by `normalize.furniture`; what is left is
judged here. Of 16,330 clean documents none has any spam, lists of keywords have 0.6 and more; a hijacked page whose article is
whole had 0.14, which the limit keeps.
"""

from __future__ import annotations

import numpy as np
from pydantic import Field

from builder.core.batch import Batch, counter, visible_chars
from builder.core.step import Finding, Step
from builder.text.spam import spam_ratios


class Spam(Step):
    """Drop documents of which too much is spam."""

    max_spam_ratio: float = Field(default=0.2, ge=0, le=1)  # characters of spam lines, spaces left out

    def detect(self, batch: Batch) -> list[Finding]:
        """Share of characters on spam lines, against the limit."""
        ratios = spam_ratios(batch["text"], counter(batch, "terminal_mark"), visible_chars(batch))
        rows = np.flatnonzero(ratios > self.max_spam_ratio)
        return [Finding("keyword_spam", rows, ratios[rows], self.max_spam_ratio)]
