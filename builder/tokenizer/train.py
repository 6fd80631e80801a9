"""The tokenizer of a published dataset: a sample of it, a SentencePiece model, and the same in the form of Hugging Face.

The bytes depend on the published documents, the settings and the versions of the libraries, and on nothing else: not on
where the dataset lies, nor on how its rows are ordered or cut into shards.
"""

from __future__ import annotations

from itertools import accumulate, takewhile
from pathlib import Path
from typing import NamedTuple

from builder.core.executor import Payload, Result
from builder.run.settings import TokenizerConfig
from builder.tokenizer.export import tokenizer_config_json, tokenizer_json
from builder.tokenizer.folder import replace_folder
from builder.tokenizer.model import count_tokens, fit, pieces
from builder.tokenizer.sample import sample

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
    documents = sample(out, config.sample_chars, seed)
    model = fit(documents, config)
    vocabulary = pieces(model)
    files = {
        "tokenizer.model": model,
        "tokenizer.json": tokenizer_json(vocabulary, config.model).encode(),
        "tokenizer_config.json": tokenizer_config_json().encode(),
    }
    replace_folder(out / FOLDER, files)
    return _report(model, len(vocabulary), documents)


def train_task(payload: Payload) -> Result:
    """Task. `train` on a folder `out` with the fields of a TokenizerConfig, `config`, and a `seed`."""
    config = TokenizerConfig.model_validate(payload["config"])
    return train(Path(payload["out"]), config, payload["seed"])._asdict()


def _report(model: bytes, vocab_size: int, documents: list[str]) -> TokenizerReport:
    lengths = [len(text) for text in documents]
    within = list(takewhile(lambda total: total <= MEASURED_CHARS, accumulate(lengths)))
    count = max(1, len(within))
    tokens = count_tokens(model, documents[:count])
    return TokenizerReport(vocab_size, len(documents), sum(lengths), sum(lengths[:count]) / tokens)
