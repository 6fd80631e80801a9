"""What kind of text a document is: decided from its profile and the shapes of its lines, coarse and cheap.

It is there for limits that would harm one kind where they help another: verse has no full stops, law repeats itself, lists are no
sentences. The order matters: code and tables are told first, since everything else is told by running text.
"""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
import pyarrow as pa

from builder.text.buffers import views
from builder.text.classes import SPACES
from builder.text.genre_lines import (
    ARTICLES,
    BARE_CHARS,
    CLASSICAL_CHARS,
    COMMAS,
    ENDED,
    ENTRIES,
    FORMAL_CHARS,
    LINES,
    METRICAL,
    MODERN_CHARS,
    PHRASE_CHARS,
    PHRASES,
    ROWS,
    SHORT,
    SPEECHES,
    line_counts,
)
from builder.text.head_pairs import holding_pairs
from builder.text.language import is_classical, is_metre
from builder.text.language_words import verse_words
from builder.text.pattern import matching
from builder.text.profile import COUNTERS, profile
from builder.text.speakers import speakers
from builder.text.verse import unmarked_verse

Genre = Literal["prose", "news", "verse", "classical", "dialogue", "law", "list", "code", "table"]
GENRES: tuple[Genre, ...] = get_args(Genre)

MIN_BARE_RATIO = 0.5  # characters of lines without Han: documentation with examples has 0.3 at most (99 of 100)
MIN_CODE_MARKS = 0.06  # ASCII symbols and marks per character of code; English prose has 0.03
MIN_ROWS, MIN_ROW_RATIO = 3, 0.4  # of lines
ARTICLE_LINES = 20  # of one article alone, with its items
MIN_ARTICLES, MIN_ARTICLE_RATIO = 2, 0.15  # of lines: nine laws in ten have 0.3 and more, other texts none
# RE2: a text that begins with an article and a gap. Chapters are not of law alone.
ARTICLE = r"\A[\s\x{3000}]*第[\s零〇一二三四五六七八九十百千0-9]{1,12}[条條](?:之[一二三四五六七八九十]{1,2})?[\s\x{3000}]"
PURE_RATIO = 0.97  # Han and Chinese marks per character of verse
METRICAL_RATIO = 0.45  # of phrases: verse of equal phrases has 0.45 to 0.9, prose in parallel phrases up to 0.4
SHORT_RATIO, MAX_PHRASE = 0.8, 7.0  # short lines, and Han of a mean phrase, in other verse
# IN_VERSE, MODERN, or CLASSICAL and FORMAL, per Han of such verse: advertisements have none of these.
MIN_VERSE_WORDS, MIN_MODERN_WORDS, MIN_OLD_WORDS = 0.06, 0.1, 0.04
# RE2: a line that calls somebody above the text, or a date below it
LETTER = r"\A\s*[^\n]{1,14}[:：]\s*\n|\n[^\n]{0,8}[0-9一二三四五六七八九十]月[0-9一二三四五六七八九十]{1,3}[日号號]\s*\z"
MIN_INNER_MARKS = 0.2  # commas and ends per phrase: lines of ci hold several phrases, an entry of a menu is one
UNMARKED_RATIO = 0.6  # lines of up to 40 characters that do not end, or up to 20, of verse without marks
ASKED = r"(?:\A|\n)\s*[问問][:：][^\n]*\n\s*答[:：]"  # RE2: a question with its answer
SPEECH_RATIO, PAIR = 0.5, 2  # of lines, and of speeches without a name or by one who comes back; who speak once each
MIN_ENTRIES, ENTRY_RATIO = 5, 0.7  # lines of a list; release notes and tables of contents have 0.7 to 1
HEAD_BYTES = 1_200  # 400 Han: where the line of a news agency stands
# RE2: 新华社北京1月1日电, 本报讯, （记者 …）, 记者从…获悉, 据…报道
DATELINE = (
    r"(?:社|网|網|报|報|刊|台|讯|訊)[^\n，。]{0,16}[日月][电電讯訊]|本[报報刊台](?:[记記]者|[讯訊])"
    r"|[记記]者[^\n。]{0,12}(?:从|從|获悉|獲悉|了解到|报道|報道|采访|採訪)|[据據][^\n，。]{2,14}(?:报道|報道|报导|報導|消息)"
    r"|[(（](?:本[报報])?(?:实习|實習|特[约約]|通[讯訊])?[记記]者[^\n，。)）]{2,12}[)）]"
)
# Each of these ways holds one of these pairs of characters.
DATELINE_PAIRS = (("日月", "电電讯訊"), ("本", "报報刊台"), ("记記", "者"), ("报報", "道导導"), ("消", "息"))

COUPLET = r"(?:\A|\n)[ \t]*上[联聯] ?[:：][^\n]+\n[ \t]*下[联聯] ?[:：]"  # RE2
COUPLET_LINES = 2  # each begins with a name and a colon, as speeches do
COUPLET_PAIRS = (("上", "联聯"),)
WHOLE = 1 << 40  # bytes: more than any text has


def genres(texts: pa.ChunkedArray, rows: np.ndarray) -> np.ndarray:
    """object[k]: the genre of each text of `rows` (int64[k], positions in a column of strings)."""
    if not rows.size:
        return np.empty(0, object)
    chosen = texts if rows.size == len(texts) else texts.take(pa.array(rows))
    return genres_of(chosen, profile(chosen), line_counts(chosen))


def genres_of(texts: pa.ChunkedArray, profile_table: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """object[n]: the same, of what is counted already."""
    of = {name: profile_table[:, COUNTERS.index(name)].astype(np.int64) for name in COUNTERS}
    visible = of["chars"] - sum(of[name] for name in SPACES)
    lines, han = counts[:, LINES], of["han"]
    marks = of["ascii_symbol"] + of["ascii_mark"]
    decided = [
        (counts[:, BARE_CHARS] >= MIN_BARE_RATIO * visible) & (marks >= MIN_CODE_MARKS * visible) & (of["latin"] > 0),
        (counts[:, ROWS] >= MIN_ROWS) & (counts[:, ROWS] >= MIN_ROW_RATIO * lines),
        (counts[:, ARTICLES] >= MIN_ARTICLES) & (counts[:, ARTICLES] >= MIN_ARTICLE_RATIO * lines),
        _is_verse(texts, of, visible, counts),
        is_classical(han, of["latin"] + of["digit"], counts, bare=False),
        _is_dialogue(texts, counts),
        (lines >= MIN_ENTRIES) & (counts[:, ENTRIES] >= ENTRY_RATIO * lines),
    ]
    names = np.select(decided, ["code", "table", "law", "verse", "classical", "dialogue", "list"], "prose").astype(object)
    few_ends = (counts[:, ENTRIES] >= UNMARKED_RATIO * lines) | (counts[:, SHORT] >= UNMARKED_RATIO * lines)
    unmarked = np.flatnonzero(np.isin(names, ("prose", "list")) & few_ends & (lines > 0))
    names[unmarked[unmarked_verse(texts, unmarked, int(lines[unmarked].sum()))]] = "verse"
    one = np.flatnonzero((counts[:, ARTICLES] > 0) & (counts[:, ARTICLES] < MIN_ARTICLES) & (lines <= ARTICLE_LINES))
    names[matching(texts, one, ARTICLE)] = "law"
    names[_news(texts, np.flatnonzero(names == "prose"))] = "news"
    labelled = np.flatnonzero(np.isin(names, ("prose", "dialogue", "list")) & (counts[:, SPEECHES] >= COUPLET_LINES))
    names[matching(texts, holding_pairs(texts, labelled, WHOLE, COUPLET_PAIRS), COUPLET)] = "verse"
    return names


def _is_verse(texts: pa.ChunkedArray, of: dict[str, np.ndarray], visible: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """bool[n]: verse with marks: of equal phrases, or of short lines of several phrases and words of verse or of speech."""
    pure = (of["han"] > 0) & (of["han"] + of["terminal_mark"] + of["cjk_mark"] >= PURE_RATIO * visible)
    phrases, lines = counts[:, PHRASES], counts[:, LINES]
    metrical = (counts[:, METRICAL] >= METRICAL_RATIO * phrases) & is_metre(counts, bare=False)
    short = (counts[:, SHORT] >= SHORT_RATIO * lines) & (counts[:, PHRASE_CHARS] <= MAX_PHRASE * phrases) & (lines > 1)
    marked = counts[:, COMMAS] + of["terminal_mark"] >= MIN_INNER_MARKS * phrases
    quiet = counts[:, SPEECHES] < SPEECH_RATIO * lines
    verse: np.ndarray = pure & quiet & marked & (metrical | short)
    rows = np.flatnonzero(verse & ~metrical)
    han, spoken = of["han"][rows], counts[rows, MODERN_CHARS] >= MIN_MODERN_WORDS * of["han"][rows]
    old = counts[rows, CLASSICAL_CHARS] + counts[rows, FORMAL_CHARS] >= MIN_OLD_WORDS * han
    verse[rows] = spoken | old | (verse_words(texts, rows) >= MIN_VERSE_WORDS * han)
    verse[matching(texts, rows, LETTER)] = False
    return verse


def _is_dialogue(texts: pa.ChunkedArray, counts: np.ndarray) -> np.ndarray:
    """bool[n]: half of the lines are speeches, and speakers come back; or there are two, and a sentence ends."""
    dialogue = (counts[:, SPEECHES] >= SPEECH_RATIO * counts[:, LINES]) & (counts[:, LINES] > 1)
    rows = np.flatnonzero(dialogue)
    named, names, back = speakers(texts, rows, int(counts[rows, LINES].sum())).T
    speeches, ended = counts[rows, SPEECHES], counts[rows, ENDED]
    two = (names == PAIR) & (ended > 0)
    two[np.searchsorted(rows, matching(texts, rows, ASKED))] = True
    dialogue[rows] = two | (speeches - named + back >= SPEECH_RATIO * speeches)
    return dialogue


def _news(texts: pa.ChunkedArray, rows: np.ndarray) -> np.ndarray:
    """Those of `rows` that begin as a report of a paper or an agency does."""
    rows = holding_pairs(texts, rows, HEAD_BYTES, DATELINE_PAIRS)
    heads = [str(view[:HEAD_BYTES], "utf-8", "ignore") for view in views(texts, rows)]  # Arrow's slices copy whole texts
    return rows[matching(pa.chunked_array([pa.array(heads, pa.large_string())]), np.arange(rows.size), DATELINE)]
