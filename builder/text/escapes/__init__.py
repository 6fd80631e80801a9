"""Characters that stand as escapes: HTML character references, backslash escapes, percent-encoding.

`layers.py` puts the rest together: one layer after the other comes off, until the text says nothing more.
"""
