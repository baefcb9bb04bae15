"""Who fills the tracks, block by block: the band, the singers, and those who listen meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import chain

from songwright.domain.audio import F32, SAMPLE_RATE_HZ
from songwright.domain.performance import Performance, SungPhrase

from ..protocols import Preview
from .mix.preview import PreviewMixer
from .play.player import PartStream, Player
from .voice.singer import NeuralSinger

LEAD_S = 1.0  # a phrase's consonants and breath begin at most this long before its first vowel


class Band:
    """Plays the parts of a performance, several at a time, each from its first block to its last."""

    def __init__(self, show: Performance, player: Player, n_frames: int, threads: int) -> None:
        busiest_first = sorted(show.parts, key=lambda part: -len(part.notes))  # the long ones begin, the rest fills up
        self._streams = {part.name: player.open(part, n_frames=n_frames) for part in busiest_first}
        self._pool = ThreadPoolExecutor(max(1, threads), thread_name_prefix="band")

    def __enter__(self) -> Band:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown()
        self._streams.clear()

    def play(self, samples: Mapping[str, F32], start: int, end: int) -> None:
        """The next block of every part, into its track."""

        def play(item: tuple[str, PartStream]) -> None:
            block = item[1].render(end - start)
            if block.any():  # memory that was never written to costs none
                samples[item[0]][start:end] = block

        for _ in self._pool.map(play, self._streams.items()):
            pass


class Live:
    """Mixes what was just made for those who listen already, while the next block is made."""

    def __init__(self, mixer: PreviewMixer | None, preview: Preview | None) -> None:
        self._mixer, self._preview = mixer, preview
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="preview")
        self._last: Future[None] | None = None

    def __enter__(self) -> Live:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._pool.shutdown()
        if kind is None:  # what already went wrong, or a stop, is not to be hidden
            self._wait()

    def hear(self, samples: Mapping[str, F32], start: int, end: int) -> None:
        """Send the block from ``start`` to ``end``, which is finished but for what is sung ahead of its time."""
        mixer, preview = self._mixer, self._preview
        if mixer is None or preview is None:
            return
        self._wait()
        blocks = {name: _finished(track[start:end]) for name, track in samples.items()}
        self._last = self._pool.submit(lambda: preview(mixer.block(blocks)))

    def _wait(self) -> None:
        """At most one block is on its way. Raises what hearing it raised."""
        if self._last is not None:
            self._last.result()


def _finished(block: F32) -> F32:
    """A block that nobody will change: a voice's may yet get the breath of the next phrase, so it is copied."""
    return block.copy() if block.ndim == 1 else block


class Singing:
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
