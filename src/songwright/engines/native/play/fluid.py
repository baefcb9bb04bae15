"""FluidSynth by ctypes: the shared library out of pygame-ce's wheel, or the system's own.

Only what a part needs. A synth belongs to one stream and is never shared between threads; the library itself shares
the samples of a soundfont between the synths of a process.
"""

from __future__ import annotations

import ctypes as c
import ctypes.util
import functools
import importlib.util
import os
from pathlib import Path

import numpy as np

from songwright.domain.audio import F32, SAMPLE_RATE_HZ

BLOCK_FRAMES = 64  # FluidSynth applies events at multiples of this
CHANNELS = 16
POLYPHONY = 96
DRUM_CHANNEL = 9
DRUM_BANK = 128
BEND_RANGE_SEMITONES = 24

_P, _I, _D, _S = c.c_void_p, c.c_int, c.c_double, c.c_char_p
_SIGNATURES: tuple[tuple[str, type | None, list[type]], ...] = (
    ("new_fluid_settings", _P, []),
    ("new_fluid_synth", _P, [_P]),
    ("delete_fluid_synth", None, [_P]),
    ("delete_fluid_settings", None, [_P]),
    ("fluid_settings_setnum", _I, [_P, _S, _D]),
    ("fluid_settings_setint", _I, [_P, _S, _I]),
    ("fluid_set_log_function", _P, [_I, _P, _P]),
    ("fluid_synth_sfload", _I, [_P, _S, _I]),
    ("fluid_synth_program_select", _I, [_P, _I, _I, _I, _I]),
    ("fluid_synth_noteon", _I, [_P, _I, _I, _I]),
    ("fluid_synth_noteoff", _I, [_P, _I, _I]),
    ("fluid_synth_pitch_bend", _I, [_P, _I, _I]),
    ("fluid_synth_pitch_wheel_sens", _I, [_P, _I, _I]),
    ("fluid_synth_get_active_voice_count", _I, [_P]),
    ("fluid_synth_all_sounds_off", _I, [_P, _I]),
    ("fluid_synth_write_float", _I, [_P, _I, _P, _I, _I, _P, _I, _I]),
)


class FluidSynthMissingError(RuntimeError):
    """No FluidSynth library can be loaded here."""


def library_path() -> str | None:
    """Where the library is: in the wheel of pygame-ce, else the system's; None without one."""
    spec = importlib.util.find_spec("pygame")
    if spec is not None and spec.origin is not None:
        base = Path(spec.origin).parent.parent
        for pattern in ("pygame_ce.libs/libfluidsynth*", "pygame/.dylibs/libfluidsynth*"):
            for path in sorted(base.glob(pattern)):
                return str(path)
    return ctypes.util.find_library("fluidsynth")


@functools.cache
def library() -> c.CDLL:
    """The loaded library with its signatures set. Raises FluidSynthMissingError."""
    path = library_path()
    if path is None:
        raise FluidSynthMissingError("no FluidSynth library was found (pygame-ce's wheel brings one)")
    try:
        lib = c.CDLL(path)
        for name, result, arguments in _SIGNATURES:
            function = getattr(lib, name)
            function.restype, function.argtypes = result, arguments
    except (OSError, AttributeError) as error:
        raise FluidSynthMissingError(f"the FluidSynth library {path} cannot be used: {error}") from error
    for level in (1, 2, 3, 4):  # errors come back as codes; warnings about fonts do not belong on stderr
        lib.fluid_set_log_function(level, None, None)
    return lib


class Synth:
    """One FluidSynth with one soundfont, dry, at 48 kHz. Not for use by two threads at once."""

    def __init__(self, soundfont: Path) -> None:
        self._lib = library()
        self._settings = self._lib.new_fluid_settings()
        for key, value in ((b"synth.sample-rate", float(SAMPLE_RATE_HZ)), (b"synth.gain", 0.5)):
            self._lib.fluid_settings_setnum(self._settings, key, value)
        for key, number in (
            (b"synth.reverb.active", 0),
            (b"synth.chorus.active", 0),
            (b"synth.polyphony", POLYPHONY),
            (b"synth.midi-channels", CHANNELS),
            (b"synth.threadsafe-api", 0),
            (b"synth.dynamic-sample-loading", 1),
        ):
            self._lib.fluid_settings_setint(self._settings, key, number)
        self._synth = self._lib.new_fluid_synth(self._settings)
        self._font = self._lib.fluid_synth_sfload(self._synth, os.fsencode(soundfont), 0)
        if self._font < 0:
            self.close()
            raise ValueError(f"FluidSynth cannot read the soundfont {soundfont}")

    def select(self, channel: int, *, bank: int, program: int) -> bool:
        """Choose a preset; False when the font has none there."""
        if self._lib.fluid_synth_program_select(self._synth, channel, self._font, bank, program) != 0:
            return False
        self._lib.fluid_synth_pitch_wheel_sens(self._synth, channel, BEND_RANGE_SEMITONES)
        return True

    def note_on(self, channel: int, key: int, velocity: int) -> None:
        """Start a note; a key the preset has no sample for stays silent."""
        self._lib.fluid_synth_noteon(self._synth, channel, key, velocity)

    def note_off(self, channel: int, key: int) -> None:
        """Release a note."""
        self._lib.fluid_synth_noteoff(self._synth, channel, key)

    def bend(self, channel: int, semitones: float) -> None:
        """Bend a channel by at most +-BEND_RANGE_SEMITONES; steps of 0.3 cents."""
        value = round(8192 + 8192 * semitones / BEND_RANGE_SEMITONES)
        self._lib.fluid_synth_pitch_bend(self._synth, channel, min(16383, max(0, value)))

    def render(self, n_frames: int) -> F32:
        """The next frames, shape (n_frames, 2). Events land exactly when ``n_frames`` is a multiple of 64."""
        out = np.zeros((2, n_frames), np.float32)
        left, right = out[0].ctypes.data, out[1].ctypes.data
        self._lib.fluid_synth_write_float(self._synth, n_frames, left, 0, 1, right, 0, 1)
        return np.ascontiguousarray(out.T)

    def reset(self, channel: int) -> None:
        """Bring the synth into one state, whatever it played before; presets stay selected.

        A voice slot remembers the loudness of the note it played last and begins the next one from there. So every
        slot plays, unheard, the same notes on ``channel`` first.
        """
        self._silence()
        for i in range(16 * POLYPHONY):
            if self._lib.fluid_synth_get_active_voice_count(self._synth) >= POLYPHONY:
                break
            self.note_on(channel, 36 + i % 48, 90)
        self.render(BLOCK_FRAMES)
        self._silence()

    def _silence(self) -> None:
        self._lib.fluid_synth_all_sounds_off(self._synth, -1)
        for channel in range(CHANNELS):
            self._lib.fluid_synth_pitch_bend(self._synth, channel, 8192)
        self.render(BLOCK_FRAMES)

    def close(self) -> None:
        """Free everything; calling it twice does nothing."""
        if self._synth is not None:
            self._lib.delete_fluid_synth(self._synth)
            self._lib.delete_fluid_settings(self._settings)
            self._synth = None

    def __del__(self) -> None:
        if getattr(self, "_synth", None) is not None:
            self.close()
