"""A small dataset as a build leaves it: documents made of the word lists below, in Parquet, with a card that names the split."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

SIMPLIFIED_WORDS = (
    "清晨 码头 渔船 雾气 灯塔 老人 补网 海风 咸味 孩子 沙滩 贝壳 潮水 礁石 远方 汽笛 集市 鱼贩 吆喝 价钱 竹篮 木桌 热汤 面条 邻居 谈论 天气 "
    "台风 屋顶 修理 学校 操场 广播 图书 借阅 记录 数学 练习 答案 老师 黑板 粉笔 铁路 车站 时刻 晚点 旅客 行李 窗口 排队 工厂 机器 零件 检验 "
    "温度 压力 数据 模型 训练 词表 语料 清洗 重复 段落 标点 的 了 在 和 是 有 与 从 向 把 被 这 那 一个 我们 他们 因为 所以 如果 但是 已经 没有"
)
TRADITIONAL_WORDS = (
    "碼頭 漁船 霧氣 燈塔 補網 海風 鹹味 潮水 遠方 攤販 價錢 熱湯 麵條 鄰居 談論 颱風 屋頂 學校 廣播 圖書 記錄 數學 練習 鐵路 車站 時刻 旅客 "
    "窗口 工廠 機器 檢驗 溫度 壓力 數據 模型 訓練 詞表 語料 清洗 重複 段落 標點 的 了 在 和 是 與 從 這 那 一個 我們 他們 因為 所以 如果 但是"
)
LATIN_WORDS = "harbour lantern Parquet token script line shard river Unicode mixed-case README v2"
EMOJI = ("🚢", "🌊", "👨\u200d👩\u200d👧", "🇳🇿", "☕\ufe0f")
ENDS = ("。", "。", "。", "！", "？", "；", "……")
CARD = """---
license: cc0-1.0
configs:
- config_name: default
  data_files:
  - split: train
    path: data/train-*.parquet
---
# Harbour stories, made up for a test
"""


def document(number: int) -> str:
    """The text of this number: always the same, and different from all others."""
    chance = random.Random(number)  # noqa: S311 - a story, no secret
    words = (TRADITIONAL_WORDS if number % 3 == 0 else SIMPLIFIED_WORDS).split()
    return "\n".join(_paragraph(chance, words) for _ in range(chance.randint(1, 6))) + f"\n第{number}号"


def documents(count: int, first: int = 0) -> list[str]:
    return [document(number) for number in range(first, first + count)]


def write_dataset(out: Path, texts: Sequence[str | None], shards: int = 2) -> Path:
    """`out` as a dataset of these texts, in this order."""
    (out / "data").mkdir(parents=True)
    (out / "README.md").write_text(CARD, encoding="utf-8")
    for shard in range(shards):
        mine = list(texts[shard * len(texts) // shards : (shard + 1) * len(texts) // shards])
        table = pa.table({"id": pa.array([str(row) for row in range(len(mine))]), "text": pa.array(mine, pa.string())})
        pq.write_table(table, out / f"data/train-{shard:05d}-of-{shards:05d}.parquet", row_group_size=100)
    return out


def _paragraph(chance: random.Random, words: Sequence[str]) -> str:
    return "".join(_sentence(chance, words) for _ in range(chance.randint(2, 8)))


def _sentence(chance: random.Random, words: Sequence[str]) -> str:
    parts = chance.choices(words, k=chance.randint(4, 14))
    if chance.random() < 0.3:
        parts.insert(chance.randrange(len(parts)), f" {chance.choice(LATIN_WORDS.split())} ")
    if chance.random() < 0.2:
        parts.append(str(chance.randint(1, 9999)))
    if chance.random() < 0.05:
        parts.append(chance.choice(EMOJI))
    middle = len(parts) // 2
    return "".join(parts[:middle]) + "，" + "".join(parts[middle:]) + chance.choice(ENDS)
