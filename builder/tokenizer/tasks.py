"""Training in two tasks, for two processes: what reads the dataset takes 300 MB that the trainer then needs.

The sample travels in a file of JSON lines, one document each, smallest rank first.
"""

from __future__ import annotations

import json
from pathlib import Path

from builder.core.executor import Payload, Result
from builder.core.store import Store
from builder.run.settings import TokenizerConfig

SAMPLE = "tokenizer-sample.jsonl"


def write_sample(payload: Payload) -> Result:
    """Task. Sample the dataset in `out` with `config` and `seed` into the folder `stages`."""
    from builder.tokenizer.borders import prepared  # noqa: PLC0415 - the kernels, only in this task
    from builder.tokenizer.sample import sample  # noqa: PLC0415 - `datasets`, only in this task

    config = TokenizerConfig.model_validate(payload["config"])
    documents = prepared(sample(Path(payload["out"]), config.sample_chars, payload["seed"]), config)
    with Store(Path(payload["stages"])).writing(SAMPLE) as temporary, temporary.open("w", encoding="utf-8") as file:
        file.writelines(f"{json.dumps(text, ensure_ascii=False)}\n" for text in documents)
    return {"documents": len(documents)}


def train_on_sample(payload: Payload) -> Result:
    """Task. Train on the sample in `stages` with `config` and write the tokenizer of `out`."""
    from builder.tokenizer.train import train_on  # noqa: PLC0415 - `sentencepiece`, only in this task

    config = TokenizerConfig.model_validate(payload["config"])
    with (Path(payload["stages"]) / SAMPLE).open(encoding="utf-8") as lines:
        documents = list(map(json.loads, lines))
    return train_on(documents, Path(payload["out"]), config)._asdict()
