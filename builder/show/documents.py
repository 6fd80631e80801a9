"""What `clean` reads and prints."""

from __future__ import annotations

import difflib
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from builder.core.errors import SourceError

if TYPE_CHECKING:
    from builder.run.clean import Cleaned

STANDARD_INPUT = "-"


def read_documents(files: Iterable[str]) -> list[tuple[str, str]]:
    """(name, text) of each file; `-` is standard input. Raises SourceError."""
    documents = []
    for name in files:
        try:
            content = sys.stdin.buffer.read() if name == STANDARD_INPUT else Path(name).read_bytes()
            documents.append((name, content.decode("utf-8")))
        except OSError as error:
            raise SourceError(f"cannot read {name}", got=error.strerror or str(error), next="check the path") from error
        except UnicodeDecodeError as error:
            raise SourceError(f"{name} is not UTF-8", got=f"{error.reason} at byte {error.start}", allowed="UTF-8") from error
    return documents


def cleaned_lines(
    documents: Sequence[tuple[str, str]], results: Sequence[Cleaned], *, as_json: bool, as_diff: bool
) -> Iterator[str]:
    """The texts; or one JSON line a document; or a diff of each."""
    for (name, before), result in zip(documents, results, strict=True):
        if as_json:
            findings = [found._asdict() for found in result.findings]
            yield json.dumps(
                {"id": name, "text": result.text, "dropped": result.dropped, "findings": findings}, ensure_ascii=False
            )
        elif as_diff:
            yield from diff_lines(name, before, result.text)
        elif result.text is None:
            print(f"{name}: {why_gone(result)}", file=sys.stderr)  # noqa: T201 - the text goes to standard output, the reason does not
        else:
            yield result.text


def diff_lines(name: str, before: str, after: str | None) -> Iterator[str]:
    """A unified diff; what prints nothing in it (odd spaces, invisibles) is written as an escape."""
    old, new = ([visible(line) for line in (text or "").split("\n")] for text in (before, after))
    yield from difflib.unified_diff(
        old, new, name, f"{name} (cleaned)" if after is not None else f"{name} (dropped)", lineterm=""
    )


def visible(text: str) -> str:
    """The text with characters that print nothing written as escapes, plain spaces apart."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in text)


def why_gone(result: Cleaned) -> str:
    """One line on a document without text."""
    last = result.findings[-1]
    measured = "" if last.value is None else f": {last.value:g}"
    limit = "" if last.limit is None else f" (limit {last.limit:g})"
    return (
        f"dropped by {last.step}, {last.code}{measured}{limit}" if result.dropped else f"quarantined by {last.step}: {last.code}"
    )
