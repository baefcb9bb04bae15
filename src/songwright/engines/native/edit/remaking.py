"""A song made anew from a lead sheet: another band, other voices around the tune."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace

from songwright.domain.action import EditAction, GenerateAction
from songwright.domain.draws import child_seed
from songwright.domain.plan import CoverPlan, Lineage, Plan
from songwright.domain.score import Chord, Note, Part, Score, StemName, SungLine, VocalPart, VocalRole
from songwright.domain.style import Brief
from songwright.domain.time import TICKS_PER_QUARTER

from ...protocols import Source
from ..arrange import arrange
from ..compose.backing import BackingContext, backing_parts
from ..compose.instrumental import lead_player, melody_part
from ..interpret import interpret
from ..interpret.reading import Wishes, read
from ..perform import perform
from ..styles.blend import style_for
from ..styles.schema import Style, mix_hint
from ..voice.voices import Voice
from .sheet import Sheet, transposed

USUAL_INFLUENCE = 0.5
STEP_TICKS = 120
_TOO_FAR = 1.5
"""Tempi further apart than this ratio meet in half or double time."""
_FASTER, _HURRIED_S = 1.2, 0.125
"""Words that are sped up by more than this, so that a seventh of the syllables are shorter, are hurried."""
_BPM = (40.0, 240.0)


def influence_of(wishes: GenerateAction) -> float:
    """How much of the source is kept, 0..1."""
    return USUAL_INFLUENCE if wishes.audio_influence is None else wishes.audio_influence


def wishes_in(wishes: GenerateAction) -> Wishes:
    """What style and prompt say about the music; words of the lyrics say nothing."""
    return read(replace(wishes, lyrics="", lyrics_prompt=""))


def restyled(source: Source, wishes: GenerateAction, *, instrumental: bool) -> Brief:
    """The source's brief with the genre, moods and instruments that style and prompt ask for."""
    old, said = source.plan.brief, wishes_in(wishes)
    bpm = in_range(old.bpm)
    asked = interpret(
        replace(
            wishes,
            style=wishes.style or ("" if said.genres else source.style or old.style_line),
            lyrics="",
            lyrics_prompt="",
            instrumental=instrumental,
            key=None,
            meter=None,
        )
    )
    brief = replace(asked, language=old.language, topic=asked.topic or old.topic, instrumental=instrumental)
    if not [genre for genre in said.genres if genre not in said.avoid]:
        instruments = () if wishes.style.strip() else old.instruments
        brief = replace(
            brief,
            genre=old.genre,
            also_genres=old.also_genres,
            energy=asked.energy if said.feeling or said.tempo else old.energy,
            instruments=tuple(dict.fromkeys((*asked.instruments, *instruments))),
            bpm=asked.bpm if wishes.bpm or said.bpm or said.tempo else bpm,
        )
    return replace(brief, style_line=wishes.style.strip() or source.style or old.style_line)


def in_range(bpm: float) -> float:
    """The tempo, doubled or halved into what the engine plays."""
    while bpm < _BPM[0]:
        bpm *= 2
    while bpm > _BPM[1]:
        bpm /= 2
    return bpm


def bar_factor(sheet: Sheet, wanted_bpm: float) -> float:
    """What note values are multiplied with so that the tempi lie close: 2, 1 or 0.5.

    Words that would become too fast to sing go in double bars sooner.
    """
    ratio = wanted_bpm / sheet.bpm
    if ratio < 1 / _TOO_FAR:
        return 0.5
    lengths = sorted(s.notes[-1].start_tick + s.notes[-1].duration_ticks - s.notes[0].start_tick
                     for line in sheet.lead for s in line.syllables)  # fmt: skip
    hurried = bool(lengths) and lengths[len(lengths) // 7] / TICKS_PER_QUARTER * 60 / wanted_bpm < _HURRIED_S
    return 2.0 if ratio > _TOO_FAR or (ratio > _FASTER and hurried) else 1.0


def best_shift(notes: Sequence[Note], singer: Voice, *, steps: Sequence[int]) -> int:
    """Which of the transpositions ``steps`` (semitones) suits the singer's range best; the nearest of equals."""
    if not notes:
        return min(steps, key=lambda s: (abs(s), s))

    def cost(shift: int) -> float:
        total = 0.0
        for note in notes:
            pitch = note.pitch_midi + shift
            over = max(0.0, pitch - singer.hi_midi) + 6.0 * max(0.0, pitch - singer.belt_midi)
            under = max(0.0, singer.lo_midi - pitch) + 3.0 * max(0.0, singer.lo_midi - 2 - pitch)
            total += note.duration_ticks * (over + under)
        return total / sum(note.duration_ticks for note in notes) + 0.02 * abs(shift)

    return min(steps, key=lambda s: (cost(s), abs(s), s))


def for_singer(sheet: Sheet, singer: Voice, *, key_step: int | None = None) -> Sheet:
    """The sheet where the singer likes it; with ``key_step`` (semitones) only by that and octaves."""
    steps = range(-24, 25) if key_step is None else [key_step % 12 + octave for octave in (-36, -24, -12, 0, 12, 24)]
    return transposed(sheet, best_shift(sheet.notes, singer, steps=list(steps)))


def rearranged(sheet: Sheet, brief: Brief, style: Style, singer: Voice | None, *, seed: int, take: int) -> Score:
    """A score with the sheet's tune, form and chords, and a band and backing voices of the style.

    ``singer`` sings the tune; without words an instrument of the style plays it.
    """
    vocals: tuple[VocalPart, ...] = ()
    tune: tuple[Part, ...] = ()
    if sheet.lead and singer:
        vocals = _vocals(sheet, style, singer)
    elif sheet.melody:
        tune = (lead_part(sheet, style),)
    bare = Score(
        axis=sheet.axis, key=sheet.key, sections=sheet.sections, chords=sheet.chords, parts=tune, vocals=vocals
    )
    parts = arrange(brief, style, bare, seed=seed, take=take)
    return replace(bare, parts=parts)


def lead_part(sheet: Sheet, style: Style) -> Part:
    """The melody for the lead instrument of the style, moved by octaves into its range."""
    player = lead_player(style)
    low, high = (player.low_midi, player.high_midi) if player else (57, 86)
    total = sum(note.duration_ticks for note in sheet.melody) or 1
    mean = sum(note.pitch_midi * note.duration_ticks for note in sheet.melody) / total
    shift = 12 * round(((low + high) / 2 - mean) / 12)
    notes = tuple(
        replace(n, pitch_midi=min(120, max(12, n.pitch_midi + shift)), velocity=min(118, max(72, n.velocity)))
        for n in sheet.melody
    )
    part = melody_part(player, notes)
    return replace(part, mix=replace(part.mix, level_db=max(-4.0, part.mix.level_db)))


def _vocals(sheet: Sheet, style: Style, singer: Voice) -> tuple[VocalPart, ...]:
    starts = [span.start_tick for span in sheet.chords]

    def chord_at(step: int) -> Chord:
        return sheet.chords[max(0, bisect_right(starts, step * STEP_TICKS) - 1)].chord

    lead = [_delivered(line, sheet, style) for line in sheet.lead]
    answers = [_delivered(line, sheet, style) for line in sheet.answers]
    context = BackingContext(
        sections=sheet.sections,
        key=sheet.key,
        style=style,
        chord_at=chord_at,
        voice=singer.id,
        floor_midi=math.ceil(singer.lo_midi - 2),
        top_midi=int(max(singer.belt_midi, singer.hi_midi)),
        step_ticks=STEP_TICKS,
    )
    first = VocalPart(
        name="lead",
        role=VocalRole.LEAD,
        stem=StemName.VOCALS,
        voice=singer.id,
        lines=tuple(lead),
        mix=mix_hint(style.mix.vocal),
    )
    return (first, *backing_parts(lead, answers, context))


def _delivered(line: SungLine, sheet: Sheet, style: Style) -> SungLine:
    """The line as loud as the style sings this kind of section."""
    usual = style.vocal.dynamics.get("verse", 0.55)
    wanted = style.vocal.dynamics.get(sheet.sections[line.section_index].kind.value, usual)
    return replace(line, dynamics=round(min(1.0, max(0.15, wanted)), 3))


def energised(sheet: Sheet, old: Brief, new: Brief) -> Sheet:
    """Sections calmer or livelier by half of what the brief changed."""
    change = 0.5 * (new.energy - old.energy)
    return replace(
        sheet,
        sections=tuple(replace(s, energy=round(min(1.0, max(0.05, s.energy + change)), 3)) for s in sheet.sections),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Remake:
    """What a plan is finished from."""

    sheet: Sheet
    brief: Brief
    singer: Voice | None
    title: str


def finished(remake: Remake, action: EditAction, take: int, ids: tuple[str, ...], versions: dict[str, str]) -> Plan:
    """Arranged, performed and mixed: the plan of a remake."""
    sheet, style, seed = remake.sheet, style_for(remake.brief), action.seed
    sung = bool(sheet.lead and remake.singer)
    brief = replace(
        remake.brief,
        bpm=sheet.bpm,
        key=sheet.key,
        meter=sheet.axis.meter,
        instrumental=not sung,
        title=remake.title,
    )
    score = rearranged(sheet, brief, style, remake.singer, seed=seed, take=take)
    lyrics = replace(sheet.lyrics, title=remake.title)
    return Plan(
        engine="native",
        engine_versions=versions,
        seed=seed,
        take=take,
        brief=brief,
        lyrics=lyrics,
        score=score,
        performance=perform(score, lyrics, style, brief, seed=seed, take=take),
        mix=style.mix.plan(in_range(brief.bpm), sung=not brief.instrumental),
        cover=CoverPlan(colours=style.cover.colours, motif=style.cover.motif, seed=child_seed(seed, "cover", take)),
        lineage=Lineage(edit=action.kind.value, sources=ids),
    )
