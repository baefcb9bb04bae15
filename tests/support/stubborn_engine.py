"""The quick engine of another maker, with two faults: words that it cannot write, and words that break it."""

from __future__ import annotations

from typing import Any

from quick_engine import QuickEngine

from songwright.domain.action import Action
from songwright.domain.lyrics import WrittenLyrics
from songwright.domain.plan import Plan
from songwright.engines.protocols import Materials, Rendition
from songwright.errors import LyricsFailed

NO_WORDS, BREAKS = "unspeakable", "piano out of tune"


class StubbornEngine(QuickEngine):
    """Refuses ``NO_WORDS`` as a song and as lyrics; falls over ``BREAKS`` while it plays."""

    def plan(self, action: Action, *, take: int, materials: Materials) -> tuple[Plan, ...]:
        if NO_WORDS in getattr(action, "prompt", ""):
            raise LyricsFailed
        return super().plan(action, take=take, materials=materials)

    def write_words(self, prompt: str, *, seed: int, n: int = 2) -> tuple[WrittenLyrics, ...]:
        if NO_WORDS in prompt:
            raise LyricsFailed
        return super().write_words(prompt, seed=seed, n=n)

    def render(self, plan: Plan, **how: Any) -> Rendition:
        if BREAKS in plan.lyrics.title:
            raise RuntimeError("a string broke")
        return super().render(plan, **how)
