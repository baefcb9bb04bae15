"""Score to performance."""

from __future__ import annotations

import math

from songwright.domain.lyrics import Lyrics
from songwright.domain.performance import Performance, SectionSpan
from songwright.domain.score import Score
from songwright.domain.style import Brief

from ..styles.schema import Style
from .clock import Clock
from .delivery import manners, spoken_shares
from .played import play_part
from .sung import sing_part
from .words import aligned_words

_TAIL_S = {"hit": 2.2, "ring": 3.0, "strip": 3.0, "fade": 2.5}
_LEAD_PARTS = ("lead", "duet", "answers")


def perform(score: Score, lyrics: Lyrics, style: Style, brief: Brief, *, seed: int, take: int) -> Performance:
    """Everything that will sound, in seconds.

    Deterministic in its arguments. The song lasts until its last bar and a tail for the sound to die away, in whole
    milliseconds and never over ``brief.max_duration_s``. Sung phrases are the same to the digit wherever the same
    notes and words return.
    """
    clock = Clock(axis=score.axis, style=style)
    end_s = score.axis.seconds_at(score.end_tick)
    duration_s = min(end_s + _TAIL_S[style.ending], max(brief.max_duration_s, end_s))
    duration_s = math.floor(duration_s * 1000 + 1e-6) / 1000
    spoken = spoken_shares(score, style, brief)
    how = manners(score, style, brief)
    vocals = tuple(
        sing_part(part, lyrics, style, clock, seed=seed, spoken=spoken, manners=how) for part in score.vocals
    )
    leads = [(w, s) for w, s in zip(score.vocals, vocals, strict=True) if w.name in _LEAD_PARTS]
    return Performance(
        duration_s=duration_s,
        sections=tuple(
            SectionSpan(
                name=s.name,
                kind=s.kind.value,
                start_s=round(score.axis.seconds_at(s.start_tick), 4),
                end_s=round(score.axis.seconds_at(s.end_tick), 4),
                energy=s.energy,
            )
            for s in score.sections
        ),
        parts=tuple(play_part(p, style, clock, seed=seed, take=take, end_s=duration_s) for p in score.parts),
        vocals=vocals,
        words=aligned_words(leads, lyrics, duration_s),
    )
