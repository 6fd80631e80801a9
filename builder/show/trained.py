"""What `train-filter` prints."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from builder.run.train_filter import Side, Trained


def trained_lines(trained: Trained) -> Iterator[str]:
    """What was learned from, what it is worth, what limits would drop, and how to use it."""
    yield _side("keep", trained.keep)
    yield _side("drop", trained.drop)
    if trained.on_both:
        yield f"left out {trained.on_both:,} texts that stand on both sides"
    whose = "sites" if trained.by_site else "texts"
    yield f"AUC {trained.auc:.3f}, on {whose} that were not learned from"
    if not trained.by_site:
        yield "  one side has too few sites to hold some out, so this flatters: give texts of more sites, with their addresses"
    yield "min_quality  drops of keep  of drop"
    for limit in trained.limits:
        yield f"{limit.min_quality:>11}  {limit.of_keep:>13.1%}  {limit.of_drop:>7.1%}"
    yield f"wrote {trained.path}"
    yield f"  in a recipe, the path relative to it: - filter.quality_model: {{model: {trained.path.name}, min_quality: 0.5}}"


def _side(name: str, side: Side) -> str:
    apart = f", {side.without_address:,} without an address are sites of their own" if side.without_address else ""
    return f"{name}: {side.texts:,} texts of {side.sites:,} sites{apart}"
