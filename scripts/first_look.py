"""What the quickstart shows of a finished build: the dataset, as `load_dataset` sees it, and a sentence in tokens."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import datasets
import sentencepiece
import tokenizers

SENTENCE = "春天来了，河边的柳树最先知道。"
HEAD_CHARS = 40

NEXT = """\
What next
  {builder} explain {out} covered-bridge              what was mended in one document
  {builder} explain {out} fare-again                  why another went
  {builder} build zh_web --input YOUR_FILES -o out     a dataset of your own text
  README.md tells how to write a recipe, CONTRIBUTING.md how to add a filter.
"""


def main(out: Path) -> None:
    """Print what is in the dataset at `out`, encode a sentence, and say what to do next."""
    datasets.disable_progress_bars()
    show_kept(out)
    show_removed(out)
    show_tokens(out)
    print(NEXT.format(builder=shortest(Path(sys.executable).parent / "builder"), out=out))


def shortest(path: Path) -> Path:
    """The path as seen from here, where it lies below."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def show_kept(out: Path) -> None:
    """Print the splits and the head of one document."""
    kept = datasets.load_dataset(str(out))
    print(f"\nload_dataset({str(out)!r})")
    for split, documents in kept.items():
        print(f"  {documents.num_rows:3}  {split}")
    first = kept["train"][0]
    print(f"  the first: {first['id']}: {first['text'][:HEAD_CHARS]!r} …")


def show_removed(out: Path) -> None:
    """Print how many documents went, by reason."""
    removed = datasets.load_dataset(str(out), "removed", split="removed")
    print(f"\nload_dataset({str(out)!r}, 'removed')")
    for (step, code), count in sorted(Counter(zip(removed["step"], removed["code"], strict=True)).items()):
        print(f"  {count:3}  {step}: {code}")


def show_tokens(out: Path) -> None:
    """Encode one sentence with both forms of the tokenizer, which must agree."""
    pieces = sentencepiece.SentencePieceProcessor(model_file=str(out / "tokenizer/tokenizer.model")).encode(SENTENCE)
    tokens = tokenizers.Tokenizer.from_file(str(out / "tokenizer/tokenizer.json")).encode(SENTENCE)
    if tokens.ids != pieces:
        sys.exit(f"the two forms of the tokenizer disagree: {pieces} and {tokens.ids}")
    print(f"\n{SENTENCE}\n  {len(tokens.ids)} tokens: {' | '.join(tokens.tokens)}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
