"""From dry pieces at 24 kHz to the finished phrase at 48 kHz: joined, aired, toned, levelled, with its breath."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from songwright.domain.audio import F32, SAMPLE_RATE_HZ
from songwright.domain.performance import Expression

from .air import with_air
from .breath import GAP_S, breath
from .generator import SOURCE_RATE_HZ
from .level import edge_gain, target_db, weighted_level_db
from .piece import SungPiece
from .tone import deessed, shaped

_RISE_S, _FALL_S = 0.012, 0.09
_HEAD_S, _RELEASE_S = 0.02, 0.03  # kept in full around every stretch of sound
_BREATH_FROM_S = 0.4  # shorter phrases are sung without a new breath


def finish(sung: Sequence[SungPiece], expression: Expression) -> tuple[float, F32]:
    """Offset of sample 0 from the first vowel in seconds, and the phrase, mono at 48 kHz."""
    if not sung:
        return 0.0, np.zeros(0, np.float32)
    origin, dry, vowel, spans = _joined(sung)
    samples = shaped(with_air(dry), expression.dynamics)
    active = np.repeat(vowel, 2)
    if not active.any():
        active = edge_gain(len(samples), spans, 1, 1) > 0.5
    level = float(np.sqrt(np.mean(samples[active].astype(np.float64) ** 2))) if active.any() else 0.0
    samples = deessed(samples, level)
    samples *= edge_gain(len(samples), spans, int(_RISE_S * SAMPLE_RATE_HZ), int(_FALL_S * SAMPLE_RATE_HZ))
    wanted = target_db(expression.dynamics, voiced=bool(vowel.any()))
    now = weighted_level_db(samples, active)
    if now > -100.0:
        samples *= np.float32(10 ** ((wanted - now) / 20))
    first = max(0, spans[0][0] - int(_RISE_S * SAMPLE_RATE_HZ))
    last = min(len(samples), spans[-1][1] + int(_FALL_S * SAMPLE_RATE_HZ))
    samples, start = samples[first:last], origin + first / SAMPLE_RATE_HZ
    seconds = (spans[-1][1] - spans[0][0]) / SAMPLE_RATE_HZ
    if expression.breath and seconds >= _BREATH_FROM_S:
        inhale = breath(seconds, wanted, expression.dynamics, expression.seed)
        gap = np.zeros(int(GAP_S * SAMPLE_RATE_HZ), np.float32)
        samples = np.concatenate([inhale, gap, samples])
        start -= (len(inhale) + len(gap)) / SAMPLE_RATE_HZ
    return start, np.ascontiguousarray(samples, dtype=np.float32)


def _joined(sung: Sequence[SungPiece]) -> tuple[float, F32, np.ndarray, list[tuple[int, int]]]:
    """Pieces summed on one time line at 24 kHz, each faded outside its own sound; spans in samples at 48 kHz."""
    origin = min(p.start_s for p in sung)
    offsets = [round((p.start_s - origin) * SOURCE_RATE_HZ) for p in sung]
    n = max(offset + len(p.samples) for offset, p in zip(offsets, sung, strict=True))
    dry, vowel = np.zeros(n, np.float32), np.zeros(n, bool)
    spans: list[tuple[int, int]] = []
    for offset, piece in zip(offsets, sung, strict=True):
        own = [
            (
                int((a - _HEAD_S - piece.start_s) * SOURCE_RATE_HZ),
                int((b + _RELEASE_S - piece.start_s) * SOURCE_RATE_HZ),
            )
            for a, b in piece.spans_s
        ]
        gain = edge_gain(len(piece.samples), own, int(_RISE_S * SOURCE_RATE_HZ), int(_FALL_S * SOURCE_RATE_HZ))
        dry[offset : offset + len(piece.samples)] += piece.samples * gain
        vowel[offset : offset + len(piece.samples)] |= piece.voiced & (gain > 0.99)
        spans += [(2 * (a + offset), 2 * (b + offset)) for a, b in own]
    return origin, dry, vowel, spans
