"""Where a song is spoken in rhythm, in head voice, and where phrases end in a creak."""

from __future__ import annotations

from dataclasses import dataclass

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
_HIGH = frozenset(("falsetto", "head voice"))
_ASKED_FALSETTO = 0.9
_CREAKY = frozenset(("vocal fry", "creaky voice", "creaky vocals"))
_RASPY = frozenset(("raspy", "gravelly", "gravelly voice"))
_CREAKY_SHARE, _RASPY_SHARE = 0.8, 0.4  # of phrases


@dataclass(frozen=True, kw_only=True, slots=True)
class Manner:
    """The colours of a voice in a section."""

    falsetto: float = 0.0  # 0 chest .. 1 head voice
    fry_s: float = 0.0
    fry_share: float = 0.0  # of phrases that end in a creak


def manners(score: Score, style: Style, brief: Brief) -> dict[int, Manner]:
    """The colours of every section, by its index: the genre's, or stronger where the request names them.

    A genre has its head voice in choruses and drops; asked for, it is everywhere.
    """
    vocal, asked = style.vocal, set(brief.voice_words)
    creaks = _CREAKY_SHARE if asked & _CREAKY else _RASPY_SHARE if asked & _RASPY else 0.0
    everywhere = _ASKED_FALSETTO if asked & _HIGH else 0.0
    hook, share = max(everywhere, vocal.falsetto), max(creaks, vocal.fry_share)
    return {
        i: Manner(falsetto=hook if section.kind in _SUNG_KINDS else everywhere, fry_s=vocal.fry_s, fry_share=share)
        for i, section in enumerate(score.sections)
    }


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
