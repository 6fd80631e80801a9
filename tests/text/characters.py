"""Texts for property tests: characters of every class, close together, and any text at all."""

from __future__ import annotations

from hypothesis import strategies as st

HAN = "中文乾隆後后簡简〇\N{CJK COMPATIBILITY IDEOGRAPH-F900}\N{CJK UNIFIED IDEOGRAPH-20000}\N{CJK UNIFIED IDEOGRAPH-3400}"
MARKS = "。！？…；．｡，、《》“”—·"
ASCII = ",:;?!().\"'#-_aZ09"
SPACES = " \t\N{IDEOGRAPHIC SPACE}\N{NO-BREAK SPACE}\N{EN SPACE}"
BREAKS = "\n\r\x0b\x1c\x85\N{LINE SEPARATOR}"
LETTERS = "éßПあアｱ한\N{HANGUL JUNGSEONG A}ﬁ㎡①Ａ９Ⅷﷺİ㋿"
OTHERS = (
    "\x00\x7f\N{ZERO WIDTH SPACE}\N{ZERO WIDTH JOINER}\N{SOFT HYPHEN}\N{REPLACEMENT CHARACTER}\N{COMBINING ACUTE ACCENT}"
    "\N{VARIATION SELECTOR-16}\N{OHM SIGN}\N{PILE OF POO}\ue000\u0378\N{EURO SIGN}\U000e0041\U0010ffff"
)
CLOSE = st.text(HAN + MARKS + ASCII + SPACES + BREAKS, max_size=30)
EVERYTHING = st.text(HAN + MARKS + ASCII + SPACES + BREAKS + LETTERS + OTHERS, max_size=30)
TEXTS = st.lists(st.none() | CLOSE | EVERYTHING | st.text(max_size=20), max_size=6)
