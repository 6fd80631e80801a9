"""The tokenizer of a published dataset: a sample of it, a SentencePiece model, and the same in the form of Hugging Face.

The bytes depend on the published documents, the settings and the versions of the libraries, and on nothing else: not on
where the dataset lies, nor on how its rows are ordered or cut into shards.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from builder.run.settings import TokenizerConfig
from builder.tokenizer.export import tokenizer_config_json, tokenizer_json
from builder.tokenizer.folder import replace_folder
from builder.tokenizer.model import count_tokens, fit, pieces
from builder.tokenizer.sentences import BORDER

FOLDER = "tokenizer"
MEASURED_CHARS = 2_000_000  # of the sample, for characters per token


class TokenizerReport(NamedTuple):
    """What was trained, and on what."""

    vocab_size: int  # pieces, special tokens and bytes included
    documents: int  # in the sample
    chars: int  # in the sample
    chars_per_token: float  # of the first MEASURED_CHARS characters of the sample, on which the model was trained


def train(out: Path, config: TokenizerConfig, seed: int = 1) -> TokenizerReport:
    """Train a tokenizer on the split `train` of the dataset in `out` and write it to `out/tokenizer`, all of it or nothing.

    Writes `tokenizer.model`, `tokenizer.json` and `tokenizer_config.json`. `seed` chooses the sample. Raises RecipeError and
    BuildError; what stood in the folder before then still stands there.
    """
    from builder.tokenizer.borders import prepared  # noqa: PLC0415 - these two take 300 MB,
    from builder.tokenizer.sample import sample  # noqa: PLC0415 - and `train_on` has no need of them

    return train_on(prepared(sample(out, config.sample_chars, seed), config), out, config)


def train_on(documents: Iterable[str], out: Path, config: TokenizerConfig) -> TokenizerReport:
    """As `train`, on documents that were sampled and prepared already; they are gone through three times."""
    model = fit(documents, config)
    vocabulary = pieces(model)
    files = {
        "tokenizer.model": model,
        "tokenizer.json": tokenizer_json(vocabulary, config.model).encode(),
        "tokenizer_config.json": tokenizer_config_json().encode(),
    }
    replace_folder(out / FOLDER, files)
    return _report(model, len(vocabulary), documents)


def _report(model: bytes, vocab_size: int, documents: Iterable[str]) -> TokenizerReport:
    count = chars = 0
    measured: list[str] = []
    for document in documents:
        text = document.replace(BORDER, "")
        if not measured or chars + len(text) <= MEASURED_CHARS:
            measured.append(text)
        count += 1
        chars += len(text)
    tokens = count_tokens(model, measured)
    return TokenizerReport(vocab_size, count, chars, sum(map(len, measured)) / tokens)
