"""The singer heard: pitch by an independent tracker, silence, bytes."""

from __future__ import annotations

import dataclasses
import hashlib
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from scipy.signal import butter, sosfiltfilt

from songwright.domain.performance import Expression, PerformedSyllable, SungNote, SungPhrase
from songwright.engines.native.voice import NeuralSinger, SungAudio

pytestmark = [pytest.mark.audio, pytest.mark.slow]
RATE = 48_000
NOTES = (("sɪŋ", 59, 0.6), ("ə", 60, 0.3), ("sɔŋ", 62, 0.9))


def line(start_s: float = 4.0, *, rest_s: float = 0.0, voice: str = "miles", **expression: object) -> SungPhrase:
    """Three syllables, with a rest before the last."""
    syllables, at = [], start_s
    for i, (phonemes, pitch, seconds) in enumerate(NOTES):
        at += rest_s if i == 2 else 0.0
        note = SungNote(start_s=at, duration_s=seconds, pitch_midi=pitch - 8)
        syllables.append(PerformedSyllable(phonemes=phonemes, stress=1, start_s=at, end_s=at + seconds, notes=(note,)))
        at += seconds
    fields = {"vibrato_semitones": 0.0, "drift_semitones": 0.0, "breath": False, **expression}
    return SungPhrase(voice=voice, syllables=tuple(syllables), expression=Expression(**fields))


@pytest.fixture(scope="module")
def singer() -> NeuralSinger:
    one = NeuralSinger()
    one.load()
    return one


@pytest.fixture(scope="module")
def sung(singer: NeuralSinger) -> SungAudio:
    return singer.sing(line(rest_s=0.7, breath=True))


def within(audio: SungAudio, first_s: float, last_s: float) -> np.ndarray:
    a, b = (round((t - audio.start_s) * RATE) for t in (first_s, last_s))
    return audio.samples[max(a, 0) : b].astype(np.float64)


def autocorrelation_hz(samples: np.ndarray) -> float:
    """Pitch of a steady stretch: the first high peak of the autocorrelation, refined by a parabola."""
    centred = samples * np.hanning(len(samples))
    n = 1 << (2 * len(centred)).bit_length()
    raw = np.fft.irfft(np.abs(np.fft.rfft(centred, n)) ** 2)
    window = np.fft.irfft(np.abs(np.fft.rfft(np.hanning(len(samples)), n)) ** 2)
    values = raw[:1_000] / window[:1_000]
    lags = [k for k in range(RATE // 600, 900) if values[k - 1] < values[k] >= values[k + 1]]
    best = max(values[k] for k in lags)
    lag = next(k for k in lags if values[k] > 0.9 * best)
    before, here, after = values[lag - 1 : lag + 2]
    return RATE / (lag + 0.5 * (before - after) / (before - 2 * here + after))


def test_notes_are_in_tune(sung: SungAudio) -> None:
    phrase = line(rest_s=0.7)
    errors = []
    for syllable in phrase.syllables:
        note = syllable.notes[0]
        steady = within(sung, note.start_s + 0.3 * note.duration_s, note.start_s + 0.75 * note.duration_s)
        wanted = 440.0 * 2 ** ((note.pitch_midi - 69) / 12)
        errors.append(1200 * np.log2(autocorrelation_hz(steady) / wanted))
    assert np.median(np.abs(errors)) < 12
    assert np.abs(errors).max() < 40


def test_level_silence_and_edges(sung: SungAudio) -> None:
    phrase = line(rest_s=0.7)
    rest = within(sung, phrase.syllables[1].end_s + 0.25, phrase.syllables[2].start_s - 0.3)
    assert len(rest) > 5_000
    assert np.abs(rest).max() < 10 ** (-70 / 20)
    assert np.abs(sung.samples[[0, -1]]).max() < 1e-4
    voice = within(sung, phrase.syllables[2].start_s + 0.1, phrase.syllables[2].start_s + 0.5)
    assert -27 < 20 * np.log10(np.sqrt(np.mean(voice**2))) < -13
    assert np.isfinite(sung.samples).all()
    assert sung.samples.dtype == np.float32


def test_the_breath_comes_before_the_first_consonant(sung: SungAudio) -> None:
    assert 3.2 < sung.start_s < 3.8
    air = within(sung, sung.start_s, sung.start_s + 0.2)
    assert 10 ** (-70 / 20) < np.sqrt(np.mean(air**2)) < 10 ** (-35 / 20)


def test_vowels_begin_on_time(sung: SungAudio) -> None:
    start = line(rest_s=0.7).syllables[2].start_s
    band = butter(2, [90, 700], "bandpass", fs=RATE, output="sos")  # voice, not hiss
    low = sosfiltfilt(band, within(sung, start - 0.15, start + 0.2))
    level = np.sqrt(np.convolve(low**2, np.ones(480) / 480, "same"))[:: RATE // 200]
    at = -0.15 + np.arange(len(level)) / 200
    quiet = (level < 0.5 * np.median(level[at > 0.06])) & (at < 0.1)
    assert abs(at[np.flatnonzero(quiet)[-1]]) < 0.02


def test_repeats_cost_nothing_and_keep_their_place(singer: NeuralSinger, sung: SungAudio) -> None:
    first, second = list(singer.sing_all([line(rest_s=0.7, breath=True), line(91.25, rest_s=0.7, breath=True)]))
    assert first.samples is second.samples
    assert first.samples is sung.samples
    assert second.start_s - first.start_s == pytest.approx(87.25, abs=1e-6)


def test_whatever_is_asked_something_is_sung(singer: NeuralSinger) -> None:
    def one(phonemes: str, start: float, end: float) -> PerformedSyllable:
        note = SungNote(start_s=start, duration_s=end - start, pitch_midi=64.0)
        return PerformedSyllable(phonemes=phonemes, stress=0, start_s=start, end_s=end, notes=(note,))

    odd = (one("☃", 0, 0.1), one("", 0.1, 0.2), one("m", 0.2, 0.5), one("ʃ", 0.5, 0.53), one("ɲaɾβ", 0.53, 0.9))
    audio = singer.sing(SungPhrase(voice="miles", syllables=odd, expression=Expression(breath=False)))
    assert np.abs(within(audio, 0.55, 0.85)).max() > 0.02
    nothing = singer.sing(SungPhrase(voice="miles", syllables=odd[:2], expression=Expression()))
    assert len(nothing.samples) == 0


def test_another_process_sings_the_same_bytes(sung: SungAudio) -> None:
    code = (
        "import hashlib, sys; sys.path.insert(0, sys.argv[1])\n"
        "from test_voice_sound import NeuralSinger, line\n"
        "a, b = list(NeuralSinger(threads=2).sing_all([line(), line(rest_s=0.7, breath=True)]))\n"
        "print(hashlib.sha256(b.samples.tobytes()).hexdigest())\n"
    )
    here = str(Path(__file__).parent)
    done = subprocess.run([sys.executable, "-c", code, here], capture_output=True, text=True, check=True)
    assert done.stdout.split()[-1] == hashlib.sha256(sung.samples.tobytes()).hexdigest()


def upper_db(samples: np.ndarray, hz: float) -> tuple[float, float]:
    """What lies at 2 to 6 kHz, and what of it between the partials of ``hz``, against what lies below 1 kHz."""
    power = np.abs(np.fft.rfft(samples * np.hanning(len(samples)))) ** 2
    at = np.fft.rfftfreq(len(samples), 1 / RATE)
    upper, low = (at > 2_000) & (at < 6_000), (at > 80) & (at < 1_000)
    between = upper & (np.abs(at / hz - np.round(at / hz)) > 0.3)
    whole = power[low].sum()
    return tuple(10 * np.log10(power[part].sum() / whole) for part in (upper, between))


def test_high_notes_of_a_head_voice_are_lighter_and_low_ones_the_same(singer: NeuralSinger) -> None:
    def sung(**how: float) -> SungAudio:
        given = line(**how)
        pitches = (50.0, 50.0, 63.0)
        syllables = tuple(
            dataclasses.replace(s, notes=(dataclasses.replace(s.notes[0], pitch_midi=pitch),))
            for s, pitch in zip(given.syllables, pitches, strict=True)
        )
        return singer.sing(dataclasses.replace(given, syllables=syllables))

    chest, head = sung(), sung(falsetto=0.9)
    high_hz = 440 * 2 ** ((63 - 69) / 12)
    (bright, noise), (dark, air) = (upper_db(within(x, 5.1, 5.4), high_hz) for x in (chest, head))
    assert -10 < dark - bright < -5
    assert (air - dark) - (noise - bright) > 1.5  # more of it is noise
    low = [within(x, 4.2, 4.5) for x in (chest, head)]
    gain = np.sqrt(np.mean(low[1] ** 2) / np.mean(low[0] ** 2))
    assert 0 <= 20 * np.log10(gain) < 3  # the phrase is as loud as it was
    assert np.abs(low[1] / gain - low[0]).max() < 0.02 * np.abs(low[0]).max()


def test_a_creak_is_heard_at_the_end_only(singer: NeuralSinger) -> None:
    plain, creaking = singer.sing(line()), singer.sing(line(fry_s=0.15))
    end = line().end_s
    for at in (4.2, 4.65, 5.05, 5.3):
        plain_there, here = (within(x, at, at + 0.2) for x in (plain, creaking))
        assert 20 * np.log10(np.sqrt(np.mean(here**2) / np.mean(plain_there**2))) == pytest.approx(0.0, abs=1.0)
        assert autocorrelation_hz(here) == pytest.approx(autocorrelation_hz(plain_there), rel=0.01)
    hz = [autocorrelation_hz(within(x, end - 0.17, end - 0.05)) for x in (plain, creaking)]
    assert hz[0] == pytest.approx(440 * 2 ** ((54 - 69) / 12), rel=0.02)
    assert hz[1] < 0.8 * hz[0]
