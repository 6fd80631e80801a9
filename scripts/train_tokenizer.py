#!/usr/bin/env python3
"""Train a tokenizer on a published dataset, and write it to the folder `tokenizer` inside it.

    python scripts/train_tokenizer.py OUT [--model bpe|unigram] [--vocab-size N] [--sample-chars 20M] [--seed N]

OUT is the folder that a build made. What is not given comes from the section `tokenizer` of OUT/recipe.yaml.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # a checkout works without being installed

from builder.core.errors import BuilderError
from builder.tokenizer.settings import settings_of
from builder.tokenizer.train import FOLDER, train

FIELDS = ("model", "vocab_size", "sample_chars", "character_coverage")


def arguments() -> argparse.Namespace:
    """What was written on the command line; None for what was not."""
    parser = argparse.ArgumentParser(description="Train a tokenizer on a published dataset.")
    parser.add_argument("out", type=Path, metavar="OUT", help="the folder that a build made")
    parser.add_argument("--model", choices=("bpe", "unigram"))
    parser.add_argument("--vocab-size", type=int, metavar="N", help="pieces, special tokens and bytes included")
    parser.add_argument("--sample-chars", metavar="N", help="characters to train on, such as 500K or 20M")
    parser.add_argument("--character-coverage", type=float, metavar="SHARE", help="share of characters in the vocabulary")
    parser.add_argument("--seed", type=int, help="chooses the sample")
    return parser.parse_args()


def main() -> int:
    """Train, print what was trained, and return the exit code."""
    given = arguments()
    changed = {field: getattr(given, field) for field in FIELDS if getattr(given, field) is not None}
    try:
        settings = settings_of(given.out, changed, given.seed)
        report = train(given.out, settings.config, settings.seed)
    except BuilderError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    print(f"{given.out / FOLDER}: {settings.config.model}, {report.vocab_size:,} pieces")
    print(f"trained on {report.documents:,} documents of {report.chars:,} characters")
    print(f"{report.chars_per_token:.3f} characters per token, measured on the sample")
    return 0


if __name__ == "__main__":
    sys.exit(main())
