"""Which frames are beats: a tempo for the whole sound, then a path near it that follows its drift."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from .beatnet import FRAMES_PER_S

SLOWEST_BPM, FASTEST_BPM = 55.0, 215.0
STEADINESS = 100.0  # cost of changing the beat's length, per relative change
BEAT_PART = 8  # a beat is heard in an eighth of its length
FLOOR = 1e-4
FINER = 2  # the second search works on half frames
DRIFT = 0.08  # how far a beat's length may stray from the sound's
LIKELY_BPM, OCTAVES, PER_SECOND = 125.0, 0.5, 3.0  # tempi people choose: a bell, and how much a second of sound weighs
WINDOW = 400
RELATED = (1.0, 2.0, 0.5)

F64 = npt.NDArray[np.float64]


def beat_frames(beat: F64) -> list[float]:
    """The likeliest beats of frame probabilities (50 a second), in frames to a half."""
    shortest, longest = (60 * FRAMES_PER_S / bpm for bpm in (FASTEST_BPM, SLOWEST_BPM))
    coarse, _ = track(beat, np.arange(int(shortest), int(longest) + 1), per_s=FRAMES_PER_S)
    first = float(np.median(np.diff(coarse))) if len(coarse) > 2 else 0.5 * FRAMES_PER_S
    guesses = [first * k for k in RELATED] + [_periodic(beat) * k for k in RELATED]
    finer = np.interp(np.arange(FINER * len(beat)) / FINER, np.arange(len(beat)), beat)
    best: tuple[float, list[int]] | None = None
    for guess in _distinct([g for g in guesses if shortest - 1 <= g <= longest + 1]):
        low, high = FINER * guess * (1 - DRIFT), FINER * guess * (1 + DRIFT)
        lengths = np.arange(max(2, int(low)), int(np.ceil(high)) + 1)
        found, score = track(finer, lengths, per_s=FINER * FRAMES_PER_S)
        octaves = np.log2(60 * FRAMES_PER_S / guess / LIKELY_BPM) / OCTAVES
        score -= PER_SECOND * len(beat) / FRAMES_PER_S * 0.5 * octaves**2
        if best is None or score > best[0]:
            best = score, found
    return [frame / FINER for frame in best[1]] if best else []


def _distinct(guesses: list[float]) -> list[float]:
    kept: list[float] = []
    for guess in guesses:
        if all(abs(guess / other - 1.0) > 0.06 for other in kept):
            kept.append(guess)
    return kept


def _periodic(beat: F64) -> float:
    """The length in frames whose multiples fit windows of eight seconds best (autocorrelation, comb, bell)."""
    total = np.zeros(WINDOW)
    for start in range(0, max(1, len(beat) - WINDOW // 2), WINDOW // 2):
        piece = beat[start : start + WINDOW] - beat.mean()
        echo = np.correlate(piece, piece, "full")[len(piece) - 1 :]
        total[: len(echo)] += echo / np.sqrt(echo[0] + 1e-9)
    lengths = np.arange(int(60 * FRAMES_PER_S / FASTEST_BPM), int(60 * FRAMES_PER_S / SLOWEST_BPM) + 1)
    comb = np.array([sum(total[k * n - 1 : k * n + 2].max() for k in (1, 2, 3, 4)) for n in lengths])
    bell = np.exp(-0.5 * (np.log2(60 * FRAMES_PER_S / lengths / LIKELY_BPM) / (2 * OCTAVES)) ** 2)
    return float(lengths[int((comb * bell).argmax())])


def track(beat: F64, lengths: npt.NDArray[np.int64], *, per_s: float) -> tuple[list[int], float]:
    """The likeliest beats whose distances are ``lengths`` frames, and their log likelihood: a semi-Markov chain over
    beat lengths, exact Viterbi.

    Source: the state space of Krebs, Boeck, Widmer (ISMIR 2015), stepped from beat to beat.
    """
    longest, n = int(lengths[-1]), beat.shape[0]
    change = -STEADINESS * np.abs(lengths[:, None] / lengths[None, :] - 1.0)  # [to, from]
    reach = round(per_s / FRAMES_PER_S)
    yes = np.log(np.clip(beat, FLOOR, 1.0))
    own = np.pad(yes, reach, mode="edge")
    own = np.lib.stride_tricks.sliding_window_view(own, 2 * reach + 1).max(axis=1) * (BEAT_PART // 2)
    no = np.log(np.clip(1.0 - beat, FLOOR, 1.0) / (BEAT_PART - 1)) * FRAMES_PER_S / per_s
    silent = np.concatenate([[0.0], np.cumsum(no)])
    score = np.zeros((n + longest, lengths.shape[0]))  # the last beat at frame t - longest, after that length
    back = np.zeros((n, lengths.shape[0]), dtype=np.int16)
    rows = np.arange(lengths.shape[0])
    for t in range(n):
        origin = t - lengths
        ways = score[origin + longest] + change
        back[t] = ways.argmax(axis=1)
        score[t + longest] = ways[rows, back[t]] + silent[t] - silent[np.maximum(origin + 1, 0)] + own[t]
    tail = np.arange(max(0, n - longest), n)  # the last beat is one of these
    ends = score[tail + longest] + (silent[n] - silent[tail + 1])[:, None]
    place, row = (int(i) for i in np.unravel_index(int(ends.argmax()), ends.shape))
    best, t, found = float(ends[place, row]), int(tail[place]), []
    while t >= 0:
        found.append(t)
        t, row = t - int(lengths[row]), int(back[t, row])
    return found[::-1], best
