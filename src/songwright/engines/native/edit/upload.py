"""A recording becomes a plan: what was heard, written down, and the recording itself as its sound."""

from __future__ import annotations

from dataclasses import replace

from songwright.domain.analysis import Analysis
from songwright.domain.audio import I32, SAMPLE_RATE_HZ, from_pcm24
from songwright.domain.draws import child_seed
from songwright.domain.lyrics import Lyrics
from songwright.domain.performance import Performance, PlayedNote, PlayedPart, SectionSpan
from songwright.domain.plan import CoverPlan, Lineage, Plan, Recorded, Sound
from songwright.domain.score import Score
from songwright.domain.style import Brief

from ..styles.load import style as style_of
from .harmonise import harmonised

SUNG_SHARE = 0.1  # of the time a voice must be heard for the recording to count as sung


def plan_of_recording(audio: I32, *, blob: str, title: str, seed: int, versions: dict[str, str]) -> Plan:
    """Listen to ``audio`` (24-bit PCM, (n_frames, 2), 48 kHz) and write down tempo, key, chords, form and tune."""
    from ..analyse import analyse
    from ..analyse.written import score_of
    from ..separate import voice_in

    voice = voice_in(audio)
    alone = voice.alone
    clean = voice.trained and not alone
    heard = analyse(from_pcm24(audio), voice=voice.pcm.mono() if clean else None, alone=alone)
    score = score_of(heard)
    if alone:  # nothing but the tune says what the chords are
        score = harmonised(score, next((part.notes for part in score.parts if part.name == "melody"), ()))
    genre = guess_genre(heard)
    style = style_of(genre)
    brief = Brief(
        genre=genre,
        bpm=heard.bpm,
        meter=heard.meter,
        key=heard.key,
        valence=0.3 if heard.key.mode in ("major", "mixolydian", "lydian") else -0.3,
        energy=_energy(heard),
        instrumental=heard.voiced_share < SUNG_SHARE,
        title=title,
        style_line=_style_line(heard),
        target_duration_s=heard.duration_s,
        max_duration_s=max(heard.duration_s, 10.0),
        duration_asked=True,
    )
    duration_s = len(audio) / SAMPLE_RATE_HZ
    return Plan(
        engine="native",
        engine_versions={**versions, "separation": voice.how},
        seed=seed,
        take=1,
        brief=brief,
        lyrics=Lyrics(title=title or f"up-{blob[:8]}"),
        score=score,
        performance=heard_performance(score, duration_s),
        mix=style.mix.plan(min(240.0, max(40.0, heard.bpm))),
        cover=CoverPlan(
            colours=style.cover.colours, motif=style.cover.motif, seed=child_seed(int(blob[:12], 16), "cover")
        ),
        sound=Sound(recorded=Recorded(blob=blob, n_frames=len(audio))),
        lineage=Lineage(edit="upload"),
    )


def heard_performance(score: Score, duration_s: float) -> Performance:
    """What a score of analysed sound says of it in seconds: sections and notes, where they were heard."""
    axis = score.axis
    parts = tuple(
        PlayedPart(
            name=part.name,
            stem=part.stem,
            instrument=part.instrument,
            notes=tuple(
                PlayedNote(
                    start_s=axis.seconds_at(note.start_tick),
                    duration_s=axis.seconds_at(note.start_tick + note.duration_ticks)
                    - axis.seconds_at(note.start_tick),
                    pitch_midi=float(note.pitch_midi),
                    velocity=note.velocity,
                )
                for note in part.notes
            ),
            mix=part.mix,
        )
        for part in score.parts
    )
    sections = tuple(
        SectionSpan(
            name=section.name,
            kind=section.kind.value,
            start_s=min(axis.seconds_at(section.start_tick), duration_s),
            end_s=min(axis.seconds_at(section.end_tick), duration_s),
            energy=section.energy,
        )
        for section in score.sections
    )
    sections = tuple(section for section in sections if section.end_s > section.start_s)
    if sections:
        sections = (*sections[:-1], replace(sections[-1], end_s=duration_s))
    return Performance(duration_s=duration_s, sections=sections, parts=parts, vocals=(), words=())


def guess_genre(heard: Analysis) -> str:
    """A style file that suits tempo, meter, mode and loudness: for what is composed around the recording."""
    minor = heard.key.mode in ("minor", "dorian", "phrygian")
    if str(heard.meter) == "3/4":
        return "folk"
    if heard.voiced_share > 0.5 and heard.loudness_lufs < -22.0:
        return "ballad"
    if heard.bpm < 76.0:
        return "r_and_b" if minor else "ballad"
    if heard.bpm < 100.0:
        return "hip_hop" if minor else "pop"
    if heard.bpm < 132.0:
        return "dance_pop" if heard.loudness_lufs > -16.0 else "pop"
    return "rock" if heard.loudness_lufs > -16.0 else "indie_rock"


def _energy(heard: Analysis) -> float:
    by_level = (heard.loudness_lufs + 30.0) / 20.0
    by_tempo = (heard.bpm - 60.0) / 100.0
    return round(min(1.0, max(0.1, 0.6 * by_level + 0.4 * by_tempo)), 3)


def _style_line(heard: Analysis) -> str:
    sung = "vocals" if heard.voiced_share >= SUNG_SHARE else "instrumental"
    return f"{round(heard.bpm)} bpm, {heard.key}, {heard.meter}, {sung}"
