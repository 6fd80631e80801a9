"""The Hugging Face form of the tokenizer, which gives the same ids as SentencePiece.

The converters of transformers do not: they add a space before the text, or read a unigram model as BPE. So the rules are
written out piece by piece here. Nothing is split before the model, as in SentencePiece.

`<s>` in a text is text, for this tokenizer as for SentencePiece: a page about HTML must not end a document. For that
`tokenizer_config.json` sets `split_special_tokens`. Who adds chat tokens of their own and wants them found in text sets
`tokenizer.split_special_tokens = False` or passes it with the call; `tokenizers.Tokenizer.from_file`, which reads no
`tokenizer_config.json`, finds special tokens in text until `encode_special_tokens = True` is set on it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Literal

from tokenizers import AddedToken, Tokenizer, decoders, normalizers
from tokenizers.models import BPE, Unigram

from builder.tokenizer.model import SPACE, SPECIAL, Piece

# The Hugging Face library also looks for special tokens and bytes in text, where SentencePiece does not. This score is
# below that of any spelling of `<0x0A>` in ASCII, six pieces of about -15 each.
NEVER = -1000.0


def tokenizer_json(vocabulary: Sequence[Piece], model: Literal["bpe", "unigram"]) -> str:
    """The content of `tokenizer.json` for a vocabulary in the order of its ids."""
    tokenizer = Tokenizer(_bpe(vocabulary) if model == "bpe" else _unigram(vocabulary))
    tokenizer.normalizer = normalizers.Replace(" ", SPACE)
    tokenizer.decoder = decoders.Sequence([decoders.Replace(SPACE, " "), decoders.ByteFallback(), decoders.Fuse()])
    tokenizer.add_special_tokens([AddedToken(text, special=True, normalized=False) for text in SPECIAL.values()])
    return tokenizer.to_str(pretty=True) + "\n"


def tokenizer_config_json() -> str:
    """The content of `tokenizer_config.json`: no ids are added to a text, and decoding tidies nothing."""
    settings = {f"{name}_token": text for name, text in SPECIAL.items()} | {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "add_bos_token": False,
        "add_eos_token": False,
        "clean_up_tokenization_spaces": False,
        "split_special_tokens": True,
        "model_input_names": ["input_ids", "attention_mask"],
    }
    return json.dumps(settings, indent=2, sort_keys=True) + "\n"


def _bpe(vocabulary: Sequence[Piece]) -> BPE:
    ids = {piece.text: place for place, piece in enumerate(vocabulary)}
    return BPE(vocab=ids, merges=_merges(vocabulary), unk_token=SPECIAL["unk"], byte_fallback=True)


def _merges(vocabulary: Sequence[Piece]) -> list[tuple[str, str]]:
    """Every way to join two pieces into a third, the best-scored third first.

    SentencePiece keeps no merges: it joins whichever neighbours give the piece of the highest score.
    """
    known = {piece.text for piece in vocabulary if piece.plain}
    best_first = sorted((piece for piece in vocabulary if piece.plain), key=lambda piece: -piece.score)
    halves = ((piece.text[:cut], piece.text[cut:]) for piece in best_first for cut in range(1, len(piece.text)))
    return [(left, right) for left, right in halves if left in known and right in known]


def _unigram(vocabulary: Sequence[Piece]) -> Unigram:
    scores = [(piece.text, piece.score if piece.plain else NEVER) for piece in vocabulary]
    return Unigram(scores, unk_id=list(SPECIAL).index("unk"), byte_fallback=True)
