"""Shapes of lines and telling characters, counted for each text in one compiled pass: what genre and language are told by.

A line is what holds more than spaces; its characters are those that are no spaces. A phrase is a run of Han between marks, spaces
or line breaks. The sets of telling characters are disjoint.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pyarrow as pa

from builder.text.buffers import utf8
from builder.text.classes import SPACES
from builder.text.decoding import decoded_or_break
from builder.text.kernel import inlined, kernel
from builder.text.kinds import kind_table
from builder.text.readonly import INT64, UINT8

COUNTS = (
    "lines",
    "ended",  # lines that end as a sentence does
    "short",  # lines of up to 20 characters
    "bare",  # lines without Han
    "bare_chars",  # characters of these
    "rows",  # lines with two cell borders or more, or of nothing but drawn ones
    "articles",  # lines that begin with 第…条 and the like
    "speeches",  # lines that begin with an opening quotation mark, or with a name of up to 6 Han, Q or A and a colon
    "entries",  # lines of up to 40 characters that do not end as a sentence does
    "phrases",
    "phrase_chars",
    "metrical",  # phrases of 4, 5 or 7 Han that are as long as the one before
    "modern",  # MODERN
    "common",  # COMMON
    "formal",  # FORMAL
    "classical",  # CLASSICAL
    "cantonese",  # CANTONESE
    "japanese",  # JAPANESE
    "commas",
)
(
    LINES,
    ENDED,
    SHORT,
    BARE,
    BARE_CHARS,
    ROWS,
    ARTICLES,
    SPEECHES,
    ENTRIES,
    PHRASES,
    PHRASE_CHARS,
    METRICAL,
    MODERN_CHARS,
    COMMON_CHARS,
    FORMAL_CHARS,
    CLASSICAL_CHARS,
    CANTONESE_CHARS,
    JAPANESE_CHARS,
    COMMAS,
) = range(len(COUNTS))

# Function words of Mandarin, in both scripts: no other Chinese writes sentences with them, and headlines do with few.
MODERN = "的了是这這那们們个個么麼吗嗎呢吧着很把被让讓给給没沒还還都它她你您"
# Function words of every Chinese, old and new.
COMMON = "在不有我他为為以与與和及从從而且但又也就将將于於對对可能会會要上中下时時到说說"
# Those of old Chinese that law, officials and scholars still write.
FORMAL = "之其者若故皆亦诸諸所此毋莫盖蓋"
# Those that Mandarin keeps in set phrases only; 也, 而, 以 and 于 are common to both.
CLASSICAL = "矣焉曰乎哉兮耶欤歟吾汝尔爾弗孰岂豈遂乃邪"
# Cantonese writes these and Mandarin does not: ten sentences of UD_Cantonese-HK hold 0.13 of them a Han, of UD_Chinese-HK none.
CANTONESE = "嘅咗喺佢哋嚟冇唔啲嗰乜噉睇攞畀嘢"
# Japan's simplified forms (OpenCC, JPShinjitaiCharacters) and its own characters that neither GB 2312 nor Big5 has, without a
# dozen that Chinese editions of old verse print as well.
JAPANESE = (
    "両乗亀亜仏仮価倹児円処剣剤労効勅勧勲単厳収唖営噛団囲図圏圧塁塩増壊壌壱売変奨嬢実対専尭巌巣巻帯帰庁広廃弐弾徳徴応恵悩悪懐戦戯戻払抜択拝拠拡挙挿捜掲掻揺摂撃撹斉斎晩暁暦曽栄桜桝桟検楽様権歓歩歯歳歴毎気沢涙渇済渉渋渓満滝瀬焼"
    "犠猟獣畳痩発県砕稲穂穏穣竜粋粛経絵総縁縄縦繊繍聴脳臓艶荘蔵薫薬蛍蝋覇覚覧観訳読譲賛転軽辺逓遅郷酔醤醸釈鉄鉱銭鋳錬関闘陥険雑霊駅駆騒験髄鴎鶏鹸麺黒黙齢働込峠辻畑枠匂塀栃"
)
FUNCTION_WORDS = MODERN + COMMON + FORMAL + CLASSICAL + CANTONESE
BORDERS = "|｜\t│┃║┆┊"  # of the cells of a row
DRAWN = "─━═┌┐└┘├┤┬┴┼╔╗╚╝╠╣╦╩╬"
OPENERS = '“「『‘"'  # the straight one also closes
CLOSERS = "”’」』）)》】\"'"
HAN_NUMERALS, DIGITS = "零〇一二三四五六七八九十百千两兩", "0123456789０１２３４５６７８９"
UNITS = "条條章节節款编編"

SHORT_LINE, ENTRY, NAME = 20, 40, 6
QUESTION, ANSWER = ord("Q"), ord("A")
METRES = (4, 5, 7)  # Han of a phrase
UNNUMBERED, SIGN_BEHIND, NUMERAL_BEHIND, UNIT_BEHIND, NO_NUMBER = range(5)  # 第, its numerals, 条; at the head of a line
KINDS = 21
OTHER, SPACE, BREAK, END, COMMA, COLON, BORDER, RULE, OPENER, CLOSER, DIGIT = range(11)
# Han from here on.
HAN, HAN_NUMERAL, NUMBER_SIGN, UNIT, IN_MODERN, IN_COMMON, IN_FORMAL, IN_CLASSICAL, IN_CANTONESE, IN_JAPANESE = range(11, KINDS)


@cache
def _kinds() -> np.ndarray:
    """uint8[DECODABLE]: the kind of each code point."""
    characters = (
        ("!?;.…⋯", END),
        ("，,、", COMMA),
        ("：:", COLON),
        (BORDERS, BORDER),
        (DRAWN, RULE),
        (CLOSERS, CLOSER),
        (OPENERS, OPENER),
        (DIGITS, DIGIT),
        (HAN_NUMERALS, HAN_NUMERAL),
        ("第", NUMBER_SIGN),
        (UNITS, UNIT),
        (MODERN, IN_MODERN),
        (COMMON, IN_COMMON),
        (FORMAL, IN_FORMAL),
        (CLASSICAL, IN_CLASSICAL),
        (CANTONESE, IN_CANTONESE),
        (JAPANESE, IN_JAPANESE),
        ("\n", BREAK),
    )
    return kind_table(((("han",), HAN), (SPACES, SPACE), (("terminal_mark",), END)), characters, OTHER)


@inlined
def _numbered(number: int, kind: int, chars: int) -> int:
    """How far the head of a line is the number of an article, after a character of a kind; `chars`: those before it."""
    if kind == NUMBER_SIGN and chars == 0:
        return SIGN_BEHIND
    if kind in (HAN_NUMERAL, DIGIT) and number in (SIGN_BEHIND, NUMERAL_BEHIND):
        return NUMERAL_BEHIND
    if kind == UNIT and number == NUMERAL_BEHIND:
        return UNIT_BEHIND
    return number if number >= UNIT_BEHIND else NO_NUMBER


@inlined
def _add_line(counts: np.ndarray, row: int, chars: int, han: int, ended: bool) -> None:  # noqa: FBT001 - of a kernel
    """Count a line by its length, its Han and its end."""
    counts[row, LINES] += 1
    counts[row, ENDED] += ended
    counts[row, SHORT] += chars <= SHORT_LINE
    counts[row, ENTRIES] += chars <= ENTRY and not ended
    counts[row, BARE] += han == 0
    counts[row, BARE_CHARS] += chars * (han == 0)


@inlined
def _add_phrase(counts: np.ndarray, row: int, phrase: int, phrase_before: int) -> None:
    """Count a run of Han by its length, and by that of the one before."""
    counts[row, PHRASES] += 1
    counts[row, PHRASE_CHARS] += phrase
    counts[row, METRICAL] += phrase == phrase_before and phrase in METRES


@kernel(f"void({INT64}, {UINT8}, {UINT8}, int32[:,::1])")
def _count(  # noqa: C901, PLR0912 - one pass, and each kind of character has its case
    offsets: np.ndarray, utf8_bytes: np.ndarray, kind_of: np.ndarray, counts: np.ndarray
) -> None:
    """Fill `counts` from zeros. The end of a text is read as one more line break."""
    of_kind = np.zeros(KINDS, np.int32)
    for row in range(offsets.size - 1):
        place, end = np.uint64(offsets[row]), np.uint64(offsets[row + 1])
        if place == end:
            continue
        of_kind[:] = 0
        chars, han, borders, rules = 0, 0, 0, 0  # of the line
        number, spoken, ended = UNNUMBERED, False, False
        phrase, phrase_before = 0, 0
        asks = False
        while place <= end:
            code, place = decoded_or_break(utf8_bytes, place, end)
            kind = kind_of[code]
            of_kind[kind] += 1
            if kind >= HAN:
                number = _numbered(number, kind, chars)
                chars += 1
                han += 1
                phrase += 1
                ended = False
                continue
            if phrase:
                _add_phrase(counts, row, phrase, phrase_before)
                phrase_before, phrase = phrase, 0
            if kind == SPACE:
                continue
            if kind == BREAK:
                if chars:
                    counts[row, ROWS] += borders >= 2 or rules == chars
                    counts[row, ARTICLES] += number == UNIT_BEHIND
                    counts[row, SPEECHES] += spoken
                    _add_line(counts, row, chars, han, ended)
                chars, han, borders, rules = 0, 0, 0, 0
                number, spoken, ended = UNNUMBERED, False, False
                continue
            if kind == BORDER:
                borders += 1
                if code == 0x09:
                    continue
            elif kind == RULE:
                rules += 1
            elif (kind == OPENER and chars == 0) or (
                kind == COLON and 0 < chars <= NAME and (han == chars or (asks and chars == 1))
            ):
                spoken = True
            asks = chars == 0 and code in (QUESTION, ANSWER)
            number = _numbered(number, kind, chars)
            chars += 1
            if kind not in (CLOSER, OPENER):
                ended = kind == END
        for group in range(IN_JAPANESE - IN_MODERN + 1):  # the counts are in the order of the kinds
            counts[row, MODERN_CHARS + group] = of_kind[IN_MODERN + group]
        counts[row, COMMAS] = of_kind[COMMA]


def line_counts(texts: pa.ChunkedArray | pa.Array) -> np.ndarray:
    """int32[n, len(COUNTS)]: the counts of each text of a column of strings; a null counts as an empty text."""
    offsets, utf8_bytes = utf8(texts)
    counts = np.zeros((offsets.size - 1, len(COUNTS)), np.int32)
    _count(offsets, utf8_bytes, _kinds(), counts)
    return counts
