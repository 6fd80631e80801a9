"""Which language a text is written in, by its scripts first and by telling characters where these leave it open.

The tags are those of BCP 47: `zh-Hans`, `zh-Hant`, `zh` (nothing that tells its script), `yue` (Cantonese), `lzh` (classical),
`ja`, `ko`, `en`, `other`, and `und` for a text without letters.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from builder.text.genre_lines import (
    CANTONESE_CHARS,
    CLASSICAL_CHARS,
    COMMAS,
    ENDED,
    FORMAL_CHARS,
    JAPANESE_CHARS,
    METRICAL,
    MODERN_CHARS,
    PHRASE_CHARS,
    PHRASES,
)
from builder.text.profile import COUNTERS

Language = Literal["zh", "zh-Hans", "zh-Hant", "yue", "lzh", "ja", "ko", "en", "other", "und"]
CHINESE: tuple[Language, ...] = ("zh", "zh-Hans", "zh-Hant", "yue", "lzh")

# Japanese prose is half kana; a Chinese lesson on Japanese may hold a quarter, but its own sentences have 的, 了 and 是.
MIN_KANA_RATIO, LIKELY_KANA_RATIO, SURE_KANA_RATIO = 0.2, 0.3, 0.5  # of kana and Han
# Notices and headlines without kana, by JAPANESE per Han: of Chinese documents none has more than 0.01, some with names of Japan.
# Where some kana stand among them one will do. 完了 is Japanese too.
MIN_JAPANESE, MIN_JAPANESE_RATIO, SOME_KANA_RATIO, FORMS_PER_MODERN = 2, 0.03, 0.05, 4
MIN_HANGUL_RATIO = 0.2  # of Hangul and Han: modern Korean has hardly any Han
MIN_MODERN_RATIO = 0.02  # MODERN per Han: 99 of 100 texts in Mandarin have more, save law (0.017) and entries of encyclopaedias
# A Han is about as much text as three letters (1.6 Han a word, five letters a word): where letters outweigh Han threefold the
# text is not Chinese with foreign names. Documentation full of code stays below 2.4, which `filter.han_ratio` allows.
LETTERS_PER_HAN = 3
MIN_LESSON_RATIO = 0.05  # MODERN per Han of a lesson full of kana: Japanese nouns hold 都, 的 and 個, one or two in a hundred
MIN_CANTONESE_RATIO = 0.02  # CANTONESE per Han; see genre_lines
# CLASSICAL per Han: histories and essays 0.01 to 0.1, Mandarin at most 0.005 in 99 of 100 texts; law in either style 0.002.
MIN_CLASSICAL_RATIO = 0.006
MIN_OLD_RATIO = 0.03  # CLASSICAL and FORMAL per Han of classical prose; names of foreigners and plants hold 尔 and 乃 alone
MAX_MODERN_RATIO = 0.03  # MODERN per Han, of classical prose: novels in the vernacular have 0.05 and more
MIN_METRICAL_RATIO = 0.3  # of phrases: verse of equal phrases holds few function words of any kind
# Songs (ci) and annals: phrases of six Han in the mean, and a comma for every fifth; Mandarin has seven to nine, and 的.
# Lists of words have shorter phrases, and a line or two prove nothing.
MIN_TERSE_PHRASE, MAX_TERSE_PHRASE, TERSE_COMMAS, TERSE_PHRASES = 3.5, 6.0, 0.2, 15
METRE_PHRASE, METRE_MARKS = 4.8, 0.2  # entries of menus are of four Han and bare; verse of four has marks: per phrase
ENGLISH = r"(?i)\b(?:the|of|and|to|in|is|for|that|with|on)\b"
MIN_ENGLISH_RATIO = 0.02  # such words per letter: English prose has 0.05 (one word in four), French and Spanish below 0.01


def languages(texts: pa.ChunkedArray, profile: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """object[n]: the tag of each text. `profile` and `counts`: as text.profile and text.genre_lines count them."""
    of = {name: profile[:, COUNTERS.index(name)].astype(np.int64) for name in COUNTERS}
    han, kana, hangul = of["han"], of["kana"], of["hangul"]
    modern = counts[:, MODERN_CHARS]
    japanese = kana >= MIN_KANA_RATIO * (kana + han)
    chinese = np.where(kana >= LIKELY_KANA_RATIO * (kana + han), MIN_LESSON_RATIO, MIN_MODERN_RATIO) * han
    japanese &= (kana >= SURE_KANA_RATIO * (kana + han)) | (modern < chinese)
    forms = counts[:, JAPANESE_CHARS]
    notice = np.where(kana >= SOME_KANA_RATIO * (kana + han), 1, np.maximum(MIN_JAPANESE, MIN_JAPANESE_RATIO * han))
    notice = (forms >= notice) & (modern * FORMS_PER_MODERN <= forms)
    east = han + kana + hangul
    letters = of["latin"] + of["other_letter"]
    foreign = letters > LETTERS_PER_HAN * east
    decided = [
        east + letters + of["wide_alnum"] == 0,
        foreign,
        ((kana > 0) & japanese) | notice,
        (hangul > 0) & (hangul >= MIN_HANGUL_RATIO * (hangul + han)),
        (han > 0) & (counts[:, CANTONESE_CHARS] >= MIN_CANTONESE_RATIO * han),
        is_classical(han, of["latin"] + of["digit"], counts),
        of["han_traditional"] > of["han_simplified"],
        of["han_simplified"] > 0,
    ]
    tags = np.select(decided, ["und", "other", "ja", "ko", "yue", "lzh", "zh-Hant", "zh-Hans"], "zh").astype(object)
    latin = np.flatnonzero(foreign & (of["latin"] >= of["other_letter"]))
    if latin.size:
        words = pc.fill_null(pc.count_substring_regex(texts.take(pa.array(latin)), ENGLISH), 0).to_numpy()
        tags[latin[words >= MIN_ENGLISH_RATIO * of["latin"][latin]]] = "en"
    return tags


def is_classical(han: np.ndarray, modern_letters: np.ndarray, counts: np.ndarray, *, bare: bool = True) -> np.ndarray:
    """bool[n]: classical prose or verse, by function words and metre. `modern_letters`: ASCII letters and digits of each text.

    `bare`: equal phrases alone make verse of a text without marks.
    """
    classical, modern = counts[:, CLASSICAL_CHARS], counts[:, MODERN_CHARS]
    prose = (classical >= MIN_CLASSICAL_RATIO * han) & (modern <= np.maximum(MAX_MODERN_RATIO * han, classical))
    prose &= counts[:, FORMAL_CHARS] + classical >= MIN_OLD_RATIO * han
    verse = (counts[:, METRICAL] >= MIN_METRICAL_RATIO * counts[:, PHRASES]) & (modern <= np.maximum(MIN_MODERN_RATIO * han, 1))
    verse &= is_metre(counts, bare=bare)
    terse = (counts[:, PHRASE_CHARS] <= MAX_TERSE_PHRASE * counts[:, PHRASES]) & (modern <= MIN_MODERN_RATIO * han)
    terse &= (counts[:, PHRASE_CHARS] >= MIN_TERSE_PHRASE * counts[:, PHRASES]) & (counts[:, PHRASES] >= TERSE_PHRASES)
    terse &= counts[:, COMMAS] >= TERSE_COMMAS * counts[:, PHRASES]
    found: np.ndarray = (han > 0) & (prose | ((verse | terse) & (modern_letters == 0)))
    return found


def is_metre(counts: np.ndarray, *, bare: bool) -> np.ndarray:
    """bool[n]: phrases of one length that are no entries of a menu: with marks, or, where `bare`, of five Han and more."""
    phrases = counts[:, PHRASES]
    marked = counts[:, COMMAS] + counts[:, ENDED] >= METRE_MARKS * phrases
    metre: np.ndarray = (counts[:, METRICAL] > 1) & (marked | (bare & (counts[:, PHRASE_CHARS] >= METRE_PHRASE * phrases)))
    return metre
