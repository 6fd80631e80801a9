"""Texts to train a small quality model on: stories to keep, and pages without a story to drop, all made up of word lists."""

from __future__ import annotations

import random
from pathlib import Path

from tests.run.building import write_texts
from tests.tokenizer.corpus import document

MENU = (
    "首页 新闻中心 产品展示 联系我们 关于我们 登录 注册 会员中心 购物车 在线客服 友情链接 网站地图 返回顶部 上一篇 下一篇 更多 分享到 收藏本站 "
    "加入收藏 设为首页 热门推荐 相关阅读 点击排行 最新文章 下载客户端 扫码关注 版权所有 客服热线 招商加盟 人才招聘 意见反馈 免责声明 广告服务"
)
OFFERS = "特价 包邮 限时抢购 正品保证 厂家直销 免费咨询 立即购买 优惠券 秒杀 代理加盟 现货批发 一件代发 送货上门 全国联保"
GAPS = (" | ", " ", "\n", "\n", " > ", "-")


def poor_page(number: int) -> str:
    """A page of this number: menus, offers, dates and numbers."""
    chance = random.Random(number)  # noqa: S311 - a page, no secret
    words = [chance.choice((OFFERS if chance.random() < 0.3 else MENU).split()) for _ in range(chance.randint(20, 90))]
    places = sorted(chance.sample(range(len(words)), 4))
    for place in places:
        words[place] += f" {chance.randint(2001, 2024)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
    return "".join(word + chance.choice(GAPS) for word in words).strip()


def site(number: int) -> str:
    """One of twenty sites."""
    return f"https://www.site{number % 20}.example/{number}.html"


def write_sides(folder: Path, count: int = 60) -> tuple[Path, Path]:
    """Files of texts to keep and to drop, all sites on both sides."""
    sides = {"keep": [document(number) for number in range(count)], "drop": [poor_page(number) for number in range(count)]}
    keep, drop = (
        write_texts(
            folder / f"{name}.jsonl",
            [{"id": f"{name}{number}", "text": text, "url": site(number)} for number, text in enumerate(texts)],
        )
        for name, texts in sides.items()
    )
    return keep, drop
