"""What the commands `build` and `plan` print when they are done."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import yaml

if TYPE_CHECKING:
    from builder.run.outlook import Outlook
    from builder.whole import Built


def built_lines(built: Built) -> Iterator[str]:
    """The outcome: documents in and out, why documents went, how fast, and what to do next."""
    numbers, report = built.numbers["documents"], built.numbers
    if built.again:
        yield f"{built.out}: already built, nothing to do"
    fates = ", ".join(f"{fate} {numbers[fate]:,}" for fate in ("kept", "dropped", "failed", "malformed"))
    yield f"read {numbers['read']:,} documents: {fates}"
    if numbers["failed"] or numbers["malformed"]:
        yield f"  see quarantine/ in {built.out} for place and reason of what failed or was malformed"
    for reason, count in numbers["drops"].items():
        yield f"  dropped   {count:>9,}  {reason}"
    for reason, edit in numbers["edits"].items():
        yield f"  edited    {edit['documents']:>9,}  {reason} ({edit['places']:,} places)"
    splits = ", ".join(f"{name} {count:,}" for name, count in numbers["splits"].items())
    yield f"splits: {splits}"
    seconds = report["seconds"]
    yield f"dataset in {seconds['dataset']:.1f} s ({report['mb_per_second']:.1f} MB/s), tokenizer in {seconds['tokenizer']:.1f} s"
    if numbers["kept"]:
        yield f'open it: load_dataset("{built.out}")'
    else:
        yield "nothing was kept: there is no dataset to open"
    if numbers["dropped"]:
        yield f'what was dropped: load_dataset("{built.out}", "removed")'
    yield f"ask why: builder explain {built.out} ID"


def outlook_lines(plan: Outlook) -> Iterator[str]:
    """The recipe with every default filled in, and the stages."""
    plain = {name: value for name, value in plan.recipe.plain().items() if name != "folder"}
    yield yaml.safe_dump(plain, allow_unicode=True, sort_keys=False).strip()
    yield ""
    yield f"# {plan.parts:,} parts, {plan.size / 1e6:,.1f} MB of input"
    for stage, done in zip(plan.stages, plan.done, strict=True):
        steps = [*([f"{stage.opening.name()} (verdict)"] if stage.opening else []), *(step.name() for step in stage.steps)]
        yield f"# stage {stage.number + 1}  {stage.hash}  {done:,} of {plan.parts:,} parts done: {', '.join(steps) or 'read'}"
        if stage.closing:
            yield f"#   barrier {stage.barrier}: {stage.closing.name()}, {stage.closing.rounds} rounds"
    yield "# then: publish, tokenizer" if plan.recipe.tokenizer else "# then: publish"
