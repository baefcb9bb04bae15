"""MP4: a karaoke video of a song. H.264 and AAC come from the package ``av``; without it only this file type fails."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from songwright.domain.audio import I32, SAMPLE_RATE_HZ, from_pcm24
from songwright.domain.performance import AlignedWord
from songwright.errors import JobFailed

from .karaoke.show import Box, Show
from .karaoke.stage import HEIGHT_PX, U8, WIDTH_PX

FPS = 24
AAC_BPS = 192_000
_CRF = "21"
_THREADS = 1  # one thread everywhere: the same bytes on every machine of a kind
_AAC_FRAME = 1024
_BT709 = 1


def karaoke_mp4(
    *,
    pcm: I32,
    cover_jpeg: bytes,
    title: str,
    words: Sequence[AlignedWord],
    colours: Sequence[str],
    progress: Callable[[float], None] | None = None,
) -> bytes:
    """The video file: 1280 x 720 at 24 frames a second, as long as the sound (to half a frame).

    ``pcm``: (n_frames, 2) at 48 kHz, 24-bit values in int32. ``words``: as sung, none for an instrumental.
    ``colours``: "#rrggbb", the liveliest lights the words. ``progress`` hears 0..1 about once per second of song.
    Equal input gives equal bytes with the same codec libraries. Raises ValueError without sound, JobFailed
    where ``av`` is not installed.
    """
    if pcm.ndim != 2 or pcm.shape[1] != 2 or not len(pcm):
        raise ValueError(f"a video needs sound of shape (n_frames, 2), not {pcm.shape}")
    av = _av()
    show = Show(pcm=pcm, cover_jpeg=cover_jpeg, title=title, words=words, colours=colours)
    with tempfile.TemporaryDirectory(prefix="songwright-") as folder:
        path = Path(folder) / "video.mp4"
        with av.open(str(path), "w", options={"movflags": "+faststart", "fflags": "+bitexact"}) as container:
            _write(av, container, show, pcm, progress)
        return path.read_bytes()


def _av() -> ModuleType:
    try:
        import av
        import av.codec.context
    except ImportError as error:
        raise JobFailed(
            "Videos need the Python package 'av', which this server does not have: pip install av."
        ) from error
    return av


def _write(av: ModuleType, container: Any, show: Show, pcm: I32, progress: Callable[[float], None] | None) -> None:
    video, audio = _video_stream(av, container), _audio_stream(av, container)
    n_pictures = max(1, round(len(pcm) * FPS / SAMPLE_RATE_HZ))
    sound = _sound(av, pcm)
    next_block = next(sound, None)
    for number, picture in enumerate(_pictures(av, show, n_pictures)):
        while next_block is not None and next_block.pts * FPS <= number * SAMPLE_RATE_HZ:
            container.mux(audio.encode(next_block))
            next_block = next(sound, None)
        container.mux(video.encode(picture))
        if progress is not None and number % FPS == 0:
            progress(number / n_pictures)
    while next_block is not None:
        container.mux(audio.encode(next_block))
        next_block = next(sound, None)
    container.mux(audio.encode(None))
    container.mux(video.encode(None))
    if progress is not None:
        progress(1.0)


def _video_stream(av: ModuleType, container: Any) -> Any:
    stream = container.add_stream("libx264", rate=FPS, options={"preset": "superfast", "crf": _CRF})
    stream.width, stream.height, stream.pix_fmt = WIDTH_PX, HEIGHT_PX, "yuv420p"
    context = stream.codec_context
    context.thread_count = _THREADS
    context.gop_size = 5 * FPS
    context.color_primaries = context.color_trc = context.colorspace = _BT709
    context.color_range = 1  # limited, as players expect
    context.flags |= av.codec.context.Flags.bitexact
    return stream


def _audio_stream(av: ModuleType, container: Any) -> Any:
    stream = container.add_stream(
        "aac", rate=SAMPLE_RATE_HZ, layout="stereo", bit_rate=AAC_BPS, options={"aac_coder": "fast"}
    )
    stream.codec_context.format = "fltp"
    stream.codec_context.thread_count = _THREADS
    stream.codec_context.flags |= av.codec.context.Flags.bitexact
    return stream


class _Planes:
    """The picture as the encoder wants it (YUV 4:2:0, BT.709, limited range), converted box by box."""

    def __init__(self, av: ModuleType) -> None:
        self._av = av
        self._bytes = np.zeros(WIDTH_PX * HEIGHT_PX * 3 // 2, np.uint8)
        self._views = _planes(self._bytes, WIDTH_PX, HEIGHT_PX)

    def update(self, rgb: U8, box: Box) -> None:
        """Convert one box of the picture."""
        left, top, right, bottom = box
        part = self._av.VideoFrame.from_ndarray(np.ascontiguousarray(rgb[top:bottom, left:right]), format="rgb24")
        done = part.reformat(format="yuv420p", src_color_range=2, dst_color_range=1, dst_colorspace=_BT709)
        planes = _planes(done.to_ndarray().ravel(), right - left, bottom - top)
        for view, plane, shrink in zip(self._views, planes, (1, 2, 2), strict=True):
            view[top // shrink : bottom // shrink, left // shrink : right // shrink] = plane

    def frame(self) -> Any:
        """A frame with a copy of the planes."""
        frame = self._av.VideoFrame.from_ndarray(self._bytes.reshape(HEIGHT_PX * 3 // 2, WIDTH_PX), format="yuv420p")
        frame.color_range, frame.colorspace = 1, _BT709
        return frame


def _planes(flat: U8, width: int, height: int) -> tuple[U8, U8, U8]:
    luma, chroma = width * height, width * height // 4
    return (
        flat[:luma].reshape(height, width),
        flat[luma : luma + chroma].reshape(height // 2, width // 2),
        flat[luma + chroma :].reshape(height // 2, width // 2),
    )


def _pictures(av: ModuleType, show: Show, n_pictures: int) -> Iterator[Any]:
    """Frames in the encoder's format; what did not change is not converted again."""
    planes = _Planes(av)
    show.paint(0.0)
    planes.update(show.frame, (0, 0, WIDTH_PX, HEIGHT_PX))
    for number in range(n_pictures):
        for box in show.paint(number / FPS):
            planes.update(show.frame, box)
        picture = planes.frame()
        picture.pts, picture.time_base = number, Fraction(1, FPS)
        yield picture


def _sound(av: ModuleType, pcm: I32) -> Iterator[Any]:
    for start in range(0, len(pcm), _AAC_FRAME):
        planes = np.ascontiguousarray(from_pcm24(pcm[start : start + _AAC_FRAME]).T)
        frame = av.AudioFrame.from_ndarray(planes, format="fltp", layout="stereo")
        frame.sample_rate, frame.pts, frame.time_base = SAMPLE_RATE_HZ, start, Fraction(1, SAMPLE_RATE_HZ)
        yield frame
