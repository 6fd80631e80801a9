"""What every error says, also when it comes from a worker."""

from __future__ import annotations

import pickle

import pytest

from builder.core.errors import BuilderError, BuildError, OutputError, QuarantineError, RecipeError, SourceError, nearest


def test_four_parts() -> None:
    error = RecipeError("no step 'x'", got="x", allowed="a, b", next="did you mean a?")
    assert str(error) == "no step 'x'\n  got: x\n  allowed: a, b\n  next: did you mean a?"
    assert str(BuildError("lost")) == "lost"


@pytest.mark.parametrize("kind", [BuilderError, RecipeError, SourceError, BuildError, OutputError, QuarantineError])
def test_an_error_comes_whole_from_a_worker(kind: type[BuilderError]) -> None:
    error = kind("what", got="this", allowed="that", next="more")
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - how the standard library hands exceptions from process to process
    assert type(again) is kind
    assert str(again) == str(error)
    assert (again.what, again.got, again.allowed, again.next) == ("what", "this", "that", "more")


def test_exit_codes() -> None:
    wrong_usage, failed = (RecipeError, SourceError), (BuildError, OutputError, QuarantineError, BuilderError)
    assert {kind.exit_code for kind in wrong_usage} == {2}
    assert {kind.exit_code for kind in failed} == {1}


@pytest.mark.parametrize(
    ("name", "answer"), [("filter.lenght", "did you mean filter.length?"), ("near", "did you mean dedup.near?"), ("zzz", "")]
)
def test_the_nearest_name(name: str, answer: str) -> None:
    assert nearest(name, ["filter.length", "filter.han_ratio", "dedup.near"]) == answer
