"""Room for hash tables by open addressing, for kernels."""

from __future__ import annotations

from builder.text.kernel import kernel


@kernel("int64(int64)")
def room_for(count: int) -> int:
    """Slots for so many keys: a power of two, at most half of them in use."""
    slots = 16
    while slots < 2 * count:
        slots *= 2
    return slots
