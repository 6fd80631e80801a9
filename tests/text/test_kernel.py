"""The cache of a kernel is fresh only as long as nothing that is compiled into it has changed, wherever it stands."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from builder.text import decoding
from builder.text.kernel import stamp
from builder.text.profile import _count

CALLED = """from builder.text.kernel import inlined

FACTOR = 2


@inlined
def scaled(value):
    return value * FACTOR
"""
CALLING = """from called import scaled
from builder.text.kernel import kernel


@kernel("int64(int64)")
def doubled(value):
    return scaled(value)


print(doubled(21))
"""


def result(folder: Path) -> str:
    """What a fresh process prints."""
    return subprocess.run(
        [sys.executable, "calling.py"],
        cwd=folder,
        env={"PYTHONPATH": f"{Path.cwd()}:{folder}", "XDG_CACHE_HOME": str(folder / "cache"), "PYTHONDONTWRITEBYTECODE": "1"},
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()


def test_a_stamp_names_the_files_of_what_is_called() -> None:
    assert decoding.__file__ in repr(stamp(_count.py_func))  # type: ignore[attr-defined]  # a kernel keeps its function


def test_a_change_in_a_called_file_compiles_its_callers_again(tmp_path: Path) -> None:
    (tmp_path / "called.py").write_text(CALLED)
    (tmp_path / "calling.py").write_text(CALLING)
    assert [result(tmp_path), result(tmp_path)] == ["42", "42"]
    (tmp_path / "called.py").write_text(CALLED.replace("FACTOR = 2", "FACTOR = 10"))
    assert result(tmp_path) == "210"
