"""Voices: written lines to sung phrases.

Times inside a phrase are computed from its first note alone, and every draw is seeded by what is sung, so that a
chorus that returns is the same phrase to the last digit and need not be sung again.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from songwright.domain.draws import child_seed, draws
from songwright.domain.lyrics import Lyrics
from songwright.domain.performance import Expression, PerformedSyllable, SungNote, SungPart, SungPhrase
from songwright.domain.score import SungLine, SungSyllable, VocalPart, VocalRole

from ..styles.schema import Style
from .clock import Clock
from .delivery import Manner
from .humanise import wander

LONGEST_PHRASE_S = 10.0
_SPLIT_REST_S = 0.55
_ROLE_TIMING_S = {VocalRole.LEAD: 0.007, VocalRole.DOUBLE: 0.015, VocalRole.HARMONY: 0.011, VocalRole.PAD: 0.015}
_HIGHEST_LATE_S = 0.06


def sing_part(
    part: VocalPart,
    lyrics: Lyrics,
    style: Style,
    clock: Clock,
    *,
    seed: int,
    spoken: Mapping[int, float] = MappingProxyType({}),
    manners: Mapping[int, Manner] = MappingProxyType({}),
) -> SungPart:
    """A voice in seconds: phrases of at most about ten seconds, in order, not overlapping.

    spoken: how far a section, by its index, is spoken rather than sung, 0..1; manners: its colours.
    """
    phrases: list[SungPhrase] = []
    for line in part.lines:
        trailing = _trailing(line, lyrics)
        for first, past in _split(line, clock):
            previous_end = phrases[-1].end_s if phrases else 0.0
            phrase = _phrase(line, trailing, first, past, part, style, clock, seed=seed, previous_end_s=previous_end)
            phrase = _coloured(phrase, manners.get(line.section_index, Manner()), part.role)
            share = spoken.get(line.section_index, 0.0)
            phrases.append(_said(phrase, share) if share else phrase)
    return SungPart(name=part.name, role=part.role, stem=part.stem, phrases=tuple(phrases), mix=part.mix)


def _said(phrase: SungPhrase, share: float) -> SungPhrase:
    """The phrase spoken: no vibrato, scoop, fall or head voice."""
    plain = replace(
        phrase.expression,
        spoken=share,
        vibrato_semitones=0.0,
        scoop_semitones=0.0,
        fall_semitones=0.0,
        falsetto=0.0,
    )
    return replace(phrase, expression=plain)


def _coloured(phrase: SungPhrase, manner: Manner, role: VocalRole) -> SungPhrase:
    """The phrase in a manner: head voice in every part, a creak at the end now and then in the lead."""
    own = phrase.expression
    creaks = role is VocalRole.LEAD and draws(own.seed, "creaks").random() < manner.fry_share
    coloured = replace(own, falsetto=round(manner.falsetto, 3), fry_s=manner.fry_s if creaks else 0.0)
    return replace(phrase, expression=coloured)


def _trailing(line: SungLine, lyrics: Lyrics) -> list[str]:
    """Punctuation after each syllable that ends its word."""
    if line.lyrics_section_index < 0:
        return [""] * len(line.syllables)
    words = lyrics.sections[line.lyrics_section_index].lines[line.line_index].words
    return [words[s.word_index].trailing if s.word_end else "" for s in line.syllables]


def _split(line: SungLine, clock: Clock) -> list[tuple[int, int]]:
    """Where a line is cut into phrases: at clear rests, and at the best gap of what is still too long."""
    syllables = line.syllables
    cuts = [0]
    for i in range(1, len(syllables)):
        rest = clock.since_s(_end_tick(syllables[i - 1]), syllables[i].notes[0].start_tick)
        if rest >= _SPLIT_REST_S and syllables[i - 1].word_end:
            cuts.append(i)
    spans = itertools.pairwise([*cuts, len(syllables)])
    return [part for first, past in spans for part in _short_enough(syllables, first, past, clock)]


def _short_enough(syllables: Sequence[SungSyllable], first: int, past: int, clock: Clock) -> list[tuple[int, int]]:
    start, end = syllables[first].notes[0].start_tick, _end_tick(syllables[past - 1])
    length = clock.since_s(start, end)
    if length <= LONGEST_PHRASE_S or past - first < 2:
        return [(first, past)]

    def cost(i: int) -> float:
        rest = clock.since_s(_end_tick(syllables[i - 1]), syllables[i].notes[0].start_tick)
        middle = clock.since_s(start, syllables[i].notes[0].start_tick) / length
        return abs(middle - 0.5) - 1.5 * rest + (0.0 if syllables[i - 1].word_end else 2.0)

    cut = min(range(first + 1, past), key=cost)
    return [*_short_enough(syllables, first, cut, clock), *_short_enough(syllables, cut, past, clock)]


def _end_tick(syllable: SungSyllable) -> int:
    note = syllable.notes[-1]
    return note.start_tick + note.duration_ticks


def _content(line: SungLine, first: int, past: int) -> str:
    """What is sung, as text: phonemes, relative ticks and pitches."""
    base = line.syllables[first].notes[0].start_tick
    return ";".join(
        f"{s.phonemes}:" + ",".join(f"{n.start_tick - base}+{n.duration_ticks}@{n.pitch_midi}" for n in s.notes)
        for s in line.syllables[first:past]
    )


def _phrase(
    line: SungLine,
    trailing: Sequence[str],
    first: int,
    past: int,
    part: VocalPart,
    style: Style,
    clock: Clock,
    *,
    seed: int,
    previous_end_s: float,
) -> SungPhrase:
    syllables = line.syllables[first:past]
    own_seed = child_seed(seed, "sing", part.name, _content(line, first, past))
    base = syllables[0].notes[0].start_tick
    sigma = _ROLE_TIMING_S[part.role] * min(1.5, max(0.4, style.micro.sigma_ms / 4.0))
    shifts = wander(len(syllables), sigma, 0.6, own_seed, "timing")
    late_s = min(style.vocal.late_ms / 1000.0 + (0.006 if part.role is not VocalRole.LEAD else 0.0), _HIGHEST_LATE_S)
    origin = round(max(previous_end_s, clock.sung_s(base) + late_s, 0.0), 4)
    starts = [0.0]
    for i in range(1, len(syllables)):
        at = clock.since_s(base, syllables[i].notes[0].start_tick) + float(shifts[i] - shifts[0])
        starts.append(round(max(at, starts[-1] + 0.06), 4))
    performed = []
    for i, syllable in enumerate(syllables):
        written_end = clock.since_s(base, _end_tick(syllable))
        touching = i + 1 < len(syllables) and _end_tick(syllable) >= syllables[i + 1].notes[0].start_tick
        end = starts[i + 1] if touching else max(written_end, starts[i] + 0.06)
        if i + 1 < len(syllables):
            end = min(end, starts[i + 1])
        performed.append(_performed(syllable, trailing[first + i], starts[i], round(end, 4), origin, base, clock))
    return SungPhrase(
        voice=part.voice,
        syllables=tuple(performed),
        expression=_expression(line, part, style, own_seed, gap_s=origin - previous_end_s),
        section_index=line.section_index,
    )


def _performed(
    syllable: SungSyllable, trailing: str, start: float, end: float, origin: float, base: int, clock: Clock
) -> PerformedSyllable:
    """One syllable: its first note begins on the vowel, its last ends with the syllable."""
    bounds = [start]
    for note in syllable.notes[1:]:
        at = clock.since_s(base, note.start_tick)
        bounds.append(round(min(max(at, bounds[-1] + 0.05), max(end - 0.05, bounds[-1])), 4))
    bounds.append(end)
    notes = tuple(
        SungNote(start_s=round(origin + a, 4), duration_s=round(b - a, 4), pitch_midi=float(n.pitch_midi))
        for n, (a, b) in zip(syllable.notes, itertools.pairwise(bounds), strict=True)
        if b > a
    )
    return PerformedSyllable(
        phonemes=syllable.phonemes,
        stress=syllable.stress,
        start_s=round(origin + start, 4),
        end_s=round(origin + end, 4),
        notes=notes,
        word_end=syllable.word_end,
        trailing=trailing,
    )


def _expression(line: SungLine, part: VocalPart, style: Style, seed: int, *, gap_s: float) -> Expression:
    vocal = style.vocal
    rng = draws(seed, "expression")
    scoops = rng.random() < vocal.scoop_share
    depth = 0.7 + 0.6 * rng.random()
    backing = part.role is not VocalRole.LEAD
    falls = rng.random() < vocal.fall_share
    return Expression(
        vibrato_semitones=round(vocal.vibrato_semitones * (0.7 if backing else 1.0), 3),
        vibrato_hz=round(vocal.vibrato_hz * (0.97 + 0.06 * rng.random()), 3),
        vibrato_delay_s=vocal.vibrato_delay_s,
        glide_s=vocal.glide_s,
        scoop_semitones=round(vocal.scoop_semitones * depth, 3) if scoops and not backing else 0.0,
        fall_semitones=vocal.fall_semitones if falls and not backing else 0.0,
        drift_semitones=vocal.drift_semitones,
        breath=not backing and gap_s >= 0.3,
        dynamics=round(min(1.0, max(0.0, line.dynamics)), 3),
        seed=child_seed(seed, "drift") % (1 << 31),
    )
