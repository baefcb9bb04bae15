"""Where a song is spoken in rhythm, and where phrases end in a fall."""

from __future__ import annotations

from songwright.domain.lyrics import SectionKind
from songwright.domain.score import Score
from songwright.domain.style import Brief

from ..styles.schema import Style

_SUNG_KINDS = (SectionKind.CHORUS, SectionKind.POST_CHORUS, SectionKind.DROP)
_RAPPED = frozenset(("rapping", "rapped", "rap"))
_SPOKEN = frozenset(("spoken", "spoken word"))
_RAP_STYLE = 0.4  # of the melody's spoken share
RAP = 0.85  # some of the tune stays
SPEECH = 1.0


def spoken_shares(score: Score, style: Style, brief: Brief) -> dict[int, float]:
    """How far each section is spoken rather than sung, by its index: 0 is not listed.

    Rap speaks verses and bridges and sings its hooks; asked for as "spoken word", everything is spoken.
    """
    asked = set(brief.voice_words)
    if asked & _SPOKEN:
        return dict.fromkeys(range(len(score.sections)), SPEECH)
    if not asked & _RAPPED and style.melody.spoken_share <= _RAP_STYLE:
        return {}
    return {i: RAP for i, section in enumerate(score.sections) if section.kind not in _SUNG_KINDS}
