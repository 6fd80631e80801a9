"""Findings of what is measured against two limits: one for most documents, one for kinds of text that another would harm."""

from __future__ import annotations

import numpy as np

from builder.core.step import Finding


def above_limits(
    code: str, rows: np.ndarray, values: np.ndarray, special: np.ndarray, limit: float, special_limit: float
) -> list[Finding]:
    """The rows whose value is above their limit, those of each limit together; parallel arrays, `special`: bool[k]."""
    findings = []
    for chosen, highest in ((~special, limit), (special, special_limit)):
        high = np.flatnonzero(chosen & (values > highest))
        findings.append(Finding(code, rows[high], values[high], highest))
    return findings
