"""Single-cycle waveforms, band-limited: one copy per third of an octave, with only the harmonics that fit."""

from __future__ import annotations

import functools

import numpy as np
import numpy.typing as npt

TABLE_FRAMES = 2048
LOWEST_HZ = 20.0
MIPS_PER_OCTAVE = 3
N_MIPS = 31
_TOP_HZ = 20_500.0

SAW, TRIANGLE, SINE, ORGAN, STEPS, REED = range(6)
PULSE = 100  # no table: the difference of two saws
_DRAWBARS = ((1, 0.5), (2, 1.0), (3, 0.55), (4, 0.7), (6, 0.25), (8, 0.3), (12, 0.08), (16, 0.12))


@functools.cache
def wave_tables() -> npt.NDArray[np.float32]:
    """All waves: (wave, mip, TABLE_FRAMES + 1), peak about 1, no DC; the last value repeats the first.

    The organ's period is that of its 16' pipe, an octave below the note.
    """
    harmonics = np.arange(1, TABLE_FRAMES // 2 + 1)
    saw = np.zeros(len(harmonics), complex)
    saw[:] = 2 / (np.pi * harmonics) * -1j
    triangle = np.where(harmonics % 2 == 1, 8 / (np.pi * harmonics) ** 2 * (-1.0) ** ((harmonics - 1) // 2), 0) * -1j
    sine = np.where(harmonics == 1, 1.0, 0) * -1j
    organ = np.zeros(len(harmonics), complex)
    for number, level in _DRAWBARS:
        organ[number - 1] = -1j * level / 2.2
    ramp = np.concatenate([np.arange(16), np.arange(15, -1, -1)]) / 7.5 - 1  # the 4-bit triangle of old consoles
    steps = np.fft.rfft(np.repeat(ramp, TABLE_FRAMES // 32))[1:] * 2 / TABLE_FRAMES
    reed = -1j / harmonics**1.1 * (0.35 + 0.65 * np.exp(-(((harmonics - 3.0) / 4.0) ** 2)))
    spectra = (saw, triangle, sine, organ, steps, reed)
    tables = np.zeros((len(spectra), N_MIPS, TABLE_FRAMES + 1), np.float32)
    for mip in range(N_MIPS):
        top_hz = LOWEST_HZ * 2 ** ((mip + 1) / MIPS_PER_OCTAVE)
        for wave, spectrum in enumerate(spectra):
            count = int(min(_TOP_HZ / top_hz, len(harmonics) - 1))
            kept = np.zeros(TABLE_FRAMES // 2 + 1, complex)
            kept[1 : count + 1] = spectrum[:count]
            cycle = np.fft.irfft(kept) * TABLE_FRAMES / 2
            tables[wave, mip, :-1] = cycle
            tables[wave, mip, -1] = cycle[0]
    return tables
