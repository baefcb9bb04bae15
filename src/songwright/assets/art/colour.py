"""Colours as a painter wants them: mixed in OKLab (B. Ottosson, 2020), judged by WCAG contrast."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

F32 = npt.NDArray[Any]
"""Floats, mostly 32-bit; numpy's scalar types mix freely while painting."""

_HEX = re.compile(r"#?([0-9a-fA-F]{6}|[0-9a-fA-F]{3})")
_RGB_TO_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_LMS_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
_LAB_TO_LMS, _LMS_TO_RGB = np.linalg.inv(_LMS_TO_LAB), np.linalg.inv(_RGB_TO_LMS)


def parse_hex(text: str) -> F32:
    """``#rrggbb`` or ``#rgb`` as sRGB in 0..1. Raises ValueError."""
    match = _HEX.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is not a colour such as #ff8800")
    digits = match[1] if len(match[1]) == 6 else "".join(c * 2 for c in match[1])
    return np.array([int(digits[i : i + 2], 16) for i in (0, 2, 4)], np.float32) / 255


def to_linear(srgb: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """sRGB 0..1 to linear light."""
    c = np.asarray(srgb, np.float64)
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)


def to_srgb(linear: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Linear light to sRGB, clipped to 0..1."""
    c = np.clip(np.asarray(linear, np.float64), 0.0, 1.0)
    return np.where(c <= 0.0031308, c * 12.92, 1.055 * c ** (1 / 2.4) - 0.055)


def to_oklab(srgb: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """sRGB (..., 3) to OKLab: lightness 0..1, green-red, blue-yellow."""
    return np.cbrt(to_linear(srgb) @ _RGB_TO_LMS.T) @ _LMS_TO_LAB.T


def from_oklab(lab: npt.ArrayLike) -> F32:
    """OKLab (..., 3) to sRGB, clipped to what a screen shows."""
    return to_srgb((np.asarray(lab, np.float64) @ _LAB_TO_LMS.T) ** 3 @ _LMS_TO_RGB.T).astype(np.float32)


def adjusted(colour: F32, *, lightness: float | None = None, chroma_factor: float = 1.0, turn_deg: float = 0.0) -> F32:
    """The colour at another lightness, chroma and hue."""
    lab = to_oklab(colour)
    turn = np.deg2rad(turn_deg)
    a, b = lab[1] * chroma_factor, lab[2] * chroma_factor
    turned = [a * np.cos(turn) - b * np.sin(turn), a * np.sin(turn) + b * np.cos(turn)]
    return from_oklab([lab[0] if lightness is None else lightness, *turned])


def mix(a: F32, b: F32, amount: float) -> F32:
    """From ``a`` (0) to ``b`` (1) as the eye sees it."""
    return from_oklab(to_oklab(a) * (1 - amount) + to_oklab(b) * amount)


def gradient(stops: Sequence[F32], place: F32 | np.floating[Any]) -> F32:
    """Colours for ``place`` in 0..1 along evenly spaced ``stops``; shape (..., 3)."""
    labs = np.stack([to_oklab(stop) for stop in stops])
    fine = np.linspace(0, len(stops) - 1, 512)
    table = np.stack([np.interp(fine, np.arange(len(stops)), labs[:, k]) for k in range(3)], axis=1)
    return from_oklab(table)[np.clip(np.rint(place * 511), 0, 511).astype(np.int32)]


def luminance(srgb: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """WCAG relative luminance, 0..1."""
    return to_linear(srgb) @ np.array([0.2126, 0.7152, 0.0722])


def contrast(a: float, b: float) -> float:
    """WCAG contrast ratio of two luminances, 1..21."""
    high, low = max(a, b), min(a, b)
    return (high + 0.05) / (low + 0.05)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Palette:
    """Five roles, dark to light, and the colour that stands out."""

    ink: F32  # nearly black, tinted
    deep: F32
    mid: F32
    bright: F32
    paper: F32  # nearly white, tinted
    accent: F32

    @property
    def ramp(self) -> tuple[F32, ...]:
        """Dark to light."""
        return (self.ink, self.deep, self.mid, self.bright, self.paper)


def make_palette(colours: Sequence[str], *, valence: float, energy: float, rng: np.random.Generator) -> Palette:
    """Roles from hex colours (any number; unreadable ones are an error), or from the mood when there are none.

    ``valence`` -1..1 and ``energy`` 0..1 choose among the mood palettes.
    """
    turn = float(rng.uniform(-9, 9))
    given = [adjusted(parse_hex(c), turn_deg=turn) for c in colours]
    if len(given) < 3:
        given += _mood_colours(valence, energy, rng)[len(given) :]
    ordered = sorted(given, key=lambda c: float(to_oklab(c)[0]))
    strength = [float(np.hypot(*to_oklab(c)[1:])) for c in ordered]
    accent = ordered[int(np.argmax(strength))]
    inner = [c for c in ordered if c is not accent] or ordered
    deep, bright = inner[0], inner[-1]
    mid = inner[len(inner) // 2] if len(inner) > 2 else mix(deep, bright, 0.5)
    deep = adjusted(deep, lightness=min(0.42, max(0.24, float(to_oklab(deep)[0]))))
    bright = adjusted(bright, lightness=min(0.88, max(0.72, float(to_oklab(bright)[0]))))
    mid = adjusted(mid, lightness=min(0.64, max(0.46, float(to_oklab(mid)[0]))))
    accent = adjusted(accent, lightness=min(0.78, max(0.6, float(to_oklab(accent)[0]))), chroma_factor=1.08)
    return Palette(
        ink=adjusted(deep, lightness=0.17, chroma_factor=0.8),
        deep=deep,
        mid=mid,
        bright=bright,
        paper=adjusted(bright, lightness=0.955, chroma_factor=0.3),
        accent=accent,
    )


_MOODS: dict[tuple[bool, bool], tuple[tuple[str, ...], ...]] = {  # (happy, driving) -> palettes
    (True, True): (
        ("#3a0ca3", "#ff6b6b", "#ffe66d", "#ff9f1c"),
        ("#073b4c", "#ef476f", "#ffd166", "#06d6a0"),
        ("#2d1e5f", "#f15bb5", "#fee440", "#00bbf9"),
    ),
    (True, False): (
        ("#264653", "#e9c46a", "#f4ede0", "#e76f51"),
        ("#3d405b", "#e07a5f", "#f4f1de", "#81b29a"),
        ("#355070", "#eaac8b", "#fbe3cf", "#e56b6f"),
    ),
    (False, True): (
        ("#10002b", "#5a189a", "#e0aaff", "#ff4d8d"),
        ("#0b132b", "#3a506b", "#d7e8ea", "#f24c3d"),
        ("#1b1b2f", "#4a3f6b", "#f1d4d4", "#e43f5a"),
    ),
    (False, False): (
        ("#14213d", "#4f6d8f", "#dfe7ef", "#e3b778"),
        ("#1d2d44", "#748cab", "#f0ebd8", "#c08497"),
        ("#22223b", "#6d6a8f", "#f2e9e4", "#c9ada7"),
    ),
}


def _mood_colours(valence: float, energy: float, rng: np.random.Generator) -> list[F32]:
    choices = _MOODS[(valence >= 0, energy >= 0.5)]
    return [parse_hex(text) for text in choices[int(rng.integers(0, len(choices)))]]
