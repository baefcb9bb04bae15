"""The form: which sections, how many bars, how much energy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from songwright.domain.draws import draws
from songwright.domain.lyrics import SectionKind
from songwright.domain.style import Brief

from ..styles.schema import Form, FormSection, Style
from .layout import Piece

K = SectionKind
INSTRUMENTAL_KINDS = frozenset((K.INTRO, K.SOLO, K.INTERLUDE, K.BREAKDOWN, K.BUILD, K.DROP, K.OUTRO))
TAIL_S = 3.0
"""Seconds kept after the last bar for the sound to die away; see perform."""
SHORTEST_SONG_S = 60.0
LEAST_S = 8.0
WHOLE_S = 115.0
"""From here on a sung song has two verses, two choruses and a bridge, solo or the like between them."""
SHORT_S = 45.0
"""Below this a chorus may stand alone."""
MIDDLES = (K.BRIDGE, K.SOLO, K.BREAKDOWN, K.INTERLUDE)
_ENERGY = {
    K.INTRO: 0.3, K.VERSE: 0.4, K.PRE_CHORUS: 0.55, K.CHORUS: 0.8, K.POST_CHORUS: 0.8, K.BRIDGE: 0.45, K.SOLO: 0.75,
    K.BREAKDOWN: 0.3, K.BUILD: 0.6, K.DROP: 0.95, K.INTERLUDE: 0.4, K.OUTRO: 0.3,
}  # fmt: skip
_CAPS = {K.INTRO: 8, K.OUTRO: 8, K.SOLO: 16, K.INTERLUDE: 8, K.BREAKDOWN: 8, K.BUILD: 8, K.DROP: 16}
_NAMES = {K.PRE_CHORUS: "Pre-Chorus", K.POST_CHORUS: "Post-Chorus"}


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedSection:
    """A section before its place in time is known."""

    kind: SectionKind
    bars: int
    energy: float
    lyrics_index: int = -1  # index into Lyrics.sections; -1 = nothing is sung
    pieces: tuple[Piece, ...] = ()  # what is sung here, with windows

    @property
    def sung(self) -> bool:
        """True when words are sung in it."""
        return bool(self.pieces)


def default_energy(kind: SectionKind) -> float:
    """Energy of a kind of section when no form says otherwise."""
    return _ENERGY[kind]


def bar_s(brief: Brief) -> float:
    """Seconds per bar."""
    return brief.meter.bar_ticks / 480.0 * 60.0 / brief.bpm


def wanted_s(brief: Brief) -> float:
    """The length to aim at: at least a minute unless less was asked for, at most the maximum."""
    least = LEAST_S if brief.duration_asked else SHORTEST_SONG_S
    return min(max(brief.target_duration_s, least), brief.max_duration_s)


def is_whole(brief: Brief) -> bool:
    """Whether the song is sung and long enough to need every part of a form."""
    return not brief.instrumental and wanted_s(brief) >= WHOLE_S


def form_for(brief: Brief, style: Style, *, seed: int, take: int) -> tuple[FormSection, ...]:
    """The sections of a song about as long as the brief wants, before any words exist.

    Bars are those of the style's form where the tempo allows; sections are dropped or repeated until the sum is
    within about four bars of the target.
    """
    form = _choose(brief, style, seed=seed, take=take)
    sections = _slowed(form.sections, brief, style)
    wanted_bars = max(4, round((wanted_s(brief) - TAIL_S) / bar_s(brief)))
    whole = is_whole(brief)
    sections = _completed(sections) if whole else sections
    sections = _shortened(sections, wanted_bars, whole=whole, short=wanted_s(brief) < SHORT_S)
    sections = _lengthened(sections, wanted_bars, instrumental=brief.instrumental)
    return _trimmed(sections, wanted_bars)


def _choose(brief: Brief, style: Style, *, seed: int, take: int) -> Form:
    forms = [f for f in style.forms if f.instrumental == brief.instrumental] or list(style.forms)
    wanted_bars = (wanted_s(brief) - TAIL_S) / bar_s(brief)
    weights = [f.weight / (1.0 + abs(f.bars - wanted_bars) / 24.0) for f in forms]
    draw = draws(seed, "form", take).random() * sum(weights)
    for form, weight in zip(forms, weights, strict=True):
        draw -= weight
        if draw <= 0:
            return form
    return forms[-1]


def _slowed(sections: Sequence[FormSection], brief: Brief, style: Style) -> list[FormSection]:
    """Sections of very long or very short bars keep their length in seconds, in powers of two."""
    usual = 240.0 / style.bpm.median
    ratio = bar_s(brief) / usual
    factor = 2.0 if ratio < 0.62 else 0.5 if ratio > 1.75 else 1.0
    if factor == 1.0:
        return list(sections)
    return [s.model_copy(update={"bars": max(2, round(s.bars * factor))}) for s in sections]


def _total(sections: Sequence[FormSection]) -> int:
    return sum(s.bars for s in sections)


def _completed(sections: list[FormSection]) -> list[FormSection]:
    """With two choruses, two verses and something between them, where the form lacks them."""
    out = list(sections)
    kinds = [s.kind for s in out]
    if kinds.count(K.CHORUS) < 2:
        for i in reversed(_ends_of_verses(kinds)):
            out.insert(i + 1, _new_chorus(out, i))
    kinds = [s.kind for s in out]
    if kinds.count(K.VERSE) == 1 and kinds.count(K.CHORUS) > 1:
        later = [i for i, k in enumerate(kinds) if k is K.CHORUS and i > kinds.index(K.CHORUS)]
        out.insert(later[0], out[kinds.index(K.VERSE)])
    if not any(s.kind in MIDDLES for s in out):
        choruses = [i for i, s in enumerate(out) if s.kind in (K.CHORUS, K.DROP, K.VERSE)]
        at = choruses[-1] if choruses else len(out) - 1
        energy = round(0.92 * max(s.energy for s in out), 3)
        out.insert(at, FormSection(kind=K.SOLO, bars=min(8, max(4, out[at].bars)), energy=energy))
    return out


def _ends_of_verses(kinds: Sequence[SectionKind]) -> list[int]:
    """The last section of every run of verses (with its pre-chorus) that no chorus follows before the next one."""
    out: list[int] = []
    for i, kind in enumerate(kinds):
        follows = kinds[i + 1 :]
        if kind not in (K.VERSE, K.PRE_CHORUS) or (follows and follows[0] in (K.VERSE, K.PRE_CHORUS)):
            continue
        next_verse = follows.index(K.VERSE) if K.VERSE in follows else len(follows)
        if K.CHORUS not in follows[:next_verse]:
            out.append(i)
    return out


def _new_chorus(sections: Sequence[FormSection], at: int) -> FormSection:
    known = next((s for s in sections if s.kind is K.CHORUS), None)
    verse, top = sections[at], max(s.energy for s in sections)
    bars = known.bars if known else min(8, verse.bars)
    return FormSection(kind=K.CHORUS, bars=bars, energy=round(verse.energy + 0.7 * (top - verse.energy), 3))


def _shortened(sections: list[FormSection], wanted_bars: int, *, whole: bool, short: bool) -> list[FormSection]:
    """Drop what a song can do without until it is short enough."""
    out = list(sections)
    while _total(out) > wanted_bars + 3:
        at = least_needed([s.kind for s in out], whole=whole, short=short)
        if at is None:
            break
        del out[at]
    return out


def least_needed(kinds: Sequence[SectionKind], *, whole: bool, short: bool = False) -> int | None:
    """Index of the section that a song misses least; None when all are needed.

    A ``whole`` song keeps two verses, two choruses and one of bridge, solo, breakdown and interlude; a ``short``
    one may lose its last verse.
    """
    least = {K.VERSE: 2, K.CHORUS: 2} if whole else {}
    middles = sum(k in MIDDLES for k in kinds)
    for i in range(len(kinds) - 1, 0, -1):
        kind = kinds[i]
        if kind is kinds[i - 1] and kind in (K.CHORUS, K.VERSE, K.DROP) and kinds.count(kind) > least.get(kind, 1):
            return i - 1
    for kind, kept in (
        (K.BREAKDOWN, 0), (K.INTERLUDE, 0), (K.POST_CHORUS, 1), (K.SOLO, 0), (K.POST_CHORUS, 0), (K.VERSE, 2),
        (K.CHORUS, 3), (K.BRIDGE, 0), (K.PRE_CHORUS, 1), (K.DROP, 1), (K.BUILD, 1), (K.CHORUS, 2),
        (K.PRE_CHORUS, 0), (K.DROP, 0 if whole else 1), (K.BUILD, 0 if whole else 1), (K.VERSE, 1), (K.CHORUS, 1),
        (K.VERSE, 0 if short and K.CHORUS in kinds else 1), (K.OUTRO, 0), (K.INTRO, 0),
    ):  # fmt: skip
        places = [i for i, k in enumerate(kinds) if k is kind]
        if whole and (kind in (K.OUTRO, K.INTRO) or (kind in MIDDLES and middles == 1)):
            continue
        if len(places) > max(kept, least.get(kind, 0)) and len(kinds) > 1:
            return places[-1] if kind not in (K.CHORUS, K.DROP, K.BUILD, K.PRE_CHORUS) else places[0]
    return None


def _lengthened(sections: list[FormSection], wanted_bars: int, *, instrumental: bool) -> list[FormSection]:
    """Add cycles, a solo, and closing choruses until the song is long enough."""
    out = list(sections)
    for _ in range(40):
        missing = wanted_bars - _total(out)
        if missing < 6:
            break
        kinds = [s.kind for s in out]
        cycle = _first_cycle(out)
        if missing >= 8 and K.SOLO not in kinds and (instrumental or K.BRIDGE in kinds):
            _insert_solo(out, min(8, missing))
        elif cycle and missing >= _total(cycle) - 2:
            at = next((i for i, k in enumerate(kinds) if k in (K.BRIDGE, K.SOLO, K.BREAKDOWN)), len(out) - 1)
            out[at:at] = cycle
        elif K.SOLO not in kinds:
            _insert_solo(out, min(16, missing // 2 * 2))
        elif K.CHORUS in kinds and kinds.count(K.CHORUS) < 8 and missing >= 8:
            chorus = out[max(i for i, k in enumerate(kinds) if k is K.CHORUS)]
            at = max(i for i, k in enumerate(kinds) if k is K.CHORUS) + 1
            out.insert(at, chorus)
        else:
            break
    return out


def _first_cycle(sections: Sequence[FormSection]) -> list[FormSection]:
    """Verse to chorus, as first heard."""
    kinds = [s.kind for s in sections]
    main = K.CHORUS if K.CHORUS in kinds else K.DROP
    if K.VERSE not in kinds or main not in kinds[kinds.index(K.VERSE) :]:
        return [s for s in sections if s.kind is K.VERSE][:1]
    start = kinds.index(K.VERSE)
    return list(sections[start : kinds.index(main, start) + 1])


def _insert_solo(sections: list[FormSection], bars: int) -> None:
    kinds = [s.kind for s in sections]
    choruses = [i for i, k in enumerate(kinds) if k in (K.CHORUS, K.DROP)]
    at = choruses[-1] if choruses else max(1, len(sections) - 1)
    sections.insert(at, FormSection(kind=K.SOLO, bars=max(4, bars), energy=0.7))


def _trimmed(sections: list[FormSection], wanted_bars: int) -> tuple[FormSection, ...]:
    """Give the last few bars to, or take them from, intro, solo and outro."""
    out = list(sections)
    for kind, least, most in ((K.OUTRO, 2, 12), (K.INTRO, 2, 12), (K.SOLO, 4, 24), (K.INTERLUDE, 2, 12)):
        for i, section in enumerate(out):
            missing = wanted_bars - _total(out)
            if section.kind is kind and missing:
                bars = min(max(section.bars + missing, least), most)
                out[i] = section.model_copy(update={"bars": bars})
    return tuple(out)


def names_of(kinds: Sequence[SectionKind]) -> list[str]:
    """People's names of sections: numbered where a kind returns with other words."""
    total = {k: sum(1 for x in kinds if x is k) for k in kinds}
    seen: dict[SectionKind, int] = {}
    out = []
    for kind in kinds:
        seen[kind] = seen.get(kind, 0) + 1
        name = _NAMES.get(kind, kind.value.title())
        out.append(f"{name} {seen[kind]}" if total[kind] > 1 else name)
    return out
