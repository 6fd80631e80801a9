"""Text as programs misread it: every pair of encodings that real pages show."""

from __future__ import annotations

SENTENCES = (
    "去年春天，我们在河边种了三棵柳树，今年它们已经比人还高。",
    "图书馆上午九点开门，下午五点关门，周一休息。",
    "# 河边的柳树",
    "- 柳树 3 棵，见 https://example.org/willow?id=3",
    "The willows are 2.5 m tall.",
    "“再过两年，”老林说，“就能乘凉了。”",
    "水位站的人每天写两次日记，记下水有多深、风有多大。",
    "",
)
TRADITIONAL = (
    "去年春天，我們在河邊種了三棵柳樹，今年它們已經比人還高。",
    "圖書館上午九點開門，下午五點關門，週一休息。",
    "# 河邊的柳樹",
    "- 柳樹 3 棵，見 https://example.org/willow?id=3",
    "The willows are 2.5 m tall.",
    "水位站的人每天寫兩次日記，記下水有多深、風有多大。",
    "",
)
WINDOWS = {byte: bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(0x80, 0xA0)}  # WHATWG


def shown(text: str, right: str, wrong: str, errors: str = "strict") -> str:
    """A text that was written in one encoding and is read in another."""
    raw = text.encode(right)
    return raw.decode("latin-1").translate(WINDOWS) if wrong == "windows-1252" else raw.decode(wrong, errors)
