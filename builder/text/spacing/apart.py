"""A line of which every character was taken apart: the same separator between all of them, spaces of the text included.

`N e w   Y o r k` is `New York` and nothing else, since a separator stands at every other place. So the places alone tell what
was a space and what parts, for letters and code as well as for Chinese.
"""

from __future__ import annotations


def together(line: str, separator: str) -> str | None:
    """The characters whose joining with a separator gives the line; None where it was not made so.

    A text that was joined as a whole has separators at the borders of its lines too, and what stood before it had a space:
    one at either end is allowed.
    """
    if not line.strip():
        return ""
    for start in ("", separator, " "):
        for end in ("", separator, " "):
            if line.startswith(start) and line.endswith(end):
                inner = line[len(start) : len(line) - len(end)]
                if _alternates(inner, separator):
                    return inner[:: len(separator) + 1]
    return None


def _alternates(line: str, separator: str) -> bool:
    """Whether the line is characters with the separator between all of them."""
    if len(line) > 1 and not line.startswith(separator, 1):
        return False
    stride = len(separator) + 1
    gaps, rest = divmod(len(line) - 1, stride)
    return rest == 0 and all(line[place + 1 :: stride] == char * gaps for place, char in enumerate(separator))
