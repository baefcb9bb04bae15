"""The voice of one song over harmony and groove of another."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace

from songwright.domain.action import EditAction
from songwright.domain.lyrics import SectionKind
from songwright.domain.plan import Plan
from songwright.domain.score import Chord, ChordSpan, Note
from songwright.domain.style import Key
from songwright.errors import BadRequest

from ...protocols import Materials
from ..planning import singer_for
from ..styles.blend import style_for
from .cover import tune_and_words
from .remaking import Remake, bar_factor, best_shift, energised, finished, in_range, restyled
from .sheet import MINOR_MODES, Sheet, at_tempo, retimed, sheet_of, transposed, with_notes

K = SectionKind
MOST_MOVED = 0.25
"""At most this share of the tune's notes is moved to fit the other song's chords."""
_STANDS_IN = {
    K.POST_CHORUS: K.CHORUS,
    K.DROP: K.CHORUS,
    K.PRE_CHORUS: K.VERSE,
    K.BUILD: K.VERSE,
    K.BREAKDOWN: K.VERSE,
    K.OUTRO: K.INTRO,
    K.SOLO: K.CHORUS,
    K.INTERLUDE: K.INTRO,
    K.BRIDGE: K.VERSE,
}


def plan(action: EditAction, take: int, materials: Materials, versions: dict[str, str]) -> tuple[Plan, ...]:
    """Tune, words and form of the first source, at the tempo, in the key and over the chords of the second, which
    also gives genre and instruments. Raises BadRequest for less than two sources.
    """
    if len(materials.sources) < 2:
        raise BadRequest("mashup_audio_ids must contain exactly 2 audio ids")
    first, second = materials.sources[:2]
    wishes = action.wishes
    tune, ground = tune_and_words(first, wishes), sheet_of(second.plan)
    if not tune.notes:
        tune, ground, first, second = tune_and_words(second, wishes), sheet_of(first.plan), second, first
    brief = restyled(second, wishes, instrumental=not tune.lead)
    brief = replace(brief, topic=first.plan.brief.topic, language=tune.lyrics.language)
    bpm = in_range(ground.bpm)
    sheet = at_tempo(retimed(tune, bar_factor(tune, bpm)), bpm)
    singer = None
    step = key_step(sheet.key, ground.key)
    if sheet.lead:
        own = replace(wishes, voice=wishes.voice or (tune.voice if wishes.voice_gender is None else ""))
        singer = singer_for(own, brief, style_for(brief), seed=action.seed, take=take)
        steps = [step % 12 + octave for octave in (-36, -24, -12, 0, 12, 24)]
        sheet = transposed(sheet, best_shift(sheet.notes, singer, steps=steps))
    else:
        sheet = transposed(sheet, (step + 6) % 12 - 6)
    sheet = replace(over(sheet, ground), key=ground.key)
    sheet = fitted(sheet)
    sheet = energised(sheet, first.plan.brief, brief)
    title = wishes.title or f"{first.title} x {second.title}"
    ids = (first.clip_id, second.clip_id)
    return (finished(Remake(sheet=sheet, brief=brief, singer=singer, title=title), action, take, ids, versions),)


def key_step(mine: Key, other: Key) -> int:
    """Semitones, 0..11, that bring a tune into the other key, or into its relative when one is minor, one major."""
    step = other.tonic_pc - mine.tonic_pc
    if (mine.mode in MINOR_MODES) != (other.mode in MINOR_MODES):
        step += 9 if mine.mode in MINOR_MODES else 3
    return step % 12


def over(sheet: Sheet, ground: Sheet) -> Sheet:
    """The sheet with the chords that ``ground`` has in sections of the same kind, from their first bar on, round and
    round.
    """
    bar, other = sheet.axis.meter.bar_ticks, ground.axis.meter.bar_ticks
    seen: dict[SectionKind, int] = {}
    chords: list[ChordSpan] = []
    for section in sheet.sections:
        count = seen.get(section.kind, 0)
        seen[section.kind] = count + 1
        alike = _alike(ground, section.kind)
        start, end = alike[count % len(alike)]
        n_bars = max(1, (end - start) // other)
        for number, tick in enumerate(range(section.start_tick, section.end_tick, bar)):
            first = start + number % n_bars * other
            chords += _bar(ground, first, tick, min(bar, section.end_tick - tick), bar / other)
    return replace(sheet, chords=tuple(chords))


def _alike(ground: Sheet, kind: SectionKind) -> list[tuple[int, int]]:
    """Sections of the kind, or of one that stands in for it, else the whole song."""
    for wanted in (kind, _STANDS_IN.get(kind, kind), K.CHORUS, K.VERSE):
        found = [(s.start_tick, s.end_tick) for s in ground.sections if s.kind is wanted]
        if found:
            return found
    return [(0, ground.end_tick)]


def _bar(ground: Sheet, first: int, tick: int, length: int, scale: float) -> list[ChordSpan]:
    """The chords of a bar of ``ground``, in a bar that begins at ``tick``."""
    last = first + ground.axis.meter.bar_ticks
    inside = [c for c in ground.chords if first <= c.start_tick < last]
    starts = [round((c.start_tick - first) * scale) for c in inside]
    ends = [*starts[1:], length]
    return [
        ChordSpan(start_tick=tick + start, duration_ticks=end - start, chord=c.chord)
        for c, start, end in zip(inside, starts, ends, strict=True)
        if start < end <= length
    ]


def fitted(sheet: Sheet) -> Sheet:
    """The tune with those notes on beats that rub against their chord moved to its nearest tone, the worst first,
    never more than a quarter of all.
    """
    starts = [span.start_tick for span in sheet.chords]
    beat = sheet.axis.meter.beat_ticks
    rubs: list[tuple[float, Note]] = []
    for note in sheet.notes:
        chord = sheet.chords[max(0, bisect_right(starts, note.start_tick) - 1)].chord
        on_beat = note.start_tick % beat == 0
        if (on_beat or note.duration_ticks >= beat) and (badness := _badness(note.pitch_midi, chord, sheet.key)):
            weight = 1.5 if note.start_tick % sheet.axis.meter.bar_ticks == 0 else 1.0
            rubs.append((badness * weight * min(note.duration_ticks, 2 * beat), note))
    rubs.sort(key=lambda rub: (-rub[0], rub[1].start_tick))
    moved = {rub[1] for rub in rubs[: int(MOST_MOVED * len(sheet.notes))]}

    def change(note: Note) -> Note:
        if note not in moved:
            return note
        chord = sheet.chords[max(0, bisect_right(starts, note.start_tick) - 1)].chord
        near = [p for p in range(note.pitch_midi - 3, note.pitch_midi + 4) if p % 12 in chord.pcs]
        return replace(note, pitch_midi=min(near, key=lambda p: (abs(p - note.pitch_midi), p)))

    return with_notes(sheet, change)


def _badness(pitch_midi: int, chord: Chord, key: Key) -> float:
    """0 for what may stay; more the more a held note rubs."""
    pc = pitch_midi % 12
    if pc in chord.pcs:
        return 0.0
    if (pc - 1) % 12 in chord.pcs:
        return 2.0  # a semitone over a chord tone
    return 0.0 if pc in key.scale_pcs else 1.0
