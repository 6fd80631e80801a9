#!/usr/bin/env python3
"""Write the character tables of builder/text/tables from unicodedata, the OpenCC dictionaries and pypinyin.

    python scripts/make_tables.py            write the tables
    python scripts/make_tables.py --check    compare them with what this environment gives; exit 1 where they differ

The tables are shipped, so that counts and keys depend neither on the user's Python nor on the user's OpenCC. Run this
script when one of the two is raised on purpose; it prints what it read and how much it found.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import unicodedata
from collections.abc import Callable
from functools import cache
from importlib import metadata
from pathlib import Path

import numpy as np

REPOSITORY = Path(__file__).resolve().parent.parent
TABLES = REPOSITORY / "builder" / "text" / "tables"
CODE_POINTS = 0x110000
Tables = dict[str, np.ndarray]
Ranges = tuple[tuple[int, int], ...]

# ---- OpenCC: dictionaries as text through the tool that ships with the package


def opencc_folder() -> Path:
    """The folder of the installed OpenCC that holds `bin` and `share`."""
    return Path(str(metadata.distribution("opencc").locate_file("opencc"))) / "clib"


@cache
def dictionary(name: str) -> dict[str, tuple[str, ...]]:
    """One OpenCC dictionary: key to candidates, the preferred one first."""
    clib = opencc_folder()
    source = clib / "share" / "opencc" / f"{name}.ocd2"
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "dictionary.txt"
        tool = [str(clib / "bin" / "opencc_dict"), "-i", str(source), "-o", str(target), "-f", "ocd2", "-t", "text"]
        subprocess.run(tool, check=True)  # noqa: S603 - fixed arguments, the package's own tool
        entries = (line.split("\t") for line in target.read_text("utf-8").splitlines())
        return {key: tuple(candidates.split(" ")) for key, candidates in entries}


@cache
def convertible() -> frozenset[str]:
    """Characters that OpenCC t2s changes when they stand alone: its normalization, then its three dictionaries in order."""
    order = ("TSPhrases", "TSCharactersExt", "TSCharacters")
    normal = dictionary("CJK_Compatibility_Ideographs")

    def converted(char: str) -> str:
        char = normal.get(char, (char,))[0]
        return next((dictionary(name)[char][0] for name in order if char in dictionary(name)), char)

    keys = {key for name in (*order, "CJK_Compatibility_Ideographs") for key in dictionary(name) if len(key) == 1}
    return frozenset(key for key in keys if converted(key) != key)


# Written in both scripts although OpenCC pairs them with a rarer or a regional form only:
# the list that voidful/fineweb-zhtw exempts, and those that UD_Chinese-GSD shows in both scripts.
IN_BOTH_SCRIPTS = frozenset("群并着里床秘峰雇")


@cache
def exclusive(name: str, other: str) -> frozenset[str]:
    """Characters written in one script only: keys that are no candidate of their own, and exclusive in no other way."""
    without_itself = (
        {key for key, candidates in dictionary(side).items() if len(key) == 1 and key not in candidates} for side in (name, other)
    )
    mine, theirs = without_itself
    return frozenset(mine - theirs - IN_BOTH_SCRIPTS)


# ---- The partition of all code points for the profile

HAN: Ranges = ((0x3007, 0x3007), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x323AF))
WIDE_ALNUM: Ranges = ((0xFF10, 0xFF19), (0xFF21, 0xFF3A), (0xFF41, 0xFF5A))
ODD_BREAK: Ranges = ((0x0B, 0x0D), (0x1C, 0x1E), (0x85, 0x85), (0x2028, 0x2029))
INVISIBLE: Ranges = (
    (0x00AD, 0x00AD),  # soft hyphen
    (0x061C, 0x061C),  # Arabic letter mark
    (0x180E, 0x180E),  # Mongolian vowel separator
    (0x200B, 0x200B),  # zero width space
    (0x200E, 0x200F),  # left-to-right and right-to-left mark
    (0x202A, 0x202E),  # bidi embeddings and overrides
    (0x2060, 0x2064),  # word joiner, invisible operators
    (0x2066, 0x206F),  # bidi isolates, deprecated format characters
    (0xFEFF, 0xFEFF),  # byte order mark
    (0xE0001, 0xE0001),  # language tag
    (0xE0020, 0xE007F),  # tags
)
JOINER: Ranges = ((0x200C, 0x200D),)
REPLACEMENT = 0xFFFD
# Reserved for emoji: Extended_Pictographic in emoji-data.txt although still without a character.
COMING_EMOJI: Ranges = ((0x1F000, 0x1FAFF), (0x1FC00, 0x1FFFD))
CJK_PUNCTUATION: Ranges = ((0x3000, 0x303F), (0x30A0, 0x30FF), (0xFE10, 0xFE1F), (0xFE30, 0xFE6F), (0xFF01, 0xFF65))
TERMINAL_MARKS = frozenset(
    "\N{IDEOGRAPHIC FULL STOP}\N{FULLWIDTH EXCLAMATION MARK}\N{FULLWIDTH QUESTION MARK}\N{HORIZONTAL ELLIPSIS}"
    "\N{FULLWIDTH SEMICOLON}\N{FULLWIDTH FULL STOP}\N{HALFWIDTH IDEOGRAPHIC FULL STOP}"
)
SHARED_MARKS = frozenset(  # punctuation of Chinese text that lies outside the CJK blocks
    "\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}"
    "\N{EM DASH}\N{HORIZONTAL BAR}\N{MIDDLE DOT}\N{HYPHENATION POINT}"
)
FOLDED_MARKS = frozenset(",:;?!()")  # what folding fullwidth punctuation to ASCII leaves beside Han
DESCENT_SIGNS = frozenset(
    ">\N{RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK}\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}\N{FULLWIDTH GREATER-THAN SIGN}"
)
ASCII_MARKS = FOLDED_MARKS | frozenset(".\"'")
SPACES = {"\N{SPACE}": "space", "\N{IDEOGRAPHIC SPACE}": "wide_space", "\t": "tab", "\n": "newline"}
LETTERS = {"HIRAGANA": "kana", "KATAKANA": "kana", "HENTAIGANA": "kana", "HANGUL": "hangul"}  # first word of the name


def inside(ranges: Ranges, code: int) -> bool:
    """Whether a code point lies in one of the ranges, both ends included."""
    return any(first <= code <= last for first, last in ranges)


RADICALS: Ranges = ((0x2E80, 0x2EF3), (0x2F00, 0x2FD5))


def han_counters(char: str) -> tuple[str, ...]:
    """`han`, which script a Chinese character belongs to, and whether it is rare."""
    kind = ("han",) if is_common(char) else ("han", "han_rare")
    if char in exclusive("TSCharacters", "STCharacters"):
        return (*kind, "han_traditional")
    if char in exclusive("STCharacters", "TSCharacters") - convertible():
        return (*kind, "han_simplified")
    return kind


def is_common(char: str) -> bool:
    """Whether the simplified form is 〇 or one of the 3,755 characters that GB 2312 counts as common (rows 16 to 55)."""
    raw = simplified().get(ord(char), char).encode("gb2312", "ignore")
    return b"\xb0" <= raw[:1] <= b"\xd7" or char == "\N{IDEOGRAPHIC NUMBER ZERO}"


def letter_counter(char: str) -> str:
    """The counter of a letter that is not Chinese."""
    if char.isascii():
        return "latin"
    script = unicodedata.name(char, "").replace("-", " ").removeprefix("HALFWIDTH ").partition(" ")[0]
    return LETTERS.get(script, "other_letter")


def mark_counters(char: str, category: str) -> tuple[str, ...]:
    """The counters of punctuation, symbols and numbers."""
    code = ord(char)
    if char in TERMINAL_MARKS:
        return ("terminal_mark",)
    fullwidth_ascii = 0xFF01 <= code <= 0xFF5E
    if char in SHARED_MARKS or fullwidth_ascii or (category.startswith("P") and inside(CJK_PUNCTUATION, code)):
        return ("cjk_mark",)
    if not char.isascii():
        return ("other_symbol", "radical") if inside(RADICALS, code) else ("other_symbol",)
    if char.isdigit():
        return ("digit",)
    if char in ASCII_MARKS:
        return ("ascii_mark", "folded_mark") if char in FOLDED_MARKS else ("ascii_mark",)
    return ("ascii_symbol",)


def separator_counter(char: str, category: str) -> str:
    """The counter of spaces, breaks, controls, format characters and code points without a character."""
    code = ord(char)
    rules = (
        (char in SPACES, SPACES.get(char, "")),
        (inside(ODD_BREAK, code), "odd_break"),
        (category == "Zs", "odd_space"),
        (category == "Cc", "control"),
        (inside(INVISIBLE, code), "invisible"),
        (inside(JOINER, code), "joiner"),
        (category == "Co", "private_use"),
        (category == "Cs", "surrogate"),  # never in UTF-8
        (category == "Cn" and not inside(COMING_EMOJI, code), "unassigned"),
    )
    return next((name for holds, name in rules if holds), "other_symbol")


def base_counters(char: str) -> tuple[str, ...]:
    """The counters of what a character is; the first says its kind."""
    code, category = ord(char), unicodedata.category(char)
    if inside(HAN, code):
        return han_counters(char)
    if inside(WIDE_ALNUM, code) or code == REPLACEMENT:
        return ("replacement" if code == REPLACEMENT else "wide_alnum",)
    if category.startswith("L"):
        return (letter_counter(char),)
    if category[0] in "PSN":
        return mark_counters(char, category)
    return ("combining" if category.startswith("M") else separator_counter(char, category),)


@cache
def second_in_composites() -> frozenset[str]:
    """Characters that may compose with the one before them: NFC_Quick_Check=Maybe."""
    jamo = {chr(code) for first, last in ((0x1161, 0x1175), (0x11A8, 0x11C2)) for code in range(first, last + 1)}
    pairs = ((char, unicodedata.decomposition(char).split()) for char in map(chr, range(CODE_POINTS)))
    return frozenset(
        jamo
        | {
            chr(int(pair[1], 16))
            for char, pair in pairs
            if len(pair) == 2 and "<" not in pair[0] and unicodedata.normalize("NFC", char) == char
        }
    )


def may_change_in_nfc(char: str) -> bool:
    """Whether NFC may change or reorder a text because of this character."""
    return bool(unicodedata.combining(char)) or char in second_in_composites() or unicodedata.normalize("NFC", char) != char


def class_name(char: str) -> str:
    """All counters of a character, joined by `+`: characters of one name form one class of the partition."""
    flags: tuple[tuple[str, Callable[[str], bool]], ...] = (
        ("han_convertible", convertible().__contains__),
        ("not_nfc", may_change_in_nfc),
        ("descent_sign", DESCENT_SIGNS.__contains__),
        ("fullwidth_comma", "\N{FULLWIDTH COMMA}".__eq__),
    )
    return "+".join((*base_counters(char), *(name for name, holds in flags if holds(char))))


def class_tables() -> Tables:
    """`names`: the classes; `starts`, `classes`: the partition, run-length encoded; `versions`: what it was made from."""
    names_of = [class_name(chr(code)) for code in range(CODE_POINTS)]
    names = sorted(set(names_of))
    number = {name: place for place, name in enumerate(names)}
    classes = np.array([number[name] for name in names_of], np.uint8)
    starts = np.concatenate([[0], np.flatnonzero(classes[1:] != classes[:-1]) + 1])
    return {"names": np.array(names), "starts": starts.astype(np.uint32), "classes": classes[starts], "versions": versions()}


# ---- The canonical key


@cache
def simplified() -> dict[int, str]:
    """Traditional to simplified, character by character: the first candidate of OpenCC."""
    return {ord(key): candidates[0] for key, candidates in dictionary("TSCharacters").items() if len(key) == 1}


def canonical(char: str) -> str:
    """NFKC, case folding, simplification, letters and numbers only: what one character gives to the canonical key."""
    folded = unicodedata.normalize("NFKC", char).casefold().translate(simplified())
    return "".join(kept for kept in folded if unicodedata.category(kept)[0] in "LN")


def canonical_tables() -> Tables:
    """What each character gives to the key.

    `kept`: borders of the runs that stand for themselves; `sources`, `offsets`, `codes`: what the others become, nothing
    where they are not named; `traditional`, `simplified`: the step between scripts alone.
    """
    images = [canonical(chr(code)) for code in range(CODE_POINTS)]
    itself = np.array([image == chr(code) for code, image in enumerate(images)])
    sources = [code for code, image in enumerate(images) if image and not itself[code]]
    targets = [np.array([ord(char) for char in images[code]], np.uint32) for code in sources]
    return {
        "kept": (np.flatnonzero(np.diff(itself, prepend=False, append=False))).astype(np.uint32),
        "sources": np.array(sources, np.uint32),
        "offsets": np.cumsum([0, *map(len, targets)]).astype(np.uint32),
        "codes": np.concatenate(targets),
        "traditional": np.array(sorted(simplified()), np.uint32),
        "simplified": np.array([ord(char) for _, char in sorted(simplified().items())], np.uint32),
        "versions": versions(),
    }


# ---- Readings


def in_gbk(char: str) -> bool:
    """Whether a character is two bytes in GBK."""
    return len(char.encode("gb18030")) == 2


def reading_tables() -> Tables:
    """The Mandarin readings of the Han in GBK, from pypinyin (MIT licence; its characters come from mozillazg/pinyin-data, MIT).

    A traditional character also has those of its simplified form: some are listed as they are read in Taiwan alone. `codes`: the
    characters; `offsets`, `places`: for each, places in `syllables`.
    """
    from pypinyin.pinyin_dict import pinyin_dict  # noqa: PLC0415 - the other tables are made without it

    def listed(code: int) -> set[str]:
        return set(pinyin_dict[code].split(",")) if code in pinyin_dict else set()

    forms = simplified()
    codes = [code for code in sorted(pinyin_dict) if in_gbk(chr(code))]
    of_code = [sorted(listed(code) | listed(ord(forms.get(code, chr(code))))) for code in codes]
    syllables = sorted({syllable for one in of_code for syllable in one})
    number = {syllable: place for place, syllable in enumerate(syllables)}
    return {
        "codes": np.array(codes, np.uint32),
        "offsets": np.cumsum([0, *map(len, of_code)]).astype(np.uint32),
        "places": np.array([number[syllable] for one in of_code for syllable in one], np.uint16),
        "syllables": np.array(syllables),
        "versions": np.array([*versions(), f"pypinyin {metadata.version('pypinyin')}"]),
    }


# ---- Private use in Hong Kong

# Rows of Big5 that its makers left to users, as first and last byte pair, and where Microsoft's code page 950 puts them in
# private use; those of a row are numbered through 40-7E and A1-FE.
BIG5_PRIVATE: tuple[tuple[int, int, int], ...] = (
    (0xFA40, 0xFEFE, 0xE000),
    (0x8E40, 0xA0FE, 0xE311),
    (0x8140, 0x8DFE, 0xEEB8),
    (0xC6A1, 0xC8FE, 0xF6B1),
)


def private_rows() -> dict[int, bytes]:
    """Each private code point and its two bytes."""
    trails = [*range(0x40, 0x7F), *range(0xA1, 0xFF)]
    rows: dict[int, bytes] = {}
    for first, last, code in BIG5_PRIVATE:
        pairs = (lead << 8 | trail for lead in range(first >> 8, (last >> 8) + 1) for trail in trails)
        rows |= {code + place: pair.to_bytes(2) for place, pair in enumerate(pair for pair in pairs if first <= pair <= last)}
    return rows


def hong_kong_tables() -> Tables:
    """What the Hong Kong Supplementary Character Set put there: the codec big5hkscs of Python, which has the edition of 2004."""
    images = {code: pair.decode("big5hkscs", "ignore") for code, pair in private_rows().items()}
    given = {code: ord(image) for code, image in images.items() if len(image) == 1 and inside(HAN, ord(image))}
    return {"codes": np.array(list(given), np.uint32), "images": np.array(list(given.values()), np.uint32)}


# ---- Files


def versions() -> np.ndarray:
    """The sources of a table, by name and version."""
    return np.array([f"unicode {unicodedata.unidata_version}", f"opencc {metadata.version('opencc')}"])


MAKERS: dict[str, Callable[[], Tables]] = {
    "classes": class_tables,
    "canonical": canonical_tables,
    "readings": reading_tables,
    "hong_kong": hong_kong_tables,
}


def differences(path: Path, tables: Tables) -> list[str]:
    """Names of the arrays in a file that are not as they should be; all of them where there is no file."""
    if not path.exists():
        return sorted(tables)
    with np.load(path, allow_pickle=False) as stored:
        return sorted(name for name in tables.keys() | set(stored.files) if not same(stored, tables, name))


def same(stored: np.lib.npyio.NpzFile, tables: Tables, name: str) -> bool:
    """Whether an array is in both and equal."""
    return name in stored.files and name in tables and np.array_equal(stored[name], tables[name])


def summary(tables: Tables, changed: list[str]) -> str:
    """What was made, and what of it is new."""
    sizes = ", ".join(f"{name} {len(array):,}" for name, array in tables.items())
    return f"{sizes}; changed: {', '.join(changed) or 'nothing'}"


def main() -> int:
    """Write the tables, or only compare them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a table differs")
    check = parser.parse_args().check
    print("made from", ", ".join(versions()))
    status = 0
    for name, make in MAKERS.items():
        path, tables = TABLES / f"{name}.npz", make()
        changed = differences(path, tables)
        if changed and not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            np.savez_compressed(path, **tables)  # type: ignore[arg-type]  # no table is called allow_pickle
        status |= bool(changed and check)
        print(f"{path.name}: {summary(tables, changed)}")
    return status


if __name__ == "__main__":
    sys.exit(main())
