"""The player: opens a stream for any part of a performance."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np

from songwright.domain.audio import F32, SAMPLE_RATE_HZ
from songwright.domain.performance import PlayedNote, PlayedPart
from songwright.domain.score import Instrument

from .fallback import stand_in
from .fluid import DRUM_BANK, DRUM_CHANNEL, FluidSynthMissingError, library
from .fluidpart import FluidStream, SynthPool
from .gains import PASSAGE_S, gain_db, knows_font, loudness_lufs, needed_db, passage
from .stream import PartStream, ScaledSum

_FALLBACK_KIT = "boombap"
_READY_SYNTHS = 6
_PROBE_FRAMES = 4800


class Player:
    """Plays parts with a soundfont and our own instruments, or with ours alone (``soundfont`` None).

    One player serves a process; streams may be opened and rendered in several threads, each stream in one at a time.
    """

    def __init__(self, soundfont: Path | None) -> None:
        self._soundfont = soundfont
        self._pool: SynthPool | None = None
        self._loaded = False
        self._lock = threading.Lock()
        self._measured_db: dict[tuple[int, int], float] = {}
        self._silent_keys: dict[int, frozenset[int]] = {}

    @property
    def uses_soundfont(self) -> bool:
        """Whether General MIDI parts come from the soundfont (known after :meth:`load`)."""
        return self._pool is not None

    def load(self) -> None:
        """Load FluidSynth, open the soundfont and compile (or read from the cache) our instruments.

        Without a FluidSynth library everything is played by our own instruments. Raises ValueError when the
        soundfont cannot be read.
        """
        with self._lock:
            if self._loaded:
                return
            if self._soundfont is not None:
                try:
                    library()
                except FluidSynthMissingError:
                    self._pool = None
                else:
                    self._pool = SynthPool(self._soundfont)
                    self._pool.fill(_READY_SYNTHS)
            _warm_up()
            self._loaded = True

    def open(self, part: PlayedPart, *, n_frames: int) -> PartStream:
        """A stream of ``part`` that is ``n_frames`` long. Raises ValueError for an unknown instrument."""
        self.load()
        if part.instrument.engine not in ("gm", "gmdrums", "synth", "synthdrums"):
            raise ValueError(f"there is no instrument engine {part.instrument.engine!r}")
        if self._pool is None:
            return _own_stream(stand_in(part.instrument), part.notes, part.name, n_frames)
        if part.instrument.engine.startswith("synth"):
            return _own_stream(part.instrument, part.notes, part.name, n_frames)
        return self._font_stream(self._pool, part, n_frames)

    def _font_stream(self, pool: SynthPool, part: PlayedPart, n_frames: int) -> PartStream:
        instrument = part.instrument
        gain = 10.0 ** (self._font_gain_db(pool, instrument) / 20.0)
        if instrument.engine == "gm":
            stream = FluidStream(pool, part.notes, bank=0, program=instrument.program, n_frames=n_frames)
            return ScaledSum([(stream, gain)])
        silent = self._silent(pool, instrument.program, {round(n.pitch_midi) for n in part.notes})
        played = [n for n in part.notes if round(n.pitch_midi) not in silent]
        missing = tuple(n for n in part.notes if round(n.pitch_midi) in silent)
        stream = FluidStream(pool, played, bank=DRUM_BANK, program=instrument.program, n_frames=n_frames)
        streams: list[tuple[PartStream, float]] = [(stream, gain)]
        if missing:
            kit = Instrument(engine="synthdrums", patch=_FALLBACK_KIT)
            streams.append((_own_stream(kit, missing, part.name, n_frames), 1.0))
        return ScaledSum(streams)

    def _font_gain_db(self, pool: SynthPool, instrument: Instrument) -> float:
        """From the table, or measured now when the table was made with another font."""
        if knows_font(pool.soundfont):
            return gain_db(instrument)
        preset = (DRUM_BANK if instrument.engine == "gmdrums" else 0, instrument.program)
        if preset not in self._measured_db:
            n_frames = round(PASSAGE_S * SAMPLE_RATE_HZ)
            notes = passage(instrument).notes
            stream = FluidStream(pool, notes, bank=preset[0], program=preset[1], n_frames=n_frames)
            self._measured_db[preset] = needed_db(loudness_lufs(stream.render(n_frames)))
        return self._measured_db[preset]

    def _silent(self, pool: SynthPool, kit: int, keys: set[int]) -> frozenset[int]:
        """Those of ``keys`` the kit has no sound for: our own drums play them."""
        known = self._silent_keys.get(kit, frozenset())
        unknown = sorted(key for key in keys if key not in known and -key - 1 not in known)
        if unknown:
            synth = pool.take(bank=DRUM_BANK, program=kit)
            marks = set(known)  # a key itself when silent, -key - 1 when it sounds
            for key in unknown:
                synth.note_on(DRUM_CHANNEL, key, 100)
                silent = not np.any(np.abs(synth.render(_PROBE_FRAMES)) > 1e-5)
                synth.reset(DRUM_CHANNEL)
                marks.add(key if silent else -key - 1)
            pool.give_back(synth, bank=DRUM_BANK, program=kit)
            known = frozenset(marks)
            self._silent_keys[kit] = known
        return frozenset(key for key in known if key >= 0)


def render_part(player: Player, part: PlayedPart, n_frames: int) -> F32:
    """The whole part at once: float32 (n_frames, 2)."""
    return player.open(part, n_frames=n_frames).render(n_frames)


def _own_stream(instrument: Instrument, notes: tuple[PlayedNote, ...], name: str, n_frames: int) -> PartStream:
    from .drumpart import drum_stream  # numba is imported only when something is to be played
    from .synthpart import synth_stream

    gain = 10.0 ** (gain_db(instrument) / 20.0)
    if instrument.engine == "synthdrums":
        return ScaledSum([(drum_stream(instrument.patch, notes, n_frames=n_frames), gain)])
    return ScaledSum([(synth_stream(instrument.patch, notes, name=name, n_frames=n_frames), gain)])


def _warm_up() -> None:
    """Run every kernel once."""
    from .drumpart import drum_hit
    from .synthpart import synth_stream

    note = PlayedNote(start_s=0.0, duration_s=0.01, pitch_midi=60.0, velocity=90)
    for patch in ("pad_warm", "ep_fm", "guitar_pluck", "impact"):
        synth_stream(patch, [note], name="", n_frames=64).render(64)
    for kit, key in (("808", 36), ("lofi", 42)):
        drum_hit(kit, key, 0, 0)
