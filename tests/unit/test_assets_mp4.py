"""The karaoke video, decoded again and looked at pixel by pixel."""

from __future__ import annotations

import io
import sys
from functools import cache

import av
import numpy as np
import pytest
from PIL import Image

from songwright.assets.karaoke.letters import cut, set_rows, width_px
from songwright.assets.karaoke.show import FIELD, Show
from songwright.assets.karaoke.stage import COLUMN, COVER, WAVE, accent, bar_levels
from songwright.assets.mp4 import karaoke_mp4
from songwright.domain.performance import AlignedWord
from songwright.errors import JobFailed

COLOURS = ("#101820", "#2b4c6f", "#e04b4b", "#fdf6e3")
LENGTH_S = 3.0


def _words(*lines: str, first_s: float = 0.5, each_s: float = 0.4) -> tuple[AlignedWord, ...]:
    out, at = [], first_s
    for number, line in enumerate(lines):
        for index, text in enumerate(line.split(" ")):
            out.append(
                AlignedWord(
                    text=text,
                    start_s=at,
                    end_s=at + each_s,
                    section_index=0,
                    line_index=number,
                    line_start=index == 0,
                )
            )
            at += each_s
    return tuple(out)


WORDS = _words("Golden river runs", "home")


@cache
def _pcm() -> np.ndarray:
    """Quiet first half, loud second half; left and right differ."""
    n = round(LENGTH_S * 48_000)
    noise = np.random.default_rng(3).normal(0, 1, (n, 2))
    smooth = np.stack([np.convolve(noise[:, c], np.ones(24) / 24, "same") for c in (0, 1)], axis=1)
    smooth *= np.where(np.arange(n) < n // 2, 0.2, 1.0)[:, None]
    return (smooth / np.abs(smooth).max() * 0.7 * 2**23).astype(np.int32)


@cache
def _cover() -> bytes:
    picture = np.zeros((256, 256, 3), np.uint8)
    picture[:128], picture[128:] = (40, 160, 90), (20, 40, 160)
    out = io.BytesIO()
    Image.fromarray(picture).save(out, "JPEG", quality=92)
    return out.getvalue()


def _made(words: tuple[AlignedWord, ...] = WORDS, title: str = "A Title", progress: object = None) -> bytes:
    return karaoke_mp4(
        pcm=_pcm(),
        cover_jpeg=_cover(),
        title=title,
        words=words,
        colours=COLOURS,
        progress=progress,  # type: ignore[arg-type]
    )


@cache
def _video() -> bytes:
    return _made()


@cache
def _frames() -> tuple[np.ndarray, ...]:
    with av.open(io.BytesIO(_video())) as source:
        return tuple(frame.to_ndarray(format="rgb24") for frame in source.decode(video=0))


def _at(second: float) -> np.ndarray:
    return _frames()[round(second * 24)].astype(int)


def _lit_columns(frame: np.ndarray) -> np.ndarray:
    """Columns of the words' field with letters in the accent colour."""
    field = frame[FIELD[1] : FIELD[3], FIELD[0] : FIELD[2]]
    near = np.abs(field - np.array(accent(COLOURS))).sum(axis=2) < 90
    return np.flatnonzero(near.sum(axis=0) >= 3)


def test_the_file_is_h264_and_aac_as_long_as_the_song() -> None:
    with av.open(io.BytesIO(_video())) as source:
        video, audio = source.streams.video[0], source.streams.audio[0]
        assert (video.codec_context.name, audio.codec_context.name) == ("h264", "aac")
        assert (video.width, video.height, float(video.average_rate)) == (1280, 720, 24.0)
        assert source.duration / 1e6 == pytest.approx(LENGTH_S, abs=0.05)
        times = [frame.time for frame in source.decode(video=0)]
    assert times[0] == pytest.approx(0.0, abs=0.002)
    assert len(times) == round(LENGTH_S * 24)
    assert np.allclose(np.diff(times), 1 / 24, atol=1e-4)


def test_players_may_start_before_the_file_is_there() -> None:
    assert 0 < _video().index(b"moov") < _video().index(b"mdat")


def test_the_sound_is_the_song() -> None:
    with av.open(io.BytesIO(_video())) as source:
        decoded = np.concatenate([frame.to_ndarray() for frame in source.decode(audio=0)], axis=1).T
    assert len(decoded) / 48_000 == pytest.approx(LENGTH_S, abs=0.05)
    given = _pcm() / 2**23
    n = min(len(decoded), len(given))
    for channel in (0, 1):
        spectrum = np.fft.rfft(decoded[:n, channel], 2 * n) * np.conj(np.fft.rfft(given[:n, channel], 2 * n))
        likeness = np.fft.irfft(spectrum) / np.linalg.norm(decoded[:n, channel]) / np.linalg.norm(given[:n, channel])
        assert likeness[0] > 0.97
        assert likeness.argmax() == 0


def test_equal_input_gives_equal_bytes() -> None:
    assert _made() == _video()
    assert _made(title="Another") != _video()


def test_words_light_up_one_after_the_other() -> None:
    show = Show(pcm=_pcm(), cover_jpeg=_cover(), title="A Title", words=WORDS, colours=COLOURS)
    boxes = [show.card(0).box(index) for index in range(3)]
    assert all(box is not None for box in boxes)
    assert len(_lit_columns(_at(0.3))) == 0
    for sung, second in enumerate((0.88, 1.29, 1.66), start=1):
        columns = _lit_columns(_at(second))
        for index, box in enumerate(boxes):
            assert box is not None
            inside = ((columns >= box[0]) & (columns < box[2])).sum()
            share = inside / (box[2] - box[0])
            assert share > 0.5 if index < sung else share < 0.12, (second, index, share)


def test_a_word_is_wiped_from_left_to_right() -> None:
    reach = [_lit_columns(_at(second)).max(initial=0) for second in (0.3, 0.6, 0.7, 0.8, 1.0, 1.2, 1.6)]
    assert reach == sorted(reach)
    assert len(set(reach)) == len(reach)


def test_the_next_line_comes_to_the_front() -> None:
    assert len(_lit_columns(_at(1.66))) > 150
    assert 20 < len(_lit_columns(_at(2.4))) < 150  # "home" alone


def test_the_playhead_follows_the_song() -> None:
    left, top, width, height = WAVE
    for second in (0.25, 1.0, 2.0, 2.9):
        strip = _at(second)[top : top + height, left : left + width].min(axis=2)
        column = np.median(strip, axis=0).argmax()
        assert column / width == pytest.approx(second / LENGTH_S, abs=0.006)


def test_the_waveform_is_as_high_as_the_song_is_loud() -> None:
    levels = bar_levels(_pcm(), 20)
    assert levels.max() == 1.0
    assert levels[:9].mean() == pytest.approx(0.2 * levels[11:].mean(), rel=0.1)
    left, top, width, height = WAVE
    strip = _at(0.0)[top : top + height, left : left + width].min(axis=2)
    bright = strip > strip.min() + 40
    rows = bright[:, 20:].sum(axis=0)
    assert rows[width // 2 + 40 :].max() > 3 * rows[: width // 2 - 60].max()


def test_the_cover_stands_at_the_left() -> None:
    left, top, side = COVER
    frame = _at(1.0)
    assert np.abs(frame[top + side // 4, left + side // 2] - (40, 160, 90)).max() < 12
    assert np.abs(frame[top + 3 * side // 4, left + side // 2] - (20, 40, 160)).max() < 12


def test_an_instrumental_shows_only_its_title() -> None:
    show = Show(pcm=_pcm(), cover_jpeg=_cover(), title="Night Drive", words=(), colours=COLOURS)
    show.paint(0.0)
    first = show.frame.copy()
    changed = show.paint(2.0)
    assert [box[1] for box in changed] == [WAVE[1]]
    above = slice(0, WAVE[1])
    assert (show.frame[above] == first[above]).all()
    assert (first[:, COLUMN[0] :].min(axis=2) > 240).sum() > 1000


def test_letters_stay_inside_their_column() -> None:
    title = "An Endless Title That Nobody Could Ever Read Aloud Without Taking A Breath Or Two " * 3
    words = _words("word " * 40 + "end", "Pneumonoultramicroscopicsilicovolcanoconiosis" * 3, each_s=0.05)
    show = Show(pcm=_pcm(), cover_jpeg=_cover(), title=title, words=words, colours=COLOURS)
    show.paint(2.9)
    bright = show.frame.min(axis=2) > 150
    bright[:, : COVER[0] + COVER[2]] = False
    bright[WAVE[1] - 10 :] = False
    columns, rows = np.flatnonzero(bright.any(axis=0)), np.flatnonzero(bright.any(axis=1))
    assert columns.min() >= COLUMN[0] - 2
    assert columns.max() <= COLUMN[1] + 4
    assert rows.min() > 40
    assert not bright[FIELD[1] - 12 : FIELD[1]].any()  # between title and words


@pytest.mark.parametrize("line", ["夜空 に 光る 星", "Ночь идёт", "🎄 ✨", "— …", "ห้วงเวลา", "\u200b x"])
def test_letters_without_a_font_do_no_harm(line: str) -> None:
    show = Show(pcm=_pcm(), cover_jpeg=_cover(), title=line, words=_words(line, "and"), colours=COLOURS)
    for second in (0.0, 0.7, 2.0):
        show.paint(second)


def test_rows_and_cuts() -> None:
    block = set_rows(["one", "two", "three", "four"], sizes_px=(40, 20), limit_px=130, max_rows=2)
    assert block.n_rows <= 2
    assert max(word.x1 for word in block.words) <= 130.5
    assert [word.text for word in block.words] == ["one", "two", "three", "four"]
    short = cut("a very long title indeed", 30, 120)
    assert short.endswith("...")
    assert width_px(short, 30) <= 120
    assert cut("short", 30, 400) == "short"


def test_progress_reaches_the_end() -> None:
    heard: list[float] = []
    _made(progress=heard.append)
    assert heard == sorted(heard)
    assert (heard[0], heard[-1]) == (0.0, 1.0)


def test_without_av_the_error_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(JobFailed, match="pip install av"):
        _made()


def test_no_sound_no_video() -> None:
    with pytest.raises(ValueError, match="needs sound"):
        karaoke_mp4(pcm=np.zeros((0, 2), np.int32), cover_jpeg=_cover(), title="", words=(), colours=())


@pytest.mark.parametrize("colour", ["#0000ff", "#8b0000", "#004d00", "#ffffff", "#000", "#ff00ff"])
@pytest.mark.parametrize("ground", [(255, 255, 255), (0, 0, 0), (255, 230, 0), (30, 60, 220)])
def test_words_can_be_read_on_any_cover(colour: str, ground: tuple[int, int, int]) -> None:
    """WCAG asks for a contrast of 3 for letters of this size; measured against the ground beside them."""
    out = io.BytesIO()
    Image.new("RGB", (64, 64), ground).save(out, "JPEG")
    show = Show(pcm=_pcm(), cover_jpeg=out.getvalue(), title="A Title", words=WORDS, colours=(colour,))
    show.paint(1.66)
    field = show.frame[FIELD[1] : FIELD[3], FIELD[0] : FIELD[2]]

    def light(rgb: np.ndarray) -> float:
        linear = np.where(rgb <= 10, rgb / 255 / 12.92, ((rgb / 255 + 0.055) / 1.055) ** 2.4)
        return float(linear @ (0.2126, 0.7152, 0.0722))

    brightest = light(np.array(accent((colour,)), float))
    assert (brightest + 0.05) / (light(field[2, 2].astype(float)) + 0.05) >= 3.0
