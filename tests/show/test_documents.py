"""What is printed of single documents: differences that can be seen, and why a text is not there."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.core.ledger import Entry
from builder.index import Match
from builder.run.clean import Cleaned, Found
from builder.run.documents import Document
from builder.run.explain import Change, Explained, Peer
from builder.show.documents import complaint, diff_lines, document_lines, visible, why_gone
from builder.show.explained import explained_lines
from builder.show.matches import match_lines

EDIT = Found("normalize.width", "wide_alnum", "edit", 2, None, None)
DROP = Found("filter.length", "too_short", "drop", None, 7.0, 20.0)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("桥 修好了", "桥 修好了"),
        ("a\u200bb", "a\\u200bb"),
        ("\u3000桥\u00a0\t", "\\u3000桥\\u00a0\\u0009"),
        ("\ufeff", "\\ufeff"),
        ("\U000e0062", "\\ue0062"),
        ("", ""),
    ],
)
def test_what_cannot_be_seen_is_written_out(text: str, shown: str) -> None:
    assert visible(text) == shown


@given(st.text())
def test_all_that_is_shown_can_be_printed(text: str) -> None:
    assert visible(text).isprintable()


def test_a_diff() -> None:
    lines = list(diff_lines("a.txt", "同\n　旧\n", "同\n新\n"))
    assert lines[:3] == ["--- a.txt", "+++ a.txt (cleaned)", "@@ -1,3 +1,3 @@"]
    assert {"-\\u3000旧", "+新", " 同"} <= set(lines)
    assert list(diff_lines("a.txt", "同", "同")) == []
    assert list(diff_lines("a.txt", "旧", None))[1:] == ["+++ a.txt (dropped)", "@@ -1 +1 @@", "-旧", "+"]


def test_lines_of_cleaned_documents() -> None:
    kept, gone = Cleaned("新1", None, [EDIT]), Cleaned(None, "too_short", [EDIT, DROP])
    one, two = Document("a", "旧１"), Document("b", "短")

    def lines(as_json: bool, as_diff: bool) -> list[str]:  # noqa: FBT001 - the two options
        every = ((one, kept), (two, gone))
        return [line for found in every for line in document_lines(*found, as_json=as_json, as_diff=as_diff)]

    assert lines(as_json=False, as_diff=False) == ["新1"]
    first, second = map(json.loads, lines(as_json=True, as_diff=False))
    assert first == {"id": "a", "text": "新1", "dropped": None, "findings": [EDIT._asdict()]}
    assert second["findings"] == [EDIT._asdict(), DROP._asdict()]
    changed = lines(as_json=False, as_diff=True)
    assert "+新1" in changed
    both = [json.loads(line) for line in lines(as_json=True, as_diff=True)]
    assert {**both[0], "diff": None} == {**first, "diff": None}
    assert [line for line in both for line in line["diff"].split("\n")] == changed


def test_complaints() -> None:
    gone = Cleaned(None, "too_short", [EDIT, DROP])
    assert complaint(Document("b", "短"), gone) == "b: dropped by filter.length, too_short: 7 (limit 20)"
    assert complaint(Document("a", "旧１"), Cleaned("", None, [EDIT])) == ""


def test_why_a_text_is_not_there() -> None:
    assert why_gone(Cleaned(None, "too_short", [DROP])) == "dropped by filter.length, too_short: 7 (limit 20)"
    assert why_gone(Cleaned(None, "odd", [DROP._replace(value=None, limit=None, code="odd")])) == "dropped by filter.length, odd"
    failed = Found("filter.length", "ValueError: no", "quarantine", None, None, None)
    assert why_gone(Cleaned(None, None, [failed])) == "quarantined by filter.length: ValueError: no"


def entry(action: str = "edit", **fields: object) -> Entry:
    plain = Entry(0, 1, "dedup.near", action, "code", 1200, None, None, None, None, None)
    return plain._replace(**fields)  # type: ignore[arg-type]  # of the right types


def test_an_explanation() -> None:
    changes = [
        Change("normalize.width", [entry(), entry(code="other", value=3.0)], "旧", "新"),
        Change("dedup.near", [entry("drop", count=None, value=0.875, limit=0.8, peer_part=0, peer_row=4)], "新", None),
    ]
    lines = list(explained_lines(Explained("a:0:1", "me", "旧", changes, None, Peer("a:0:4", "other"), matches=True, note="")))
    assert lines == [
        "document a:0:1, id me",
        "normalize.width: edit code, 1,200 places",
        "normalize.width: edit other, 1,200 places, measured 3",
        "--- before",
        "+++ after (cleaned)".replace("after", "before"),
        "@@ -1 +1 @@",
        "-旧",
        "+新",
        "dedup.near: drop code, measured 0.875, limit 0.8, kept in its place: a:0:4, id other",
        "dropped",
        "the replay from the source wrote just what the ledger holds",
    ]


def test_a_peer_in_an_earlier_release() -> None:
    changes = [
        Change(
            "dedup.near", [entry("drop", count=None, peer_part=0, peer_row=4, peer_release="v1", peer_name="other")], "新", None
        )
    ]
    lines = list(
        explained_lines(Explained("a:0:1", "me", "新", changes, None, Peer("0:4", "other", "v1"), matches=True, note=""))
    )
    assert lines[1] == "dedup.near: drop code, kept in its place: 0:4, id other, in the earlier release v1"


def test_what_is_near_a_document() -> None:
    document = Document("page.txt", "桥")
    matches = [Match("one", "crawl:0:7", 0.98765, f"{'长' * 70}\n第二行"), Match("two\n", "crawl:0:8", 0.8, "桥修好了。")]
    assert list(match_lines(document, matches, as_json=False)) == [
        "page.txt: 2 near",
        f"  one  0.988  {'长' * 60}…",
        "  two\\u000a  0.800  桥修好了。",
    ]
    assert list(match_lines(document, [], as_json=False)) == ["page.txt: 0 near"]
    (line,) = match_lines(document, matches[1:], as_json=True)
    near = [{"id": "two\n", "doc_id": "crawl:0:8", "jaccard": 0.8, "text": "桥修好了。"}]
    assert json.loads(line) == {"id": "page.txt", "near": near}


@pytest.mark.parametrize(
    ("text", "last"),
    [("短", "kept, 1 characters: '短'"), ("长" * 300, f"kept, 300 characters: '{'长' * 200}'…"), (None, "text not known")],
)
def test_the_end_of_an_explanation(text: str | None, last: str) -> None:
    explained = Explained("a:0:1", "me", None, [], text, None, matches=False, note="gone")
    assert list(explained_lines(explained)) == ["document a:0:1, id me", "note: gone", last]
