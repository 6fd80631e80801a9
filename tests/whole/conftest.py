"""What the tests of whole builds share."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.golden.contents import demo

TOP = Path(__file__).parents[2]
DEMO = TOP / "builder" / "recipes" / "demo"


@pytest.fixture(scope="session")
def golden(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo, built inline from a copy of its recipe and documents."""
    folder = tmp_path_factory.mktemp("golden")
    shutil.copytree(DEMO, folder / "demo")
    shutil.copy(DEMO.with_suffix(".yaml"), folder)
    return demo(folder / "out", executor="inline")
