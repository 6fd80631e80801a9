"""Names put into a page for search engines: cut out of the prose, with the line of the page's title that ends in them.

A name is found by where it stands: alone on one of the first lines, and again in the trail of links and in the footer, as the
name of a site would. It is *injected* when it also stands where no writer puts it: in brackets between two sentences of a
paragraph, twice in a row, behind a full stop at the end of a line (bare, as an official site or with a colon), or as an
official site that does nothing; and never inside a sentence. A name with a term of the spam lexicon (`builder/text/spam.py`)
needs no such proof: one place between sentences, or the end of a line, is enough. Then it is cut wherever it stands so. A name
that the text speaks of stays, and so does a source. `Title_Name` above a line that repeats the title is the title of the page,
and goes; the trail and the footer are furniture and left to that step.

Places and forms: read on 57 hijacked pages; ten begin with `Title_Name`, eleven hold the name in their text. Of 1,021 articles
that such names were sown over in every form, 298 kept some by the proofs alone, since most hold the name once or twice.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from builder.core.batch import Batch, counter
from builder.core.step import Edit, Finding, Row, Step
from builder.text.head_lines import (
    BELOW,
    HEAD_CHARS,
    HEAD_LINES,
    NAME_CHARS,
    NO_NAME,
    SEPARATORS,
    TITLE_CHARS,
    repeated_titles,
    trailed_names,
)
from builder.text.pattern import characters, chars, matching
from builder.text.spam import holds_term

NAME, TITLE = (f"{{{least},{most}}}" for least, most in (NAME_CHARS, TITLE_CHARS))
LINE_BREAKS = 2  # of a page: fewer are no page

SPACES = characters("space", "tab", "wide_space", "odd_space")
TRAIL = re.compile(f"[{SPACES}]*[{chars('descent_sign')}]")
FOOTER_FOUND = "(?i)copyright|©|版权所有|版權所有|ICP[备備证證]"
FOOTER = re.compile(FOOTER_FOUND)
ALONE = re.compile(f"[^{NO_NAME}]{NAME}")
GLUED = re.compile(f"(?P<title>.{TITLE})[{re.escape(SEPARATORS)}](?P<name>[^{re.escape(SEPARATORS)}]{NAME})")

ALONE_FOUND = f"(?:\\A|\\n)[{SPACES}]*[^{NO_NAME}\\n]{NAME}[{SPACES}]*\\n"  # RE2

BEFORE = "(?:(?<=[。！？!?；…．”’」』）)〕])|(?<=^))"  # between sentences: what may stand in front
OFFICIAL = "(?:官网|官方网站|官網)"  # the official site
# How a sentence about an official site goes on: it shows, says, publishes, tells …
SPEAKS = "[显顯称稱公发發消介数數信上获獲的报報挂掛刊讯訊已于於在今昨近将將和与與也还還又最更首开開可能是有及或等内內中下]"
HAN = chars("han")
LONGEST_FORM = NAME_CHARS[1] + 5  # characters: the name, 官方网站, a colon
LAST_LINES = 4  # text, and the footer below it


class InjectedNames(Step):
    """Cut injected names out of the text, and page titles that end in a name."""

    version: ClassVar[int] = 2

    def detect(self, batch: Batch) -> list[Finding]:
        """Documents with a name at the head, in a trail and a footer, or with a first line that is title and name."""
        lined = counter(batch, "newline") >= LINE_BREAKS
        pages = np.flatnonzero(lined)
        titled = pages[repeated_titles(batch["text"], pages)]
        trailed = np.flatnonzero(lined & (counter(batch, "descent_sign") > 0))
        named = trailed[trailed_names(batch["text"], trailed)]
        below = np.intersect1d(trailed, titled)  # once the title is gone, another line may be at the head
        heads = pc.utf8_slice_codeunits(batch["text"].take(pa.array(below)), 0, HEAD_CHARS)
        below = below[matching(heads, np.arange(len(below)), ALONE_FOUND)]
        return [
            Finding("injected_name", matching(batch["text"], np.union1d(named, below), FOOTER_FOUND)),
            Finding("repeated_title", titled),
        ]

    def repair(self, row: Row) -> Edit:
        """Cut the page's title, then each injected name."""
        lines = row.text.split("\n")
        titles = _page_titles(lines) if "repeated_title" in row.codes else 0
        lines = lines[titles:]
        names = _without_names(lines) if "injected_name" in row.codes else 0
        text = "\n".join(lines).strip("\n") if titles or names else row.text
        return Edit(text, {"repeated_title": titles, "injected_name": names})


def _page_titles(lines: list[str]) -> int:
    """How many lines at the head are title and name, each with its title alone on a line below."""
    count = 0
    for place, line in enumerate(lines):
        if not line.strip(SPACES):
            continue
        glued = GLUED.fullmatch(line.strip(SPACES))
        below = islice((other.strip(SPACES) for other in lines[place + 1 : place + 1 + 2 * BELOW]), 2 * BELOW)
        if not glued or glued["title"].strip(SPACES) not in [other for other in below if other][:BELOW]:
            break
        count = place + 1
    return count


def _without_names(lines: list[str]) -> int:
    """Cut every injected name out of the lines, in place; how many places that were. A cut in the head may bare another name."""
    count = 0
    for _ in range(HEAD_LINES):
        cut = sum(_cut(lines, name) for name in _names(lines))
        count += cut
        if not cut:
            break
    return count


def _names(lines: list[str]) -> list[str]:
    """Names that stand alone at the head, in the trail and in the footer."""
    head = islice((line.strip(SPACES) for line in lines if line.strip(SPACES)), HEAD_LINES)
    return [
        name
        for name in dict.fromkeys(head)
        if ALONE.fullmatch(name)
        and any(_leads(name, line) for line in lines)
        and any(name in line and FOOTER.search(line) for line in lines)
    ]


def _leads(name: str, line: str) -> bool:
    """Whether a line is a trail of links that begins with the name, or with another one and it: `Home-Name > News`."""
    place = line.find(name)
    return place >= 0 and "。" not in line[:place] and TRAIL.match(line, place + len(name)) is not None


def _without(line: str, anywhere: re.Pattern[str], last: re.Pattern[str] | None) -> tuple[str, int]:
    """The line without what stands between sentences, and at its end; how many places that were."""
    line, count = anywhere.subn("", line)
    end = len(line)
    while last and (hit := last.search(line, max(end - LONGEST_FORM, 0), end)):
        end = hit.start()
    return (line[:end].rstrip(SPACES), count + 1) if end < len(line) else (line, count)


def _cut(lines: list[str], name: str) -> int:
    """Cut an injected name out of the lines of the text, in place; how many places that were, 0 where it is not injected."""
    listed, forms = holds_term(name), _forms(name)
    anywhere, last = re.compile(f"{BEFORE}[{SPACES}]*{forms}+"), re.compile(f"{forms}$") if listed else None
    filled = [place for place, line in enumerate(lines) if line.strip(SPACES)]
    bare = (place for place in filled[:HEAD_LINES] if not _without(lines[place], anywhere, last)[0].strip(SPACES))
    head = list(bare)  # lines that are the name itself
    named = [place for place in filled if name in lines[place] and place not in head]
    body = [place for place in named if not _is_page(name, lines[place])]
    cut = {place: _without(lines[place], anywhere, last) for place in body}
    if any(name in line for line, _ in cut.values()) or not (listed or _is_injected(name, lines, body, filled)):
        return 0
    left = [cut[place][0] if place in cut else line for place, line in enumerate(lines)]
    lines[:] = [line for place, line in enumerate(left) if place not in cut or line.strip(SPACES)]
    return sum(count for _, count in cut.values())


def _forms(name: str) -> str:
    """Expression of the forms of an injected name: bare, as an official site, with a colon, in brackets."""
    plain = re.escape(name)
    return f"(?:[（(【]{plain}[）)】]|{plain}{OFFICIAL}?[：:]?)"


def _is_injected(name: str, lines: list[str], body: list[int], filled: list[int]) -> bool:
    """Whether the name stands where no writer puts it, on one of the lines of `body`."""
    plain, forms = re.escape(name), _forms(name)
    inside = f"[（(【]{plain}[）)】][{SPACES}]*[^{SPACES}]|{plain}{OFFICIAL}(?!{SPEAKS})[{HAN}]|{forms}{{2}}"
    telling = re.compile(f"{BEFORE}[{SPACES}]*(?:{inside})")
    behind = re.compile(f"(?<=[。！？]){plain}{OFFICIAL}?[：:]?$")
    last = body[-1:] if body and body[-1] in filled[-LAST_LINES:] else []  # the last lines may name the site as the source
    return any(telling.search(lines[place]) or (place not in last and behind.search(lines[place])) for place in body)


def _is_page(name: str, line: str) -> bool:
    """Whether a line is the trail or a footer."""
    return _leads(name, line) or FOOTER.search(line) is not None
