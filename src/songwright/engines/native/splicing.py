"""Joining sounds at the sample."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from songwright.domain.audio import FULL_SCALE_24, I32, SAMPLE_RATE_HZ
from songwright.domain.plan import PlanSpan

CONTEXT_FRAMES = 2 * SAMPLE_RATE_HZ
MAX_GAIN_DB = 12.0


def joined(sounds: Sequence[I32], spans: Sequence[PlanSpan], fade_frames: int, gains: Sequence[float]) -> I32:
    """The spans of ``sounds`` one after another, 24-bit PCM (n_frames, 2).

    Every frame of a span with gain 1 is the sound's own, except that at the start of each span but the first the
    sound before it fades out under the span, which fades in, over ``fade_frames``. At the end of a levelled span the
    next sound's own samples begin at once; the levelled span ends with a fade into them inside itself.
    """
    pieces = [
        _levelled(sound[span.start_frame : span.end_frame], gain)
        for sound, span, gain in zip(sounds, spans, gains, strict=True)
    ]
    for number in range(1, len(pieces)):
        before, here = (sounds[number - 1], spans[number - 1]), spans[number]
        if here.matched or not spans[number - 1].matched:
            # the new sound takes over: the old one dies away under its start
            tail = before[0][before[1].end_frame : before[1].end_frame + fade_frames]
            pieces[number] = _crossed_in(pieces[number], _levelled(tail, gains[number - 1]), fade_frames)
        else:
            # back to what was there: its samples stay, so the fade lies before them
            lead = sounds[number][max(0, here.start_frame - fade_frames) : here.start_frame]
            pieces[number - 1] = _crossed_out(pieces[number - 1], lead)
    return np.concatenate(pieces)


def levels(sounds: Sequence[I32], spans: Sequence[PlanSpan]) -> list[float]:
    """Gains: 1 for sounds that stay as they are; for a matched span the gain that makes its surroundings as loud as
    the same seconds of its neighbours (two seconds on each side).
    """
    gains = []
    for number, span in enumerate(spans):
        if not span.matched:
            gains.append(1.0)
            continue
        mine, theirs = [], []
        if number > 0:
            mine.append(sounds[number][max(0, span.start_frame - CONTEXT_FRAMES) : span.start_frame])
            end = spans[number - 1].end_frame
            theirs.append(sounds[number - 1][max(0, end - CONTEXT_FRAMES) : end])
        if number + 1 < len(spans):
            mine.append(sounds[number][span.end_frame : span.end_frame + CONTEXT_FRAMES])
            start = spans[number + 1].start_frame
            theirs.append(sounds[number + 1][start : start + CONTEXT_FRAMES])
        gains.append(_ratio(_rms(theirs), _rms(mine)))
    return gains


def stem_levels(premasters: Sequence[I32], masters: Sequence[I32], spans: Sequence[PlanSpan]) -> list[float]:
    """Gains as :func:`levels`, for stems. A recording is mastered already: among performed spans it is brought to the
    level that those have before mastering, unless a matched span was brought to its level.
    """
    recorded = [bool(span.plan.sound and span.plan.sound.recorded) for span in spans]
    gains = levels(premasters, spans)
    if all(recorded) or not any(recorded) or any(span.matched for span in spans):
        return gains
    played = [number for number, is_recorded in enumerate(recorded) if not is_recorded]
    quieter = _ratio(_rms([premasters[n] for n in played]), _rms([masters[n] for n in played]))
    return [quieter if is_recorded else gain for is_recorded, gain in zip(recorded, gains, strict=True)]


def _rms(sounds: Sequence[I32]) -> float:
    n = sum(sound.size for sound in sounds)
    return float(np.sqrt(sum(float(np.square(s.astype(np.float64)).sum()) for s in sounds) / n)) if n else 0.0


def _ratio(wanted: float, found: float) -> float:
    if wanted < 100.0 or found < 100.0:  # nearly silent: nothing to compare
        return 1.0
    most = 10 ** (MAX_GAIN_DB / 20)
    return round(min(most, max(1 / most, wanted / found)), 6)


def _levelled(sound: I32, gain: float) -> I32:
    if gain == 1.0:
        return sound.copy()
    return _pcm(sound * gain)


def _pcm(values: np.ndarray) -> I32:
    return np.clip(np.rint(values), -FULL_SCALE_24, FULL_SCALE_24 - 1).astype(np.int32)


def _curve(n: int) -> np.ndarray:
    """Equal-power fade-in of ``n`` frames, shape (n, 1)."""
    return np.sin(0.5 * np.pi * (np.arange(n) + 0.5) / n)[:, None]


def _crossed_in(piece: I32, tail: I32, fade_frames: int) -> I32:
    n = min(fade_frames, len(piece))
    if n == 0:
        return piece
    rise = _curve(n)
    mixed = piece[:n] * rise
    m = min(n, len(tail))
    mixed[:m] += tail[:m] * rise[::-1][:m]
    piece[:n] = _pcm(mixed)
    return piece


def _crossed_out(piece: I32, lead: I32) -> I32:
    n = min(len(lead), len(piece))
    if n == 0:
        return piece
    rise = _curve(n)
    piece[-n:] = _pcm(piece[-n:] * rise[::-1] + lead[-n:] * rise)
    return piece
