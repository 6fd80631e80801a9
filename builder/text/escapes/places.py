"""Places whose escapes are meant: code, addresses, and texts about escapes."""

from __future__ import annotations

import re

# Linear: what is not closed reaches to the end of the text, or is bounded. In reStructuredText, `…`_ is a link.
CODE = (
    r"```[\s\S]*?(?:```|\Z)|~~~[\s\S]*?(?:~~~|\Z)|``[^\n]{1,400}?``|`[^`\n]{1,400}`(?!_)"
    r"|<(?P<tag>pre|code|textarea)\b[^<>\n]{0,200}>[\s\S]*?(?:</(?P=tag)>|\Z)"
)
# An address ends where a reference other than `&amp;` begins.
ADDRESS = r"(?:(?:https?|ftp)://|www\.)(?:(?!&(?:amp;)*+(?:#[0-9xX]|(?!amp;)[A-Za-z]{2,8}[0-9]{0,2};))[!-~])+"

# Named at all, these are what a text is about.
TOPIC = re.compile(
    r"字符实体|字元實體|實體字元|实体字符|HTML ?(?:实体|實體)|实体(?:引用|编码|名称)|字符引用|字元參照"
    r"|character (?:entity|entities|reference)|entity reference|html ?entit|htmlspecialchars|htmlentities|html\.(?:un)?escape",
    re.IGNORECASE,
)
# Beside a reference that stands alone, these say that the reference itself is spoken of. A comparison (`a &lt; b`) and a
# quotation mark stand alone too, so they need the first kind.
SPOKEN_OF = "实体|實體|转义|轉義|跳脫|写成|寫成|写作|寫作|代替|替换|替換|小于号|大于号|尖括号|符号|符號|entit|escape"
SPOKEN = re.compile(SPOKEN_OF, re.IGNORECASE)
NAMED = re.compile(
    f"{SPOKEN_OF}|表示|代表|输入|輸入|显示|顯示|标签|標籤|源码|源代码|原始碼|编码|編碼|空格|例如|HTML|XML", re.IGNORECASE
)
# A reference right behind one of these, at the end of a clause, is what is written: 小于号写作&lt;，
WRITTEN = re.compile("(?:写成|寫成|写作|寫作|写为|转义为|转义成|轉義為|轉義成|替换为|替换成|替換為|替換成|實體|实体)$")
REACH = 24  # characters to either side, of the same line: a clause

# Texts on programs and encodings show escapes on purpose.
TECHNICAL = re.compile(
    r"编码|編碼|转义|轉義|跳脫|码点|碼位|字符串|字串|正则|unicode|utf-?8|utf-?16|json|python|java|escape|encod|decod|ascii|\burl\b",
    re.IGNORECASE,
)
