"""The sections of a recipe that are no steps and no sources."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, Field, field_validator

from builder.text.quantity import parse_quantity

MAX_VOCAB_SIZE = 1_000_000
ROUNDING = 1e-9  # of sums of shares
Quantity = Annotated[int, BeforeValidator(parse_quantity)]


class PublishSettings(BaseModel, frozen=True, extra="forbid"):
    """How the kept documents become a dataset."""

    shard_bytes: Quantity = Field(500_000_000, gt=0)  # bytes of text in one published file
    splits: dict[str, float] = {"train": 0.98, "validation": 0.01, "test": 0.01}  # shares; their sum is 1
    seed: int = 1  # of the shuffle and of the split
    removed: Literal["full", "excerpt", "none"] = "full"  # what the config `removed` shows of a dropped document's text

    @field_validator("splits")
    @classmethod
    def _shares(cls, splits: dict[str, float]) -> dict[str, float]:
        if not splits or any(not share > 0 for share in splits.values()) or abs(sum(splits.values()) - 1) > ROUNDING:
            msg = f"shares must be above 0 and sum to 1, got {splits}"
            raise ValueError(msg)
        if wrong := [name for name in splits if not name.isidentifier() or name == "removed"]:
            msg = f"split names must be plain words, got {wrong}"
            raise ValueError(msg)
        return splits


class TokenizerConfig(BaseModel, frozen=True, extra="forbid"):
    """How the tokenizer is trained: the choices of the user. What else decides its bytes stands in `builder/tokenizer/model.py`.

    `model`: byte-pair encoding, or a unigram language model, which takes 9 to 16 times as long to train.
    `vocab_size`: pieces, special tokens and bytes included; a corpus too small to fill it gives a smaller vocabulary.
        32,000 is the size of the SentencePiece vocabularies of Llama 1 and 2. The lower end leaves some room beside the 4
        special tokens, 256 bytes, 94 signs of ASCII and the space that every vocabulary holds.
    `sample_chars`: characters of whole documents to train on, such as 20M; training takes about 60 bytes of memory for each.
        The upper end keeps SentencePiece within its 32-bit positions.
    `character_coverage`: share of the characters of the sample whose kinds must be in the vocabulary; the rest is written as
        bytes. 0.9995 is what SentencePiece recommends for languages with rich character sets such as Chinese and Japanese.
    """

    model: Literal["bpe", "unigram"] = "bpe"
    vocab_size: int = Field(32_000, ge=400, le=MAX_VOCAB_SIZE)
    sample_chars: Quantity = Field(20_000_000, gt=0, le=500_000_000)
    character_coverage: float = Field(0.9995, ge=0.98, le=1.0)
