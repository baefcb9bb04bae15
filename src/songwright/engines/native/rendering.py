"""From a plan to sound: sing and play block by block, then mix and master the whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

import numpy as np

from songwright.domain.audio import F32, SAMPLE_RATE_HZ, sum_stems
from songwright.domain.performance import Performance, SungPhrase
from songwright.domain.plan import Plan
from songwright.domain.score import PartRole, StemName

from ..protocols import Preview, Progress, Rendition, ShouldStop, Stopped
from .keeping import KeptSound, lay_kept
from .master.master import master
from .mix.mixer import Track, mix
from .mix.preview import PreviewMixer
from .play.player import PartStream, Player
from .voice.singer import NeuralSinger

FIRST_BLOCK_FRAMES = 2 * SAMPLE_RATE_HZ  # short, so that listening can begin
BLOCK_FRAMES = 4 * SAMPLE_RATE_HZ
LEAD_S = 1.0  # a phrase's consonants and breath begin at most this long before its first vowel
KICKS = (35, 36)
TRACK_SHARE, MIX_SHARE = 0.75, 0.9  # of the progress bar, when tracks and mix are done
ROLE_NAMES = {PartRole.LEAD: "lead_inst"}


def render_plan(
    plan: Plan,
    *,
    player: Player,
    singer: NeuralSinger,
    threads: int,
    progress: Progress,
    preview: Preview | None,
    should_stop: ShouldStop,
    kept: Sequence[KeptSound] = (),
    laid: Sequence[Track] = (),
) -> Rendition:
    """The sound of a plan's performance with tracks ``laid`` beside it, over what is ``kept``.

    Raises Stopped when asked to stop.
    """
    show = plan.performance
    n_frames = max([round(show.duration_s * SAMPLE_RATE_HZ), *(len(sound.pcm24) for sound in kept)])
    tracks = [*_tracks(plan, n_frames), *laid, *(sound.track() for sound in kept)]
    streams = {part.name: player.open(part, n_frames=n_frames) for part in show.parts}
    songs = _Singing(show, singer, {t.name: t.samples for t in tracks})
    live = PreviewMixer(tracks, plan.mix) if preview else None
    by_name = {track.name: track for track in tracks}
    for start, end in _blocks(n_frames):
        if should_stop():
            raise Stopped
        _play(streams, by_name, start, end)
        songs.until(end)
        if live and preview:
            preview(live.block({name: track.samples[start:end] for name, track in by_name.items()}))
        progress(TRACK_SHARE * end / n_frames, "sing and play")
    songs.close()
    if should_stop():
        raise Stopped
    del songs, live
    by_name.clear()  # from here on the mix owns the tracks' memory
    streams.clear()
    mixed = mix(tracks, plan.mix, n_frames=n_frames, sections=show.sections, threads=threads, consume=True)
    stems = lay_kept(mixed.stems, kept) if kept else mixed.stems
    premaster = sum_stems(stems.values()) if kept else mixed.premaster
    del mixed
    progress(MIX_SHARE, "mix")
    if should_stop():
        raise Stopped
    finished = master(premaster, plan.mix, sections=show.sections)
    progress(1.0, "master")
    return Rendition(
        master=finished.pcm24,
        premaster=premaster,
        stems={name: stems[name] for name in StemName},
        loudness_lufs=finished.loudness_lufs,
        true_peak_dbtp=finished.true_peak_dbtp,
    )


def raw_stems(plan: Plan, *, player: Player, singer: NeuralSinger, should_stop: ShouldStop) -> dict[StemName, F32]:
    """The sum of the unmixed tracks of each stem that has any, (n_frames, 2). Raises Stopped."""
    show = plan.performance
    n_frames = round(show.duration_s * SAMPLE_RATE_HZ)
    tracks = _tracks(plan, n_frames)
    by_name = {track.name: track for track in tracks}
    streams = {part.name: player.open(part, n_frames=n_frames) for part in show.parts}
    for start, end in _blocks(n_frames):
        if should_stop():
            raise Stopped
        _play(streams, by_name, start, end)
    _Singing(show, singer, {track.name: track.samples for track in tracks}).close()
    out: dict[StemName, F32] = {}
    for track in tracks:
        stem = out.setdefault(track.stem, np.zeros((n_frames, 2), np.float32))
        stem += track.samples if track.samples.ndim == 2 else track.samples[:, None]
    return out


def _blocks(n_frames: int) -> Iterator[tuple[int, int]]:
    """First and last + 1 frame of each block; the same cuts for every run of a plan."""
    start, end = 0, min(FIRST_BLOCK_FRAMES, n_frames)
    while start < n_frames:
        yield start, end
        start, end = end, min(end + BLOCK_FRAMES, n_frames)


def _tracks(plan: Plan, n_frames: int) -> list[Track]:
    """Empty tracks for every voice and part; the renderer fills their samples in place."""
    roles = {part.name: ROLE_NAMES.get(part.role, part.role.value) for part in plan.score.parts}
    kicks = sorted(
        round(note.start_s * SAMPLE_RATE_HZ)
        for part in plan.performance.parts
        if roles[part.name] == "drums"
        for note in part.notes
        if round(note.pitch_midi) in KICKS
    )
    pulses = np.asarray(kicks, dtype=np.int64)
    voices = [
        Track(
            name=part.name,
            stem=part.stem,
            role=part.role.value,
            samples=np.zeros(n_frames, np.float32),
            hint=part.mix,
            pulses=pulses,
        )
        for part in plan.performance.vocals
    ]
    parts = [
        Track(
            name=part.name,
            stem=part.stem,
            role=roles[part.name],
            samples=np.zeros((n_frames, 2), np.float32),
            hint=part.mix,
            pulses=pulses,
        )
        for part in plan.performance.parts
    ]
    return voices + parts


def _play(streams: dict[str, PartStream], tracks: dict[str, Track], start: int, end: int) -> None:
    for name, stream in streams.items():
        tracks[name].samples[start:end] = stream.render(end - start)


class _Singing:
    """Sings phrases in order of time, ahead of the band, and lays them into the vocal tracks."""

    def __init__(self, show: Performance, singer: NeuralSinger, samples: dict[str, F32]) -> None:
        queue = chain.from_iterable(((part.name, phrase) for phrase in part.phrases) for part in show.vocals)
        self._order = sorted(queue, key=lambda item: (item[1].start_s, item[0]))
        self._samples = samples
        self._sung = singer.sing_all([phrase for _, phrase in self._order])
        self._next = 0

    def until(self, end_frame: int) -> None:
        """Lay every phrase that may sound before ``end_frame``."""
        while self._next < len(self._order) and self._starts_before(self._order[self._next][1], end_frame):
            name, _ = self._order[self._next]
            sung = next(self._sung)
            _lay(self._samples[name], sung.samples, round(sung.start_s * SAMPLE_RATE_HZ))
            self._next += 1

    def close(self) -> None:
        """Lay what is left."""
        self.until(1 << 62)

    @staticmethod
    def _starts_before(phrase: SungPhrase, end_frame: int) -> bool:
        return (phrase.start_s - LEAD_S) * SAMPLE_RATE_HZ < end_frame


def _lay(track: F32, samples: F32, start: int) -> None:
    """Add ``samples`` into ``track`` at frame ``start``; what lies outside is cut."""
    skip = max(0, -start)
    begin = start + skip
    end = min(len(track), start + len(samples))
    if end > begin:
        track[begin:end] += samples[skip : skip + end - begin]
