"""Replace what names or reaches a person by what it is: numbers of cards, telephones and plates, e-mail, IP addresses.

`110101199003070011` becomes `[身份证号]` since its checksum and birthday are right. Hotlines, years, order and book numbers,
versions, private and documentary addresses stay. Each kind has a switch; the expressions and their sources are in text/privacy.
"""

from __future__ import annotations

from collections import Counter
from typing import ClassVar

import numpy as np

from builder.core.batch import Batch, counter
from builder.core.step import Edit, Finding, Row, Step
from builder.text.pattern import matching
from builder.text.privacy.found import KINDS, places, replaced

FEWEST_DIGITS = 3  # of a plate; all others have more
# RE2, for a whole batch: what one of the numbers of text/privacy may be. E-mail is found by its sign.
NUMBERS = (
    "[0-9]{7}|[０-９]{2}"  # whatever is printed without gaps
    "|[0-9]{3,4}[ -][0-9]{4}[ -][0-9]{4}"
    "|[0-9]{6}[ -][0-9]{8}[ -][0-9]{3}"
    "|0[0-9]{2,3}[)） -]{1,2}[0-9]{3,4}[ -]?[0-9]{4}"
    r"|[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]"
    "|[23][0-9A-Fa-f]{3}:[0-9A-Fa-f]{0,4}:"
    r"|\p{Han}[A-HJ-NP-Z][·• -]?[A-HJ-NP-Z0-9]{4}"
    r"|(?i:qq|扣扣|微信|威信|v信|we(?:chat|ixin))[^\n]{0,6}[0-9a-z]"
)
EMAIL = "email"


class Privacy(Step):
    """Replace numbers and addresses of persons by typed placeholders."""

    version: ClassVar[int] = 2

    id_card: bool = True  # identity card, 18 digits
    mobile: bool = True
    landline: bool = True  # with its area code
    bank_card: bool = True
    email: bool = True
    ip: bool = True  # public addresses, IPv4 and IPv6
    plate: bool = True  # of a vehicle
    account: bool = True  # QQ and WeChat

    def detect(self, batch: Batch) -> list[Finding]:
        digits = counter(batch, "digit") + counter(batch, "wide_alnum")
        numbered = matching(batch["text"], np.flatnonzero(digits >= FEWEST_DIGITS), NUMBERS)
        mailed = _with_signs(batch)
        rows = [(kind, mailed if kind.name == EMAIL else numbered) for kind in KINDS if getattr(self, kind.name)]
        return [Finding(kind.code, found) for kind, found in rows if found.size]

    def repair(self, row: Row) -> Edit:
        """The text with placeholders."""
        found = places(row.text, row.codes)
        return Edit(replaced(row.text, found), Counter(place.kind.code for place in found)) if found else Edit(row.text, 0)


def _with_signs(batch: Batch) -> np.ndarray:
    """int64[k]: the texts with the sign of e-mail, also the fullwidth one. A literal each: RE2 finds these much faster."""
    letters = counter(batch, "latin", "wide_alnum") > 0
    narrow = matching(batch["text"], np.flatnonzero(counter(batch, "ascii_symbol")), "@")
    return np.union1d(narrow, matching(batch["text"], np.flatnonzero(letters & (counter(batch, "cjk_mark") > 0)), "＠"))
