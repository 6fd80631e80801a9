"""Take the questions of benchmarks out of the text that a model learns from: drop the document, or cut the question.

A question is found where a document has a run of `min_chars` characters of its canonical key (of a shorter question all of it),
in runs of 17 and more `min_share` of it, and its last ten characters, of which one may differ. The key sees neither
script, width, case, spaces nor marks. GPT-3 (Brown et al. 2020, appendix C) takes a run alone for a leak, of 13 words, and found
that it was mostly a passage that the question quotes. So it is here: of 16,330 clean documents 53 have 30 characters of a
question of AGIEval or GAOKAO-Bench, and all of them are statutes, histories and verse. Hence the last characters, which
are the question's own (2 documents are left), and no field with passages or answers. Most of a question as PaLM has it
(Chowdhery et al. 2022, section 8): 70 % of its 8-grams. A question of less than 17 characters is looked for with its options.
What has less than 17 with them is not looked for, since so little stands in a text by chance; a build says how many these are.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import ClassVar, Literal, NamedTuple, Self

import numpy as np
import pyarrow as pa
from pydantic import Field, model_validator

from builder.core.batch import Batch
from builder.core.fingerprint import file_digest
from builder.core.questions import question_files, read_questions
from builder.core.step import Edit, Finding, Row, Step
from builder.text.canonical import canonical_codes, canonical_places, canonical_text
from builder.text.groups import is_new
from builder.text.overlap import STRIDE, Overlaps, Passages, Runs, overlaps, passages, shared_runs, with_ends

LAST_CHARS = 10  # key characters at the end of a question: no source that it quotes ends like this
PIECE_CHARS = 10  # key characters of a question in a sentence that make it part of the question
OPTION_CHARS = 200  # of a line that may be an option and nothing else; longer ones are found by their runs
ROUNDS = 4  # looks at a text: a cut can join what stood around it; one that still holds a question after three is dropped
SENTENCE = re.compile(r"[^。！？!?]*[。！？!?]*[”’」』）)]*")


class Bank(NamedTuple):
    """The questions to look for."""

    names: list[str]
    passages: Passages  # question and options
    core: np.ndarray  # int64[n]: key characters that must be found, from the first on: those of the question
    options: list[str]
    short: int  # questions that are too short to be looked for


class Benchmark(Step, frozen=True):
    """`files`: files, folders or globs with questions, as .jsonl, .json, .csv, .tsv or .parquet, plain, .gz or .zst."""

    files_in: ClassVar[tuple[str, ...]] = ("files",)

    files: str | tuple[str, ...] = ()
    question_fields: tuple[str, ...] = ("question", "problem", "prompt")  # in this order; upper and lower case are one
    option_fields: tuple[str, ...] = ("options", "choices", *"ABCDEF")
    action: Literal["drop", "cut"] = "drop"  # cut: the sentences that hold the question, and its options
    min_chars: int = Field(30, ge=15, le=1_000)  # of the longest shared run; 50 for English in GPT-4 (OpenAI 2023, appendix C)
    min_share: float = Field(0.7, gt=0, le=1)  # of the question, as in PaLM; 0.5 takes three histories more for leaks
    ngram_chars: int = Field(10, ge=8, le=57)  # looked up; 13 finds 0.2 % less of questions in the other script

    @model_validator(mode="after")
    def _wide_enough(self) -> Self:
        if self.min_chars < self.shortest():
            raise ValueError(
                f"min_chars must be at least ngram_chars + {STRIDE - 1}, got {self.min_chars} and {self.ngram_chars}"
            )
        return self

    def shortest(self) -> int:
        """Key characters of the shortest run that is always seen."""
        return self.ngram_chars + STRIDE - 1

    def depends(self) -> dict[str, str]:
        """The question files, by name; no two have the same."""
        return {f"questions {name}": file_digest(path) for name, path in question_files(self._patterns())}

    def files_read(self) -> list[Path]:
        """The question files."""
        return [path for _, path in question_files(self._patterns())]

    def only_drops(self) -> bool:
        """Unless it cuts: a document that will go is then no keeper."""
        return self.action == "drop"

    def remarks(self) -> list[str]:
        """How many questions are not looked for."""
        bank = self._bank() if self._patterns() else None
        if bank is None or not bank.short:
            return []
        short, every = f"{bank.short:,}", f"{len(bank.names):,}"
        return [f"{short} of {every} questions have less than {self.shortest()} characters and are not looked for"]

    def detect(self, batch: Batch) -> list[Finding]:
        """All questions in each document if they are to be cut, else the one of which most is there."""
        if not self._patterns() or not batch.num_rows:
            return []
        bank = self._bank()
        found = self._leaks(batch["text"], bank)
        if self.action == "drop":
            order = np.lexsort((found.passage, -found.share, found.document))
            found = Overlaps(*(column[order] for column in found))
            found = Overlaps(*(column[is_new(found.document)] for column in found))
        names = np.array(bank.names, object)[found.passage].tolist()
        return [Finding("leaked_question", found.document, found.share, self.min_share, None, names)]

    def repair(self, row: Row) -> Edit | None:
        """Cut sentence by sentence; drop a document of which nothing is left."""
        if self.action == "drop":
            return None
        bank, text, count = LATEST.get(self) or self._bank(), row.text, 0
        for _ in range(ROUNDS):
            found = self._leaks(pa.array([text], pa.large_string()), bank).passage
            if not len(found):
                return Edit(text, count)
            options = {key for number in found.tolist() for key in map(canonical_text, bank.options[number].split("\n")) if key}
            text, places = _without(text, self._covered(text, found, bank), options)
            count += places
            if not places or not text.strip():
                break
        return None

    def _leaks(self, texts: pa.ChunkedArray | pa.Array, bank: Bank) -> Overlaps:
        """Which documents hold which questions, in the order of documents."""
        offsets, codes = canonical_codes(texts)
        runs = shared_runs(codes, offsets, bank.passages)
        found = overlaps(runs, bank.core)
        enough = (found.longest >= np.minimum(self.min_chars, bank.core[found.passage])) & (found.share >= self.min_share)
        found = Overlaps(*(column[enough] for column in found))
        runs = Runs(*(column[np.isin(_pairs(runs), _pairs(found))] for column in runs))
        asked = with_ends(codes, offsets, bank.passages, bank.core, runs, LAST_CHARS)
        leaked = np.isin(_pairs(found), _pairs(runs)[asked])
        return Overlaps(*(column[leaked] for column in found))

    def _covered(self, text: str, questions: np.ndarray, bank: Bank) -> np.ndarray:
        """int64[k]: places in the text of the characters that it shares with the questions, ascending."""
        offsets, codes = canonical_codes(pa.array([text], pa.large_string()))
        runs = shared_runs(codes, offsets, bank.passages, every=True)
        mine = np.isin(runs.passage, questions)
        steps = np.zeros(len(codes) + 1, np.int64)
        np.add.at(steps, runs.start[mine], 1)
        np.add.at(steps, runs.start[mine] + runs.length[mine], -1)
        covered: np.ndarray = canonical_places(text)[np.cumsum(steps[:-1]) > 0]
        return covered

    def _patterns(self) -> tuple[str, ...]:
        return tuple(filter(None, (self.files,) if isinstance(self.files, str) else self.files))

    def _bank(self) -> Bank:
        found = question_files(self._patterns())
        states = [path.stat() for _, path in found]
        bank = _read(self, tuple(found), tuple((state.st_mtime_ns, state.st_size) for state in states))
        LATEST.clear()
        LATEST[self] = bank
        return bank


LATEST: dict[Benchmark, Bank] = {}  # of the last batch: to look for hundreds of files again costs more than a document does


@lru_cache(maxsize=4)
def _read(step: Benchmark, found: tuple[tuple[str, Path], ...], stamps: tuple[tuple[int, int], ...]) -> Bank:
    """The questions of the files; `stamps` (time of change, bytes) are there to tell changed files from old ones."""
    del stamps
    questions = [
        question for name, path in found for question in read_questions(name, path, step.question_fields, step.option_fields)
    ]
    stems, _ = canonical_codes(pa.array([question.stem for question in questions], pa.large_string()))
    texts = pa.array([f"{question.stem}\n{question.options}" for question in questions], pa.large_string())
    offsets, codes = canonical_codes(texts)
    core = np.where(np.diff(stems) < step.shortest(), np.diff(offsets), np.diff(stems))
    index = passages(codes, offsets, step.ngram_chars, np.full(len(core), step.shortest()))
    short = int(np.count_nonzero(np.diff(offsets) < step.shortest()))
    return Bank([question.name for question in questions], index, core, [question.options for question in questions], short)


def _pairs(found: Runs | Overlaps) -> np.ndarray:
    """int64[k]: document and passage in one number."""
    pairs: np.ndarray = found.document << 32 | found.passage
    return pairs


def _without(text: str, covered: np.ndarray, options: set[str]) -> tuple[str, int]:
    """The text without the sentences that hold covered characters, and without lines that so become empty; how many lines.

    With them go the lines behind that are marks alone, or one of the options (keys). `covered`: int64[k], ascending.
    """
    kept: list[str] = []
    begin, count, gap = 0, 0, False
    for line in text.split("\n"):
        low, high = np.searchsorted(covered, [begin, begin + len(line)])
        rest = _rest(line, covered[low:high] - begin) if low < high else line
        begin += len(line) + 1
        if gap and rest and (rest.isspace() or _belongs(rest, options)):
            rest = None
        count += rest != line
        gap |= rest is None
        if rest is None or (gap and not rest and not (kept and kept[-1])):
            continue  # a blank line on either side of what is gone would be two
        gap = False
        kept.append(rest)
    while gap and kept and not kept[-1]:
        kept.pop()
    return "\n".join(kept), count


def _belongs(line: str, options: set[str]) -> bool:
    """Whether a line behind a question is marks alone, or one of the question's options."""
    return len(line) < OPTION_CHARS and canonical_text(line) in {"", *options}


def _rest(line: str, covered: np.ndarray) -> str | None:
    """The sentences of a line that are not covered; None for a line of which no letter is left."""
    kept = []
    for sentence in SENTENCE.finditer(line):
        inside = int(np.diff(np.searchsorted(covered, sentence.span()))[0])
        total = len(canonical_places(sentence.group())) if inside else 0
        if not inside or (inside < PIECE_CHARS and 2 * inside < total):
            kept.append(sentence.group())
    rest = "".join(kept)
    return rest if len(canonical_places(rest)) else None
