"""Training from files: what is read, how it is parted by site, and that the same texts give the same model."""

from __future__ import annotations

import gzip
import sys
from pathlib import Path

import pytest

from builder.cli import main
from builder.core.errors import SourceError
from builder.run.train_filter import MIN_TEXTS, site_of, train_filter
from builder.show.trained import trained_lines
from builder.text.quality.features import Grams
from tests.run.building import write, write_texts
from tests.steps.filter.quality_texts import poor_page, write_sides
from tests.tokenizer.corpus import document

GRAMS = Grams(2, 3, 12)
MODELS = Path(__file__).parents[1] / "steps" / "filter"


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("http://www.example.com/a", "example.com"),
        ("https://user@news.sub.example.com.cn:8080/a?b#c", "example.com.cn"),
        ("https://example.cn", "example.cn"),
        ("https://com.cn/", "com.cn"),
        ("http://203.0.113.7/a", "203.0.113.7"),
        ("http://[2001:db8::1]/a", "2001:db8::1"),
        ("http://[broken", ""),
        ("no address", ""),
        (None, ""),
    ],
)
def test_sites(url: str | None, site: str) -> None:
    assert site_of(url) == site


def test_the_same_texts_give_the_same_model_everywhere(tmp_path: Path) -> None:
    """The file that the cases of the step use: made on another machine, another day."""
    keep, drop = write_sides(tmp_path)
    trained = train_filter([str(keep)], [str(drop)], tmp_path / "out", grams=GRAMS)
    assert [trained.path.name] == [path.name for path in MODELS.glob("*.quality")]
    assert trained.path.read_bytes() == (MODELS / trained.path.name).read_bytes()
    assert (trained.keep.texts, trained.keep.sites, trained.keep.without_address) == (60, 20, 0)
    assert trained.by_site
    assert trained.auc > 0.99


def test_neither_order_nor_format_nor_copies_matter(tmp_path: Path) -> None:
    keep, drop = write_sides(tmp_path)
    lines = keep.read_bytes().splitlines(keepends=True)
    write(tmp_path / "keep" / "b" / "late.jsonl", b"".join(reversed(lines[:40])))
    write(tmp_path / "keep" / "a.jsonl.gz", gzip.compress(b"".join(lines[30:])))
    write(tmp_path / "keep" / "notes.pdf", b"%PDF")
    whole = train_filter([str(keep)], [str(drop)], tmp_path, grams=GRAMS)
    parts = train_filter([str(tmp_path / "keep"), str(keep)], [str(drop)], tmp_path, grams=GRAMS)
    assert parts._replace(path=whole.path) == whole
    assert parts.path == whole.path


def test_one_file_a_text(tmp_path: Path) -> None:
    for number in range(12):
        write(tmp_path / "keep" / f"{number}.txt", document(number).encode())
        write(tmp_path / "drop" / f"{number}.txt", poor_page(number).encode())
    trained = train_filter([str(tmp_path / "keep")], [str(tmp_path / "drop")], tmp_path, grams=GRAMS)
    assert trained.keep[:3] == trained.drop[:3] == (12, 12, 12)


def test_what_stands_on_both_sides_is_left_out(tmp_path: Path) -> None:
    keep, drop = write_sides(tmp_path)
    write_texts(tmp_path / "more.jsonl", [document(1), document(2), "  \n"])
    trained = train_filter([str(keep)], [str(drop), str(tmp_path / "more.jsonl")], tmp_path, grams=GRAMS)
    assert (trained.on_both, trained.keep.texts, trained.drop.texts) == (2, 58, 60)


def test_one_site_is_not_held_out(tmp_path: Path) -> None:
    _, drop = write_sides(tmp_path)
    own = [{"id": f"k{number}", "text": document(number), "url": "https://one.example/"} for number in range(20)]
    trained = train_filter([str(write_texts(tmp_path / "own.jsonl", own))], [str(drop)], tmp_path, grams=GRAMS)
    assert not trained.by_site
    assert any("too few sites" in line for line in trained_lines(trained))


def test_names_of_fields(tmp_path: Path) -> None:
    _, drop = write_sides(tmp_path)
    own = write_texts(tmp_path / "own.jsonl", [{"body": document(number)} for number in range(20)])
    with pytest.raises(SourceError) as error:
        train_filter([str(own)], [str(drop)], tmp_path, grams=GRAMS)
    assert error.value.what == "--keep: too few texts to learn from"
    assert "20 that cannot be read" in error.value.got
    both = write_texts(tmp_path / "bad.jsonl", [{"body": poor_page(number)} for number in range(20)])
    assert train_filter([str(own)], [str(both)], tmp_path, {"jsonl.text_field": "body"}, GRAMS).keep.texts == 20


def test_too_few_texts(tmp_path: Path) -> None:
    keep, drop = write_sides(tmp_path, MIN_TEXTS - 1)
    with pytest.raises(SourceError, match="--keep: too few texts") as error:
        train_filter([str(keep)], [str(drop)], tmp_path)
    assert error.value.got == f"{MIN_TEXTS - 1} different ones"


def test_no_texts(tmp_path: Path) -> None:
    keep, _ = write_sides(tmp_path)
    (tmp_path / "empty").mkdir()
    for place, got in (("nowhere", "no such file or folder"), ("empty", "a folder without such files")):
        with pytest.raises(SourceError, match="--drop: no texts") as error:
            train_filter([str(keep)], [str(tmp_path / place)], tmp_path)
        assert error.value.got == got


def test_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    keep, drop = write_sides(tmp_path)
    keep.write_bytes(keep.read_bytes() + b"{broken\n")
    monkeypatch.setattr(sys, "argv", ["builder", "train-filter", "--keep", str(keep), "--drop", str(drop), "-o", str(tmp_path)])
    with pytest.raises(SystemExit) as end:
        main()
    out, err = capfd.readouterr()
    assert end.value.code in (0, None)
    (model,) = tmp_path.glob("*.quality")
    assert "keep: 60 texts of 20 sites\n" in out
    assert f"wrote {model}" in out
    assert "AUC " in out
    assert "keep.jsonl:61" in err
