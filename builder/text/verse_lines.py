"""What each line of a text is made of, as far as verse without punctuation is told by it: one compiled pass over chosen texts."""

from __future__ import annotations

from functools import cache

import numpy as np
import pyarrow as pa

from builder.text.buffers import utf8
from builder.text.classes import SPACES
from builder.text.decoding import decoded_or_break
from builder.text.genre_lines import FUNCTION_WORDS
from builder.text.kernel import inlined, kernel
from builder.text.kinds import bit_table
from builder.text.readonly import INT64, UINT8

# Characters of poems of Tang and Song, 4 of 10,000 there and more, and four times as frequent as in an encyclopaedia, articles,
# tales, questions and pages of the web: 0.24 of the Han of these poems, 0.02 of the others. Both scripts.
IN_VERSE = (
    "风花山春云何归玉雨未江今君千谁秋寒空酒红飞声青烟深梦尽愁似落醉兮诗客欲闲笑雪旧歌思远草楼尘犹古莫仙翠柳须绿衣芳梅独枝晚半阴恨碧却叶故竹双吹闻霜亦溪休眼树残窗惊孤燕卷暮幽晓倚曲帘浮凉坐寻舞吟松吾"
    "堪怀逢桃舟垂斜泪横庭晴池暗冷岂亭若珠眉疏灯丹寄杯佳紫凤鬓阑苦苍锦萧乡鹤静忆尊泉怜寿雁鸟魂穷忽冰暖浪夕翁妆寂悠鸣遥句峰肠飘悲霞凝凭斗薄忘鼓迟枕惟莺啼阁绣惜昏翻催贤伴叹蓬浅袖纷折醒昔绕凄宿鸿迹雾琼"
    "赋聊皆鸾弦岩倾沈屋浓瑶摇怨卧眠妙月"
    "風雲歸誰紅飛聲煙夢盡詩閒舊遠樓塵猶須綠獨陰卻葉雙聞樹殘驚曉簾涼尋懷淚橫豈燈鳳鬢闌蒼錦蕭鄉鶴靜憶憐壽鳥窮妝鳴遙峯腸飄憑鬥遲鶯閣繡賢嘆淺紛繞悽鴻跡霧瓊賦鸞巖傾濃瑤搖臥"
    "閑凴樽牀簷淒鴈疎迴"
)
IN_QUESTIONS = "什甚怎哪吗嗎呢"  # lists of questions that others asked are full of function words, as songs are

FEATURES = (
    "text",  # position among the chosen texts
    "chars",  # that are no spaces
    "han",
    "phrases",  # runs of Han
    "metre",  # Han of a phrase, if all are equal: of verse run together, of its phrases of five or seven
    "units",  # such phrases
    "fours",  # phrases of four Han and fewer
    "pure",  # 1: nothing but Han, Chinese marks and spaces
    "ended",  # 1: ends in a mark that ends a sentence, or in a comma
    "verse",  # IN_VERSE
    "words",  # function words
    "asking",  # IN_QUESTIONS
    "last",  # the last Han, as a code point
    "stamped",  # 1: begins with a time in brackets, which counts for nothing else
)
TEXT, CHARS, HAN, PHRASES, METRE, UNITS, FOURS, PURE, ENDED, VERSE, WORDS, ASKING, LAST, STAMPED = range(len(FEATURES))

IS_HAN, IS_MARK, IS_SPACE, IS_END, IS_VERSE, IS_WORD, IS_ASKING, IS_STAMP = (1 << bit for bit in range(8))
FOUR = 4
RUN_TOGETHER = (14, 10)  # Han of two phrases of seven, and of five


@cache
def _kinds() -> np.ndarray:
    """uint8[DECODABLE]: what each code point is, as bits."""
    counters = (
        (("han",), IS_HAN),
        (("cjk_mark", "terminal_mark"), IS_MARK),
        (("terminal_mark",), IS_END),
        (SPACES, IS_SPACE),
    )
    characters = (
        (IN_VERSE, IS_VERSE),
        (FUNCTION_WORDS, IS_WORD),
        (IN_QUESTIONS, IS_ASKING),
        ("!?…⋯，,", IS_END),
        ("0123456789:.", IS_STAMP),
    )
    return bit_table(counters, characters)


@inlined
def _add_phrase(line: np.ndarray, phrase: int) -> None:
    """Count a phrase of a line; its metre is that of the phrases before, or none."""
    line[FOURS] += phrase <= FOUR
    line[PHRASES] += 1
    metre, units = phrase, 1
    for pair in RUN_TOGETHER:
        if phrase >= pair and phrase % (pair // 2) == 0 and metre == phrase:
            metre, units = pair // 2, phrase // (pair // 2)
    line[METRE] = metre if line[PHRASES] == 1 or line[METRE] == metre else -1
    line[UNITS] += units


@kernel(f"int64({INT64}, {UINT8}, {INT64}, {UINT8}, int32[:,::1])")
def _read(  # noqa: C901 - one pass over characters, phrases and lines
    offsets: np.ndarray, utf8_bytes: np.ndarray, rows: np.ndarray, kind_of: np.ndarray, lines: np.ndarray
) -> int:
    """Fill `lines` from zeros; how many there are. Lines of nothing but spaces are none."""
    count = 0
    for number in range(rows.size):
        place, end = np.uint64(offsets[rows[number]]), np.uint64(offsets[rows[number] + 1])
        line, phrase, odd = lines[count], 0, 0
        stamp: bool | np.bool_ = False
        while place <= end:
            code, place = decoded_or_break(utf8_bytes, place, end)
            kind = kind_of[code]
            if kind & IS_HAN:
                phrase += 1
                line[HAN] += 1
                line[LAST] = code
            elif phrase:
                _add_phrase(line, phrase)
                phrase = 0
            if code == 0x0A:
                if line[CHARS]:
                    line[TEXT] = number
                    line[PURE] = odd == 0
                    count += 1
                    line = lines[count]
                line[:] = 0
                odd, stamp = 0, False
                continue
            if kind & IS_SPACE:
                continue
            if code == 0x5B and line[CHARS] == 0:
                stamp = True
            if stamp:
                line[STAMPED] |= code == 0x5D
                stamp = code == 0x5B or (kind & IS_STAMP) > 0
                if stamp or code == 0x5D:
                    continue
                odd += 1  # a bracket that holds something else
            line[CHARS] += 1
            odd += kind & (IS_HAN | IS_MARK) == 0
            line[ENDED] = kind & IS_END > 0
            line[VERSE] += kind & IS_VERSE > 0
            line[WORDS] += kind & IS_WORD > 0
            line[ASKING] += kind & IS_ASKING > 0
    return count


def verse_lines(texts: pa.ChunkedArray | pa.Array, rows: np.ndarray, most: int) -> np.ndarray:
    """int32[lines, len(FEATURES)]: lines of the texts of `rows` (int64[k]) in order; `most`: how many they have at most."""
    offsets, utf8_bytes = utf8(texts)
    lines = np.zeros((most + 1, len(FEATURES)), np.int32)
    return lines[: _read(offsets, utf8_bytes, rows, _kinds(), lines)]
