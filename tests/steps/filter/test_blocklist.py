"""Lists of hosts and phrases: what they block, what enters the hash, and files that are no lists."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from builder.core.apply import apply
from builder.core.batch import Batch, texts_batch, with_profile
from builder.core.errors import SourceError
from builder.core.fingerprint import file_digest
from builder.run.job import new_job
from builder.steps.filter.blocklist import Blocklist
from tests.run.building import built, recipe, removed, table, write_texts

HOSTS = "tests/steps/filter/hosts.txt"


def pages(urls: list[str | None]) -> Batch:
    batch = with_profile(texts_batch(["桥修好了，大家都来看。"] * len(urls)))
    place = batch.schema.get_field_index("url")
    return batch.set_column(place, batch.schema.field(place), pa.array(urls, pa.string()))


@pytest.mark.parametrize(
    "url",
    [
        "http://spam.example/a",
        "https://www.spam.example:8080/b?c#d",
        "https://deep.below.spam.example",
        "HTTP://SPAM.EXAMPLE/",
        "http://user@ferry.example/",
        "http://bridge.example/x",
    ],
)
def test_blocked_hosts(url: str) -> None:
    result = apply(Blocklist(hosts=HOSTS), pages([url]))
    assert result.dropped["code"].to_pylist() == ["blocked_host"]


@pytest.mark.parametrize(
    "url", [None, "", "no address", "http://notspam.example/", "http://spam.example.org/", "http://river.example/spam.example"]
)
def test_other_hosts(url: str | None) -> None:
    assert apply(Blocklist(hosts=HOSTS), pages([url])).batch.num_rows == 1


def test_the_entry_is_named() -> None:
    result = apply(Blocklist(hosts=HOSTS), pages([None, "http://a.spam.example/", "http://ferry.example"]))
    assert result.dropped["peer_name"].to_pylist() == ["spam.example", "ferry.example"]
    assert result.batch.num_rows == 1


def test_many_phrases(tmp_path: Path) -> None:
    phrases = tmp_path / "phrases.txt"
    phrases.write_text("\n".join(f"第{number}号渡船" for number in range(1_000)), "utf-8")
    texts: list[str | None] = ["第7号渡船停航。", "第999号渡船停航。", "第1000号渡船停航。", None, ""]
    result = apply(Blocklist(phrases=str(phrases)), with_profile(texts_batch(texts)))
    assert result.dropped["peer_name"].to_pylist() == ["第7号渡船", "第999号渡船"]


def test_the_content_of_a_list_enters_the_hash(tmp_path: Path) -> None:
    one, other = tmp_path / "one.txt", tmp_path / "other.txt"
    one.write_text("a.example\n", "utf-8")
    other.write_text("a.example\n", "utf-8")
    before = Blocklist(hosts=str(one)).depends()
    assert Blocklist(hosts=str(other)).depends() == before
    assert Blocklist(phrases=str(one)).depends() != before
    one.write_text("b.example\n", "utf-8")
    assert Blocklist(hosts=str(one)).depends() != before
    assert Blocklist().depends() == {}


def test_a_build_names_the_digests_of_its_lists(tmp_path: Path) -> None:
    """A changed list is another stage: nothing of the old one is used again, though its path is the same."""
    hosts, phrases = tmp_path / "hosts.txt", tmp_path / "phrases.txt"
    hosts.write_text("spam.example\n", "utf-8")
    phrases.write_text("木桥\n", "utf-8")
    source = write_texts(
        tmp_path / "a.jsonl",
        [
            {"id": "a", "text": "石桥修好了。", "url": "http://a.spam.example/"},
            {"id": "b", "text": "木桥修好了。"},
            "铁桥修好了。",
        ],
    )
    plan = recipe(source, steps=[{"filter.blocklist": {"hosts": str(hosts), "phrases": str(phrases)}}])
    stage = new_job(plan, tmp_path / "out", "sources", 1).stages[0].hash
    first = built(tmp_path / "out", plan, keep_stages=True)
    assert removed(tmp_path / "out") == {"a": ("blocked_host", "spam.example"), "b": ("blocked_phrase", "木桥")}
    assert table(tmp_path / "out", "ledger")["peer_name"].to_pylist() == ["spam.example", "木桥"]
    assert {name: first.numbers["versions"][name] for name in ("hosts 0", "phrases 0")} == {
        "hosts 0": file_digest(hosts),
        "phrases 0": file_digest(phrases),
    }
    phrases.write_text("铁桥\n", "utf-8")
    assert new_job(plan, tmp_path / "out", "sources", 1).stages[0].hash != stage
    second = built(tmp_path / "out", plan, keep_stages=True)
    assert set(removed(tmp_path / "out")) == {"a", "d2"}
    assert second.numbers["versions"]["phrases 0"] == file_digest(phrases) != first.numbers["versions"]["phrases 0"]
    assert second.numbers["versions"]["hosts 0"] == first.numbers["versions"]["hosts 0"]
    assert second.numbers["build"] != first.numbers["build"]


def test_a_changed_list_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "phrases.txt"
    path.write_text("木桥\n", "utf-8")
    batch = with_profile(texts_batch(["石桥", "木桥"]))
    assert apply(Blocklist(phrases=str(path)), batch).batch["text"].to_pylist() == ["石桥"]
    path.write_text("\ufeff石桥\r\n", "utf-8")
    assert apply(Blocklist(phrases=(str(path),)), batch).batch["text"].to_pylist() == ["木桥"]


def test_what_is_no_list(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no list of hosts"):
        Blocklist(hosts=str(tmp_path / "none.txt")).depends()
    path = tmp_path / "bytes.txt"
    path.write_bytes(b"\xb2\xbb\n")
    with pytest.raises(SourceError, match="no UTF-8"):
        apply(Blocklist(phrases=str(path)), with_profile(texts_batch(["桥"])))
