"""What `clean` prints."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from builder.run.clean import Cleaned
    from builder.run.documents import Document


def document_lines(document: Document, result: Cleaned, *, as_json: bool, as_diff: bool) -> Iterator[str]:
    """The text; or a diff; or one JSON line, which then holds the diff too."""
    changed = list(diff_lines(document.name, document.text, result.text)) if as_diff else []
    if as_json:
        findings = [found._asdict() for found in result.findings]
        line = {"id": document.name, "text": result.text, "dropped": result.dropped, "findings": findings}
        yield json.dumps({**line, **({"diff": "\n".join(changed)} if as_diff else {})}, ensure_ascii=False)
    elif as_diff:
        yield from changed
    elif result.text is not None:
        yield result.text


def complaint(document: Document, result: Cleaned) -> str:
    """Why there is no text, for standard error; empty where there is one."""
    return "" if result.text is not None else f"{document.name}: {why_gone(result)}"


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
