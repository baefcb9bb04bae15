"""Does the song do what was asked and planned: tempo, key, melody, harmony, rhythm, form, length."""

from __future__ import annotations

import itertools

import numpy as np
import numpy.typing as npt

from songwright.domain.audio import SAMPLE_RATE_HZ
from songwright.domain.score import QUALITIES, Chord, StemName
from songwright.engines.native.voice.alphabet import VOWELS

from .figure import measure
from .heard import ANALYSIS_RATE_HZ, Heard, once
from .trackers import energy_of, key_of, key_score, onsets_of, rise_near, triads_of

F64 = npt.NDArray[np.float64]
MIN_NOTE_S = 0.15
MIN_RISE_DB = 3.0
REACH_S = 0.15
SHARP = frozenset("ptkbdɡgfsʃθhʧʤʦ")  # consonants that vowels begin clearly after: the others are voiced before them
UNPITCHED = (StemName.DRUMS, StemName.PERCUSSION, StemName.FX)
VOICES = (StemName.VOCALS, StemName.BACKING_VOCALS)
RISE_TOOL = "steepest rise of 200-1200 Hz on the vocals stem, vowels after stops, affricates and voiceless fricatives"
CHORD_TOOL = "chroma_cqt of the pitched stems, 96 chord templates and the bass, Viterbi on the plan's beats"
BEAT_TOOL = "librosa beat_track, line through the beats"
F0_TOOL = "SwiftF0 on the vocals stem, middle 60 % of notes >= 150 ms"


def _tempo_error(song: Heard, factors: tuple[float, ...]) -> float | None:
    if song.plan is None:
        return None
    asked = 60.0 / song.beat_s
    return min(abs(song.beats.bpm / (asked * factor) - 1) * 100 for factor in factors)


@measure("control", tool=BEAT_TOOL, unit="%", high=4.0, share=0.95)
def tempo(song: Heard) -> float | None:
    """Tracked tempo against the plan's."""
    return _tempo_error(song, (1.0,))


@measure("control", tool=BEAT_TOOL, unit="%", high=4.0, share=0.99)
def tempo_or_octave(song: Heard) -> float | None:
    """Tracked tempo against the plan's, its half or its double."""
    return _tempo_error(song, (1.0, 0.5, 2.0))


@measure("control", tool="Albrecht and Shanahan's profiles on librosa chroma_cqt of the master", low=0.9)
def key(song: Heard) -> float | None:
    """Weighted score of the estimated key against the plan's."""
    if song.plan is None:
        return None
    truth = song.plan.score.key
    minor = truth.mode in ("minor", "dorian", "phrygian")
    return key_score(key_of(song.chroma), (truth.tonic_pc, "minor" if minor else "major"))


@once
def note_errors(song: Heard) -> list[float]:
    """Median cents off per lead note, nan where no pitch was heard; in the order of ``lead_notes`` that are long."""
    track, out = song.pitch, []
    if track is None:
        return []
    for note in song.lead_notes:
        if note.duration_s < MIN_NOTE_S:
            continue
        low, high = note.start_s + 0.2 * note.duration_s, note.start_s + 0.8 * note.duration_s
        first, last = np.searchsorted(track.times_s, [low, high])
        hz = track.hz[first:last]
        hz = hz[hz > 0]
        cents = 1200 * np.log2(hz / (440 * 2 ** ((note.pitch_midi - 69) / 12)))
        out.append(float(np.median(cents)) if len(hz) >= 2 else float("nan"))
    return out


@measure("control", tool=F0_TOOL, low=0.95)
def melody(song: Heard) -> float | None:
    """Share of lead notes within 50 cents; notes without a pitch are wrong."""
    errors = note_errors(song)
    return sum(abs(e) <= 50 for e in errors) / len(errors) if errors else None


@measure("control", tool=F0_TOOL, low=0.95)
def melody_where_heard(song: Heard) -> float | None:
    """The same among the notes whose pitch was heard."""
    errors = [e for e in note_errors(song) if np.isfinite(e)]
    return sum(abs(e) <= 50 for e in errors) / len(errors) if errors else None


@measure("control", tool=F0_TOOL, unit="cents", high=5.0)
def melody_cents(song: Heard) -> float | None:
    """Median distance of lead notes from their pitch."""
    errors = np.abs(note_errors(song))
    return float(np.nanmedian(errors)) if np.isfinite(errors).any() else None


def _agrees(found: tuple[int, str], chord: Chord) -> bool:
    """Root and third; a chord without a third is right with its root."""
    tones = QUALITIES[chord.quality]
    third = "" if 4 in tones else "m" if 3 in tones else found[1]
    return found == (chord.root_pc, third)


@measure(
    "control",
    tool="chroma_cqt of the pitched stems, 96 chord templates and the bass, Viterbi on the plan's beats",
    low=0.85,
)
def harmony(song: Heard) -> float | None:
    """Share of beats whose estimated triad is the planned one."""
    names = [name for name in StemName if name not in (*UNPITCHED, *VOICES)]
    pitched = song.stem(*names)
    if song.plan is None or pitched is None:
        return None
    import soxr

    mono = soxr.resample(pitched.mean(axis=1), SAMPLE_RATE_HZ, ANALYSIS_RATE_HZ).astype(np.float32)
    score = song.plan.score
    ticks = np.arange(0, score.end_tick + 1, score.axis.meter.beat_ticks)
    found = triads_of(mono, np.array([score.axis.seconds_at(int(t)) for t in ticks]))
    starts = np.array([span.start_tick for span in score.chords])
    at = np.maximum(0, np.searchsorted(starts, ticks[:-1], side="right") - 1)
    right = [_agrees(name, score.chords[i].chord) for name, i in zip(found, at, strict=True)]
    return sum(right) / len(right)


def nearest(times: F64, others: F64) -> F64:
    """Signed distance of each time to the nearest of the others (sorted, at least one)."""
    at = np.clip(np.searchsorted(others, times), 1, max(1, len(others) - 1))
    before, after = others[at - 1], others[np.minimum(at, len(others) - 1)]
    return np.where(np.abs(times - before) <= np.abs(after - times), times - before, times - after)


@once
def drum_errors(song: Heard) -> F64:
    """Seconds from each onset heard in the drum stem to the nearest planned hit, late is positive."""
    drums = song.stem(StemName.DRUMS)
    if song.plan is None or drums is None:
        return np.zeros(0)
    parts = [part for part in song.plan.performance.parts if part.stem is StemName.DRUMS]
    hits = np.unique([note.start_s for part in parts for note in part.notes])
    onsets = onsets_of(drums.mean(axis=1))
    return nearest(onsets, hits) if len(hits) and len(onsets) else np.zeros(0)


@measure("control", tool="librosa onset_strength/onset_detect on the drum stem", low=0.95)
def drums(song: Heard) -> float | None:
    """Share of drum onsets within an eighth of a beat of a planned hit."""
    errors = drum_errors(song)
    return float(np.mean(np.abs(errors) <= song.beat_s / 8)) if len(errors) else None


@measure("control", tool="librosa onset_strength/onset_detect on the drum stem", unit="ms", high=15.0)
def drums_late_ms(song: Heard) -> float | None:
    """Median distance of drum onsets from the planned hits."""
    errors = drum_errors(song)
    return 1000 * float(np.median(np.abs(errors))) if len(errors) else None


@once
def vowel_errors(song: Heard) -> F64:
    """Seconds from planned to heard vowel onsets after ``SHARP``: the steepest rise of 200-1200 Hz within 0.15 s."""
    if song.vocals is None or not song.lead_syllables:
        return np.zeros(0)
    energy = energy_of(song.vocals.mean(axis=1))
    errors: list[float] = []
    for syllable in song.lead_syllables:
        vowel = next((i for i, char in enumerate(syllable.phonemes) if char in VOWELS), 0)
        if not vowel or syllable.phonemes[vowel - 1] not in SHARP:
            continue
        at_s, rise_db = rise_near(energy, syllable.start_s, REACH_S)
        errors.append(at_s - syllable.start_s if rise_db >= MIN_RISE_DB else REACH_S)
    return np.array(errors)


@measure("control", tool=RISE_TOOL, low=0.95)
def vocals(song: Heard) -> float | None:
    """Share of sung vowels that begin within an eighth of a beat of the plan."""
    errors = vowel_errors(song)
    return float(np.mean(np.abs(errors) <= song.beat_s / 8)) if len(errors) else None


@measure("control", tool=RISE_TOOL, unit="ms", high=10.0)
def vocals_late_ms(song: Heard) -> float | None:
    """Median distance of sung vowels from their planned onset."""
    errors = vowel_errors(song)
    return 1000 * float(np.median(np.abs(errors))) if len(errors) else None


@measure("control", tool="plan against TimeAxis", unit="ms", high=20.0, share=1.0)
def boundary_ms(song: Heard) -> float | None:
    """Largest distance of a section's start from its bar line."""
    if song.plan is None:
        return None
    axis = song.plan.score.axis
    pairs = zip(song.plan.performance.sections, song.plan.score.sections, strict=True)
    return max(abs(span.start_s - axis.seconds_at(written.start_tick)) * 1000 for span, written in pairs)


@once
def _band_levels(song: Heard) -> F64:
    """Level in dB of ten octave bands, mid and side, every 100 ms: shape (hops, 20)."""
    from scipy.signal import stft

    mid, side = song.master.mean(axis=1), (song.master[:, 0] - song.master[:, 1]) / 2
    rows: list[F64] = []
    for signal in (mid, side):
        hz, _, spectrum = stft(signal, SAMPLE_RATE_HZ, nperseg=4800, noverlap=0)
        power = np.abs(spectrum) ** 2
        edges = 20.0 * 2.0 ** np.arange(11)
        rows += [10 * np.log10(power[(hz >= a) & (hz < b)].sum(axis=0) + 1e-9) for a, b in itertools.pairwise(edges)]
    return np.array(rows).T


def novelty_at(song: Heard, second: float, reach_s: float) -> float:
    """Distance of the band levels before and after a second, dB (mean absolute)."""
    levels, at, reach = _band_levels(song), round(second * 10), max(2, round(reach_s * 10))
    before, after = levels[max(0, at - reach) : at], levels[at : at + reach]
    if not len(before) or not len(after):
        return 0.0
    return float(np.abs(before.mean(axis=0) - after.mean(axis=0)).mean())


@measure("control", tool="band levels two bars before and after, against bar lines inside sections", low=0.8)
def boundaries_heard(song: Heard) -> float | None:
    """Share of section boundaries with a clearer change than two of three bar lines inside sections."""
    if song.plan is None:
        return None
    axis = song.plan.score.axis
    bar_s = axis.seconds_at(axis.meter.bar_ticks)
    starts = {section.start_tick // axis.meter.bar_ticks for section in song.plan.score.sections}
    bars = range(2, song.plan.score.end_tick // axis.meter.bar_ticks - 1)
    heard = {bar: novelty_at(song, axis.seconds_at(axis.bar_tick(bar)), 2 * bar_s) for bar in bars}
    inside = [value for bar, value in heard.items() if not starts & {bar - 1, bar, bar + 1}]
    at = [value for bar, value in heard.items() if bar in starts]
    if not at or len(inside) < 4:
        return None
    floor = float(np.percentile(inside, 67))
    return sum(value > floor for value in at) / len(at)


@measure("control", tool="length of the file", unit="of what is allowed", high=1.0, share=1.0)
def duration(song: Heard) -> float | None:
    """Distance from the wanted length, over what is allowed: one bar when a length was asked for, else 5 s."""
    if song.plan is None or song.plan.lineage.edit:
        return None
    brief, axis = song.plan.brief, song.plan.score.axis
    allowed_s = axis.seconds_at(axis.meter.bar_ticks) if brief.duration_asked else 5.0
    return abs(song.duration_s - brief.target_duration_s) / allowed_s


@measure("control", tool="length of the file", unit="s", high=0.0, share=1.0)
def over_the_maximum_s(song: Heard) -> float | None:
    """Seconds over the model's longest song."""
    return max(0.0, song.duration_s - song.plan.brief.max_duration_s) if song.plan else None
