"""Sound that stays bit for bit while a band or a voice is mixed around it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from songwright.domain.audio import F32, FULL_SCALE_24, I32, from_pcm24, to_pcm24
from songwright.domain.plan import Slice
from songwright.domain.score import MixHint, StemName

from .mix.dsp.loudness import SILENCE_LUFS, loudness_lufs
from .mix.mixer import Track

VOICES = (StemName.VOCALS, StemName.BACKING_VOCALS)
MAX_GAIN_DB = 24.0
EDGE_FRAMES = 480  # 10 ms
SLICE_LEVEL_DB = 0.0  # as loud as the lead voice
SLICE_DUCK_DB = -6.0  # but softer while it sings
DUCK_FRAMES = 4800  # 100 ms


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class KeptSound:
    """One stem that must not change: 24-bit PCM (n_frames, 2)."""

    stem: StemName
    pcm24: I32

    def track(self) -> Track:
        """What the mixer sees of it, so that the others make room: it is replaced afterwards."""
        role = {StemName.VOCALS: "lead", StemName.BACKING_VOCALS: "harmony", StemName.DRUMS: "drums"}
        return Track(
            name=f"kept {self.stem.value}",
            stem=self.stem,
            role=role.get(self.stem, "bass" if self.stem is StemName.BASS else "comp"),
            samples=from_pcm24(self.pcm24),
            hint=MixHint(reverb_db=-120.0),
        )


def laid_slices(
    sound: I32,
    slices: Sequence[Slice],
    *,
    stem: StemName,
    n_frames: int,
    sung: Sequence[tuple[int, int]] = (),
) -> Track:
    """A track of ``n_frames`` with the slices of ``sound``, each faded at its edges and softer in the frames that
    are ``sung``.
    """
    samples = np.zeros((n_frames, 2), np.float32)
    for piece in slices:
        cut = from_pcm24(sound[max(0, piece.start_frame) : piece.end_frame])[: max(0, n_frames - piece.at_frame)]
        samples[piece.at_frame : piece.at_frame + len(cut)] += cut * _edges(len(cut))[:, None]
    samples *= _under(sung, n_frames)[:, None]
    return Track(
        name="slices",
        stem=stem,
        role="comp",
        samples=samples,
        hint=MixHint(level_db=SLICE_LEVEL_DB, reverb_db=-120.0, highpass_hz=90.0),
    )


def _under(sung: Sequence[tuple[int, int]], n_frames: int) -> F32:
    """Gains that make room in the frames ``sung``, over ``DUCK_FRAMES`` on either side."""
    steps = np.zeros(n_frames + 1, np.float32)
    for first, last in sung:
        steps[max(0, first - DUCK_FRAMES) : min(n_frames, last + DUCK_FRAMES)] = 1.0
    total = np.concatenate([np.zeros(DUCK_FRAMES), np.cumsum(steps, dtype=np.float64)])
    share = (total[DUCK_FRAMES : n_frames + DUCK_FRAMES] - total[:n_frames]) / DUCK_FRAMES
    return (10 ** (share * SLICE_DUCK_DB / 20)).astype(np.float32)


def _edges(n_frames: int) -> F32:
    """Gains that fade in and out over ``EDGE_FRAMES``."""
    n = min(EDGE_FRAMES, n_frames // 2)
    ramp = (np.arange(n) + 0.5) / max(1, n)
    return np.concatenate([ramp, np.ones(n_frames - 2 * n), ramp[::-1]]).astype(np.float32)


def lay_kept(stems: Mapping[StemName, I32], kept: Sequence[KeptSound]) -> dict[StemName, I32]:
    """The mixed ``stems`` with the kept ones in their own samples, and the new ones levelled to them.

    The balance of the mix is kept: the new stems get the gain that the kept sound would have needed to come out of
    the mix at its own level. A stem that holds kept and new sound at once is the kept sound alone; a plan gives new
    parts other stems.
    """
    gain = _gain(stems, kept)
    out: dict[StemName, I32] = {}
    for name in StemName:
        mine = [sound.pcm24 for sound in kept if sound.stem is name]
        if mine:
            n_frames = len(stems[name])
            out[name] = sum(_padded(pcm, n_frames) for pcm in mine)  # pyright: ignore[reportArgumentType]
        else:
            out[name] = to_pcm24(from_pcm24(stems[name]) * gain) if stems[name].any() else stems[name]
    return out


def _gain(stems: Mapping[StemName, I32], kept: Sequence[KeptSound]) -> np.float32:
    names = [sound.stem for sound in kept]
    before = loudness_lufs(_sum([from_pcm24(stems[name]) for name in dict.fromkeys(names)]))
    after = loudness_lufs(_sum([from_pcm24(sound.pcm24) for sound in kept]))
    if min(before, after) <= SILENCE_LUFS:
        return np.float32(1.0)
    wanted_db = float(np.clip(after - before, -MAX_GAIN_DB, MAX_GAIN_DB))
    others = [stem for name, stem in stems.items() if name not in names]
    peak = max((int(np.abs(stem).max(initial=0)) for stem in others), default=0)
    most = (FULL_SCALE_24 - 1) / peak if peak else 1.0
    return np.float32(min(10 ** (wanted_db / 20), most))


def _sum(sounds: Sequence[F32]) -> F32:
    total = np.zeros((max(map(len, sounds)), 2), np.float32)
    for sound in sounds:
        total[: len(sound)] += sound
    return total


def _padded(pcm: I32, n_frames: int) -> I32:
    if len(pcm) >= n_frames:
        return pcm[:n_frames]
    return np.concatenate([pcm, np.zeros((n_frames - len(pcm), 2), np.int32)])
