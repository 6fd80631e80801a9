"""The SentencePiece model: trained from sentences, kept as bytes, read back as pieces. The only file that knows SentencePiece.

What makes tokenizers of Chinese go wrong is switched off: the default normalizer turns `，` into `,`, extra spaces are
removed, a space is put before the text, and lines over 4,192 bytes are skipped. What is encoded here decodes to itself.

    id 0  <unk>   never produced, since every character has bytes
    id 1  <s>     bos; added by whoever packs documents, never by the tokenizer
    id 2  </s>    eos
    id 3  <pad>   a piece of its own, so that a loss that ignores padding still sees </s>
    id 4 …  <0x00> to <0xFF>, then the pieces of text

A line break is <0x0A>: one id, never merged with text. U+2581, SentencePiece's sign for a space, reads back as a space.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from itertools import islice
from typing import Any, NamedTuple

import sentencepiece
from sentencepiece import sentencepiece_model_pb2 as protobuf

from builder.core.errors import BuildError, RecipeError
from builder.run.settings import MAX_VOCAB_SIZE, TokenizerConfig
from builder.tokenizer.sentences import BORDER, LINE_BYTES, sentences

ModelProto = protobuf.ModelProto  # type: ignore[attr-defined]  # generated while it is imported

SPACE = "\N{LOWER ONE EIGHTH BLOCK}"  # how SentencePiece writes a space
PRINTABLE_ASCII = "".join(map(chr, range(0x21, 0x7F)))
SPECIAL = {"unk": "<unk>", "bos": "<s>", "eos": "</s>", "pad": "<pad>"}  # in the order of their ids
THREADS = 2  # the scores of a unigram model depend on it, and the model holds it: the same everywhere
QUIET = 2  # errors only
SCORE_STEPS = 32  # unigram scores are rounded to 1/32
TEXT_PIECE = 1  # ModelProto.SentencePiece.Type.NORMAL
BATCH = 256  # documents encoded at once

_TOO_SMALL = re.compile(r"smaller than required_chars\. (\d+) vs (\d+)")


class Piece(NamedTuple):
    """One entry of the vocabulary; its place in the list is its id."""

    text: str
    score: float
    plain: bool  # a piece of text, not a special token or a byte


def fit(documents: Iterable[str], config: TokenizerConfig) -> bytes:
    """The bytes of a SentencePiece model: the same for the same documents in the same order, and without any path in them.

    Raises RecipeError when the vocabulary cannot hold the characters that it must, BuildError when training fails otherwise.
    """
    model = io.BytesIO()
    settings = {**_settings(config), "character_coverage": _coverage(documents, config.character_coverage)}
    try:
        sentencepiece.SentencePieceTrainer.train(sentence_iterator=sentences(documents), model_writer=model, **settings)
    except RuntimeError as error:
        raise _explained(str(error), config) from error
    return _rounded(model.getvalue()) if config.model == "unigram" else model.getvalue()


def pieces(model: bytes) -> list[Piece]:
    """The vocabulary of a model, in the order of the ids."""
    return [Piece(entry.piece, entry.score, entry.type == TEXT_PIECE) for entry in ModelProto.FromString(model).pieces]


def count_tokens(model: bytes, documents: Iterable[str]) -> int:
    """The number of ids of the documents."""
    processor = sentencepiece.SentencePieceProcessor(model_proto=model)
    waiting, total = iter(documents), 0
    while batch := list(islice(waiting, BATCH)):
        total += sum(map(len, processor.encode(batch, num_threads=THREADS)))
    return total


def _coverage(documents: Iterable[str], wanted: float) -> float:
    """The coverage to ask for, so that the share `wanted` of all characters is covered: the trainer counts borders as well."""
    chars = borders = 0
    for text in documents:
        chars += len(text)
        borders += text.count(BORDER)
    return (wanted * (chars - borders) + borders) / max(chars, 1)


def _settings(config: TokenizerConfig) -> dict[str, Any]:
    return {
        **{f"{name}_id": place for place, name in enumerate(SPECIAL)},
        **{f"{name}_piece": text for name, text in SPECIAL.items()},
        "model_type": config.model,
        "vocab_size": config.vocab_size,
        "character_coverage": config.character_coverage,
        "hard_vocab_limit": False,  # a small corpus gives a small vocabulary, not an error
        "required_chars": SPACE + PRINTABLE_ASCII,  # so that text such as `<0x0A>` or `</s>` has pieces of its own
        "normalization_rule_name": "identity",
        "remove_extra_whitespaces": False,
        "add_dummy_prefix": False,
        "byte_fallback": True,
        "split_digits": True,
        "max_sentence_length": LINE_BYTES,
        "train_extremely_large_corpus": False,
        "pretokenization_delimiter": BORDER,
        "num_threads": THREADS,
        "minloglevel": QUIET,
    }


def _rounded(model: bytes) -> bytes:
    """The model with scores that are multiples of 1/SCORE_STEPS.

    SentencePiece sums the scores of a text in 32 bits, the Hugging Face library in 64, and both choose the larger of two
    sums: with scores as they come they part at near-ties such as `……`. Sums of rounded scores are exact in both, up to
    2^24 / 32 = 524,288 (some 60,000 ids). A score, the logarithm of a probability, moves by at most 1/64.
    """
    proto = ModelProto.FromString(model)
    for entry in proto.pieces:
        entry.score = round(entry.score * SCORE_STEPS) / SCORE_STEPS
    return proto.SerializeToString(deterministic=True)


def _explained(message: str, config: TokenizerConfig) -> RecipeError | BuildError:
    if found := _TOO_SMALL.search(message):
        return RecipeError(
            "the tokenizer's vocabulary cannot hold the characters of the text",
            got=f"vocab_size {config.vocab_size:,}",
            allowed=f"{int(found[2]):,} to {MAX_VOCAB_SIZE:,} for character_coverage {config.character_coverage} of this text",
            next=f"raise tokenizer.vocab_size to {int(found[2])} or more (a small corpus does not fill it), "
            "or lower tokenizer.character_coverage",
        )
    return BuildError("SentencePiece could not train the tokenizer", got=message, next="check the recipe's section tokenizer")
