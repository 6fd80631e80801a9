from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import sentencepiece
from transformers import AutoTokenizer

from builder.core.errors import BuildError, RecipeError
from builder.run.settings import TokenizerConfig
from builder.tokenizer.model import SPACE, fit, pieces
from builder.tokenizer.train import TokenizerReport, train
from tests.tokenizer.corpus import document, documents, write_dataset

TEXTS = documents(400)
BPE = TokenizerConfig(vocab_size=1_500, sample_chars=1_000_000)
UNIGRAM = TokenizerConfig(model="unigram", vocab_size=900, sample_chars=1_000_000)
FILES = ["tokenizer.json", "tokenizer.model", "tokenizer_config.json"]
SCRIPT = Path(__file__).parents[2] / "scripts" / "train_tokenizer.py"

EDGES = [
    "", " ", "   ", "  两格开头", "结尾两格  ", "中 间   有 格", "\u3000\u3000全角空格", "\n", "\n\n\n", "一\n\n二\r\n三\t四", "\t\t缩进",
    "a", "Hello, world!", "harbourharbour", "v2.0-rc1 <b>x</b> &amp; 100%", "def f(x):\n    return x  # 注释\n", "e\u0301 é", "ﬁ ＡＢＣ １２３",
    "0", "00000", "3.14159265358979", "1949年10月1日", "۱۲۳", "………………", "——————", "----------------------", "哈哈哈哈哈哈哈", "ABABABABA",
    "🚢", "🚢🌊🚢", "👨\u200d👩\u200d👧", "🇳🇿🇳🇿", "𠮷野家", "㐀䶵𪚥", "龘靐齉", "\u200b零宽\ufeff", "\ue000\uf8ff", "\ufffd\uffff\U0010ffff", "\0空\x7f", "看▅这",
    "<s>", "</s>", "<unk>", "<pad>", "中<s>文</s>尾", "<0x0A>", "<0xE4><0xB8><0xAD>", "<0x0a>", "<|im_start|>", "[PAD]", "«»¿¡", "ไทย العربية हिन्दी",
]  # fmt: skip


class Trained:
    """One trained folder, read by both libraries."""

    def __init__(self, out: Path, report: TokenizerReport) -> None:
        self.folder, self.report = out / "tokenizer", report
        self.sentencepiece = sentencepiece.SentencePieceProcessor(model_file=str(self.folder / "tokenizer.model"))
        self.transformers: Any = AutoTokenizer.from_pretrained(self.folder)

    def ids(self, text: str) -> list[int]:
        return self.sentencepiece.encode(text)

    def files(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in sorted(self.folder.iterdir())}

    def differences(self, texts: list[str]) -> list[str]:
        """The texts that the two libraries encode differently, or that do not come back from either."""
        return [text for text in texts if not self._agrees(text)]

    def _agrees(self, text: str) -> bool:
        ids = self.ids(text)
        return self.transformers(text).input_ids == ids and text == self.transformers.decode(ids) == self.sentencepiece.decode(
            ids
        )


@pytest.fixture(scope="module", params=[BPE, UNIGRAM], ids=["bpe", "unigram"])
def trained(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Trained:
    out = write_dataset(tmp_path_factory.mktemp("trained") / "out", TEXTS)
    return Trained(out, train(out, request.param))


def mashed(chance: random.Random) -> str:
    """Scraps of documents and of edge strings in a row."""
    scraps = [chance.choice([*EDGES, document(chance.randrange(400))]) for _ in range(12)]
    return "".join(scrap[(start := chance.randrange(len(scrap) + 1)) : start + chance.randrange(12)] for scrap in scraps)


def test_the_folder_and_the_report(trained: Trained) -> None:
    assert list(trained.files()) == FILES
    assert trained.report.vocab_size == trained.sentencepiece.vocab_size() == len(trained.transformers)
    assert trained.report.documents == len(TEXTS)
    assert trained.report.chars == sum(map(len, TEXTS))
    assert trained.report.chars_per_token == trained.report.chars / sum(len(trained.ids(text)) for text in TEXTS)


def test_special_tokens(trained: Trained) -> None:
    names = ["<unk>", "<s>", "</s>", "<pad>"]
    tokenizer = trained.transformers
    assert [trained.sentencepiece.id_to_piece(place) for place in range(4)] == names
    assert [tokenizer.unk_token_id, tokenizer.bos_token_id, tokenizer.eos_token_id, tokenizer.pad_token_id] == [0, 1, 2, 3]
    assert tokenizer.convert_tokens_to_ids(names) == [0, 1, 2, 3]
    assert tokenizer("海风<s>", split_special_tokens=False).input_ids[-1] == 1


def test_a_space_and_a_line_break_are_one_id_each(trained: Trained) -> None:
    assert trained.sentencepiece.id_to_piece(trained.ids(" ")) == [SPACE]
    assert trained.sentencepiece.id_to_piece(trained.ids("\n")) == ["<0x0A>"]


def test_both_libraries_agree_on_documents(trained: Trained) -> None:
    assert not trained.differences(TEXTS)


def test_both_libraries_agree_on_edges(trained: Trained) -> None:
    assert not trained.differences(EDGES)


def test_both_libraries_agree_on_scraps(trained: Trained) -> None:
    chance = random.Random(1)  # noqa: S311 - a test, no secret
    assert not trained.differences([mashed(chance) for _ in range(600)])


@pytest.mark.parametrize("alphabet", ["…—", "-=", "哈呵", "的 了", "0a", "\n 。"])
def test_both_libraries_agree_on_runs(trained: Trained, alphabet: str) -> None:
    chance = random.Random(2)  # noqa: S311 - a test, no secret
    assert not trained.differences(["".join(chance.choices(alphabet, k=chance.randint(1, 40))) for _ in range(300)])


@pytest.mark.parametrize(
    "text", ["".join(TEXTS).replace("\n", "") * 2, "浪" * 200_000, "a " * 100_000], ids=["text", "run", "spaces"]
)
def test_both_libraries_agree_on_a_line_of_200_000_characters(trained: Trained, text: str) -> None:
    assert not trained.differences([text[:200_000]])


@pytest.mark.parametrize("text", [SPACE, f"a{SPACE}b"])
def test_the_sign_for_a_space_reads_back_as_a_space(trained: Trained, text: str) -> None:
    assert trained.transformers(text).input_ids == trained.ids(text) == trained.ids(text.replace(SPACE, " "))
    assert trained.transformers.decode(trained.ids(text)) == text.replace(SPACE, " ")


def test_the_bytes_depend_on_nothing_but_the_documents(trained: Trained, tmp_path: Path) -> None:
    config = UNIGRAM if "Unigram" in trained.files()["tokenizer.json"].decode() else BPE
    out = write_dataset(tmp_path / "another place", sorted(TEXTS), shards=3)
    train(out, config)
    assert {path.name: path.read_bytes() for path in sorted((out / "tokenizer").iterdir())} == trained.files()


def test_no_path_is_inside(trained: Trained) -> None:
    assert not [name for name, content in trained.files().items() if str(trained.folder.parent).encode() in content]


def test_a_long_line_and_the_trainers_own_sign_are_not_skipped() -> None:
    long = "鲸" * 1_000 + "龘靐" * 50_000 + "浪花" * 50_000
    model = fit([*TEXTS, long, "▅" + "魟鱼游过。" * 4_000], BPE)
    assert set("鲸龘靐魟") <= {piece.text for piece in pieces(model)}


def test_digits_stay_single_and_pieces_keep_to_one_script() -> None:
    texts = [piece.text for piece in pieces(fit(["海风2024harbour" * 50, *TEXTS], BPE)) if piece.plain]
    assert not [text for text in texts if len(text.strip(SPACE)) > 1 and any(char.isdigit() for char in text)]
    assert not [text for text in texts if "海" in text and "h" in text]


@pytest.mark.parametrize("config", [BPE, UNIGRAM], ids=["bpe", "unigram"])
def test_a_tiny_corpus_trains(tmp_path: Path, config: TokenizerConfig) -> None:
    out = write_dataset(tmp_path / "out", ["海风吹过码头。", "潮水退了。"], shards=1)
    report = train(out, config)
    assert 350 < report.vocab_size < 900


def test_a_vocabulary_below_the_characters_is_refused_and_the_old_tokenizer_stays(tmp_path: Path) -> None:
    out = write_dataset(tmp_path / "out", TEXTS)
    train(out, BPE)
    before = Trained(out, train(out, BPE)).files()
    with pytest.raises(RecipeError, match=r"allowed: \d+ to 1,000,000 for character_coverage") as caught:
        train(out, BPE.model_copy(update={"vocab_size": 400}))
    assert "vocab_size 400" in caught.value.got
    needed = int(caught.value.allowed.split()[0].replace(",", ""))
    train(out, BPE.model_copy(update={"vocab_size": needed}))
    train(out, BPE)
    assert {path.name: path.read_bytes() for path in sorted((out / "tokenizer").iterdir())} == before


def test_documents_without_a_line_are_an_error() -> None:
    with pytest.raises(BuildError, match="SentencePiece"):
        fit(["\n"], BPE)


def test_the_script(tmp_path: Path) -> None:
    out = write_dataset(tmp_path / "out", TEXTS[:50])
    (out / "recipe.yaml").write_text("tokenizer: {vocab_size: 700, sample_chars: 5K}\n", encoding="utf-8")
    run = subprocess.run([sys.executable, SCRIPT, out], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert "700 pieces" in run.stdout
    assert "characters per token" in run.stdout
    wrong = subprocess.run([sys.executable, SCRIPT, tmp_path], capture_output=True, text=True, check=False)
    assert (wrong.returncode, wrong.stdout) == (1, "")
    assert "README.md" in wrong.stderr
