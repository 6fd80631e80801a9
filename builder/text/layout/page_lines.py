"""What a line of a newspaper page looks like: headline, byline, dateline, caption, or a paragraph of an article."""

from __future__ import annotations

import re

from builder.text.layout.broken_lines import BEGINS
from builder.text.margin import LIST_MARK
from builder.text.pattern import chars

HEAD, SHORT, BYLINE, DATELINE, CAPTION, BODY = "head", "short", "byline", "dateline", "caption", "body"

HAN = chars("han")
SQUARE = "[\N{WHITE SQUARE}\N{WHITE CIRCLE}]"  # before bylines
SIGN = "[\u25a0-\u25cf\u2605\u2606]"  # before bylines and captions
# Who writes, and for whom, in newspapers of the mainland.
PAPERS = "本报|本刊|本网|新华社|中新社|见习|实习|特约|特派|首席|全媒体|融媒体?"
ROLES = "记者|通讯员|评论员|摄影师|撰稿人?|特派员|作者"
DUTIES = "文[/／]?[图摄]?|摄影报道|摄影|摄|图|报道|整理"
NAME = f"[{HAN}]{{1,4}}|[{HAN}]{{1,6}}\N{MIDDLE DOT}[{HAN}\N{MIDDLE DOT}]{{1,12}}"  # one character where a name is spaced
ROLE = f"(?:文[/／图摄影]{{0,4}}[:：]?)?(?:{PAPERS}|[{HAN}]{{1,6}}[报網网社台])?(?:{PAPERS})?(?:{ROLES})"
WRITER = re.compile(f"{ROLE}[:：]?(?:{NAME})?(?:(?:{ROLES})(?:{NAME}))?(?:{DUTIES})?")
FURTHER = re.compile(f"{NAME}|{DUTIES}|{WRITER.pattern}")
AUTHOR = re.compile(f"{SQUARE}[ \t]*(?:[{HAN}](?: ?[{HAN}]){{1,3}}|[{HAN}]{{1,6}}\N{MIDDLE DOT}[{HAN}]{{1,6}})(?<!摄)")
AHEAD = re.compile(f"\\A{SIGN}?[ \\t]*(?:文[/／][图摄][ :：]*)?")
GAP = re.compile("[ \t\u3000、]+")
LONGEST_BYLINE = 60
SIGNED_BYLINE = f"(?:\\A|\\n)[ \\t]*{SIGN}[ \\t]*(?:{PAPERS})*(?:{ROLES})[ \\t]*[{HAN}]"  # RE2
DATED = re.compile("(?:本报|本刊|本网)?[^，。；：！？]{0,24}(?:讯|电|消息)[ ]?(?:[（( :：]|(?:见习|实习|本报)?记者)")
CAPTIONED = re.compile(f"{SIGN}(?!.*记者)|.*(?<!拍)摄(?:影)?[）)]?\\Z|图[为\u2460-\u2469]|[（(]?资料图")
CAPTION_BEGINS, CAPTION_ENDS = "图（(资", "摄影）)"  # one of them, or a sign; cheap to look for

LONGEST_HEAD = 40  # characters of a headline; seldom more than thirty
# A sentence, a part of one, or what somebody said.
SENTENCE = re.compile(r"[。；;，,、.—](?:[」』”’\"']|[)）])?\Z|[!！?？…][」』”’\"']\Z")
SPEECH = re.compile(r"(?:[：:…”’」』\"')）\]】]|\.\.)\Z")  # a headline may end so, but so do captions and notes
NOTE = re.compile(r"[(（].*[)）]|\[.*\]|【.*】")
WORDS = re.compile(f"[{HAN}]+")


def is_byline(line: str) -> bool:
    """Whether a line names who wrote an article, and nothing else."""
    line = line.strip()
    if len(line) > LONGEST_BYLINE:
        return False
    if AUTHOR.fullmatch(line):
        return True
    if not ("者" in line or "员" in line or "师" in line or "稿" in line):  # a role ends so; cheap to look for
        return False
    first, *others = GAP.split(AHEAD.sub("", line))
    return WRITER.fullmatch(first) is not None and all(map(FURTHER.fullmatch, others)) and (bool(others) or len(first) > 4)


def kind_of(line: str) -> str:
    """What a line looks like. SHORT: it is a headline if a byline follows."""
    line = line.strip()
    if is_byline(line):
        return BYLINE
    if (line[:1] in CAPTION_BEGINS or line[-1:] in CAPTION_ENDS or "\u25a0" <= line[:1] <= "\u2606") and CAPTIONED.match(line):
        return CAPTION
    if len(line) > LONGEST_HEAD:
        return DATELINE if DATED.match(line) else BODY
    if NOTE.fullmatch(line) or SENTENCE.search(line) or BEGINS.match(line) or LIST_MARK.match(line) or not WORDS.search(line):
        return BODY
    return SHORT if SPEECH.search(line) else HEAD
