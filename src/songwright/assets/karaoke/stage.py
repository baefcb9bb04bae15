"""What stands still in the video, and the waveform below it."""

from __future__ import annotations

import colorsys
import io
import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

from songwright.assets.art.colour import F32, luminance, parse_hex
from songwright.assets.peaks import peaks
from songwright.domain.audio import I32

from .letters import drawable, mask, set_rows

U8 = npt.NDArray[np.uint8]

WIDTH_PX, HEIGHT_PX = 1280, 720
COVER = (72, 72, 432)  # left, top, side
COLUMN = (560, 1208)  # left and right edge of title and words
WORDS_TOP, WORDS_BOTTOM = 216, 512  # rows of the picture where words stand
WAVE = (72, 576, 1136, 88)  # left, top, width, height
_BAR_PX, _GAP_PX = 3, 2
_DETAIL = 24  # peaks averaged into one bar
PAPER = (255, 255, 255)
_GOLD = "#ffd166"  # where a song has no lively colour
_MIN_LUMINANCE = 0.42  # WCAG; of sung words


@dataclass(frozen=True, kw_only=True, slots=True)
class Wave:
    """The waveform strip before and after it was played; RGB pictures of ``WAVE``'s size."""

    ahead: U8
    played: U8


def accent(colours: Sequence[str]) -> tuple[int, int, int]:
    """The liveliest of ``colours`` ("#rrggbb"), made light enough for words on a dark ground. Raises ValueError.

    >>> accent(["#101820", "#f2c14e"]), accent([]), accent(["#0000ff"])
    ((242, 199, 97), (255, 209, 102), (170, 170, 255))
    """
    best, liveliest = parse_hex(_GOLD), 0.25
    for colour in map(parse_hex, colours):
        _, saturation, value = colorsys.rgb_to_hsv(*map(float, colour))
        if saturation * value > liveliest:
            best, liveliest = colour, saturation * value
    hue, saturation, value = colorsys.rgb_to_hsv(*map(float, best))
    light = np.array(colorsys.hsv_to_rgb(hue, min(saturation, 0.6), max(value, 0.95)))
    while float(luminance(light)) < _MIN_LUMINANCE:
        light += (1.0 - light) * 0.08
    red, green, blue = (round(float(c) * 255) for c in light)
    return red, green, blue


def stage(cover_jpeg: bytes, title: str, *, sung: bool) -> U8:
    """The still picture: the cover blurred over all of it, the cover itself, the title. RGB, (720, 1280, 3).

    ``sung``: leaves room for words; else the title stands alone beside the cover.
    """
    with Image.open(io.BytesIO(cover_jpeg)) as opened:
        art = opened.convert("RGB")
    picture = _ground(art)
    left, top, side = COVER
    _shadow(picture, (left, top, left + side, top + side))
    picture.paste(art.resize((side, side), Image.Resampling.LANCZOS), (left, top))
    pixels = np.array(picture, np.uint8)
    width = COLUMN[1] - COLUMN[0]
    sizes = (54, 48, 42, 38) if sung else (72, 64, 56, 48, 42)
    words = [w for word in title.split() if (w := drawable(word))] or drawable(title).split()
    block = set_rows(words, sizes_px=sizes, limit_px=width, max_rows=2 if sung else 4)
    y = top - 6 if sung else top + (side - block.height_px) // 2
    letters = mask(block, size=(WIDTH_PX, HEIGHT_PX), x_px=COLUMN[0], y_px=y)
    return inked(pixels, letters, PAPER)


def _ground(art: Image.Image) -> Image.Image:
    """The cover, enlarged to the whole picture, blurred, dark enough for light letters."""
    small = art.resize((320, 320), Image.Resampling.BILINEAR).crop((0, 70, 320, 250))
    soft = ImageEnhance.Color(small.filter(ImageFilter.GaussianBlur(14))).enhance(1.6)
    big = soft.resize((WIDTH_PX, HEIGHT_PX), Image.Resampling.BICUBIC)
    pixels = np.asarray(big, np.float32)
    light = pixels @ np.array([0.2126, 0.7152, 0.0722], np.float32)
    target = 26 + 58 * (light / 255)
    dark = pixels * (target / np.maximum(light, 1.0)).clip(max=1.0)[..., None]
    return Image.fromarray(dark.clip(0, 150).astype(np.uint8))


def _shadow(picture: Image.Image, box: tuple[int, int, int, int]) -> None:
    veil = Image.new("L", picture.size)
    ImageDraw.Draw(veil).rectangle((box[0], box[1] + 10, box[2], box[3] + 10), fill=170)
    picture.paste((0, 0, 0), (0, 0), veil.filter(ImageFilter.GaussianBlur(18)))


def inked(ground: U8, letters: F32, colour: tuple[int, int, int], *, strength: float = 1.0) -> U8:
    """``letters`` (coverage 0..1) painted on ``ground`` with a soft dark edge behind them."""
    image = Image.fromarray((letters * 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(5))
    halo = np.asarray(image, np.float32)[..., None] / 255
    pixels = ground.astype(np.float32) * (1 - 0.55 * np.clip(halo * 1.6, 0, 1))
    pixels += (np.array(colour, np.float32) - pixels) * (letters * strength)[..., None]
    return np.rint(pixels).clip(0, 255).astype(np.uint8)


def wave(ground: U8, pcm: I32, colour: tuple[int, int, int]) -> Wave:
    """Bars as high as the song is loud there; ``pcm``: (n_frames, 2), 24-bit. The loudest bar fills the strip."""
    left, top, width, height = WAVE
    strip = ground[top : top + height, left : left + width]
    letters = np.zeros((height, width), np.float32)
    n_bars = width // (_BAR_PX + _GAP_PX)
    for number, level in enumerate(bar_levels(pcm, n_bars)):
        half = max(1, round(level * (height / 2 - 1)))
        x = number * (_BAR_PX + _GAP_PX)
        letters[height // 2 - half : height // 2 + half, x : x + _BAR_PX] = 1.0
    return Wave(
        ahead=inked(strip, letters, PAPER, strength=0.34),
        played=inked(strip, letters, colour, strength=0.95),
    )


def bar_levels(pcm: I32, n_bars: int) -> F32:
    """``n_bars`` values 0..1 over the whole song: the mean of the highest values in each stretch."""
    if not len(pcm):
        return np.zeros(n_bars, np.float32)
    pairs = np.array(peaks(pcm, points=n_bars * _DETAIL)["data"], np.float32).reshape(-1, 2)
    highest = np.abs(pairs).max(axis=1)
    edges = np.linspace(0, len(highest), n_bars + 1).astype(int)
    levels = np.array([highest[a : max(a + 1, b)].mean() for a, b in itertools.pairwise(edges)])
    return (levels / max(1.0, float(levels.max()))).astype(np.float32)
