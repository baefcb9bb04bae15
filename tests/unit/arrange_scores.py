"""A written song of any style to arrange in tests: form and chords of the style, a plain sung line."""

from __future__ import annotations

from songwright.domain.draws import draws
from songwright.domain.lyrics import SectionKind as Kind
from songwright.domain.score import (
    ChordSpan,
    Note,
    Score,
    ScoreSection,
    StemName,
    SungLine,
    SungSyllable,
    VocalPart,
    VocalRole,
)
from songwright.domain.style import Brief, Key
from songwright.domain.time import Meter, TimeAxis
from songwright.engines.native.styles import Style, parse_bars, style

SUNG = (Kind.VERSE, Kind.PRE_CHORUS, Kind.CHORUS, Kind.BRIDGE)


def make_song(style_id: str, *, sung: bool = True, meter: str = "4/4", form: int = 0) -> tuple[Brief, Style, Score]:
    """Brief, style and score (without parts) of a song in ``style_id``."""
    found = style(style_id)
    mode = max(found.modes, key=lambda m: found.modes[m])
    names = found.keys["minor" if mode in ("minor", "dorian", "phrygian") else "major"]
    key = Key(tonic_pc=Key.parse(names[0]).tonic_pc, mode=mode)
    axis = TimeAxis.steady(bpm=found.bpm.median, meter=Meter.parse(meter))
    bar = axis.meter.bar_ticks
    sections: list[ScoreSection] = []
    chords: list[ChordSpan] = []
    lines: list[SungLine] = []
    at = 0
    for section in [f for f in found.forms if f.instrumental != sung][form].sections:
        end = at + section.bars * bar
        sections.append(
            ScoreSection(kind=section.kind, name=section.kind.value, start_tick=at, end_tick=end, energy=section.energy)
        )
        chords += _chords(found, key, section.kind, at, section.bars, bar)
        if sung and section.kind in SUNG:
            lines += _lines(key, len(sections) - 1, section.kind, at, section.bars, bar)
        at = end
    lead = VocalPart(name="lead", role=VocalRole.LEAD, stem=StemName.VOCALS, voice="test", lines=tuple(lines))
    score = Score(
        axis=axis,
        key=key,
        sections=tuple(sections),
        chords=tuple(chords),
        parts=(),
        vocals=(lead,) if sung else (),
    )
    brief = Brief(genre=style_id, bpm=found.bpm.median, key=key, meter=axis.meter, instrumental=not sung)
    return brief, found, score


def _chords(found: Style, key: Key, kind: Kind, at: int, n_bars: int, bar: int) -> list[ChordSpan]:
    families = found.harmony.of(key.mode)
    options = getattr(families, kind.value, ()) or (families.chorus if kind is Kind.DROP else families.verse)
    bars = parse_bars(options[0])
    out: list[ChordSpan] = []
    for b in range(n_bars):
        own = bars[b % len(bars)]
        step = bar // len(own)
        for i, roman in enumerate(own):
            tick = at + b * bar + i * step
            out.append(ChordSpan(start_tick=tick, duration_ticks=step, chord=roman.chord(key.tonic_pc)))
    return out


def _lines(key: Key, index: int, kind: Kind, at: int, n_bars: int, bar: int) -> list[SungLine]:
    """Two-bar lines of 8ths that rest in the last half bar."""
    rng = draws(1, "tune", index)
    scale = [p for p in range(60, 74) if p % 12 in key.scale_pcs]
    top = 3 if kind is Kind.CHORUS else 0
    out: list[SungLine] = []
    for b in range(0, n_bars, 2):
        notes = [
            Note(
                start_tick=at + b * bar + k * 240,
                duration_ticks=230,
                pitch_midi=scale[min(len(scale) - 1, top + rng.randrange(4))],
                velocity=90,
            )
            for k in range(3 * bar // 2 // 240)
        ]
        syllables = tuple(SungSyllable(word_index=i, phonemes="a", stress=0, notes=(n,)) for i, n in enumerate(notes))
        out.append(SungLine(section_index=index, lyrics_section_index=index, line_index=b // 2, syllables=syllables))
    return out
