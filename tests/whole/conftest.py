"""What the tests of whole builds share."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.golden.contents import demo
from tests.run.building import write_texts
from tests.whole.accounts import GOOD

TOP = Path(__file__).parents[2]
DEMO = TOP / "builder" / "recipes" / "demo"


@pytest.fixture(scope="session")
def golden(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo, built inline from a copy of its recipe and documents."""
    folder = tmp_path_factory.mktemp("golden")
    shutil.copytree(DEMO, folder / "demo")
    shutil.copy(DEMO.with_suffix(".yaml"), folder)
    return demo(folder / "out", executor="inline")


@pytest.fixture
def good(tmp_path: Path) -> Path:
    return write_texts(tmp_path / "good.jsonl", [{"id": name, "text": text} for name, text in GOOD.items()])


@pytest.fixture
def no_file_stays_open() -> Iterator[None]:
    """A build that fails lets go of what it read."""
    before = len(list(Path("/proc/self/fd").iterdir())) if Path("/proc/self/fd").is_dir() else 0
    yield
    if before:
        assert len(list(Path("/proc/self/fd").iterdir())) <= before + 3  # libraries open a few of their own
