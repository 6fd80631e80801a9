"""A model in a recipe: its path, its digest in the stage's hash, its column in the dataset, and files that are no model."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from builder.core.apply import apply
from builder.core.batch import texts_batch, with_profile
from builder.core.errors import RecipeError, SourceError
from builder.run.clean import clean
from builder.run.plan import make_plan
from builder.run.recipe import Recipe, load_recipe, with_settings
from builder.steps.filter.quality_model import QualityModel
from tests.run.building import built, recipe, table, write, write_texts
from tests.steps.filter.quality_texts import poor_page
from tests.tokenizer.corpus import document

(MODEL,) = Path(__file__).parent.glob("*.quality")


def written(folder: Path, **fields: object) -> Recipe:
    """A recipe with the model beside it."""
    shutil.copy(MODEL, folder / MODEL.name)
    step = {"filter.quality_model": {"model": MODEL.name, **fields}}
    return load_recipe(write(folder / "r.yaml", yaml.safe_dump({"name": "r", "steps": [step]}).encode()))


def stage_hash(of: Recipe) -> str:
    return make_plan(of, "sources")[0].hash


def test_the_path_starts_at_the_recipe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "deep").mkdir()
    found = written(tmp_path / "deep")
    monkeypatch.chdir(tmp_path)
    story, menu = clean([document(1), poor_page(1)], found)
    assert (story.dropped, menu.dropped) == (None, "low_quality")
    other = with_settings(found, {"filter.quality_model.model": f"deep/{MODEL.name}"})
    assert clean([poor_page(1)], other)[0].dropped == "low_quality"


def test_the_hash_knows_what_is_in_the_file_and_not_where_it_lies(tmp_path: Path) -> None:
    for name in ("here", "there", "other"):
        (tmp_path / name).mkdir()
    here, there = written(tmp_path / "here"), written(tmp_path / "there")
    assert stage_hash(here) == stage_hash(there)
    assert stage_hash(written(tmp_path / "other", min_quality=0.4)) != stage_hash(here)
    content = bytearray(MODEL.read_bytes())
    content[-1] ^= 1
    (tmp_path / "there" / "mine.quality").write_bytes(content)
    moved = with_settings(there, {"filter.quality_model.model": str(tmp_path / "there" / "mine.quality")})
    assert stage_hash(moved) != stage_hash(here)


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "mine.quality"
    path.write_bytes(MODEL.read_bytes())
    batch = with_profile(texts_batch([poor_page(1)]))
    step = QualityModel(model=str(path), min_quality=0)
    before = apply(step, batch).batch["quality"].to_pylist()
    content = MODEL.read_bytes()
    path.write_bytes(content[: -2 << 12] + bytes(2 << 12) + b"")
    assert apply(step, batch).batch["quality"].to_pylist() != before


def test_quality_is_a_column_and_a_reason(tmp_path: Path) -> None:
    texts = [*map(document, range(4)), *map(poor_page, range(4))]
    plan = recipe(
        write_texts(tmp_path / "a.jsonl", texts),
        steps=[{"filter.quality_model": {"model": str(MODEL), "min_quality": 0.5}}],
    )
    out = tmp_path / "out"
    built(out, plan)
    kept, gone = table(out, "data"), table(out, "removed")
    assert sorted(kept["id"].to_pylist()) == [f"d{number}" for number in range(4)]
    assert min(kept["quality"].to_pylist()) > 0.8
    assert set(gone["code"].to_pylist()) == {"low_quality"}
    assert max(gone["value"].to_pylist()) < 0.2
    assert set(gone["limit"].to_pylist()) == {0.5}


def test_the_better_of_two_duplicates_is_kept(tmp_path: Path) -> None:
    """What the filter would drop is known before duplicates are."""
    story = "".join(map(document, range(10)))
    texts = [f"{story}\n{poor_page(1)}", story]
    quality = apply(QualityModel(model=str(MODEL), min_quality=0), with_profile(texts_batch(texts))).batch["quality"].to_pylist()
    assert quality[0] < quality[1]
    step = {"filter.quality_model": {"model": str(MODEL), "min_quality": quality[1]}}
    plan = recipe(write_texts(tmp_path / "a.jsonl", texts), steps=[{"dedup.near": {"jaccard": 0.5}}, step])
    built(tmp_path / "out", plan)
    assert table(tmp_path / "out", "data")["id"].to_pylist() == ["d1"]


def test_quality_has_three_digits() -> None:
    batch = with_profile(texts_batch([*map(document, range(20)), *map(poor_page, range(20))]))
    quality = apply(QualityModel(model=str(MODEL), min_quality=0), batch).batch["quality"].to_pylist()
    assert quality == [round(value, 3) for value in quality]
    assert len(set(quality)) > 10
    limit = sorted(quality)[10]
    kept = apply(QualityModel(model=str(MODEL), min_quality=limit), batch).batch["quality"].to_pylist()
    assert kept == [value for value in quality if value >= limit]


def damaged(tmp_path: Path) -> Path:
    """The bytes of another file under the name of the model."""
    return write(tmp_path / MODEL.name, MODEL.read_bytes()[:-1] + b"\x7f")


def large(tmp_path: Path) -> Path:
    path = tmp_path / "large"
    with path.open("wb") as file:
        file.truncate(1 << 30)
    return path


@pytest.mark.parametrize(
    ("place", "got"),
    [
        (lambda folder: folder / "nowhere.quality", "no such file or folder"),
        (lambda folder: folder, "a folder without such files"),
        (large, "a file of 1,073,741,824 bytes"),
        (lambda folder: write(folder / "a.jsonl", b"{}\n"), "the file does not begin with"),
        (damaged, "the bytes are not those that the file is named after"),
    ],
)
def test_what_is_no_model(tmp_path: Path, place: object, got: str) -> None:
    step = QualityModel(model=str(place(tmp_path)))  # type: ignore[operator]  # each makes its file
    with pytest.raises(SourceError) as error:
        clean(["桥修好了。"], Recipe(name="r", steps=(step,)))
    assert got in error.value.got
    assert "builder train-filter" in error.value.allowed
    assert error.value.next


def test_limits_have_bounds() -> None:
    for field, value in (("min_quality", 1.1), ("min_percentile", 100), ("min_percentile", -1)):
        with pytest.raises(RecipeError, match=field):
            with_settings(Recipe(name="r", steps=(QualityModel(),)), {f"filter.quality_model.{field}": value})
