"""Questions of benchmarks: read from every format, found, named in the ledger, and part of the stage's hash."""

from __future__ import annotations

import gzip
import io
import json
import random
import time
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from builder.core.apply import apply
from builder.core.batch import texts_batch, with_profile
from builder.core.errors import RecipeError, SourceError
from builder.core.questions import Question, question_files, read_questions
from builder.run import build
from builder.run.explain import explain
from builder.run.job import new_job
from builder.run.plan import make_plan
from builder.run.progress import Silent
from builder.run.recipe import load_plain, load_recipe, with_settings
from builder.show.explained import explained_lines
from builder.steps.dedup import benchmark
from builder.steps.dedup.benchmark import Benchmark
from builder.text.canonical import canonical_text
from tests.run.building import built, recipe, table, texts, write_texts

HERE = Path(__file__).parent
QUESTIONS = HERE / "questions.jsonl"
BRIDGE, BOAT, NAILS, COLOUR = read_questions("q", QUESTIONS, ("question",), ("options", "choices", *"ABCD"))
PAGE = "石桥修好以后，两岸的人来往方便多了。\n{}\n木匠们晚上坐在桥头喝茶。"
CHARACTERS = "春夏秋冬山水风月花鸟鱼虫江河湖海东西南北金木火土"


# ---- Reading


def test_what_a_question_is_made_of() -> None:
    assert BRIDGE.name == "q#bridge"
    assert BRIDGE.options == "A 三十六\nB 三十九\nC 四十二\nD 四十五"
    assert BOAT.stem.startswith("阅读下面的短文。\n林生者")
    assert BOAT.options == "A 船板厚，钉子密\nB 那一天的水不大"
    assert Question("q#3", "修一座石桥和修一条木船，哪一样要用更多的钉子呢？", "") == NAILS
    assert Question("q#colour", "把木船漆成蓝色的人是谁？", "A 林南的祖父\nB 河西村的木匠\nC 修桥的工人\nD 对岸的船夫") == COLOUR


def parquet(rows: list[dict[str, object]]) -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows), sink)
    return sink.getvalue()


ROWS: list[dict[str, object]] = [
    {"id": "a", "question": "桥，\n有几座？", "A": "一", "B": "二"},
    {"id": 7, "question": "船呢？", "A": "1", "B": "2"},
]
LINES = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in ROWS).encode()
FORMS = {
    "a.jsonl": LINES,
    "b.json": json.dumps(ROWS).encode(),
    "nested.json": json.dumps({"version": 1, "example": [{"paragraphs": [{"context": "…", "qas": ROWS}]}]}).encode(),
    "lines.json": b"\xef\xbb\xbf" + LINES,
    "c.csv": '\ufeffid,question,A,B\na,"桥，\n有几座？",一,二\n7,船呢？,1,2\n'.encode(),
    "d.tsv": 'id\tquestion\tA\tB\na\t"桥，\n有几座？"\t一\t二\n7\t船呢？\t1\t2\n'.encode(),
    "e.parquet": parquet([{**row, "id": str(row["id"])} for row in ROWS]),
    "f.jsonl.gz": gzip.compress(LINES[:40]) + gzip.compress(LINES[40:]),
    "g.jsonl.zst": zstandard.compress(LINES[:40]) + zstandard.compress(LINES[40:]),
}


@pytest.mark.parametrize("name", FORMS)
def test_every_format(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(FORMS[name])
    assert read_questions(name, tmp_path / name, ("question",), ("A", "B")) == [
        Question(f"{name}#a", "桥，\n有几座？", "A 一\nB 二"),
        Question(f"{name}#7", "船呢？", "A 1\nB 2"),
    ]


@pytest.mark.parametrize(
    ("choices", "options"),
    [
        (["一", "二"], "A 一\nB 二"),
        (["(A)一", "(B)二"], "(A)一\n(B)二"),
        (["A. 一", "B. 二"], "A. 一\nB. 二"),
        ("A．一　B．二", "A．一　B．二"),
        ({"text": ["一", "二"], "label": ["A", "B"]}, "A 一\nB 二"),
        ({"A": "一", "B": "二"}, "A 一\nB 二"),
        ([1, 2.5], "A 1\nB 2.5"),
        (None, ""),
    ],
)
def test_options(choices: object, options: str, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"question": "桥有几座？", "choices": choices}), "utf-8")
    assert [question.options for question in read_questions("a", path, ("question",), ("choices",))] == [options]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.jsonl", b"{", "cannot read"),
        ("a.jsonl", b'{"text": "a"}', "no questions"),
        ("a.jsonl", b'{"question": ""}', "no questions"),
        ("a.parquet", b"PAR1", "cannot read"),
        ("a.csv", b"question\n\xff\n", "cannot read"),
        ("a.jsonl.gz", b"no gzip", "cannot read"),
        ("a.jsonl.zst", zstandard.compress(LINES)[:-9], "cannot read"),
        ("a.txt", LINES, "no questions"),
    ],
)
def test_files_that_hold_none(name: str, content: bytes, message: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SourceError, match=message):
        read_questions(name, tmp_path / name, ("question",), ())


def test_globs_and_folders(tmp_path: Path) -> None:
    for name in ("x/a.jsonl", "x/y/b.csv.gz", "x/notes.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    assert [name for name, _ in question_files([str(tmp_path / "x")])] == ["a.jsonl", "y/b.csv.gz"]
    assert [name for name, _ in question_files([str(tmp_path / "*" / "**" / "*.*")])] == ["x/a.jsonl", "x/y/b.csv.gz"]
    assert [name for name, _ in question_files([str(tmp_path / "x" / "a.jsonl"), str(tmp_path / "x" / "*")])] == ["a.jsonl"]
    with pytest.raises(SourceError, match="no question files"):
        question_files([str(tmp_path / "x" / "*.parquet")])


def test_fields_of_any_depth(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    nested = '{"a":' * 990 + '"桥有几座？"' + "}" * 990
    path.write_text(f'{{"question": {nested}, "choices": {{"A": {{"text": "一"}}, "label": "A", "B": "二"}}}}', "utf-8")
    assert read_questions("a", path, ("question",), ("choices",)) == [Question("a#1", "桥有几座？", "A 一\nB 二")]


def test_files_of_one_name_are_told_apart(tmp_path: Path) -> None:
    """Each has its place in the hash, and the ledger says which one it was."""
    first = write_texts(tmp_path / "one" / "val.jsonl", [{"question": BRIDGE.stem}])
    other = write_texts(tmp_path / "two" / "val.jsonl", [{"question": NAILS.stem}])
    step = Benchmark(files=(str(first), str(other)))
    assert [name for name, _ in question_files([str(other), str(first)])] == ["one/val.jsonl", "two/val.jsonl"]
    before = step.depends()
    assert len(before) == len({*before.values()}) == 2
    (found,) = step.detect(texts_batch([BRIDGE.stem, NAILS.stem]))
    assert found.peer_name == ["one/val.jsonl#1", "two/val.jsonl#1"]
    write_texts(first, [{"question": BOAT.stem}])
    assert step.depends() != before


# ---- Finding


@given(st.integers(0, 10_000))
def test_planted_questions_are_found_and_cut(seed: int) -> None:
    """Among lines of other characters: each is found, named, and cut so that nothing else goes."""
    chance = random.Random(seed)  # noqa: S311 - texts, no secrets
    lines = ["".join(chance.choices(CHARACTERS, k=chance.randint(1, 40))) + "。" for _ in range(chance.randint(1, 6))]
    planted = chance.sample([BRIDGE, BOAT, NAILS], k=chance.randint(0, 3))
    page = list(lines)
    for question in planted:
        page.insert(chance.randint(0, len(page)), question.stem.replace("\n", ""))
    names = {f"questions.jsonl#{question.name[2:]}" for question in planted}
    (found,) = Benchmark(files=str(QUESTIONS), action="cut").detect(texts_batch(["\n".join(page)]))
    assert set(found.peer_name or ()) == names
    result = apply(Benchmark(files=str(QUESTIONS), action="cut"), with_profile(texts_batch(["\n".join(page)])))
    assert result.batch["text"].to_pylist() == ["\n".join(lines)]
    assert {entry.peer_name for entry in result.ledger} == names
    dropped = apply(Benchmark(files=str(QUESTIONS)), with_profile(texts_batch(["\n".join(page)]))).dropped
    assert set(dropped["peer_name"].to_pylist()) <= names
    assert dropped.num_rows == bool(planted)


@given(st.text(st.sampled_from("河西村修一座石桥和条木船哪样要用更多的钉子呢？。\nA"), max_size=120))
def test_what_is_dropped_shares_most_of_a_question(text: str) -> None:
    (found,) = Benchmark(files=str(QUESTIONS)).detect(texts_batch([text]))
    if len(found.rows):
        key = canonical_text(text)
        stems = [canonical_text(question.stem) for question in (BRIDGE, BOAT, NAILS)]
        assert any(stem[start : start + 15] in key for stem in stems for start in range(len(stem) - 14))


def test_the_question_of_which_most_is_there_explains_the_drop() -> None:
    most, all_of_it = BRIDGE.stem.replace("河西村", "南边"), NAILS.stem
    (found,) = Benchmark(files=str(QUESTIONS)).detect(texts_batch([PAGE.format(f"{most}\n{all_of_it}"), "桥", most]))
    assert found.rows.tolist() == [0, 2]
    assert found.peer_name == ["questions.jsonl#3", "questions.jsonl#bridge"]
    assert found.value is not None
    assert found.value.tolist() == [1.0, pytest.approx((len(canonical_text(BRIDGE.stem)) - 3) / len(canonical_text(BRIDGE.stem)))]
    assert (found.code, found.limit) == ("leaked_question", 0.7)


def test_time_is_linear_where_questions_stand() -> None:
    step, took = Benchmark(files=str(QUESTIONS), action="cut"), []
    step.detect(texts_batch([""]))
    for count in (200, 4_000):
        batch = with_profile(texts_batch([f"{BRIDGE.stem}春夏秋冬。" * count, f"{NAILS.stem}\n春夏秋冬。\n" * count]))
        start = time.process_time()
        result = apply(step, batch)
        took.append(time.process_time() - start)
        assert result.batch["text"].to_pylist() == ["春夏秋冬。" * count, "春夏秋冬。\n" * count]
    assert took[1] < 40 * max(took[0], 5e-3)


def test_files_are_looked_for_once_for_each_batch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(9):
        write_texts(tmp_path / f"{number}.jsonl", [{"question": NAILS.stem.replace("钉子", f"钉子{number}")}])
    looked: list[object] = []

    def counting(patterns: tuple[str, ...]) -> Any:  # noqa: ANN401 - as question_files
        looked.append(1)
        return question_files(patterns)

    monkeypatch.setattr(benchmark, "question_files", counting)
    step = Benchmark(files=str(tmp_path), action="cut")
    result = apply(step, with_profile(texts_batch([PAGE.format(NAILS.stem.replace("钉子", "钉子3"))] * 20)))
    assert len(result.ledger) == 20
    assert len(looked) == 1
    write_texts(tmp_path / "3.jsonl", [{"question": BRIDGE.stem}])
    write_texts(tmp_path / "9.jsonl", [{"question": BOAT.stem}])
    result = apply(step, with_profile(texts_batch([PAGE.format(BRIDGE.stem), PAGE.format(BOAT.stem)])))
    assert len(result.ledger) == 2


def test_min_chars_must_be_wide_enough() -> None:
    with pytest.raises(ValueError, match="min_chars must be at least ngram_chars"):
        Benchmark(min_chars=25, ngram_chars=20)


# ---- In a recipe


def planned(folder: Path, **fields: object) -> str:
    step = {"dedup.benchmark": {"files": "q/*.jsonl", **fields}}
    plain = {"name": "a", "folder": str(folder), "steps": [step]}
    return make_plan(load_plain(plain), "sources")[0].hash


def test_paths_start_at_the_recipe_and_contents_make_the_hash(tmp_path: Path) -> None:
    for folder in ("one", "o[t]her"):
        write_texts(tmp_path / folder / "q" / "a.jsonl", [{"question": BRIDGE.stem}])
    first = planned(tmp_path / "one")
    assert planned(tmp_path / "o[t]her") == first
    write_texts(tmp_path / "one" / "q" / "a.jsonl", [{"question": NAILS.stem}])
    assert planned(tmp_path / "one") != first
    (tmp_path / "o[t]her" / "q" / "a.jsonl").rename(tmp_path / "o[t]her" / "q" / "b.jsonl")
    assert planned(tmp_path / "o[t]her") != first
    for wrong in ("none/*.jsonl", "none", "a" * 5_000, "a\0b"):
        with pytest.raises(SourceError, match="no question files"):
            planned(tmp_path / "one", files=wrong)
    assert planned(tmp_path / "one", files="") == planned(tmp_path / "none", files=[])


def test_a_recipe_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_texts(tmp_path / "in" / "q.jsonl", [{"question": BRIDGE.stem}])
    (tmp_path / "in" / "a.yaml").write_text("name: a\nsteps: [{dedup.benchmark: {files: [q.jsonl]}}]\n", "utf-8")
    loaded = load_recipe(tmp_path / "in" / "a.yaml")
    again = load_plain(loaded.plain())
    assert loaded.steps == again.steps == (Benchmark(files=(str(tmp_path / "in" / "q.jsonl"),)),)
    monkeypatch.chdir(tmp_path / "in")
    (step,) = with_settings(load_recipe("a.yaml"), {"dedup.benchmark.files": "q.jsonl"}).steps
    assert step == Benchmark(files=str(tmp_path / "in" / "q.jsonl"))
    with pytest.raises(RecipeError):
        load_plain({"name": "a", "steps": [{"dedup.benchmark": {"files": 5}}]})


def test_the_ledger_names_the_question(tmp_path: Path) -> None:
    questions = write_texts(
        tmp_path / "q.jsonl", [{"id": "bridge", "question": BRIDGE.stem}, {"id": "nails", "question": NAILS.stem}]
    )
    source = write_texts(tmp_path / "a.jsonl", [PAGE.format(BRIDGE.stem), PAGE.format("今天"), f"今天天气很好。\n{NAILS.stem}"])
    for action in ("drop", "cut"):
        out = tmp_path / action
        built(out, recipe(source, steps=[{"dedup.benchmark": {"files": str(questions), "action": action}}, "dedup.exact"]))
        ledger = [row for row in table(out, "ledger").to_pylist() if row["step"] == "dedup.benchmark"]
        assert [(row["action"], row["code"], row["peer_name"]) for row in ledger] == [
            ("drop" if action == "drop" else "edit", "leaked_question", "q.jsonl#bridge"),
            ("drop" if action == "drop" else "edit", "leaked_question", "q.jsonl#nails"),
        ]
        (explained,) = explain(out, "d0")
        assert explained.matches
        assert any("because of q.jsonl#bridge" in line for line in explained_lines(explained))
    assert texts(tmp_path / "drop") == {"d1": PAGE.format("今天")}
    gone = table(tmp_path / "drop", "removed").to_pylist()
    assert {row["id"]: (row["code"], row["peer"], row["peer_doc_id"]) for row in gone} == {
        "d0": ("leaked_question", "q.jsonl#bridge", None),
        "d2": ("leaked_question", "q.jsonl#nails", None),
    }
    assert texts(tmp_path / "cut") == {"d0": PAGE.replace("{}\n", ""), "d1": PAGE.format("今天"), "d2": "今天天气很好。"}


def test_questions_that_are_too_short_are_counted(tmp_path: Path) -> None:
    """The first has 16 characters, the second 17, the third has them with its options."""
    records = [
        {"question": "谁在河西村修好了那一座旧石桥呢？"},
        {"question": "是谁在河西村的东边修好了旧的石桥呢？"},
        {"question": "桥是谁修的？", "A": "河西村的木匠", "B": "对岸的船夫"},
    ]
    keys = [len(canonical_text("".join(record.values()))) for record in records]
    questions = write_texts(tmp_path / "q.jsonl", [*records, {"question": "桥有几座？"}])
    step = Benchmark(files=str(questions))
    assert keys[0] < step.shortest() == keys[1]
    assert step.remarks() == ["2 of 4 questions have less than 17 characters and are not looked for"]
    asked = [record["question"] + "".join(f"\n{name} {record[name]}" for name in "AB" if name in record) for record in records]
    assert step.detect(texts_batch(asked))[0].rows.tolist() == [1, 2]
    assert (
        Benchmark(files=str(questions), ngram_chars=8, min_chars=20).remarks()[0].startswith("1 of 4 questions have less than 15")
    )
    assert Benchmark().remarks() == []
    noted: list[str] = []
    progress = Silent()
    progress.note = noted.append  # type: ignore[method-assign, assignment]
    built(
        tmp_path / "out",
        recipe(write_texts(tmp_path / "a.jsonl", ["桥"]), steps=[{"dedup.benchmark": {"files": str(questions)}}]),
        progress=progress,
    )
    assert noted == ["dedup.benchmark: 2 of 4 questions have less than 17 characters and are not looked for"]


def test_questions_that_change_between_builds(tmp_path: Path) -> None:
    """In one process, into one folder and into another."""
    questions = write_texts(tmp_path / "q.jsonl", [{"question": BRIDGE.stem}])
    source = write_texts(tmp_path / "a.jsonl", [PAGE.format(BRIDGE.stem), PAGE.format(NAILS.stem)])
    plan = recipe(source, steps=[{"dedup.benchmark": {"files": str(questions)}}])
    assert list(texts(built(tmp_path / "out", plan, keep_stages=True).out)) == ["d1"]
    write_texts(questions, [{"question": NAILS.stem}])
    again = built(tmp_path / "out", plan, keep_stages=True)
    assert not again.again
    assert list(texts(again.out)) == ["d0"]
    assert list(texts(built(tmp_path / "other", plan).out)) == ["d0"]
    assert built(tmp_path / "out", plan).again


@pytest.mark.parametrize("executor", ["inline", "local"])
@pytest.mark.parametrize("steps", [["{}"], ["dedup.exact", "{}"], ["{}", "dedup.exact"]], ids=["alone", "fact", "first"])
def test_questions_that_change_during_a_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, executor: str, steps: list[str]
) -> None:
    """No part is kept that would stand for other questions."""
    questions = write_texts(tmp_path / "q.jsonl", [{"question": BRIDGE.stem}])
    source = write_texts(tmp_path / "a.jsonl", [PAGE.format(BRIDGE.stem), PAGE.format(NAILS.stem)])
    benchmark_step = {"dedup.benchmark": {"files": str(questions)}}
    plan = recipe(source, steps=[benchmark_step if step == "{}" else step for step in steps])

    def late(*arguments: Any) -> Any:  # noqa: ANN401 - as new_job
        job = new_job(*arguments)
        write_texts(questions, [{"question": NAILS.stem}])
        return job

    with monkeypatch.context() as patch:
        patch.setattr(build, "new_job", late)
        with pytest.raises(SourceError) as error:
            built(tmp_path / "out", plan, executor=executor)
    assert error.value.what == f"{questions} has changed while the build was reading it"
    assert error.value.got
    assert error.value.allowed
    assert "run the same command again" in error.value.next
    assert list(texts(built(tmp_path / "out", plan, executor=executor).out)) == ["d0"]


def test_the_question_files_are_gone(tmp_path: Path) -> None:
    questions = write_texts(tmp_path / "q.jsonl", [{"question": BRIDGE.stem}])
    source = write_texts(tmp_path / "a.jsonl", [PAGE.format(BRIDGE.stem), PAGE.format("")])
    built(tmp_path / "out", recipe(source, steps=[{"dedup.benchmark": {"files": str(questions)}}]))
    questions.unlink()
    (explained,) = explain(tmp_path / "out", "d0")
    assert explained.note.startswith("not replayed: no question files")
    assert [entry.peer_name for change in explained.changes for entry in change.entries] == ["q.jsonl#1"]
