"""Traditional characters to simplified ones: a table for nearly all, rules for those that stand for two.

The table is that of OpenCC, character by character (its first candidate), and what it leaves of the First List of Processed
Variant Characters (1955) and of the forms of Hong Kong. The rules follow the notes of the List of Simplified Characters
(1986), the Table of General Standard Characters (2013) and the First List of Variant Word Forms (2001). They read the words
on both sides, and what the page itself shows: one that writes 着 or 賬 tells these from 著 and 帳, as does a machine that
made it of simplified text. No vocabulary is replaced.
"""

from __future__ import annotations

import re
from functools import cache

import numpy as np

from builder.text.canonical import images
from builder.text.classes import CODE_POINTS

# Traditional or variant form, then the simplified one.
VARIANTS = dict(
    zip(
        "牠砲礮姪賸銲粧餽簷痺燄揹伕籐觔鎗隄拏効韮暱瑯鬰疎踈鴈徧臯鬭鬬牋猨峩煖僊懽桮隣遯覩畧輙蹔栢椀妬堦讌槩麤嬾慙鼇蘂壻穽廐呪寃飜毬袴耡犂搆衞敍枱鑪",
        "它炮炮侄剩焊妆馈檐痹焰背夫藤斤枪堤拿效韭昵琅郁疏疏雁遍皋斗斗笺猿峨暖仙欢杯邻遁睹略辄暂柏碗妒阶宴概粗懒惭鳌蕊婿阱厩咒冤翻球裤锄犁构卫叙台炉",
        strict=True,
    )
)

# Characters that have a rule. After the table the text around them is simplified; they themselves and each other are not.
RULES = {
    # To understand; to keep a lookout stays (2013).
    "瞭": ("了", "(?![望哨])"),
    # Dry; the first trigram and what the Changes say of it, the west of heaven, reigns and places stay.
    "乾": (
        "干",
        r"""(?!隆|坤|卦|元(?!件)|嘉(?!年)|陵|县|州|清[宫门]|[德符封祐佑宁统亨化兴](?:[元一二三四五六七八九十]|[年县帝初末间中])|纲|闼|安[县镇]|夕惕|乾夕|[，：]元亨|道[成变]|知大始|以易知|为天[，。、；])
        (?<![康雍竺朝旋]乾)(?<!扭转乾)(?<!终日乾)(?<!日乾乾)(?!象(?!素)|[曜佑祐侯])(?!道[元二三四五六七八九甲乙丙丁戊己庚辛壬癸初末间])(?<!宋乾(?=道))""",
    ),
    # To lend, by means of; to comfort, to lie in disorder stay.
    "藉": ("借", "(?<![慰狼枕蕴酝醖凌践踏躏]藉)(?![藉田])(?<!藉藉)"),
    # To answer, again: 1986. To cover, to fall stay.
    "覆": (
        "复",
        """(?<=[反答回批函禀电呈奉拜示见赐申钧重明]覆)(?![盖没灭土膜写]) | (?<=反覆覆)
        | (?<=上覆)(?![盖没灭载土膜水面岩地压写以])
        | (?=[函电信命文核查审议述诊试验选勘检赛考讯制印])(?<![颠倾翻被]覆)""",
    ),
    # To come to life again; names stay.
    "甦": ("苏", "(?=[醒生])|(?<=[复回]甦)"),
    # Only; the gods of the earth stay.
    "衹": ("只", ""),
    "祇": ("只", "(?=[有是能要好得会可见在怕为需用剩])(?<![神地天灵人百]祇)"),
    "彷": ("仿", "(?=[佛彿])"),
    "傢": ("家", ""),
    "俱": ("具", "(?<=傢俱)"),
    # To imagine; but to think that one flies like a bird.
    "像": ("象", "(?<=想像)(?<![思理梦幻联感妄空设]想像)(?![他她你我它]们?[^，。的得]{0,4}(?:一样|一般|那样|似的))"),
    "座": ("坐", "(?=标)"),
    "薰": ("熏", "(?=[陶染香沐])|(?<=[利欲]薰)(?=心)|(?<=烟薰)"),
    # To levy, a sign; the note of the scale stays.
    "徵": ("征", "(?<!角徵)(?<!变徵(?=[之声音、，。]))(?!羽)"),
    "夥": ("伙", "(?<![甚极]夥)(?!颐)"),
    "噁": ("恶", "(?![英唑嗪烷])"),
    "哩": ("里", "(?<=[英海]哩)"),
    "吒": ("咤", "(?<![哪那木金沙]吒)"),
    "蒐": ("搜", "(?=[集罗证购索寻录括])"),
    "薹": ("苔", "(?=[藓衣原])"),
    "扞": ("捍", "(?!格)"),
    "氾": ("泛", "(?!水[关镇县之]|胜)"),
    "昇": ("升", "(?<!毕昇)"),
    "鍾": ("钟", "(?<!钱鍾(?=书))"),
    "脩": ("修", "(?<!束脩)"),
    # In, at; t2s keeps two dozen names that are also the beginning of ordinary phrases.
    "於": ("于", "(?<!樊於(?=期))(?!菟|梨华|陵子|陵仲|乎)"),
    # To plan; a design for a canvas is painted.
    "畫": ("划", "(?<=[计规企筹擘]畫)(?<!(?<!系)统计畫)(?<!设计畫(?=[面图像家框]))(?![布笔板廊册展质])"),
    # A chain; to refine metal otherwise.
    "鍊": ("链", "(?<=[项手拉铁锁金银铰颈珠脚]鍊)(?!钢)|(?<=上鍊)(?=接)|(?=[子条锁坠锤])"),
}
OTHERWISE = {"畫": "画", "鍊": "炼", "帳": "帐", "钱鍾书": "钱锺书"}

# 著 is 着, except where it is read zhù: to write, what was written, to be evident. OpenCC gets it wrong in either mode.
TO_ZHE = re.compile(
    r"""著(?:
        (?<=[随接跟]著) | (?<=意味著)                                 # these verbs take 着 whatever follows
      |
        (?<![原编译专论巨名遗拙撰土显昭卓彰较知]著)
        (?<!(?<![凑配结混闭融聚迎缝拼])合著(?![眼双嘴手掌拍]))                      # but with eyes shut
        (?<!所著(?![墨重力手眼装]))                                  # but where ink is spent
        (?!名(?!单) | 作(?![业用战]) | [者称述录] | 有[成功劳绩贡声])
        (?!(?<![拿看读捧抱带持握翻提夹背写志对]著)(?:书(?=[立人等，。；）]) | 文(?=[章指说论称批，。])))
        (?<![，、；（并另还曾均皆亦后]著(?=有))
        (?<!(?<!\w)著(?!\w))                                         # alone, before or after the author's name
        (?<!^\w著$)  (?<!^\w\w著$)                                   # the end of a name that fills its line
    )""",
    re.VERBOSE | re.MULTILINE,
)
# 帳 is 账 where money is counted (2001), and 帐 where it is a tent.
TO_ACCOUNT = re.compile(
    "帳(?:(?=[户号目单款簿面务本册项列载证卡龄据])|(?<=[记结算转欠付报查呆坏烂赊赖销登建]帳)|(?<=分类帳|明细帳|流水帳))"
)
# 沈 is 沉 in these words, and a name elsewhere. Some of them may also be a name, on a page that writes 沉.
TO_SINK = re.compile(
    "沈(?:(?=[没淀睡船浸沦溺醉迷寂积降陷痛闷住下落稳吟冤厚湎滞浊疴痼着著甸郁])|(?<=[深低阴消浮昏击黑暗下]沈)|(?<=沈沈)|(?=沈)|(?=浮沉|鱼落雁))"
)
TO_SINK_TOO = re.compile("沈(?=[默重思静香浮])")

# What a page writes that tells 賬 from 帳: the forms of Hong Kong, and those that OpenCC makes of simplified text.
TELLS_ACCOUNTS = re.compile("[着賬裏爲衆羣啓牀喫]")

# What no converter writes for another character: where the text is only to be converted back, it was there before.
NOT_CONVERTED = frozenset("衹祇扞")
CONVERTED_VARIANTS = frozenset("揹伕暱衞敍枱")


def simplified(text: str) -> str:
    """Traditional text in simplified characters, as long as before."""
    result = _converted(text, edited=True)
    if "著" in result and text.count("着") <= len(TO_ZHE.findall(result)):
        result = TO_ZHE.sub("着", result)
    if "帳" in result and not TELLS_ACCOUNTS.search(text):
        result = TO_ACCOUNT.sub("账", result)
    if "沈" in result:
        result = TO_SINK.sub("沉", result if "沉" in text else TO_SINK_TOO.sub("沉", result))
    return _otherwise(result)


def converted_back(text: str) -> str:
    """What a converter may have made the text of: only characters that it writes for others are changed."""
    return _otherwise(_converted(text, edited=False))


def _converted(text: str, *, edited: bool) -> str:
    """The text after the table and the rules that look at words alone."""
    codes = np.frombuffer(text.encode("utf-32-le"), np.uint32)
    mapped = _table(edited=edited)[codes].tobytes().decode("utf-32-le")
    return _rules(edited=edited).sub(lambda found: RULES[found[0]][0], mapped)


def _otherwise(text: str) -> str:
    for before, after in OTHERWISE.items():
        text = text.replace(before, after)
    return text


@cache
def _rules(*, edited: bool) -> re.Pattern[str]:
    """All rules, or those that undo a conversion; each begins with its character, which makes the search fast."""
    chosen = (f"{char}(?:{where})" for char, (_, where) in RULES.items() if edited or char not in NOT_CONVERTED)
    return re.compile("|".join(chosen), re.VERBOSE | re.MULTILINE)


@cache
def _table(*, edited: bool) -> np.ndarray:
    """uint32[0x110000]: what each code point becomes before the rules are asked."""
    table = np.arange(CODE_POINTS, dtype=np.uint32)
    forms = images().simplified
    table[list(forms)] = list(forms.values())
    for char, image in VARIANTS.items():
        if edited or char in CONVERTED_VARIANTS:
            table[ord(char)] = ord(image)
    for char in [*RULES, "袷", "帳"]:
        table[ord(char)] = ord(char)
    table.flags.writeable = False
    return table
