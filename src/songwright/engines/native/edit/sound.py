"""One-shots and loops."""

from __future__ import annotations

from dataclasses import replace

from songwright.domain.action import EditAction
from songwright.domain.audio import SAMPLE_RATE_HZ
from songwright.domain.draws import child_seed, draws
from songwright.domain.lyrics import Lyrics
from songwright.domain.performance import Performance, PlayedPart
from songwright.domain.plan import CoverPlan, Lineage, Plan, Sound
from songwright.domain.score import Part, PartRole

from ...protocols import Materials
from ..arrange import arrange
from ..compose.compose import VoiceRange, compose
from ..interpret import interpret
from ..perform import perform
from ..styles.blend import style_for

LOOP_S = 10.0  # about how long a loop lasts, in whole bars
SHOT_S = 4.0  # a one-shot with its tail
_FAMILIES = (
    (("kick", "snare", "drum", "beat", "hat", "clap", "groove", "break"), (PartRole.DRUMS, PartRole.PERCUSSION)),
    (("bass", "808", "sub"), (PartRole.BASS,)),
    (("pad", "ambient", "drone", "texture"), (PartRole.PAD,)),
    (("riser", "sweep", "impact", "whoosh", "fx"), (PartRole.FX,)),
    (("arp", "arpeggio"), (PartRole.ARP,)),
    (("lead", "melody", "riff", "hook"), (PartRole.LEAD,)),
    (("chord", "piano", "guitar", "keys", "organ", "strings", "synth"), (PartRole.COMP, PartRole.PAD, PartRole.LEAD)),
)
_KEYS = {"kick": (36,), "snare": (38, 40), "hat": (42, 44, 46), "clap": (39,), "cymbal": (49, 51, 57), "tom": (45, 47)}


def plan(action: EditAction, take: int, materials: Materials, versions: dict[str, str]) -> tuple[Plan, ...]:
    """The sound of the words: a loop of whole bars that joins its own end, or one stroke that rings out."""
    wishes = replace(action.wishes, prompt=action.sound, instrumental=True, custom=False, duration_s=40.0)
    bpm = None if wishes.bpm is None else min(240.0, max(40.0, wishes.bpm))
    brief = interpret(replace(wishes, bpm=bpm))
    style = style_for(brief)
    span = VoiceRange(id="", gender="", lo_midi=55.0, hi_midi=72.0, top_midi=74.0)
    words = Lyrics(title=action.sound[:80])
    score = compose(brief, style, words, span, seed=action.seed, take=take)
    score = replace(score, parts=arrange(brief, style, score, seed=action.seed, take=take))
    whole = perform(score, words, style, brief, seed=action.seed, take=take)
    chosen = _chosen(score.parts, action.sound)
    if action.loop:
        show, trim = _loop(whole, chosen, score.axis.seconds_at(brief.meter.bar_ticks))
    else:
        show, trim = _shot(whole, chosen, action, take), 0
    return (
        Plan(
            engine="native",
            engine_versions=versions,
            seed=action.seed,
            take=take,
            brief=replace(brief, style_line=action.sound),
            lyrics=words,
            score=replace(score, parts=tuple(part for part in score.parts if part.name in chosen)),
            performance=show,
            mix=style.mix.plan(brief.bpm, sung=False),
            cover=CoverPlan(
                colours=style.cover.colours, motif=style.cover.motif, seed=child_seed(action.seed, "cover", take)
            ),
            sound=Sound(trim_frames=trim) if trim else None,
            lineage=Lineage(edit=action.kind.value),
        ),
    )


def _chosen(parts: tuple[Part, ...], words: str) -> set[str]:
    """Names of the parts that the words mean; all when they name none that plays."""
    lowered = words.lower()
    for hints, roles in _FAMILIES:
        if any(hint in lowered for hint in hints):
            named = {p.name for p in parts if p.role in roles and p.notes and p.name.split("_")[0] in lowered}
            found = named or {p.name for p in parts if p.role in roles and p.notes}
            if found:
                return found
    return {part.name for part in parts if part.role is not PartRole.FX}


def _loop(whole: Performance, chosen: set[str], bar_s: float) -> tuple[Performance, int]:
    """Two rounds of the busiest bars; the first is cut away, so that its echoes lie under the second's start."""
    bars = max(1, round(LOOP_S / bar_s))
    bars = min((1, 2, 4, 8), key=lambda n: abs(n - bars))
    length_s = round(bars * bar_s * SAMPLE_RATE_HZ) / SAMPLE_RATE_HZ
    parts = [part for part in whole.parts if part.name in chosen]
    n_bars = max(1, int(whole.duration_s / bar_s) - bars)
    counts = [_count(parts, bar * bar_s, bar * bar_s + length_s) for bar in range(n_bars)]
    start_s = bar_s * max(range(n_bars), key=lambda bar: (counts[bar], -bar))
    rounds = tuple(_rounds(part, start_s, length_s) for part in parts)
    show = Performance(
        duration_s=2 * length_s,
        sections=tuple(replace(s, start_s=0.0, end_s=length_s) for s in whole.sections[:1]),
        parts=tuple(part for part in rounds if part.notes),
        vocals=(),
        words=(),
    )
    return show, round(length_s * SAMPLE_RATE_HZ)


def _count(parts: list[PlayedPart], start_s: float, end_s: float) -> int:
    return sum(start_s - 0.03 <= note.start_s < end_s - 0.03 for part in parts for note in part.notes)


def _rounds(part: PlayedPart, start_s: float, length_s: float) -> PlayedPart:
    once = [
        replace(
            note,
            start_s=max(0.0, note.start_s - start_s),
            duration_s=min(note.duration_s, length_s - max(0.0, note.start_s - start_s)),
        )
        for note in part.notes
        if start_s - 0.03 <= note.start_s < start_s + length_s - 0.03
    ]
    again = [replace(note, start_s=note.start_s + length_s) for note in once]
    return replace(part, notes=(*once, *again))


def _shot(whole: Performance, chosen: set[str], action: EditAction, take: int) -> Performance:
    """One note, or one stroke, of a part."""
    parts = sorted((part for part in whole.parts if part.name in chosen and part.notes), key=lambda part: part.name)
    rng = draws(action.seed, "one-shot", take)
    part = parts[int(rng.random() * len(parts))]
    wanted = {key for word, keys in _KEYS.items() if word in action.sound.lower() for key in keys}
    notes = [note for note in part.notes if round(note.pitch_midi) in wanted] or list(part.notes)
    note = notes[int(rng.random() * len(notes))]
    together = [n for n in part.notes if abs(n.start_s - note.start_s) < 0.02] if not wanted else [note]
    struck = tuple(replace(n, start_s=0.02, velocity=112, duration_s=max(n.duration_s, 0.6)) for n in together)
    return Performance(
        duration_s=SHOT_S,
        sections=tuple(replace(s, start_s=0.0, end_s=SHOT_S) for s in whole.sections[:1]),
        parts=(replace(part, notes=struck),),
        vocals=(),
        words=(),
    )
