"""The same notes, mixed and mastered again."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np

from songwright.domain.action import EditAction, Variation
from songwright.domain.draws import child_seed, draws
from songwright.domain.performance import Performance, PlayedPart, SungPart
from songwright.domain.plan import Lineage, MixPlan, Plan, Remastered, Sound
from songwright.domain.score import Instrument, Score

from ...protocols import Materials

SUFFIX = "  (Remastered)"
_MARK = "(Remastered)"
_SIGMA_S, _MOST_S = 0.004, 0.012
_ALIKE = (
    (0, 1, 2), (4, 5), (16, 17, 18), (24, 25), (26, 27), (29, 30), (33, 34), (38, 39), (48, 49), (50, 51),
    (52, 53), (61, 62, 63), (64, 65, 66), (80, 81), (88, 89), (90, 95),
)  # fmt: skip
"""General MIDI programs that stand in for one another: pianos, electric pianos, organs, guitars, basses..."""


def plan(action: EditAction, take: int, materials: Materials, versions: dict[str, str]) -> tuple[Plan, ...]:
    """The source with other numbers of master (subtle), mix (normal), and other sounds and a performance of its own
    (high). Sound that is not performed is mastered again as it is.
    """
    source = materials.sources[0]
    whole, how = source.plan, action.variation
    rng = draws(action.seed, "remaster", take, how.value)
    mix = _mastered(whole.mix, rng, most=1.0 if how is Variation.SUBTLE else 1.6)
    if how is not Variation.SUBTLE:
        mix = _mixed(mix, rng)
    score, show, sound = whole.score, whole.performance, whole.sound
    if _is_performed(sound):
        if how is Variation.HIGH:
            score, show = _other_sounds(score, show, rng)
            show = _played_again(show, child_seed(action.seed, "play again", take))
    else:
        again = sound.remastered if sound else None
        sound = Sound(remastered=Remastered(plan=again.plan if again else whole, mix=mix))
    title = action.wishes.title or source.title
    return (
        replace(
            whole,
            engine_versions=versions,
            seed=action.seed,
            take=take,
            lyrics=replace(whole.lyrics, title=title if title.endswith(_MARK) else title + SUFFIX),
            score=score,
            performance=show,
            mix=mix,
            sound=sound,
            lineage=Lineage(edit=action.kind.value, sources=(source.clip_id,)),
        ),
    )


def _is_performed(sound: Sound | None) -> bool:
    return sound is None or not (sound.recorded or sound.spliced or sound.chosen or sound.stretched or sound.remastered)


def _step(rng: random.Random, size: float) -> float:
    """A change of ``size`` / 2 to ``size``, up or down: never nothing."""
    return (1 if rng.random() < 0.5 else -1) * size * (0.5 + 0.5 * rng.random())


def _within(value: float, low: float, high: float) -> float:
    return round(min(high, max(low, value)), 4)


def _mastered(mix: MixPlan, rng: random.Random, *, most: float) -> MixPlan:
    """Other saturation, glue and width; tone curve, loudness and ceiling stay."""
    saturation = mix.saturation + 0.06 * most * (0.5 + 0.5 * rng.random())
    if saturation > 0.6:
        saturation = mix.saturation - 0.1 * most
    return replace(
        mix,
        saturation=_within(saturation, 0.0, 0.6),
        glue_ratio=_within(mix.glue_ratio + _step(rng, 0.2 * most), 1.2, 3.0),
        width=_within(mix.width + _step(rng, 0.06 * most), 0.8, 1.25),
    )


def _mixed(mix: MixPlan, rng: random.Random) -> MixPlan:
    """Other spaces, echoes and balance."""
    return replace(
        mix,
        vocal_over_band_lu=_within(mix.vocal_over_band_lu + _step(rng, 0.5), 1.5, 4.5),
        plate_rt60_s=_within(mix.plate_rt60_s * (1 + _step(rng, 0.25)), 0.4, 4.0),
        room_rt60_s=_within(mix.room_rt60_s * (1 + _step(rng, 0.25)), 0.2, 2.0),
        predelay_s=_within(mix.predelay_s * (1 + _step(rng, 0.3)), 0.005, 0.1),
        delay_feedback=_within(mix.delay_feedback + _step(rng, 0.08), 0.05, 0.5),
        duck_band_db=_within(mix.duck_band_db + _step(rng, 0.6), 0.0, 5.0),
    )


def _other_sounds(score: Score, show: Performance, rng: random.Random) -> tuple[Score, Performance]:
    """Instruments swapped for others of their kind, where there are any."""
    swaps = {part.name: _relative(part.instrument, rng) for part in show.parts}
    parts = tuple(replace(p, instrument=swaps.get(p.name, p.instrument)) for p in score.parts)
    played = tuple(replace(p, instrument=swaps[p.name]) for p in show.parts)
    return replace(score, parts=parts), replace(show, parts=played)


def _relative(instrument: Instrument, rng: random.Random) -> Instrument:
    draw = rng.random()
    if instrument.engine != "gm":
        return instrument
    group = next((g for g in _ALIKE if instrument.program in g), (instrument.program,))
    others = [program for program in group if program != instrument.program]
    return replace(instrument, program=others[int(draw * len(others))]) if others else instrument


def _played_again(show: Performance, seed: int) -> Performance:
    """The same notes with another player's unevenness in time, strength and drift of the voice."""
    parts = tuple(_part_again(part, show.duration_s, child_seed(seed, "part", part.name)) for part in show.parts)
    return replace(show, parts=parts, vocals=tuple(_voice_again(part, seed) for part in show.vocals))


def _part_again(part: PlayedPart, duration_s: float, seed: int) -> PlayedPart:
    rng = np.random.default_rng(seed)
    drums = part.instrument.engine in ("gmdrums", "synthdrums")
    shifts = np.clip(rng.normal(0.0, _SIGMA_S * (0.5 if drums else 1.0), len(part.notes)), -_MOST_S, _MOST_S)
    accents = np.rint(rng.normal(0.0, 3.0, len(part.notes))).astype(int)
    notes = [
        replace(
            note,
            start_s=round(min(max(0.0, note.start_s + float(shift)), max(0.0, duration_s - 0.02)), 5),
            velocity=int(min(127, max(1, note.velocity + accent))),
        )
        for note, shift, accent in zip(part.notes, shifts, accents, strict=True)
    ]
    kept = [replace(n, duration_s=round(min(n.duration_s, duration_s - n.start_s), 5)) for n in notes]
    return replace(part, notes=tuple(sorted(kept, key=lambda n: (n.start_s, n.pitch_midi))))


def _voice_again(part: SungPart, seed: int) -> SungPart:
    phrases = tuple(
        replace(p, expression=replace(p.expression, seed=child_seed(seed, p.expression.seed) % (1 << 31)))
        for p in part.phrases
    )
    return replace(part, phrases=phrases)
