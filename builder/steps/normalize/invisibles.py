"""Remove characters that nobody sees: controls, zero-width spaces, byte order marks, bidi controls, soft hyphens, tags.

Some do work and stay: joiners inside emoji and in scripts that join their letters (Arabic, the scripts of India), the tags
of a flag. Variation selectors are no concern of this step: after Han they choose a glyph, after a symbol its emoji form.
Line breaks of any kind and spaces of any width are repaired by their own steps.
"""

from __future__ import annotations

import re
import unicodedata

import numpy as np

from builder.core.batch import Batch, counter
from builder.core.step import Edit, Finding, Row, Step
from builder.text.pattern import chars

# Scripts whose letters a joiner shapes (The Unicode Standard, chapters 9, 12, 13, 16): Arabic to Arabic Extended-A,
# Devanagari to Sinhala, Tibetan to Myanmar, Khmer, Mongolian, and the Arabic presentation forms.
JOINING = "\u0600-\u08ff\u0900-\u0dff\u0f00-\u109f\u1780-\u17ff\u1800-\u18af\ufb50-\ufdff\ufe70-\ufefc"
EMOJI = "\u2190-\u2bff\u3030\u303d\U0001f000-\U0001faff"  # arrows to symbols, and the emoji blocks of the first plane
EMOJI_END = EMOJI + "\N{VARIATION SELECTOR-16}\N{COMBINING ENCLOSING KEYCAP}"  # skin tones lie inside EMOJI
BESIDE = "0-9A-Za-z" + chars("han", "kana", "hangul", "cjk_mark", "terminal_mark")  # a joiner does nothing before these
JOINER = "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"

WORKING = (
    f"(?<=[{JOINING}])[{JOINER}](?![{BESIDE}{JOINER}])"
    f"|(?<=[{EMOJI_END}])\N{ZERO WIDTH JOINER}(?=[{EMOJI}])"
    "|\N{WAVING BLACK FLAG}[\U000e0020-\U000e007e]{1,6}\N{CANCEL TAG}"  # England, Scotland, Wales (UTS #51, annex C)
)
UNSEEN = chars("control", "invisible", "joiner")
PLACES = re.compile(f"({WORKING})|[{UNSEEN}]")


class Invisibles(Step):
    """Remove controls and format characters that do no work."""

    def detect(self, batch: Batch) -> list[Finding]:
        findings = []
        for code, names in (("control", ("control",)), ("invisible", ("invisible", "joiner"))):
            number = counter(batch, *names)
            rows = np.flatnonzero(number)
            findings.append(Finding(code, rows, number[rows].astype(np.float64)))
        return findings

    def repair(self, row: Row) -> Edit:
        text = PLACES.sub(r"\1", row.text)
        count = len(row.text) - len(text)
        if count and unicodedata.is_normalized("NFC", row.text):
            text = unicodedata.normalize("NFC", text)  # an accent may now touch its letter
        return Edit(text, count)
