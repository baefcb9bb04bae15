"""The sound of the files: loudness, stems, balance, spectrum, stereo, dynamics."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from songwright.domain.audio import SAMPLE_RATE_HZ, sum_stems
from songwright.domain.score import StemName

from .figure import measure
from .heard import Heard, once
from .levels import HOP, gated_lufs, k_energies, loudness_range, lufs_of, true_peak_dbtp
from .targets import BANDS_HZ, HIGHEST_HZ, LOWEST_HZ, target_of

F64 = npt.NDArray[np.float64]
METER = "own BS.1770-4 meter (checked against pyloudnorm)"
PEAK = "8x polyphase, scipy"
WELCH = "Welch spectrum, third octaves"
HOP_S = HOP / SAMPLE_RATE_HZ


@measure("sound", tool=METER, unit="LUFS", low=-14.3, high=-13.7, share=1.0)
def loudness_master(song: Heard) -> float | None:
    """Integrated loudness of the master."""
    return gated_lufs(song.energies)


@measure("sound", tool=METER + ", libsndfile", unit="LUFS", low=-14.3, high=-13.7, share=1.0)
def loudness_mp3(song: Heard) -> float | None:
    """Integrated loudness of the decoded MP3."""
    return None if song.mp3 is None else gated_lufs(k_energies(song.mp3))


@measure("sound", tool=PEAK, unit="dBTP", high=-1.0, share=1.0)
def peak_master(song: Heard) -> float | None:
    """True peak of the master."""
    return true_peak_dbtp(song.master)


@measure("sound", tool=PEAK + ", libsndfile", unit="dBTP", high=-1.0, share=1.0)
def peak_mp3(song: Heard) -> float | None:
    """True peak of the decoded MP3."""
    return None if song.mp3 is None else true_peak_dbtp(song.mp3)


@measure("sound", tool="array shapes", low=12, high=12, share=1.0)
def stems_whole(song: Heard) -> float | None:
    """Stems that are there and as long as the song."""
    if not song.stems:
        return None
    return sum(name in song.stems and song.stems[name].shape == song.master.shape for name in StemName)


@measure("sound", tool="integer sum", unit="LSB", low=0, high=0, share=1.0)
def stems_sum(song: Heard) -> float | None:
    """Largest difference between the sum of the stems and the pre-master, in steps of 24 bits."""
    if not song.stems or song.premaster is None:
        return None
    return float(np.abs(sum_stems(song.stems.values()).astype(np.int64) - song.premaster).max(initial=0))


@measure("sound", tool="integer zero", low=0, high=0, share=1.0)
def stems_silent(song: Heard) -> float | None:
    """Stems that sound though nothing is planned in them, or are silent though something is."""
    if not song.stems or song.plan is None or song.plan.sound is not None:
        return None
    show = song.plan.performance
    planned = {part.stem for part in show.parts if part.notes} | {part.stem for part in show.vocals if part.phrases}
    return sum((name in planned) != bool(pcm.any()) for name, pcm in song.stems.items())


@once
def _balance(song: Heard) -> tuple[F64, F64]:
    """K-weighted energy of the lead vocal and of everything else, every 100 ms."""
    if song.vocals is None or song.band is None:
        return np.zeros(0), np.zeros(0)
    return k_energies(song.vocals), k_energies(song.band)


def _ratio_db(voice: F64, band: F64) -> float:
    return 10 * float(np.log10(max(voice.mean(), 1e-12) / max(band.mean(), 1e-12)))


def bar_ratios(song: Heard) -> list[float]:
    """Vocal over band in LU, of every bar of which the lead sings at least half."""
    voice, band = _balance(song)
    if song.plan is None or not len(voice):
        return []
    axis, sung = song.plan.score.axis, np.zeros(len(voice), bool)
    for syllable in song.lead_syllables:
        sung[round(syllable.start_s / HOP_S) : round(syllable.end_s / HOP_S)] = True
    bar_s = axis.seconds_at(axis.meter.bar_ticks)
    hops = [(round(s / HOP_S), round((s + bar_s) / HOP_S)) for s in np.arange(0, song.duration_s - bar_s, bar_s)]
    return [_ratio_db(voice[a:b], band[a:b]) for a, b in hops if sung[a:b].mean() >= 0.5 and voice[a:b].any()]


@measure("sound", tool=METER + ", stems", unit="LU", low=1.0, high=6.0)
def vocal_over_band(song: Heard) -> float | None:
    """Median ratio of the lead vocal to everything else, bar by bar where it sings."""
    ratios = bar_ratios(song)
    return float(np.median(ratios)) if ratios else None


@measure("sound", tool=METER + ", stems; a line is masked at -3 LU or less", low=0, high=0, share=1.0)
def masked_lines(song: Heard) -> float | None:
    """Lines that the band covers from end to end."""
    voice, band = _balance(song)
    if song.plan is None or not len(voice):
        return None
    lines: dict[tuple[int, int], list[float]] = {}
    for word in song.plan.performance.words:
        lines.setdefault((word.section_index, word.line_index), []).extend((word.start_s, word.end_s))
    spans = [(int(min(times) / HOP_S), int(max(times) / HOP_S) + 1) for times in lines.values()]
    return sum(_ratio_db(voice[a:b], band[a:b]) <= -3.0 for a, b in spans if len(voice[a:b]))


@once
def band_levels_db(song: Heard) -> F64:
    """Levels of the master in third octaves (:data:`BANDS_HZ`), dB, shape (28,)."""
    from scipy.signal import welch

    hz, power = welch(song.master.T, SAMPLE_RATE_HZ, nperseg=16_384)
    total = np.asarray(power).sum(axis=0)
    edge = 2 ** (1 / 6)
    bands = [total[(hz >= f / edge) & (hz < f * edge)].sum() for f in BANDS_HZ]
    return 10 * np.log10(np.array(bands) + 1e-15)


def spectrum_errors_db(song: Heard) -> F64:
    """Third octaves of 63 Hz to 10 kHz against the target, the song's level taken out (median), dB."""
    if song.plan is None:
        return np.zeros(0)
    inside = (BANDS_HZ >= LOWEST_HZ) & (BANDS_HZ <= HIGHEST_HZ)
    errors = (band_levels_db(song) - target_of(song.plan.mix))[inside]
    return errors - np.median(errors)


@measure("sound", tool=WELCH + ", target curves of the song's family", unit="dB", high=4.0)
def spectrum(song: Heard) -> float | None:
    """Largest distance of a third octave from the genre's target curve, 63 Hz to 10 kHz."""
    errors = spectrum_errors_db(song)
    return float(np.abs(errors).max()) if len(errors) else None


@measure("sound", tool=WELCH, unit="dB", high=3.0)
def spectrum_rms(song: Heard) -> float | None:
    """Root mean square of the same distances."""
    errors = spectrum_errors_db(song)
    return float(np.sqrt((errors**2).mean())) if len(errors) else None


@measure("sound", tool=METER, unit="dB", high=2.0, share=1.0)
def mono_loss(song: Heard) -> float | None:
    """What a mono sum loses against stereo."""
    mono = k_energies(song.master.mean(axis=1, keepdims=True)) * 2
    return 10 * float(np.log10(max(song.energies.mean(), 1e-12) / max(mono.mean(), 1e-12)))


@measure("sound", tool="Butterworth low-pass, 120 Hz", low=0.9, share=1.0)
def bass_correlation(song: Heard) -> float | None:
    """Correlation of left and right below 120 Hz."""
    from scipy.signal import butter, sosfilt

    left, right = np.asarray(sosfilt(butter(4, 120.0, fs=SAMPLE_RATE_HZ, output="sos"), song.master, axis=0)).T
    power = float(np.sqrt((left**2).sum() * (right**2).sum()))
    return float((left * right).sum()) / power if power > 1e-9 else None


@measure("sound", tool="EBU Tech 3342", unit="LU", low=4.0, high=12.0, share=0.95)
def loudness_range_lu(song: Heard) -> float | None:
    """Loudness range, of songs with drums."""
    has_band = song.plan is None or song.stem(StemName.DRUMS) is not None
    return loudness_range(song.energies) if has_band else None


@measure("sound", tool=METER, unit="LU", low=1.5, share=0.95)
def chorus_over_verse(song: Heard) -> float | None:
    """Loudness of the choruses over that of the verses."""
    if song.plan is None:
        return None
    energies = {
        kind: [song.energies_between(s.start_s, s.end_s) for s in song.plan.performance.sections if s.kind == kind]
        for kind in ("verse", "chorus")
    }
    if not all(energies.values()):
        return None
    verse, chorus = (lufs_of(float(np.concatenate(found).mean())) for found in energies.values())
    return chorus - verse
