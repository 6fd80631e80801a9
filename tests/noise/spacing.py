"""Text taken apart: spaces between characters or words, with the tags and marks that the programs which did it left behind."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator

from tests.noise.noised import HAN, Noised, is_prose, noised

# What stands between characters: two spaces in texts read from tagged corpora, one in those of tokenizers, U+3000 in typesetting.
CHARACTER_SEPARATORS = ("  ", " ", "\N{IDEOGRAPHIC SPACE}")
WORD_SEPARATORS = (" ", "  ")
# What stands around each line in half of the texts: the signs of language models for where a text begins and ends.
EDGES = (("<BOS>", "<EOS>"), ("<s>", "</s>"), ("[CLS]", "[SEP]"))
EDGED = 0.5
WORD_LENGTHS, WORD_WEIGHTS = (1, 2, 3, 4), (50, 43, 5, 2)  # characters of a word; percent of the words of segmented news
TAGS = ("n", "v", "a", "d", "p", "u", "r", "t", "f", "c", "ns", "nr", "nt", "vn", "ad")  # the tag set of the People's Daily
COMPOUNDS = 0.04  # share of words at which a compound begins, `[中国/ns  银行/n]nt`: enough that most texts have one
COMPOUND_BORDER = re.compile(r"(?<!\S)\[(?=[^ /]+/)|\]n[stz](?= |$)")
TREEBANK = {"n": "NN", "v": "VV", "a": "JJ", "d": "AD", "p": "P", "u": "DEG", "r": "PN", "t": "NT", "f": "LC", "c": "CC"}
CUT_WORD = 0.3  # share of words taken apart: enough that no line is without one

TOKEN = re.compile(rf"[0-9A-Za-z]+(?:[.'_-][0-9A-Za-z]+)*|[{HAN}]+|\s|.")
CHARACTER = re.compile(r"[0-9A-Za-z]+(?:[.'_-][0-9A-Za-z]+)*|\s|.")
IS_HAN_RUN, IS_WORD = re.compile(f"[{HAN}]"), re.compile("[0-9A-Za-z]")
BETWEEN_WORDS = re.compile("(?<=[0-9A-Za-z]) +(?=[0-9A-Za-z])|( +)")
PIECE = "\N{LOWER ONE EIGHTH BLOCK}"


def characters(text: str, rng: random.Random) -> Noised | None:
    """A separator between all characters; words and numbers stay whole in half of the texts."""
    separator, whole = rng.choice(CHARACTER_SEPARATORS), rng.random() < 0.5
    start, end = rng.choice(EDGES) if rng.random() < EDGED else ("", "")

    def apart(line: str) -> str:
        tokens = CHARACTER.findall(line) if whole else list(line)
        if separator == " ":
            tokens = [solid for solid in tokens if solid != " "]
        return separator.join([start] * bool(start) + tokens + [end] * bool(end))

    def together(line: str) -> str:
        bare = line.removeprefix(start + separator).removesuffix(separator + end) if start else line
        if separator != " ":
            return "".join(bare.split(separator))
        return _without_spaces(bare) if whole else bare.replace(" ", "")

    return _by_line(text, apart, together)


def words(text: str, rng: random.Random) -> Noised | None:
    """A separator between words, and around marks."""
    separator = rng.choice(WORD_SEPARATORS)
    return _by_line(text, lambda line: separator.join(_words(line, rng)), _without_spaces)


def tagged(text: str, rng: random.Random) -> Noised | None:
    """Words with their part of speech: `希望/n  的/u` or `希望_NN 的_DEG`."""
    slash = rng.random() < 0.7
    separator = rng.choice(WORD_SEPARATORS) if slash else " "

    compounds = COMPOUNDS if slash else 0

    def tag(word: str) -> str:
        name = rng.choice(TAGS) if IS_HAN_RUN.match(word) else "m" if word.isdigit() else "nx" if IS_WORD.match(word) else "w"
        return (
            f"{word}/{name}" if slash else f"{word}_{TREEBANK.get(name, 'CD' if name == 'm' else 'NR' if name != 'w' else 'PU')}"
        )

    tags = re.compile("/[a-z]{1,2}(?= |$)" if slash else "_[A-Z]{1,3}(?= |$)")
    return _by_line(
        text,
        lambda line: separator.join(_bracketed([*map(tag, _words(line, rng))], compounds, rng)),
        lambda line: _without_spaces(tags.sub("", COMPOUND_BORDER.sub("", line))),
    )


def continued(text: str, rng: random.Random) -> Noised | None:
    """Pieces of a byte pair encoding (`希@@ 望`) or of BERT (`em ##bed`), which say that a word goes on."""
    if rng.random() < 0.5:
        return _by_line(
            text,
            lambda line: " ".join("@@ ".join(_cut(word, rng)) for word in _words(line, rng)),
            lambda line: _without_spaces(line.replace("@@ ", "")),
        )

    def pieces(line: str) -> Iterator[str]:
        for token in CHARACTER.findall(line):
            if not token.isspace():
                yield " ##".join(_cut(token, rng))

    return _by_line(text, lambda line: " ".join(pieces(line)), lambda line: _without_spaces(line.replace(" ##", "")))


def sentence_pieces(text: str, rng: random.Random) -> Noised | None:
    """Pieces of SentencePiece: its sign stands for a space and at the beginning of each line."""

    def pieces(line: str) -> str:
        marked, cuts, place = PIECE + line.replace(" ", PIECE), [], 0
        while place < len(marked):
            length = rng.choices(WORD_LENGTHS, WORD_WEIGHTS)[0] + (marked[place] == PIECE)
            end = place + length
            if PIECE in marked[place + 1 : end]:
                end = marked.index(PIECE, place + 1)
            cuts.append(marked[place:end])
            place = end
        return " ".join(cuts)

    return _by_line(text, pieces, lambda line: line.replace(" ", "").replace(PIECE, " ")[1:])


def _by_line(text: str, apart: Callable[[str], str], together: Callable[[str], str]) -> Noised | None:
    """The noise on each line that is not blank."""
    if not is_prose(text):
        return None
    dirty = [apart(line) if line else line for line in text.split("\n")]
    return noised(text, "\n".join(dirty), "\n".join(together(line) if line else line for line in dirty))


def _bracketed(tagged: list[str], share: float, rng: random.Random) -> list[str]:
    """Tagged words, some of them bound to compounds of two or three by brackets."""
    place = 0
    while place + 3 <= len(tagged):
        size = rng.choice((2, 3))
        if rng.random() < share and all(IS_HAN_RUN.match(word) for word in tagged[place : place + size]):
            tagged[place] = "[" + tagged[place]
            tagged[place + size - 1] += "]" + rng.choice(("nt", "ns", "nz"))
            place += size
        place += 1
    return tagged


def _words(line: str, rng: random.Random) -> list[str]:
    """The words of a line, spaces left out. Chinese words are cut at random, at the lengths that they have."""
    words: list[str] = []
    for token in TOKEN.findall(line):
        place = 0
        while IS_HAN_RUN.match(token) and place < len(token):
            length = rng.choices(WORD_LENGTHS, WORD_WEIGHTS)[0]
            words.append(token[place : place + length])
            place += length
        if not place and not token.isspace():
            words.append(token)
    return words


def _cut(word: str, rng: random.Random) -> list[str]:
    """One word whole, or in two pieces."""
    if len(word) < 2 or rng.random() > CUT_WORD:
        return [word]
    place = rng.randrange(1, len(word))
    return [word[:place], word[place:]]


def _without_spaces(line: str) -> str:
    """The line without spaces save one between two words or numbers."""
    return BETWEEN_WORDS.sub(lambda run: "" if run[1] else " ", line)
