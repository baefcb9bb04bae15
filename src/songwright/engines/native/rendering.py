"""From a plan to sound: sing and play block by block, then mix and master the whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from songwright.domain.audio import F32, SAMPLE_RATE_HZ, sum_stems
from songwright.domain.plan import Plan
from songwright.domain.score import PartRole, StemName

from ..protocols import Preview, Progress, Rendition, ShouldStop, Stopped
from .keeping import KeptSound, lay_kept
from .master.master import master
from .memory import give_back
from .mix.mixer import Track, mix
from .mix.preview import PreviewMixer
from .play.player import Player
from .tracking import Band, Live, Singing
from .voice.singer import NeuralSinger

FIRST_BLOCK_FRAMES = 2 * SAMPLE_RATE_HZ  # short, so that listening can begin
BLOCK_FRAMES = 4 * SAMPLE_RATE_HZ
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
    stems: bool = True,
    kept: Sequence[KeptSound] = (),
    laid: Sequence[Track] = (),
) -> Rendition:
    """The sound of a plan's performance with tracks ``laid`` beside it, over what is ``kept``.

    Without ``stems`` the rendition has none, and their memory is free for the master. Raises Stopped when asked to.
    """
    show = plan.performance
    n_frames = max([round(show.duration_s * SAMPLE_RATE_HZ), *(len(sound.pcm24) for sound in kept)])
    tracks = [*_tracks(plan, n_frames), *laid, *(sound.track() for sound in kept)]
    samples = {track.name: track.samples for track in tracks}
    songs = Singing(show, singer, samples)
    with (
        Band(show, player, n_frames, threads) as band,
        Live(PreviewMixer(tracks, plan.mix) if preview else None, preview) as live,
    ):
        for start, end in _blocks(n_frames):
            if should_stop():
                raise Stopped
            band.play(samples, start, end)
            songs.until(end)
            live.hear(samples, start, end)
            progress(TRACK_SHARE * end / n_frames, "sing and play")
        songs.close()
    if should_stop():
        raise Stopped
    del songs, live, band
    samples.clear()  # from here on the mix owns the tracks' memory
    give_back()  # what singing took
    mixed = mix(tracks, plan.mix, n_frames=n_frames, sections=show.sections, threads=threads, consume=True)
    layers = lay_kept(mixed.stems, kept) if kept else mixed.stems
    premaster = sum_stems(layers.values()) if kept else mixed.premaster
    made = {name: layers[name] for name in StemName} if stems else {}
    del mixed, layers
    progress(MIX_SHARE, "mix")
    if should_stop():
        raise Stopped
    finished = master(premaster, plan.mix, sections=show.sections)
    progress(1.0, "master")
    return Rendition(
        master=finished.pcm24,
        premaster=premaster,
        stems=made,
        loudness_lufs=finished.loudness_lufs,
        true_peak_dbtp=finished.true_peak_dbtp,
    )


def raw_stems(
    plan: Plan, *, player: Player, singer: NeuralSinger, threads: int, should_stop: ShouldStop
) -> dict[StemName, F32]:
    """The sum of the unmixed tracks of each stem that has any, (n_frames, 2). Raises Stopped."""
    show = plan.performance
    n_frames = round(show.duration_s * SAMPLE_RATE_HZ)
    tracks = _tracks(plan, n_frames)
    samples = {track.name: track.samples for track in tracks}
    with Band(show, player, n_frames, threads) as band:
        for start, end in _blocks(n_frames):
            if should_stop():
                raise Stopped
            band.play(samples, start, end)
    Singing(show, singer, samples).close()
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
