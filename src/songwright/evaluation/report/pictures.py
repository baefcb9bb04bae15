"""Spectrogram, loudness over time, third octaves: what the ear would hear, for the eye."""

from __future__ import annotations

import base64
import io
import itertools

import numpy as np
import numpy.typing as npt

from songwright.domain.audio import SAMPLE_RATE_HZ

from ..heard import Heard
from ..levels import HOP, lufs_of, sliding
from ..sound import band_levels_db, bar_ratios, spectrum_errors_db
from ..targets import BANDS_HZ, HIGHEST_HZ, LOWEST_HZ, target_of
from .svg import INNER, LEFT, WIDTH, Scale, box, line, path, picture, text

F64 = npt.NDArray[np.float64]
SECTION_SHADES = {"chorus": "shade-3", "drop": "shade-3", "verse": "shade-1", "bridge": "shade-2", "solo": "shade-2"}
_COLOURS = np.array(
    [
        *([9, 8, 24], [40, 17, 84], [101, 26, 107], [163, 44, 96]),
        *([217, 74, 68], [246, 124, 34], [250, 190, 64], [252, 250, 190]),
    ]
)
_LOW_HZ, _HIGH_HZ, _ROWS = 30.0, 16_000.0, 200


def time_axis(song: Heard, y: float) -> list[str]:
    """Seconds as minutes under a chart."""
    place = Scale(0, song.duration_s, LEFT, LEFT + INNER)
    step = 10 if song.duration_s <= 130 else 20
    marks = range(0, int(song.duration_s) + 1, step)
    return [text(place(s), y, f"{s // 60}:{s % 60:02}", cls="tick", anchor="middle") for s in marks]


def sections_strip(song: Heard, y: float, height: float) -> list[str]:
    """The sections as a strip of names."""
    place, out = Scale(0, song.duration_s, LEFT, LEFT + INNER), []
    for section in song.plan.performance.sections if song.plan else ():
        x, width = place(section.start_s), place(section.end_s) - place(section.start_s)
        cls = SECTION_SHADES.get(section.kind, "shade-0")
        out.append(
            box(x + 0.5, y, width - 1, height, cls=cls, round_px=3, title=f"{section.name}, {section.start_s:.1f} s")
        )
        name = section.name if width > 7 * len(section.name) else section.name[:1] if width < 30 else section.name[:3]
        out.append(text(x + width / 2, y + height - 6, name, cls="section", anchor="middle", title=section.name))
    return out


def spectrogram(song: Heard) -> str:
    """Level over time and log frequency, 30 Hz to 16 kHz, 80 dB deep, with the sections above."""
    top, height = (24.0, 210.0) if song.plan else (2.0, 210.0)
    encoded = base64.b64encode(_spectrogram_png(song)).decode()
    image = (
        f'<image x="{LEFT:g}" y="{top:g}" width="{INNER:g}" height="{height:g}" preserveAspectRatio="none"'
        f' href="data:image/png;base64,{encoded}"/>'
    )
    up = Scale(np.log2(_LOW_HZ), np.log2(_HIGH_HZ), top + height, top)
    marks = [(100, "100 Hz"), (300, "300"), (1000, "1 kHz"), (3000, "3"), (10_000, "10 kHz")]
    labels = [text(LEFT - 6, up(np.log2(hz)) + 3.5, name, cls="tick", anchor="end") for hz, name in marks]
    shapes = [*sections_strip(song, 0, 20), image, *labels, *time_axis(song, top + height + 15)]
    return picture(top + height + 20, shapes, label="Spectrogram", start_s=0.0, end_s=song.duration_s)


def _spectrogram_png(song: Heard) -> bytes:
    from PIL import Image
    from scipy.signal import stft

    columns = round(INNER)
    mono = song.master.mean(axis=1)
    hz, _, spectrum = stft(mono, SAMPLE_RATE_HZ, nperseg=4096, noverlap=2048)
    power = np.abs(spectrum) ** 2
    centres = np.geomspace(_HIGH_HZ, _LOW_HZ, _ROWS)
    edge = (_HIGH_HZ / _LOW_HZ) ** (0.5 / _ROWS)
    cuts = [(np.searchsorted(hz, f / edge), np.searchsorted(hz, f * edge)) for f in centres]
    rows = np.array([power[min(a, len(hz) - 1) : max(b, a + 1)].mean(axis=0) for a, b in cuts])
    at = np.linspace(0, rows.shape[1], columns + 1).astype(int)
    cells = np.stack([rows[:, a : max(a + 1, b)].mean(axis=1) for a, b in itertools.pairwise(at)], axis=1)
    level = 10 * np.log10(cells + 1e-14) + 3.0 * np.log2(centres / 1000)[:, None]  # tilted: music falls with frequency
    shade = np.clip((level - level.max() + 75) / 75, 0, 1) * (len(_COLOURS) - 1)
    low = np.minimum(shade.astype(int), len(_COLOURS) - 2)
    part = (shade - low)[..., None]
    pixels = _COLOURS[low] * (1 - part) + _COLOURS[low + 1] * part
    out = io.BytesIO()
    Image.fromarray(pixels.astype(np.uint8)).quantize(256).save(out, "PNG", optimize=True)
    return out.getvalue()


def loudness(song: Heard) -> str:
    """Momentary and short-term loudness over time with the sections behind, and how far the voice is over the band."""
    top, height = 24.0, 170.0
    place, up = Scale(0, song.duration_s, LEFT, LEFT + INNER), Scale(-34, -7, top + height, top)
    shapes: list[str] = []
    for section in song.plan.performance.sections if song.plan else ():
        cls = SECTION_SHADES.get(section.kind, "shade-0") + " back"
        x = place(section.start_s)
        shapes.append(box(x, top, place(section.end_s) - x, height, cls=cls))
        mean = max(-34.0, lufs_of(float(song.energies_between(section.start_s, section.end_s).mean())))
        shapes.append(line(x + 2, up(mean), place(section.end_s) - 2, up(mean), cls="section-mean"))
        shapes.append(text(x + 4, up(mean) - 4, f"{mean:.1f}", cls="small"))
    for level in (-30, -26, -22, -18, -10):
        shapes.append(line(LEFT, up(level), WIDTH - 12, up(level), cls="grid"))
        shapes.append(text(LEFT - 6, up(level) + 3.5, f"{level}", cls="tick", anchor="end"))
    shapes.append(line(LEFT, up(-14), WIDTH - 12, up(-14), cls="aim"))
    shapes.append(text(LEFT - 6, up(-14) + 3.5, "-14", cls="tick aim-text", anchor="end"))
    for hops, cls in ((4, "momentary"), (30, "short-term")):
        levels = [max(-34.0, lufs_of(e)) for e in sliding(song.energies, hops)]
        points = [(place((i + hops / 2) * HOP / SAMPLE_RATE_HZ), up(v)) for i, v in enumerate(levels)]
        shapes.append(path(points[:: 2 if hops == 4 else 3], cls=cls))
    shapes += sections_strip(song, 0, 20) + time_axis(song, top + height + 15)
    return picture(top + height + 20, shapes, label="Loudness", start_s=0.0, end_s=song.duration_s)


def balance_line(song: Heard) -> str:
    """In words: how the voice sits."""
    ratios = bar_ratios(song)
    if not ratios:
        return ""
    low, middle, high = np.percentile(ratios, [10, 50, 90])
    return (
        f"Voice over band in {len(ratios)} sung bars: median {middle:.1f} LU, 80 % between {low:.1f} and {high:.1f} LU."
    )


def third_octaves(song: Heard) -> str:
    """The master's third octaves against the family's target curve, with the tolerance of 4 dB."""
    height, foot = 230.0, 24.0
    place = Scale(np.log2(BANDS_HZ[0]), np.log2(BANDS_HZ[-1]), LEFT + 20, WIDTH - 40)
    up = Scale(-34, 18, height, 6)
    xs = [place(np.log2(f)) for f in BANDS_HZ]
    inside = (BANDS_HZ >= LOWEST_HZ) & (BANDS_HZ <= HIGHEST_HZ)
    levels, shapes = band_levels_db(song), []
    if song.plan is not None:
        target = target_of(song.plan.mix)
        levels = levels - np.median((levels - target)[inside])
        band = [(x, up(v + 4)) for x, v, ok in zip(xs, target, inside, strict=True) if ok]
        band += [(x, up(v - 4)) for x, v, ok in reversed(list(zip(xs, target, inside, strict=True))) if ok]
        shapes += [path(band, cls="tolerance", closed=True), path(zip(xs, map(up, target), strict=True), cls="target")]
    else:
        levels = levels - levels[int(np.argmin(np.abs(BANDS_HZ - 1000)))]
    for level in range(-30, 16, 10):
        shapes.append(line(LEFT, up(level), WIDTH - 12, up(level), cls="grid"))
        shapes.append(text(LEFT - 6, up(level) + 3.5, f"{level:+d}" if level else "0 dB", cls="tick", anchor="end"))
    errors = dict(zip(BANDS_HZ[inside], spectrum_errors_db(song), strict=True)) if song.plan else {}
    shapes.append(path(zip(xs, [up(max(-34.0, v)) for v in levels], strict=True), cls="measured"))
    for x, hz, value in zip(xs, BANDS_HZ, levels, strict=True):
        off = abs(errors.get(hz, 0.0)) > 4
        tip = f"{hz:g} Hz: {errors[hz]:+.1f} dB off the target" if hz in errors else f"{hz:g} Hz"
        shapes.append(
            box(x - 3, up(max(-34.0, value)) - 3, 6, 6, cls="dot bad" if off else "dot", round_px=3, title=tip)
        )
        name = f"{hz / 1000:g}k" if hz >= 1000 else f"{hz:g}"
        shapes.append(text(x, height + 15, name, cls="tick", anchor="middle"))
    return picture(height + foot, shapes, label="Third octaves")
