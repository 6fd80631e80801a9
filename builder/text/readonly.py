"""Numba types of arrays that a kernel only reads.

Arrow buffers and shipped tables are read-only NumPy arrays. A signature of the short form (`uint8[::1]`) refuses them; a
read-only one takes both.
"""

from __future__ import annotations


def read(dtype: str, dimensions: int = 1) -> str:
    """The type of a C-contiguous array that is not written to, for a signature string."""
    return f"Array({dtype}, {dimensions}, 'C', readonly=True)"


UINT8 = read("uint8")
UINT16 = read("uint16")
UINT32 = read("uint32")
UINT64 = read("uint64")
INT64 = read("int64")
FLOAT64 = read("float64")
SIGNATURES = read("uint32", 2)
MASKS = read("uint64", 2)
