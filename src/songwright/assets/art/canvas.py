"""A square of floats to paint on, with smooth masks, noise, glow, shadow and grain."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from .colour import F32, gradient

SIZE_PX = 1024
_SCALE = 2  # masks are drawn larger and reduced: smooth edges

Points = Sequence[tuple[float, float]]


class Canvas:
    """``pixels``: (1024, 1024, 3) sRGB in 0..1. ``x``, ``y``: 0..1 from left and top. One generator for all draws."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.rng = rng
        self.pixels = np.zeros((SIZE_PX, SIZE_PX, 3), np.float32)
        axis = (np.arange(SIZE_PX, dtype=np.float32) + 0.5) / SIZE_PX
        self.x, self.y = axis[None, :], axis[:, None]

    def fill(self, stops: Sequence[F32], place: F32 | None = None) -> None:
        """Everything in a gradient; top to bottom unless ``place`` (0..1 per pixel) says otherwise."""
        place = np.broadcast_to(self.y, (SIZE_PX, SIZE_PX)) if place is None else place
        dither = self.rng.uniform(-0.5, 0.5, (SIZE_PX, SIZE_PX)).astype(np.float32) / 200
        self.pixels = gradient(stops, np.clip(place + dither, 0, 1))

    def paint(self, mask: F32, colour: F32) -> None:
        """``colour`` (3,) or (h, w, 3) where ``mask`` (0..1) says."""
        box = touched(mask)
        area = self.pixels[box]
        area += mask[box][..., None] * ((np.broadcast_to(colour, self.pixels.shape)[box]) - area)

    def light(self, mask: F32, colour: F32) -> None:
        """Add light (screen): never darker, never beyond white."""
        box = touched(mask)
        self.pixels[box] = 1 - (1 - self.pixels[box]) * (1 - np.clip(mask[box], 0, 1)[..., None] * colour)

    def shade(self, mask: F32, amount: float) -> None:
        """Darken by ``amount`` (0..1) where ``mask`` says."""
        box = touched(mask)
        self.pixels[box] *= 1 - amount * np.clip(mask[box], 0, 1)[..., None]

    def drawn(self, draw: Callable[[ImageDraw.ImageDraw, float], None]) -> F32:
        """A smooth mask from Pillow drawing; ``draw`` gets the pen and the pixels per unit (canvas width = 1)."""
        image = Image.new("L", (SIZE_PX * _SCALE, SIZE_PX * _SCALE))
        draw(ImageDraw.Draw(image), SIZE_PX * _SCALE)
        return np.asarray(image.reduce(_SCALE), np.float32) / 255

    def polygon(self, points: Points) -> F32:
        """Mask of a filled polygon, coordinates in canvas widths."""
        corners = np.asarray(points) * SIZE_PX
        left, top = (max(0, int(v) - 2) for v in corners.min(axis=0))
        right, bottom = (min(SIZE_PX, int(v) + 3) for v in corners.max(axis=0))
        out = np.zeros((SIZE_PX, SIZE_PX), np.float32)
        if right <= left or bottom <= top:
            return out
        image = Image.new("L", ((right - left) * _SCALE, (bottom - top) * _SCALE))
        local = ((corners - (left, top)) * _SCALE).tolist()
        ImageDraw.Draw(image).polygon([(x, y) for x, y in local], fill=255)
        out[top:bottom, left:right] = np.asarray(image.reduce(_SCALE), np.float32) / 255
        return out

    def disc(self, x: float, y: float, radius: float) -> F32:
        """Mask of a disc with a smooth edge."""
        reach = radius + 2 / SIZE_PX
        rows, columns = (
            slice(max(0, int((v - reach) * SIZE_PX)), max(0, int((v + reach) * SIZE_PX) + 1)) for v in (y, x)
        )
        out = np.zeros((SIZE_PX, SIZE_PX), np.float32)
        distance = np.hypot(self.x[:, columns] - x, self.y[rows] - y)
        out[rows, columns] = np.clip((radius - distance) * SIZE_PX + 0.5, 0, 1)
        return out

    def halo(self, x: float, y: float, radius: float, power: float = 2.0) -> F32:
        """Light falling off around a point: 1 in the middle, small beyond ``radius``."""
        distance = np.hypot(self.x - x, self.y - y) / radius
        return np.exp(-(distance**power)).astype(np.float32)

    def below(self, height: F32) -> F32:
        """Mask of everything under a curve; ``height``: (1024,) y of the curve per column."""
        return np.clip((self.y - height[None, :]) * SIZE_PX + 0.5, 0, 1).astype(np.float32)

    def noise(self, cells: int, octaves: int = 4, stretch: float = 1.0) -> F32:
        """Soft noise in 0..1 (mean near 0.5): ``cells`` bumps across, ``stretch`` > 1 makes them wide."""
        total, weight, amount = np.zeros((SIZE_PX, SIZE_PX), np.float32), 1.0, 0.0
        for octave in range(octaves):
            across = max(2, round(cells * 2**octave / stretch))
            grid = self.rng.random((cells * 2**octave + 3, across + 3)).astype(np.float32)
            image = Image.fromarray(grid).resize((SIZE_PX, SIZE_PX), Image.Resampling.BICUBIC)
            total += weight * np.asarray(image)
            amount, weight = amount + weight, weight * 0.5
        return np.clip((total / amount - 0.5) * 1.6 + 0.5, 0, 1)

    def curve(self, bumps: int, octaves: int = 4, roughness: float = 0.5) -> F32:
        """A wandering line: (1024,) values around 0, about -0.5..0.5."""
        total, weight = np.zeros(SIZE_PX, np.float32), 1.0
        for octave in range(octaves):
            n = bumps * 2**octave + 3
            image = Image.fromarray(self.rng.uniform(-0.5, 0.5, (1, n)).astype(np.float32))
            wide = image.resize((SIZE_PX, 1), Image.Resampling.BICUBIC if octave < 2 else Image.Resampling.BILINEAR)
            total += weight * np.asarray(wide)[0]
            weight *= roughness
        return total

    def grain(self, amount: float) -> None:
        """Film grain: the same in all colours, strongest in the middle tones."""
        noise = self.rng.standard_normal((SIZE_PX, SIZE_PX)).astype(np.float32)
        middle = 1 - np.abs(self.pixels.mean(axis=2) * 2 - 1) * 0.6
        self.pixels = np.clip(self.pixels + (noise * middle * amount)[..., None], 0, 1)

    def vignette(self, amount: float) -> None:
        """Darker corners."""
        distance = np.hypot(self.x - 0.5, self.y - 0.5) / 0.7071
        self.shade(np.clip(distance, 0, 1).astype(np.float32) ** 2.5, amount)

    def image(self) -> Image.Image:
        """The picture in 8 bits."""
        return Image.fromarray(np.rint(np.clip(self.pixels, 0, 1) * 255).astype(np.uint8), "RGB")


def touched(mask: F32, margin_px: int = 0) -> tuple[slice, slice]:
    """Rows and columns outside which ``mask`` is zero, with a margin inside the canvas."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not len(rows):
        return slice(0, 0), slice(0, 0)
    return (
        slice(max(0, int(rows[0]) - margin_px), min(mask.shape[0], int(rows[-1]) + 1 + margin_px)),
        slice(max(0, int(columns[0]) - margin_px), min(mask.shape[1], int(columns[-1]) + 1 + margin_px)),
    )


def blurred(mask: F32, radius_px: float) -> F32:
    """Gaussian blur of a mask in 0..1."""
    out = np.zeros(mask.shape, np.float32)
    box = touched(mask, margin_px=int(radius_px * 4) + 2)
    if box[0].stop > box[0].start:
        part = Image.fromarray(np.rint(np.clip(mask[box], 0, 1) * 255).astype(np.uint8))
        out[box] = np.asarray(part.filter(ImageFilter.GaussianBlur(radius_px)), np.float32) / 255
    return out


def shifted(mask: F32, dx_px: int, dy_px: int) -> F32:
    """The mask moved right and down; what enters is empty."""
    out = np.zeros_like(mask)
    h, w = mask.shape
    ys, yd = (slice(0, h - dy_px), slice(dy_px, h)) if dy_px >= 0 else (slice(-dy_px, h), slice(0, h + dy_px))
    xs, xd = (slice(0, w - dx_px), slice(dx_px, w)) if dx_px >= 0 else (slice(-dx_px, w), slice(0, w + dx_px))
    out[yd, xd] = mask[ys, xs]
    return out
