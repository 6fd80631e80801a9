"""N-grams against a plain definition, the file of a model against damage, and what training makes of texts."""

from __future__ import annotations

import hashlib
import json
import random
import unicodedata

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.text.quality.features import MAX_CHARS, NUMBERS, Grams, features, folded, weighed
from builder.text.quality.model import LEVELS, MAGIC, Model, file_name, packed, unpacked
from builder.text.quality.training import area, calibrated, train
from tests.steps.filter.quality_texts import poor_page
from tests.tokenizer.corpus import documents

GRAMS = Grams(2, 3, 12)
CHARS = "桥橋船。，！ \n\t\u3000\xa0\r\u2028aAＡ１2３!！()\U00020000\ue000\u200b\0①ﬁ"
any_text = st.text(st.sampled_from(CHARS) | st.characters(codec="utf-8"), max_size=40)


def column(*texts: str | None) -> pa.Array:
    return pa.array(texts, pa.large_string())


def codes_of(text: str) -> str:
    """What n-grams are taken from, as a string."""
    borders, codes = folded(column(text))
    assert borders.tolist() == [0, len(codes)]
    return "".join(map(chr, codes.tolist()))


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("", "\n"),
        ("桥", "\n桥\n"),
        ("  桥\u3000\n\n\u3000\u3000船 \t木\r\n", "\n桥\n船 木\n"),
        ("橋Ａｂ，2024", "\n桥ab,0000\n"),
        ("一 \u2028 二", "\n一\n二\n"),
        ("一\0二\xa0三", "\n一 二 三\n"),
    ],
)
def test_what_is_folded(text: str, codes: str) -> None:
    assert codes_of(text) == codes


@given(any_text)
def test_folding_is_done_once(text: str) -> None:
    once = codes_of(text)
    assert codes_of(once) == once
    assert once[0] == once[-1] == "\n"
    assert not any(pair in once for pair in ("\n\n", "\n ", " \n", "  "))
    assert not [char for char in once if (unicodedata.category(char) == "Zs" or char < " ") and char not in "\n "]


def places(text: str, grams: Grams) -> set[int]:
    """The places of a text's n-grams, in plain Python: the definition, and the check on the kernels."""
    codes = [ord(char) for char in codes_of(text)]
    found = set()
    for length in range(grams.shortest, grams.longest + 1):
        for last in range(length - 1, len(codes)):
            total = sum(int(NUMBERS[0, back]) * codes[last - back] for back in range(length)) + int(NUMBERS[1, length - 1])
            found.add(total % 2**64 >> (64 - grams.bits))
    return found


@given(st.lists(any_text, max_size=4), st.integers(1, 3), st.integers(0, 5), st.integers(8, 20))
def test_kernels_agree_with_the_definition(texts: list[str], shortest: int, more: int, bits: int) -> None:
    grams = Grams(shortest, shortest + more, bits)
    weights = np.random.default_rng(1).integers(-32768, 32768, 1 << bits).astype(np.int16)
    wanted = [places(text, grams) for text in texts]
    sums, totals = weighed(column(*texts), grams, weights)
    assert totals.tolist() == [len(found) for found in wanted]
    assert sums.tolist() == [sum(int(weights[place]) for place in found) for found in wanted]
    rows = features(column(*texts), grams)
    assert [set(rows.places[first:end].tolist()) for first, end in zip(rows.offsets, rows.offsets[1:], strict=False)] == wanted
    assert rows.offsets[-1] == sum(map(len, wanted))


def small() -> tuple[Model, np.ndarray, list[str], np.ndarray]:
    """(model, held-out logits, texts, whether to keep) of stories and menus."""
    texts = [text for pair in zip(documents(40), map(poor_page, range(40)), strict=True) for text in pair]
    keep = np.arange(len(texts)) % 2 == 0
    model, scored = train(texts, keep, np.arange(len(texts)) // 2 % 5, GRAMS)
    return model, scored, texts, keep


MODEL, SCORED, TEXTS, KEEP = small()


def test_what_is_learned_is_found_in_other_texts() -> None:
    assert area(SCORED, KEEP) == MODEL.notes["auc"] == 1
    quality = MODEL.levels(MODEL.scores(column(*documents(20, 100), *map(poor_page, range(100, 120)))))
    assert quality[:20].min() > 800
    assert quality[20:].max() < 200


def test_training_repeats_itself() -> None:
    assert packed(small()[0]) == packed(MODEL)


def test_noise_teaches_nothing() -> None:
    """Labels at random: the held-out area says so, and quality keeps to the middle."""
    keep = np.array([random.Random(number).random() < 0.5 for number in range(len(TEXTS))])  # noqa: S311 - labels
    model, scored = train(TEXTS, keep, np.arange(len(TEXTS)) // 2 % 5, GRAMS)
    assert 0.3 < area(scored, keep) < 0.7
    levels = model.levels(np.rint(scored * model.unit).astype(np.int64))
    assert 300 < np.median(levels) < 700


def test_integers_say_what_floats_say() -> None:
    """The vector of a text has length 1, save that its integer root is rounded down."""
    for text in (*documents(3, 300), poor_page(300)):
        found = [int(MODEL.weights[place]) for place in places(text, GRAMS)]
        exact = 256 * sum(found) / len(found) ** 0.5
        assert int(MODEL.scores(column(text))[0]) - MODEL.bias == pytest.approx(exact, rel=0.005)


def test_a_score_does_not_depend_on_neighbours() -> None:
    together = MODEL.scores(column(*TEXTS, "", None))
    assert together.tolist() == [int(MODEL.scores(column(text))[0]) for text in (*TEXTS, "", None)]
    assert together[-1] == together[-2] == MODEL.bias


def test_of_a_long_text_the_beginning_counts() -> None:
    long = "".join(documents(100))
    assert len(long) > MAX_CHARS
    scores = MODEL.scores(column(long[:MAX_CHARS], long[:MAX_CHARS] + poor_page(1), long[: MAX_CHARS - 300] + poor_page(1)))
    assert scores[0] == scores[1] != scores[2]


def test_percentiles_are_of_held_out_texts_to_drop() -> None:
    scores = np.sort(np.rint(SCORED[~KEEP] * MODEL.unit).astype(np.int64))
    count = len(scores)
    assert MODEL.percentiles(scores).tolist() == [LEVELS * place // count for place in range(count)]
    assert MODEL.percentiles(scores[-1:] + 1).tolist() == [LEVELS - 1]


def test_the_area_counts_pairs() -> None:
    scores, keep = np.array([1.0, 2.0, 2.0, 3.0, 0.0]), np.array([False, True, False, True, False])
    assert area(scores, keep) == pytest.approx(5.5 / 6)
    assert area(scores, ~keep) == pytest.approx(0.5 / 6)
    assert area(scores, keep | True) == 0.5


def test_calibrated_probabilities() -> None:
    """Logits drawn so that a third of those at -1 are to be kept, and two thirds of those at 1."""
    logits = np.repeat([-1.0, 1.0], 300)
    keep = np.arange(600) % 3 < np.repeat([1, 2], 300)
    slope, shift = calibrated(logits, keep)
    assert 1 / (1 + np.exp(slope - shift)) == pytest.approx(1 / 3, abs=0.01)
    assert 1 / (1 + np.exp(-slope - shift)) == pytest.approx(2 / 3, abs=0.01)
    assert calibrated(logits, ~keep)[0] > 0


# ---- The file


def test_a_file_is_read_as_it_was_written() -> None:
    content = packed(MODEL)
    assert file_name(content) == f"{hashlib.sha256(content).hexdigest()}.quality"
    again = unpacked(content, file_name(content))
    assert packed(again) == content
    assert again.scores(column(*TEXTS)).tolist() == MODEL.scores(column(*TEXTS)).tolist()
    assert again.notes == MODEL.notes


def head(**fields: object) -> bytes:
    """A file whose second line is another."""
    line, _, rest = packed(MODEL).removeprefix(MAGIC).partition(b"\n")
    return MAGIC + json.dumps({**json.loads(line), **fields}).encode() + b"\n" + rest


CONTENT = packed(MODEL)
DAMAGED = {
    "empty": b"",
    "another file": b"PK\x03\x04 something else",
    "no second line": MAGIC,
    "no JSON": MAGIC + b"{]\n",
    "no mapping": MAGIC + b"[]\n",
    "cut short": CONTENT[:-1],
    "too long": CONTENT + b"\0",
    "n-grams that cannot be": head(grams=[3, 2, 12]),
    "more bits than there are weights": head(grams=[2, 3, 13]),
    "too many bits": head(grams=[2, 3, 60]),
    "a truth value for a number": head(grams=[True, 3, 12]),
    "a bias beyond bounds": head(bias=1 << 80),
    "a bias that is no integer": head(bias=0.5),
    "no unit": head(unit=0),
    "an unknown field": head(more=1),
    "tables that do not ascend": CONTENT.replace(
        MODEL.qualities.astype("<i8").tobytes(), MODEL.qualities[::-1].astype("<i8").tobytes()
    ),
}


@pytest.mark.parametrize("what", DAMAGED)
def test_damage_is_seen(what: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        unpacked(DAMAGED[what])


def test_a_name_of_other_bytes_is_refused() -> None:
    other = bytearray(CONTENT)
    other[-1] ^= 1
    unpacked(bytes(other), "mine.quality")
    with pytest.raises(ValueError, match="named after"):
        unpacked(bytes(other), file_name(CONTENT))
