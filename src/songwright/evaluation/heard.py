"""A song as the measures hear it: what a client downloads, and the plan it is held against."""

from __future__ import annotations

import functools
import io
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from songwright.domain.audio import FULL_SCALE_24, I32, SAMPLE_RATE_HZ
from songwright.domain.performance import PerformedSyllable, SungNote, SungPhrase
from songwright.domain.plan import Plan
from songwright.domain.score import StemName, VocalRole
from songwright.engines.protocols import Rendition

from .levels import HOP, k_energies
from .trackers import Beats, Pitch, beats_of, chroma_of, pitch_of

F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]
T = TypeVar("T")
ANALYSIS_RATE_HZ = 22_050


def to_float(pcm: I32) -> F32:
    """24-bit integers as floats; exact."""
    return (pcm.astype(np.float64) / FULL_SCALE_24).astype(np.float32)


def decode(data: bytes) -> F32:
    """Samples of an encoded file by libsndfile, shape (n_frames, 2), at 48 kHz."""
    import soundfile
    import soxr

    samples, rate_hz = soundfile.read(io.BytesIO(data), dtype="float32", always_2d=True)
    stereo = np.repeat(samples, 2, axis=1) if samples.shape[1] == 1 else samples[:, :2]
    return np.asarray(
        stereo if rate_hz == SAMPLE_RATE_HZ else soxr.resample(stereo, rate_hz, SAMPLE_RATE_HZ), np.float32
    )


class Heard:
    """Sound (n_frames, 2) at 48 kHz with what belongs to it. Derived values are worked out once, when asked for.

    ``mp3`` is the decoded MP3; ``stems`` and ``premaster`` are 24-bit integers. Without a plan only the sound alone can
    be measured.
    """

    def __init__(
        self,
        *,
        master: F32,
        mp3: F32 | None = None,
        plan: Plan | None = None,
        premaster: I32 | None = None,
        stems: Mapping[StemName, I32] | None = None,
    ) -> None:
        self.master, self.mp3, self.plan = master, mp3, plan
        self.premaster, self.stems = premaster, stems or {}
        self.memo: dict[str, Any] = {}  # what `once` has worked out

    @classmethod
    def of(cls, plan: Plan, sound: Rendition, *, mp3: F32 | None = None) -> Heard:
        """A rendered take."""
        return cls(master=to_float(sound.master), mp3=mp3, plan=plan, premaster=sound.premaster, stems=sound.stems)

    @property
    def duration_s(self) -> float:
        """Length of the sound in seconds."""
        return len(self.master) / SAMPLE_RATE_HZ

    def stem(self, *names: StemName) -> F32 | None:
        """The sum of some stems, (n, 2); None when there are none or they are silent."""
        found = [self.stems[name] for name in names if name in self.stems and self.stems[name].any()]
        return sum((to_float(pcm) for pcm in found[1:]), to_float(found[0])) if found else None

    @functools.cached_property
    def vocals(self) -> F32 | None:
        """The lead vocal's stem, (n, 2); None without a voice."""
        return self.stem(StemName.VOCALS)

    @functools.cached_property
    def band(self) -> F32 | None:
        """Everything but the lead vocal, (n, 2)."""
        rest = self.stem(*(name for name in StemName if name is not StemName.VOCALS))
        return rest if rest is not None or not self.stems else np.zeros_like(self.master)

    @functools.cached_property
    def energies(self) -> F64:
        """K-weighted energy of every 100 ms of the master."""
        return k_energies(self.master)

    def energies_between(self, start_s: float, end_s: float) -> F64:
        """Of a stretch of the master."""
        hop_s = HOP / SAMPLE_RATE_HZ
        return self.energies[max(0, round(start_s / hop_s)) : round(end_s / hop_s)]

    @functools.cached_property
    def beats(self) -> Beats:
        """Beats of the master, librosa's tracker."""
        return beats_of(_mono(self.master))

    @functools.cached_property
    def chroma(self) -> F64:
        """Chroma of the master, (12, frames)."""
        return chroma_of(_mono(self.master))

    @functools.cached_property
    def pitch(self) -> Pitch | None:
        """SwiftF0's track of the vocals stem."""
        return None if self.vocals is None else pitch_of(self.vocals.mean(axis=1), SAMPLE_RATE_HZ)

    @functools.cached_property
    def lead_syllables(self) -> tuple[PerformedSyllable, ...]:
        """Syllables of the lead voice in time."""
        found = [s for phrase in self._lead_phrases() for s in phrase.syllables]
        return tuple(sorted(found, key=lambda s: s.start_s))

    @property
    def lead_notes(self) -> tuple[SungNote, ...]:
        """Sung notes of the lead voice in time; speech keeps no pitch."""
        sung = [s for phrase in self._lead_phrases() if not phrase.expression.spoken for s in phrase.syllables]
        return tuple(note for s in sorted(sung, key=lambda s: s.start_s) for note in s.notes)

    def _lead_phrases(self) -> Iterator[SungPhrase]:
        for part in self.plan.performance.vocals if self.plan else ():
            if part.role is VocalRole.LEAD:
                yield from part.phrases

    @property
    def beat_s(self) -> float:
        """A felt beat at the song's first tempo, seconds. Raises ValueError without a plan."""
        if self.plan is None:
            raise ValueError("a beat needs a plan")
        axis = self.plan.score.axis
        compound = axis.meter.unit == 8 and axis.meter.beats % 3 == 0
        return axis.seconds_at(axis.meter.beat_ticks * (3 if compound else 1))


def once(function: Callable[[Heard], T]) -> Callable[[Heard], T]:
    """Work something out once per song."""
    name = f"{function.__module__}.{function.__name__}"

    @functools.wraps(function)
    def remembered(song: Heard) -> T:
        if name not in song.memo:
            song.memo[name] = function(song)
        return song.memo[name]

    return remembered


def _mono(samples: F32) -> F32:
    import soxr

    return soxr.resample(samples.mean(axis=1), SAMPLE_RATE_HZ, ANALYSIS_RATE_HZ).astype(np.float32)
