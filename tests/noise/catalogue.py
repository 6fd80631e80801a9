"""All noises by class: the name of each row that the bench prints."""

from __future__ import annotations

from tests.noise import blanks, cloak, escapes, invisibles, mojibake, quotes, radicals, script, spacing, width, wraps
from tests.noise.noised import Noise

NOISES: dict[str, Noise] = {
    **{f"mojibake.{name}": mojibake.misread(*pair) for name, pair in mojibake.PAIRS.items()},
    "mojibake.twice": mojibake.twice,
    "mojibake.marked": mojibake.marked,
    "mojibake.partly": mojibake.partly,
    "escapes.decimal": escapes.decimal,
    "escapes.hexadecimal": escapes.hexadecimal,
    "escapes.named": escapes.named,
    "escapes.doubled": escapes.doubled,
    "escapes.unicode": escapes.unicode,
    "escapes.json_string": escapes.json_string,
    "escapes.percent": escapes.percent,
    "radicals.radicals": radicals.radicals,
    "radicals.compatibility": radicals.compatibility,
    "invisibles.sown": invisibles.sown,
    "blanks.odd": blanks.odd,
    "blanks.indents": blanks.indents,
    "blanks.breaks": blanks.breaks,
    "spacing.characters": spacing.characters,
    "spacing.words": spacing.words,
    "spacing.tagged": spacing.tagged,
    "spacing.continued": spacing.continued,
    "spacing.sentence_pieces": spacing.sentence_pieces,
    "wraps.blank": wraps.blank,
    "wraps.indented": wraps.indented,
    "wraps.bare": wraps.bare,
    "wraps.spaces": wraps.spaces,
    "width.letters": width.letters,
    "width.marks": width.marks,
    "quotes.straight": quotes.straight,
    "script.traditional": script.traditional,
    "cloak.sown": cloak.sown,
}
SIMPLIFYING = ("script.", "cloak.")  # classes whose repair ends in simplified characters; the others keep their script
