"""The singer on paper: symbols, times, pitch curves. No model is loaded."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from songwright.domain.performance import Expression, PerformedSyllable, SungNote, SungPhrase
from songwright.engines.native.voice import frames, prosody
from songwright.engines.native.voice.alphabet import spell
from songwright.engines.native.voice.f0 import as_spoken, contour
from songwright.engines.native.voice.manner import creak_level, creak_share, creaky, head_share
from songwright.engines.native.voice.piece import transposition
from songwright.engines.native.voice.text import (
    MAX_PIECE_S,
    Kind,
    all_voiced,
    between_voiceless,
    clean,
    held,
    pieces,
    symbols_of,
)
from songwright.engines.native.voice.voices import voice

ALPHABET = ";:,.!?—… ːˈˌ\u0303AIOQWYabdefhijklmnopstuvwzæðŋɑɐɔəɚɛɜɡɪɹʃʊʌʒʤʧθᵊᵻɾTβɣɲʝx"
IDS = {char: i + 1 for i, char in enumerate(ALPHABET)}
KNOWN = frozenset(IDS)


def syllable(phonemes: str, start: float, end: float, *, pitch: float = 60.0, **more: object) -> PerformedSyllable:
    note = SungNote(start_s=start, duration_s=end - start, pitch_midi=pitch)
    fields = {"stress": 0, "notes": (note,), **more}
    return PerformedSyllable(phonemes=phonemes, start_s=start, end_s=end, **fields)


def phrase(*syllables: PerformedSyllable, **expression: object) -> SungPhrase:
    return SungPhrase(voice="ember", syllables=syllables, expression=Expression(**expression))


def planned(*syllables: PerformedSyllable, spoken: float = 3.0):
    own = clean(phrase(*syllables), KNOWN)
    symbols = symbols_of(own, IDS)
    timing = frames.place(own, symbols, np.full(len(symbols.ids), spoken, np.float32))
    return own, symbols, timing


def vowel_starts(symbols, timing) -> list[float]:
    firsts = {}
    for j, (kind, owner) in enumerate(zip(symbols.kinds, symbols.owners, strict=True)):
        if kind == Kind.VOWEL:
            firsts.setdefault(int(owner), timing.bounds_s[j])
    return [float(firsts[i]) for i in sorted(firsts)]


@pytest.mark.parametrize(
    ("given", "written"),
    [("gɝl", "ɡɜɹl"), ("m\u0169", "mu\u0303"), ("☃pa7", "pa"), ("é", "e"), ("", ""), ("ʤʌmp", "ʤʌmp")],
)
def test_spelling_keeps_what_the_model_knows(given: str, written: str) -> None:
    assert spell(given, KNOWN) == written


def test_vowels_begin_where_the_syllables_begin() -> None:
    starts = [7.0, 7.4, 7.61, 8.3]
    _, symbols, timing = planned(
        syllable("stɹO", 7.0, 7.4), syllable("mi", 7.4, 7.61), syllable("klOs", 7.61, 8.3), syllable("tu", 8.3, 9.0)
    )
    assert vowel_starts(symbols, timing) == pytest.approx([s - 7.0 for s in starts], abs=1e-9)


def test_consonants_lead_into_the_first_vowel_and_close_before_the_next() -> None:
    _, _, timing = planned(syllable("stɹO", 0.0, 0.5), syllable("bɪt", 0.5, 1.0))
    assert -0.35 < timing.begins_s[0] < -0.15
    assert 0.2 < timing.begins_s[1] < 0.5
    assert np.all(np.diff(timing.bounds_s) > 0)


def test_voiced_stops_are_released_on_the_beat() -> None:
    _, symbols, timing = planned(
        syllable("da", 0.0, 0.5), syllable("sta", 0.5, 1.0), syllable("ta", 1.0, 1.5), syllable("ba", 1.5, 1.55)
    )
    late = np.array(vowel_starts(symbols, timing)) - [0.0, 0.5, 1.0, 1.5]
    assert late == pytest.approx([0.032, 0.022, 0.0, 0.15 * 0.05], abs=1e-9)


def test_another_pace_keeps_the_song_s_time() -> None:
    own = (syllable("dɑn", 0.0, 0.5), syllable("tu", 0.5, 1.2))
    symbols = symbols_of(own, IDS)
    spoken = np.full(len(symbols.ids), 3, np.float32)
    plain, long = (frames.place(own, symbols, spoken, pace) for pace in (1.0, 0.86))
    assert long.bounds_s[:-1] == pytest.approx(plain.bounds_s[:-1])
    assert long.n_frames == pytest.approx(0.86 * plain.n_frames, abs=1)
    times = long.frame_times_s()
    assert len(times) == 2 * long.n_frames
    assert times[0] - long.origin_s == pytest.approx(0.5 / (80 * 0.86))
    assert times[-1] == pytest.approx(long.bounds_s[-1], abs=0.02)
    voiced = prosody.voiced_samples(long, prosody.voicing(long, symbols))
    assert len(voiced) == 600 * long.n_frames
    begin = (np.flatnonzero(voiced)[0] / 24_000) / 0.86 + long.origin_s
    assert begin == pytest.approx(float(long.bounds_s[1]), abs=0.001)


def test_long_vowels_are_written_twice() -> None:
    own = (syllable("kɪ", 0.0, 0.3, stress=2, word_end=False), syllable("ʧən", 0.3, 0.6), syllable("tu", 0.6, 0.7))
    text = symbols_of(own, IDS).text
    assert text == " kˈɪɪʧən tu. "  # a schwa and a short vowel once
    assert symbols_of(own, IDS, length_mark=True).text == " kˈɪːʧən tu. "
    nasal = (syllable("ma\u0303", 0.0, 0.5, stress=2),)
    assert symbols_of(nasal, IDS, length_mark=True).text == " mˈa\u0303a\u0303. "
    _, symbols, timing = planned(syllable("tɪk", 0.0, 1.0, stress=2))
    first = symbols.text.index("ɪ")
    lengths = np.diff(timing.bounds_s)
    assert lengths[first] > 0.7
    assert lengths[first + 1] < 0.13
    assert lengths[first - 1] < 0.02  # the stress mark


def test_held_vowels_stand_between_voiced_consonants() -> None:
    own = (syllable("tɪk", 0.0, 0.6, stress=2, word_end=False), syllable("tI", 0.6, 1.2), syllable("tə", 1.2, 1.3))
    symbols = symbols_of(own, IDS)
    assert symbols.text == " tˈɪɪktɑI tə. "
    assert "".join(c if h else "." for c, h in zip(symbols.text, held(symbols), strict=True)) == "...ɪ...ɑ......"
    own = (syllable("tɪk", 0, 1, stress=2), syllable("tIm", 1, 2, stress=2), syllable("si", 2, 3), syllable("tu", 3, 4))
    mixed = symbols_of(own, IDS)
    here = held(mixed) & between_voiceless(mixed)
    assert mixed.text == " tˈɪɪk tˈɑIm sii tuu. "
    assert [mixed.text[j] + mixed.text[j + 1] for j in np.flatnonzero(here)] == ["ɪɪ", "ii"]  # not before m or a pause
    back = {number: char for char, number in IDS.items()}
    assert "".join(back.get(int(i), " ") for i in all_voiced(symbols, IDS)) == " dˈɪɪɡdɑI də. "


def test_a_rest_stays_silent() -> None:
    _, symbols, timing = planned(syllable("la", 0.0, 0.5, trailing=","), syllable("la", 2.0, 2.5))
    voiced = prosody.voiced_samples(timing, prosody.voicing(timing, symbols))
    at = (np.arange(len(voiced)) / 24_000) + timing.origin_s
    assert voiced[(at > 0.6) & (at < 1.8)].max() == 0.0
    assert voiced[(at > 0.02) & (at < 0.45)].min() == 1.0


def test_the_alignment_shares_out_every_frame() -> None:
    _, _, timing = planned(syllable("stɹO", 0.0, 0.511), syllable("bɪt", 0.511, 1.0))
    aligned = frames.alignment(timing)
    assert aligned.shape[1] == timing.n_frames
    assert aligned.sum(axis=0) == pytest.approx(1.0, abs=1e-6)
    inner = slice(1, -1)  # the edges take up the lag
    assert aligned.sum(axis=1)[inner] / 40 == pytest.approx(np.diff(timing.bounds_s)[inner], abs=1e-6)


def test_symbols_come_later_than_their_sounds() -> None:
    _, symbols, timing = planned(syllable("ma", 0.0, 0.5), syllable("ma", 0.5, 1.0, word_end=True))
    aligned = frames.alignment(timing)
    times = timing.origin_s + (np.arange(timing.n_frames) + 0.5) / 40
    for j in np.flatnonzero(symbols.kinds == Kind.VOWEL):
        centre = np.sum(aligned[j] * times) / aligned[j].sum()
        assert centre - timing.bounds_s[j : j + 2].mean() == pytest.approx(frames.LAG_S, abs=0.01)


def test_long_notes_count_once_in_the_statistics() -> None:
    _, _, timing = planned(syllable("la", 0.0, 6.0))
    weights = frames.statistics_weights(timing, np.full(len(timing.bounds_s) - 1, 3), frames.alignment(timing))
    assert weights.mean() == pytest.approx(1.0, abs=1e-5)
    held = weights[int((3.0 - timing.origin_s) * 40)]
    assert held < 0.2 * weights.max()


def test_stress_marks_stand_before_the_vowels() -> None:
    own = (
        syllable("wɪn", 0.0, 0.2, stress=2, word_end=False),
        syllable("dO", 0.2, 0.4, stress=1),
        syllable("mun", 0.4, 0.6, stress=1, trailing="!"),
    )
    assert symbols_of(own, IDS).text == " wˈɪndˌO mˈun! "


def test_an_empty_syllable_lengthens_the_one_before() -> None:
    own = clean(phrase(syllable("la", 0, 1), syllable("☃", 1.0, 2.0, pitch=64), syllable("", 5.0, 6.0)), KNOWN)
    assert [s.phonemes for s in own] == ["la"]
    assert own[0].end_s == 2.0
    assert [n.pitch_midi for n in own[0].notes] == [60.0, 64.0]


@pytest.mark.parametrize("phonemes", ["m", "ʃ", "t", "pst", "hm", "ts"])
def test_syllables_without_a_vowel_have_a_place(phonemes: str) -> None:
    _, _, timing = planned(syllable(phonemes, 0.0, 0.6), syllable("la", 0.6, 1.0))
    assert np.all(np.diff(timing.bounds_s) > 0)
    assert timing.stops_s[0] > 0.2


def test_tiny_syllables_stay_in_order() -> None:
    _, _, timing = planned(*(syllable("stɹɛnθs", i * 0.03, (i + 1) * 0.03) for i in range(10)))
    assert np.all(np.diff(timing.bounds_s) > 0)
    assert timing.bounds_s[-1] < 2.0


def test_unordered_times_are_put_in_order() -> None:
    own = clean(phrase(syllable("la", 1.0, 1.5), syllable("la", 0.9, 0.8), syllable("la", 1.2, 1.9)), KNOWN)
    assert all(a.end_s <= b.start_s + 1e-9 for a, b in itertools.pairwise(own))
    assert all(s.end_s > s.start_s for s in own)


def test_long_phrases_are_cut_at_rests() -> None:
    own = [syllable("la", i * 0.5, i * 0.5 + 0.5, word_end=True) for i in range(20)]
    own += [syllable("la", 11.0 + i * 0.5, 11.5 + i * 0.5) for i in range(16)]
    cut = pieces(tuple(own))
    assert [len(piece) for piece in cut] == [20, 16]
    assert all(piece[-1].end_s - piece[0].start_s <= MAX_PIECE_S for piece in cut)


def test_the_contour_holds_the_notes() -> None:
    own, _, timing = planned(syllable("la", 0, 1, pitch=60), syllable("la", 1, 2, pitch=67))
    plain = Expression(vibrato_semitones=0.0, drift_semitones=0.0)
    curve, times = contour(own, timing, plain), timing.frame_times_s()
    assert curve[(times > 0) & (times < 0.85)] == pytest.approx(60.0, abs=1e-6)
    assert curve[(times > 1.1) & (times < 2)] == pytest.approx(67.0, abs=1e-6)
    crossing = times[np.argmax(curve > 63.5)]
    assert 0.93 < crossing < 1.0  # the turn comes before the vowel
    assert np.all(np.diff(curve) >= -1e-9)


def test_vibrato_has_the_asked_rate_and_begins_late() -> None:
    own, _, timing = planned(syllable("la", 0, 4))
    curve = contour(own, timing, Expression(vibrato_hz=5.0, vibrato_delay_s=1.0, drift_semitones=0.0)) - 60.0
    times = timing.frame_times_s()
    assert np.abs(curve[(times > 0.1) & (times < 1.0)]).max() < 0.02
    steady = curve[(times > 1.5) & (times < 3.8)]
    spectrum = np.abs(np.fft.rfft(steady * np.hanning(len(steady)), 4096))
    assert np.argmax(spectrum[8:]) + 8 == pytest.approx(5.2 * 4096 / 80, abs=0.4 * 4096 / 80)
    assert 0.3 < np.abs(steady).max() < 0.6


def test_a_scoop_rises_into_the_first_note_only() -> None:
    own, _, timing = planned(syllable("la", 0, 1), syllable("la", 1, 2))
    calm = Expression(vibrato_semitones=0.0, drift_semitones=0.0)
    scooped = Expression(vibrato_semitones=0.0, drift_semitones=0.0, scoop_semitones=2.0)
    lowered = contour(own, timing, calm) - contour(own, timing, scooped)
    times = timing.frame_times_s()
    assert lowered[(times > -0.03) & (times < 0.0)].max() > 1.0
    assert np.abs(lowered[times > 0.2]).max() < 1e-9


def test_drift_depends_on_the_seed_and_has_its_depth() -> None:
    own, _, timing = planned(syllable("la", 0, 10))
    still = contour(own, timing, Expression(vibrato_semitones=0.0, drift_semitones=0.0))
    one, two = (
        contour(own, timing, Expression(vibrato_semitones=0.0, drift_semitones=0.1, seed=s)) - still for s in (1, 2)
    )
    assert 0.05 < one.std() < 0.2
    assert not np.allclose(one, two)


@pytest.mark.parametrize(("pitches", "moved"), [((60, 64), 0), ((60, 80), -1), ((30, 40), 1)])
def test_only_what_is_out_of_range_is_moved(pitches: tuple[int, int], moved: int) -> None:
    who = voice("ember")
    shift = transposition(who, pitches)
    assert np.sign(shift) == moved
    assert max(pitches) + shift <= who.direct_hi_midi


def test_a_fall_sinks_only_the_end_of_the_last_note() -> None:
    own, _, timing = planned(syllable("la", 0, 1), syllable("la", 1, 2))
    calm = Expression(vibrato_semitones=0.0, drift_semitones=0.0)
    falling = Expression(vibrato_semitones=0.0, drift_semitones=0.0, fall_semitones=3.0)
    lowered = contour(own, timing, calm) - contour(own, timing, falling)
    times = timing.frame_times_s()
    assert np.abs(lowered[times < 1.65]).max() < 1e-9
    assert lowered[(times > 1.97) & (times < 2.0)].min() > 2.0


def test_head_voice_follows_the_note_and_leaves_consonants() -> None:
    who = voice("miles")
    low, middle, high = who.lo_midi + 3, who.lo_midi + 2 / 3 * (who.hi_midi - who.lo_midi), who.hi_midi
    own, symbols, timing = planned(
        syllable("la", 0, 1, pitch=low), syllable("ka", 1, 2, pitch=middle), syllable("ka", 2, 3, pitch=high)
    )
    vowel, times = (symbols.kinds == Kind.VOWEL)[prosody.owners(timing)], timing.frame_times_s()
    share = head_share(own, timing, vowel, who, Expression(falsetto=0.8))
    assert not share[(times < 0.9) | ~vowel].any()
    assert 0.1 < share[(times > 1.2) & (times < 1.7)].mean() < 0.5
    assert share[(times > 2.2) & (times < 2.9)] == pytest.approx(0.8)
    assert np.abs(np.diff(share)).max() < 0.45  # nothing switches
    assert not head_share(own, timing, vowel, who, Expression()).any()


def test_a_creak_is_an_octave_down_at_the_end_of_the_voice() -> None:
    who = voice("miles")
    own, symbols, timing = planned(syllable("la", 0, 1, pitch=50), syllable("nIt", 1, 2, pitch=48))
    kinds, times = symbols.kinds[prosody.owners(timing)], timing.frame_times_s()
    creak = creak_share(own, timing, kinds, who, Expression(fry_s=0.1))
    voiced = times[np.isin(kinds, (Kind.VOWEL, Kind.SONORANT, Kind.VOICED))].max()
    assert voiced < 1.97  # a "t" ends the word
    assert not creak[times < voiced - 0.145].any()
    assert creak[(times > voiced - 0.1) & (times <= voiced)] == pytest.approx(1.0)
    assert not creak[kinds == Kind.VOICELESS].any()
    flat = np.full(len(times), 48.0)
    lowered = flat - creaky(flat, creak, 7)
    assert lowered[creak == 0].max() == 0
    assert lowered[creak == 1].mean() == pytest.approx(12.0, abs=2.0)
    assert lowered[creak == 1].std() > 0.5  # no two periods alike
    assert lowered == pytest.approx(flat - creaky(flat, creak, 7), abs=0)
    assert lowered != pytest.approx(flat - creaky(flat, creak, 8), abs=0.1)
    level = creak_level(np.ones(300 * len(times), np.float32), creak)[150::300]
    assert level[creak == 0] == pytest.approx(1.0, abs=0.01)
    assert level[creak == 1] == pytest.approx(10 ** (-4 / 20), abs=0.01)


@pytest.mark.parametrize(("pitch", "seconds", "fry_s"), [(60, 1.0, 0.1), (48, 0.35, 0.1), (48, 1.0, 0.0)])
def test_high_and_short_notes_do_not_creak(pitch: float, seconds: float, fry_s: float) -> None:
    own, symbols, timing = planned(syllable("la", 0, 1, pitch=48), syllable("la", 1, 1 + seconds, pitch=pitch))
    kinds = symbols.kinds[prosody.owners(timing)]
    assert not creak_share(own, timing, kinds, voice("miles"), Expression(fry_s=fry_s)).any()


def test_speech_keeps_the_middle_and_leaves_the_notes() -> None:
    own, _, timing = planned(syllable("la", 0, 0.5, pitch=55), syllable("la", 0.5, 1, pitch=65))
    notes = contour(own, timing, Expression(vibrato_semitones=0.0, drift_semitones=0.0))
    speech = np.linspace(2, -2, len(notes))
    assert as_spoken(notes, speech, own, 1.0) == pytest.approx(60 + speech)
    assert as_spoken(notes, speech, own, 0.0) == pytest.approx(notes)


def test_the_rise_and_fall_of_speech_is_stretched_with_the_words() -> None:
    _, symbols, timing = planned(syllable("la", 0, 1), syllable("mi", 1, 2))
    frames_of = np.full(len(symbols.ids), 3)
    spoken_hz = np.full(6 * len(frames_of), 200.0, np.float32)
    at = next(j for j, c in enumerate(symbols.text) if c == "i")
    spoken_hz[6 * at - round(frames.LAG_S * 80) :] = 260.0
    spoken_hz[::7] = 0.0  # voiceless frames are bridged
    curve, times = prosody.intonation(timing, symbols, spoken_hz, frames_of), timing.frame_times_s()
    rise = curve[(times > 1.3) & (times < 1.9)].mean() - curve[(times > 0.2) & (times < 0.8)].mean()
    assert rise == pytest.approx(12 * np.log2(1.3), abs=0.5)


@pytest.mark.parametrize(
    ("phonemes", "seconds", "written", "held"),
    [
        ("nIt", 1.5, "nˈɑIt", "ɑ"),
        ("nIt", 0.3, "nˈIt", "I"),
        ("st", 1.5, "st", "s"),
        ("tʊk", 1.5, "tˈʊʊk", "ʊ"),
        ("tʊk", 0.3, "tˈʊʊk", "ʊ"),
        ("tʊ", 0.15, "tˈʊ", "ʊ"),
        ("toː", 1.5, "tˈoː", "o"),
        ("no\u0303", 1.5, "nˈo\u0303o\u0303", "o"),
    ],
)
def test_held_vowels_are_written_long_of_diphthongs_the_first_half(
    phonemes: str, seconds: float, written: str, held: str
) -> None:
    _, symbols, timing = planned(syllable(phonemes, 0.0, seconds, stress=2))
    assert symbols.text == f" {written}. "
    lengths = np.diff(timing.bounds_s)[1:-2]
    assert symbols.text[1 + int(np.argmax(lengths))] == held


def test_nothing_stands_before_the_first_sound_of_a_phrase() -> None:
    own = (syllable("I", 0.0, 0.2), syllable("ə", 0.2, 0.4), syllable("ðə", 2.0, 2.2), syllable("ɪz", 2.2, 2.4))
    assert (
        symbols_of(own, {**IDS, "ʔ": 999}).text == " I ə ðə ɪz. "
    )  # a glottal stop was heard as a "t": "top" for "up"
