"""The shipped tables against the script that writes them, unicodedata and the installed OpenCC."""

from __future__ import annotations

import importlib.util
import unicodedata
from types import ModuleType

import numpy as np
import pytest

from builder.text.canonical import BRACKET, SEVERAL, images
from builder.text.classes import CODE_POINTS, DECODABLE, partition
from builder.text.profile import CLASS_COUNTERS, STRIDE
from tests.text.places import REPOSITORY

same_unicode = pytest.mark.skipif(
    f"unicode {unicodedata.unidata_version}" not in partition().versions,
    reason="this Python knows another Unicode than the tables",
)
SAMPLE = [*range(0x180), *range(0x2000, 0x2070), *range(0x3000, 0x3100), *range(0xFF00, 0x10000), *range(0, CODE_POINTS, 101)]


@pytest.fixture(scope="module")
def script() -> ModuleType:
    """scripts/make_tables.py as a module."""
    spec = importlib.util.spec_from_file_location("make_tables", REPOSITORY / "scripts" / "make_tables.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def members(counter: str) -> set[int]:
    """Code points of a counter."""
    return set(np.flatnonzero(partition().members(counter)).tolist())


@same_unicode
def test_the_script_gives_the_shipped_classes(script: ModuleType) -> None:
    classes = partition()
    assert {code: classes.names[classes.class_of[code]] for code in SAMPLE} == {
        code: script.class_name(chr(code)) for code in SAMPLE
    }


@same_unicode
def test_the_script_gives_the_shipped_canonical_images(script: ModuleType) -> None:
    table = images()

    def stored(code: int) -> str:
        image = int(table.of_code[code])
        if image < SEVERAL or image == SEVERAL | BRACKET:
            return chr(image) if 0 < image < SEVERAL else ""
        start, stop = table.offsets[image - SEVERAL : image - SEVERAL + 2]
        return "".join(map(chr, table.codes[start:stop].tolist()))

    assert {code: stored(code) for code in SAMPLE} == {code: script.canonical(chr(code)) for code in SAMPLE}


@same_unicode
@pytest.mark.slow
def test_the_script_gives_the_shipped_files(script: ModuleType) -> None:
    if script.versions().tolist() != list(partition().versions):
        pytest.skip("the tables were made from another OpenCC")
    found = {name: script.differences(script.TABLES / f"{name}.npz", make()) for name, make in script.MAKERS.items()}
    assert found == {"classes": [], "canonical": [], "readings": []}


def test_versions_are_those_of_the_script(script: ModuleType) -> None:
    assert [name.split()[0] for name in partition().versions] == [name.split()[0] for name in script.versions()]


def test_what_malformed_utf8_decodes_to_is_unassigned() -> None:
    classes = partition()
    assert classes.class_of.size == DECODABLE
    assert {classes.names[number] for number in classes.class_of[CODE_POINTS:]} == {"unassigned"}
    assert not images().of_code[CODE_POINTS:].any()


def test_classes_are_numbered_within_a_row_of_the_automaton() -> None:
    assert int(partition().class_of.max()) < min(STRIDE, len(partition().names))


def test_every_class_adds_to_known_counters() -> None:
    known = {*CLASS_COUNTERS, "folded_mark", "surrogate"}
    assert {part for name in partition().names for part in name.split("+")} <= known


@same_unicode
@pytest.mark.parametrize(
    ("counter", "category"),
    [
        ("combining", "M"),
        ("private_use", "Co"),
        ("odd_space", "Zs"),
        ("unassigned", "Cn"),
        ("kana", "L"),
        ("hangul", "L"),
        ("other_letter", "L"),
    ],
)
def test_members_have_the_category(counter: str, category: str) -> None:
    assert {unicodedata.category(chr(code))[: len(category)] for code in members(counter)} == {category}


@same_unicode
@pytest.mark.parametrize(
    ("category", "counters"),
    [
        ("M", {"combining"}),
        ("Co", {"private_use"}),
        ("Cc", {"control", "tab", "newline", "odd_break"}),
        ("Zs", {"space", "wide_space", "odd_space"}),
        ("Zl", {"odd_break"}),
        ("Zp", {"odd_break"}),
        ("Cf", {"invisible", "joiner", "other_symbol"}),
        ("L", {"han", "kana", "hangul", "latin", "other_letter", "wide_alnum"}),
        ("Nd", {"digit", "wide_alnum", "other_symbol"}),
        ("P", {"terminal_mark", "cjk_mark", "ascii_mark", "ascii_symbol", "other_symbol"}),
        ("S", {"cjk_mark", "ascii_symbol", "other_symbol", "replacement"}),
        ("Cn", {"han", "other_symbol", "unassigned"}),
    ],
)
def test_a_category_goes_to_these_counters_alone(category: str, counters: set[str]) -> None:
    classes = partition()
    codes = (code for code in range(CODE_POINTS) if unicodedata.category(chr(code)).startswith(category))
    assert {classes.names[classes.class_of[code]].split("+")[0] for code in codes} == counters


@same_unicode
def test_not_nfc_covers_all_that_normalization_changes() -> None:
    changed = {code for code in range(CODE_POINTS) if unicodedata.normalize("NFC", chr(code)) != chr(code)}
    reordered = {code for code in range(CODE_POINTS) if unicodedata.combining(chr(code))}
    assert changed | reordered <= members("not_nfc")


def test_scripts_exclude_each_other() -> None:
    traditional, simplified, convertible = members("han_traditional"), members("han_simplified"), members("han_convertible")
    assert traditional <= convertible <= members("han")
    assert simplified <= members("han")
    assert not simplified & convertible
    assert min(len(traditional), len(simplified)) > 3000


@pytest.mark.parametrize("char", "乾著藉瞭群并着里床秘峰雇后沈")
def test_characters_of_both_scripts_are_exclusive_to_neither(char: str) -> None:
    assert ord(char) not in members("han_traditional") | members("han_simplified")


def test_convertible_is_what_the_installed_opencc_changes() -> None:
    opencc = pytest.importorskip("opencc")
    if f"opencc {opencc.__version__}" not in partition().versions:
        pytest.skip("the tables were made from another OpenCC")
    convert = opencc.OpenCC("t2s").convert
    assert members("han_convertible") == {code for code in members("han") if convert(chr(code)) != chr(code)}


@same_unicode
def test_exclusive_sets_follow_the_installed_opencc(script: ModuleType) -> None:
    if script.versions().tolist() != list(partition().versions):
        pytest.skip("the tables were made from another OpenCC")
    one = {key: candidates for key, candidates in script.dictionary("TSCharacters").items() if len(key) == 1}
    assert all(chr(code) in one and chr(code) not in one[chr(code)] for code in members("han_traditional"))
    other = script.dictionary("STCharacters")
    assert all(chr(code) in other and chr(code) not in other[chr(code)] for code in members("han_simplified"))
