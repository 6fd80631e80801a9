"""Drop documents that a model trained on texts of one's own finds poor: `builder train-filter --keep GOOD --drop BAD`.

No model is shipped, since what is good is the user's to say, and without one the step does nothing. Each document gets a
`quality` from 0 to 0.999 in thousandths, by its first 20,000 characters: how probable it is that it is one of the texts to keep,
were there as many of both. The default of 0.5 is where both are equally probable. `min_percentile` is for a share of a crawl that
is to go (of the crawl of DCLM, Li et al. 2024, the best 10 % were kept): it is measured at training, over the texts to drop, and
fixed in the model. To have the column and drop nothing, set `min_quality` to 0.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import ClassVar

import numpy as np
import pyarrow as pa
from pydantic import Field

from builder.core.batch import Batch, integers
from builder.core.errors import SourceError
from builder.core.fingerprint import file_digest
from builder.core.source import kind_of_place
from builder.core.step import Finding, Step
from builder.text.quality.model import LEVELS, MAX_BYTES, Model, unpacked

SCORE = "_quality_score"  # int64, private: what quality and rank are looked up with
PERCENT = 100


class QualityModel(Step):
    """Drop documents whose quality, by a model of one's own, is too low."""

    adds: ClassVar[pa.Schema] = pa.schema([("quality", pa.float64())])
    files_in: ClassVar[tuple[str, ...]] = ("model",)

    model: str = ""  # the file that `train-filter` wrote
    min_quality: float = Field(default=0.5, ge=0, le=1)  # probability that the text is one to keep
    min_percentile: float = Field(default=0.0, ge=0, le=99.9)  # of the texts to drop, percent that score lower; 0: no limit

    def depends(self) -> dict[str, str]:
        """The model file."""
        return {"quality model": file_digest(_model_file(self.model))} if self.model else {}

    def annotate(self, batch: Batch) -> Batch:
        """Append `quality`, and the score for `detect`."""
        if not self.model:
            return batch
        model = self._loaded()
        scores = model.scores(batch["text"])
        if self.adds.names[0] not in batch.column_names:
            batch = batch.append_column(self.adds.field(0), pa.array(model.levels(scores) / LEVELS, pa.float64()))
        return batch.append_column(SCORE, pa.array(scores, pa.int64()))

    def detect(self, batch: Batch) -> list[Finding]:
        """Quality and rank of each document, against their minima."""
        if not self.model:
            return []
        model, scores = self._loaded(), integers(batch, SCORE)
        quality, percentile = model.levels(scores) / LEVELS, model.percentiles(scores) * PERCENT / LEVELS
        low = np.flatnonzero(quality < self.min_quality)
        behind = np.flatnonzero(percentile < self.min_percentile)
        return [
            Finding("low_quality", low, quality[low], self.min_quality),
            Finding("low_quality_rank", behind, percentile[behind], self.min_percentile),
        ]

    def _loaded(self) -> Model:
        path = _model_file(self.model)
        stat = path.stat()
        return _read(path, stat.st_mtime_ns, stat.st_size)


def _model_file(given: str) -> Path:
    """The path, if there is a file that may be a model. Raises SourceError."""
    path = Path(given).expanduser()
    found = path.stat().st_size if path.is_file() else None
    if found is None or found > MAX_BYTES:
        raise SourceError(
            f"no quality model: {given}",
            got=kind_of_place(path) if found is None else f"a file of {found:,} bytes",
            allowed="a file that `builder train-filter` wrote",
            next="relative paths start at the folder of the recipe; check the path",
        )
    return path


@lru_cache(maxsize=4)
def _read(path: Path, modified: int, size: int) -> Model:
    """The model in a file; `modified` and `size` are there to tell a changed file from the old one."""
    del modified, size
    try:
        return unpacked(path.read_bytes(), path.name)
    except (OSError, ValueError) as error:
        raise SourceError(
            f"cannot read the quality model {path}",
            got=str(error),
            allowed="a file that `builder train-filter` wrote, under the name that it gave it",
            next="copy it again, or train it again",
        ) from error
