"""Tests on paper: measures of a score that tell a songwriter's work from chance.

Limits come from statistics of charted songs; each check is a pure function of score, lyrics, voice and brief.
"""

from __future__ import annotations

from collections.abc import Sequence

from songwright.domain.lyrics import Lyrics
from songwright.domain.score import Score
from songwright.domain.style import Brief

from . import checks_time, checks_tune
from .paper import CHECKS, Check, Facts, Range

__all__ = ["Check", "check_score", "checks_time", "checks_tune", "score_of"]


def check_score(score: Score, lyrics: Lyrics, voice: Range, brief: Brief) -> tuple[Check, ...]:
    """All checks that apply to a score."""
    facts = Facts(score, lyrics, voice, brief)
    if not facts.notes:
        return ()
    return tuple(c for f in CHECKS if (c := f(facts)) is not None)


def score_of(checks: Sequence[Check]) -> float:
    """1.0 when everything passes; hard checks weigh five times as much."""
    weight = sum(5.0 if c.hard else 1.0 for c in checks)
    return 1.0 - sum((5.0 if c.hard else 1.0) for c in checks if not c.ok) / weight if checks else 1.0
