"""One pass through the model: a piece of a phrase, from syllables to dry sound at 24 kHz."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from songwright.domain.audio import F32
from songwright.domain.draws import child_seed
from songwright.domain.performance import Expression, PerformedSyllable

from . import frames, prosody
from .f0 import as_spoken, contour
from .generator import SAMPLES_PER_FRAME
from .level import even_out
from .manner import creak_level, creak_share, creaky, head_share
from .model import Model
from .repitch import repitch
from .text import Kind, Symbols, all_voiced, between_voiceless, held, symbols_of
from .throat import at_pace, breathy, lightened
from .voices import Voice, style


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class SungPiece:
    """Dry sound and where it is. Times in seconds from the first vowel of the phrase."""

    start_s: float  # of sample 0
    samples: F32  # 24 kHz
    voiced: np.ndarray  # per sample, bool: vowels only
    spans_s: tuple[tuple[float, float], ...]  # stretches with sound in them


def transposition(voice: Voice, pitches: Sequence[float]) -> float:
    """Semitones to decode away from what is written, so that the piece fits the voice's direct range."""
    own = 12 * np.log2(voice.formant)  # the model sings so much lower than is heard
    top, bottom = max(pitches) - own, min(pitches) - own
    if top > voice.direct_hi_midi:
        return voice.direct_hi_midi - top
    return max(0.0, min(voice.direct_lo_midi - bottom, voice.direct_hi_midi - top))


def sing_piece(model: Model, voice: Voice, syllables: Sequence[PerformedSyllable], expression: Expression) -> SungPiece:
    """Sing one piece. Deterministic."""
    symbols = symbols_of(syllables, model.symbol_ids, length_mark=voice.languages[0] != "en")
    look = style(voice, len(symbols.ids) - 2)
    words = model.words(symbols.ids[None], look)
    spoken = np.maximum(1, np.round(words.durations)).astype(np.int64)
    timing = frames.place(syllables, symbols, words.durations, voice.formant)
    spoken_hz, spoken_energy = model.prosody(symbols.ids[None], look, spoken)
    energy = prosody.energy(timing, symbols, spoken_energy, spoken, voice.energy_floor)
    voiced = prosody.voicing(timing, symbols)
    shift = transposition(voice, [n.pitch_midi for s in syllables for n in s.notes])
    pitch = contour(syllables, timing, expression)
    if expression.spoken:
        speech = prosody.intonation(timing, symbols, spoken_hz, spoken)
        pitch = as_spoken(pitch, speech, syllables, expression.spoken)
    owner = prosody.owners(timing)
    kinds = symbols.kinds[owner]
    creak = creak_share(syllables, timing, kinds, voice, expression)
    pitch = creaky(pitch, creak, expression.seed)
    sung_hz = _hz(pitch + shift) / voice.formant
    f0 = np.where(voiced[owner], sung_hz, 0.0).astype(np.float32)
    aligned = frames.alignment(timing)
    weights = frames.statistics_weights(timing, spoken, aligned)
    x = model.front(
        (_vectors(model, symbols, words.vectors, look) @ aligned).astype(np.float32), f0, energy, weights, look
    )
    noise = np.random.default_rng(child_seed(expression.seed, "noise")).standard_normal(
        (9, len(f0) * SAMPLES_PER_FRAME), dtype=np.float32
    )
    source = model.generator.source(sung_hz.astype(np.float32), prosody.voiced_samples(timing, voiced), noise)
    samples = model.generator(x, source, look[0, :128], np.repeat(weights, 2))
    vowel = kinds == Kind.VOWEL
    samples = even_out(samples, vowel, voice.consonant_db)
    if shift:
        samples = repitch(samples, f0.astype(np.float64), np.where(voiced[owner], _hz(pitch) / voice.formant, 0.0))
    head, air = (np.random.default_rng(child_seed(expression.seed, name)) for name in ("head", "air"))
    samples = lightened(samples, head_share(syllables, timing, vowel, voice, expression), head)
    samples = breathy(creak_level(samples, creak), voice.breath, air)
    samples = at_pace(samples, voice.formant)
    own = np.minimum(np.arange(len(samples)) * voice.formant / SAMPLES_PER_FRAME, len(vowel) - 1).astype(np.int64)
    return SungPiece(
        start_s=timing.origin_s,
        samples=samples,
        voiced=vowel[own],
        spans_s=tuple(_spans(timing)),
    )


def _vectors(model: Model, symbols: Symbols, spoken: F32, look: F32) -> F32:
    """Text vectors in which held vowels between voiceless consonants stand between voiced ones.

    The model gives such a vowel less voice, or none, as speech has it; held, it would be a hiss.
    """
    here = held(symbols) & between_voiceless(symbols)
    if not here.any():
        return spoken
    voiced = model.words(all_voiced(symbols, model.symbol_ids)[None], look).vectors
    return np.where(here, voiced, spoken)


def _hz(midi: np.ndarray) -> np.ndarray:
    return 440.0 * 2.0 ** ((midi - 69.0) / 12.0)


def _spans(timing: frames.Timing) -> list[tuple[float, float]]:
    """Syllables joined wherever no more than a blink lies between them."""
    spans: list[tuple[float, float]] = []
    for begin, stop in zip(timing.begins_s.tolist(), timing.stops_s.tolist(), strict=True):
        if spans and begin - spans[-1][1] < 0.15:
            spans[-1] = (spans[-1][0], stop)
        else:
            spans.append((begin, stop))
    return spans
