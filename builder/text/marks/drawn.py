"""Dashes, ellipses and middle dots that were drawn with other characters; only beside Chinese, where nothing else is meant.

Typists draw a dash with hyphens or box lines and an ellipsis with full stops; some tables read GB 2312's A1A4, the middle dot,
as that of kana.
"""

from __future__ import annotations

import re

from builder.text.pattern import chars

HAN = chars("han")
TWO_DASHES, TWO_ELLIPSES, MIDDLE_DOT = "\N{EM DASH}" * 2, "\N{HORIZONTAL ELLIPSIS}" * 2, "\N{MIDDLE DOT}"
BOX = "\N{BOX DRAWINGS LIGHT HORIZONTAL}"
CHINESE = f"{HAN}，。、：；？！（）《》「」『』【】“”‘’,:;?!()\"'"

# Two horizontal bars, or two fullwidth hyphens, are an edition's own dash and stay.
DASH = re.compile(f"(?<=[{HAN}]){BOX}{{2,4}}(?=[{CHINESE}])|(?<=[{CHINESE}]){BOX}{{2,4}}(?=[{HAN}])")
HYPHENS = re.compile(f"(?<=[{CHINESE}])-{{2,4}}(?=[{HAN}])")  # in a line with a full stop: elsewhere they part titles
OPTION = re.compile("--[A-Za-z]")  # of a command: then hyphens may be meant as such

STOP = "\N{IDEOGRAPHIC FULL STOP}"
SIX = r"\.{6}(?!\.)(?=[^0-9 ]|\Z)"  # more dots, or a number behind them, lead to a page
DOTS = re.compile(f"(?<=[{CHINESE}])(?<!{STOP})(?:{STOP}{{3,}}|(?:{MIDDLE_DOT}{{3}}){{1,2}}(?![{MIDDLE_DOT}0-9 ])|{SIX})")
THREE_DOTS = re.compile(f'\\.{{3}}(?<=[{HAN}》」』”"]\\.{{3}})(?=[{CHINESE}]|\n|\\Z)')

# The 230 commonest characters of Xinhua's tables for the names of foreign persons, without those that often end a Chinese title.
SYLLABLES = (
    "阿埃艾爱安昂奥巴拜班邦鲍贝本比彼毕宾波伯勃博布策查达戴丹德登邓迪狄蒂丁杜敦顿多厄恩尔法范菲费芬冯佛夫弗福富盖甘冈戈哥格葛根古圭哈汉豪赫"
    "亨胡霍基吉加贾杰捷金津喀卡凯坎康考柯科可克肯孔库夸奎昆拉莱赖兰朗劳勒雷里利丽莉廉列林琳柳龙隆卢鲁露吕伦罗洛马玛迈麦曼芒梅蒙孟米密敏莫默"
    "姆穆拿那纳奈内尼涅宁纽努诺欧帕派潘庞培佩彭皮匹坡普齐奇恰乔切钦琼丘让热瑞若撒萨塞赛桑瑟森沙莎珊尚绍舍申圣施士舒斯松苏孙索塔泰坦汤陶特腾"
    "提廷图托瓦万旺威韦维魏温沃乌伍西希席夏谢欣辛休修逊雅亚延扬耶伊依因英尤约泽扎詹兹朱卓佐"
)
DOT = "•‧・･⋅∙"
NAME_DOT = re.compile(f"[{DOT}](?<=[{SYLLABLES}]{{2}}[{DOT}])(?=[{SYLLABLES}]{{2}})")  # the dot first: searched for fast


def with_dashes(text: str) -> tuple[str, int]:
    """The text with its drawn dashes as two em dashes, and their number."""
    count = 0
    if BOX * 2 in text:
        text, count = DASH.subn(TWO_DASHES, text)
    if "--" not in text or OPTION.search(text):
        return text, count
    found = [HYPHENS.subn(TWO_DASHES, line) if "--" in line and STOP in line else (line, 0) for line in text.split("\n")]
    return "\n".join(line for line, _ in found), count + sum(more for _, more in found)


def with_ellipses(text: str) -> tuple[str, int]:
    """The text with the ellipses that can be nothing else as two ellipsis characters, and their number."""
    return DOTS.subn(TWO_ELLIPSES, text)


def with_name_dots(text: str) -> tuple[str, int]:
    """The text with middle dots between the parts of transliterated names, and their number."""
    return NAME_DOT.subn(MIDDLE_DOT, text)
