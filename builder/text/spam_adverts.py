"""How much of a text advertises gambling, adult or fraud services in sentences, as spun pages for search engines do.

A sentence advertises where it holds a term of the lexicon (tables/spam.csv), or courts its reader beside one that does. The text
must court with several different words of offering and of doing business (`COURTING`) in these sentences, and have no word of
those that report on such things (`REPORTING`): news, court rulings, warnings and guides name the same games and services. No
word decides alone.
"""

from __future__ import annotations

import re
from functools import cache

import numpy as np
import pyarrow as pa
import re2

from builder.text.buffers import strings
from builder.text.spam import terms

# Of the pages' own voice: in clean text they stand in manuals, shops and guides, hardly ever several beside a term.
COURTING = (
    *("为您", "为你", "您", "欢迎", "点击", "注册", "登录", "开户", "下载", "领取", "免费", "优惠", "彩金", "礼包"),
    *("提款", "提现", "到账", "客服", "咨询", "来电", "联系", "电话", "微信", "qq", "官网", "官方网站", "会员", "加盟", "代理"),
    *("信誉", "诚信", "正规", "可靠", "首选", "包成功", "保真", "薄利", "价格", "平台", "24小时"),
)
REPORTING = (
    *("警方", "公安", "民警", "法院", "检察", "嫌疑", "涉案", "案件", "犯罪", "诈骗", "骗局", "骗取", "被骗", "上当"),
    *("赌博", "查处", "取缔", "抓获", "落网", "判处", "严打", "揭露", "警惕", "不要轻信"),
)
MIN_COURTING = 3  # different ones; of 16,330 clean documents none has three in such sentences
REACH = 3  # sentences from one with a term to one that courts
SENTENCE = re.compile("[^。！？!?；;\n]{1,100}")  # where marks are missing, one term must not speak for all of the text


def advert_ratios(texts: pa.ChunkedArray, rows: np.ndarray) -> np.ndarray:
    """float64[n]: the share of sentences that advertise, by characters, of each text of a column of strings.

    `rows`: int64[k], the texts with terms (spam.with_terms); the others have none.
    """
    ratios = np.zeros(len(texts))
    for row, text in zip(rows.tolist(), strings(texts, rows), strict=True):
        ratios[row] = advert_ratio(text)
    return ratios


def advert_ratio(text: str) -> float:
    """The share of one text's characters that stand in sentences which advertise: with a term, or courting beside one."""
    if _reporting().search(text):
        return 0.0
    sentences = SENTENCE.findall(text.lower())
    named = [place for place, sentence in enumerate(sentences) if terms().search(sentence)]
    alone = len(named) == 1 and not _courting().search(sentences[named[0]])  # a word in passing
    near = {place + step for place in named for step in range(-REACH, REACH + 1)} if not alone else set()
    courting = {place: words for place in near if 0 <= place < len(sentences) and (words := _words(sentences[place]))}
    adverts = courting.keys() | set(named)
    if len(set().union(*courting.values())) < MIN_COURTING:
        return 0.0
    return sum(len(sentences[place]) for place in adverts) / sum(map(len, sentences))


def _words(sentence: str) -> set[str]:
    return set(_courting().findall(sentence))


@cache
def _courting() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, sorted(COURTING, key=len, reverse=True))))


@cache
def _reporting() -> re2.Pattern:
    return re2.compile("|".join(map(re.escape, REPORTING)))
