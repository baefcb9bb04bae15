"""Measures the colours of the roster while it sings: ``python -m songwright.engines.native.voice.colours FILE``."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

from songwright.domain.audio import F32
from songwright.domain.performance import Expression, PerformedSyllable, SungNote, SungPhrase

from .estimate import colour_of
from .singer import NeuralSinger
from .voices import roster, voice

SUNG = ("ˈlO", "mˈi", "sˈA", "nˈu", "bɹˈæ", "ðˈɑ", "wˈɛ", "dˈI", "ɹˈO", "vˈi", "lˈʌ", "kˈæ")
STEPS = (0, 2, 4, 5, 7, 5, 4, 2, 0, -3, 2, 0)
NOTE_S = 0.5


def sample_phrase(voice_id: str, *, steps: tuple[int, ...] = STEPS, sung: tuple[str, ...] = SUNG) -> SungPhrase:
    """All vowels over an octave in the middle of a voice's range."""
    who = voice(voice_id)
    middle = round((who.lo_midi + who.hi_midi) / 2) - 2
    syllables = []
    for number, (sound, step) in enumerate(zip(sung, steps, strict=True)):
        start = number * NOTE_S
        note = SungNote(start_s=start, duration_s=NOTE_S, pitch_midi=float(middle + step))
        plain = sound.replace("ˈ", "")
        syllables.append(
            PerformedSyllable(phonemes=plain, stress=2, start_s=start, end_s=start + NOTE_S, notes=(note,))
        )
    return SungPhrase(voice=voice_id, syllables=tuple(syllables), expression=Expression(breath=False))


def sing_stereo(singer: NeuralSinger, phrase: SungPhrase) -> F32:
    """The phrase as (n, 2) at 48 kHz."""
    samples = singer.sing(phrase).samples
    return np.repeat(samples[:, None], 2, axis=1)


def measure(singer: NeuralSinger) -> dict[str, object]:
    """The table of ``colours.json``."""
    out: dict[str, object] = {}
    for who in roster():
        heard = colour_of(sing_stereo(singer, replace(sample_phrase(who.id))))
        out[who.id] = {
            "bands_db": [round(float(value), 2) for value in heard.bands_db],
            "f0_hz": round(heard.f0_hz, 1),
            "air": round(heard.air, 4),
            "voiced_s": heard.voiced_s,
        }
    return out


if __name__ == "__main__":
    made = NeuralSinger()
    made.load()
    Path(sys.argv[1]).write_text(json.dumps(measure(made), indent=1) + "\n", encoding="utf-8")
