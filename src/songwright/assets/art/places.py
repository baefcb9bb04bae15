"""Scenes with a horizon: sea, mountains, road, city, night, snow, neon grid."""

from __future__ import annotations

import numpy as np
from PIL import ImageDraw

from .canvas import SIZE_PX, Canvas, blurred, shifted, touched
from .colour import F32, Palette, adjusted, mix


def sea(c: Canvas, p: Palette) -> None:
    """A low sun over water, its light broken into glints."""
    level = float(c.rng.uniform(0.56, 0.66))
    sun_x, radius = float(c.rng.uniform(0.3, 0.7)), float(c.rng.uniform(0.13, 0.19))
    sun_y = level - radius * float(c.rng.uniform(0.15, 0.9))
    sun = mix(p.accent, p.paper, 0.45)
    c.fill([p.deep, mix(p.deep, p.mid, 0.7), p.accent, p.bright], np.clip(c.y / level, 0, 1) ** 1.25 + 0 * c.x)
    c.light(c.halo(sun_x, sun_y, 0.42, 1.4) * 0.55, p.accent)
    c.paint(c.disc(sun_x, sun_y, radius), sun)
    _clouds(c, mix(p.bright, p.paper, 0.4), level)
    _water(c, p, level, sun_x, radius, sun)


def _clouds(c: Canvas, colour: F32, level: float) -> None:
    wisps = np.clip(c.noise(12, 4, stretch=6.0) - 0.54, 0, 1) * 2.6
    c.paint(np.clip(wisps * np.clip(1 - np.abs(c.y / level - 0.62) * 2.2, 0, 1), 0, 0.75), colour)


def _water(c: Canvas, p: Palette, level: float, sun_x: float, radius: float, sun: F32) -> None:
    line = np.full(SIZE_PX, level, np.float32)
    depth = np.clip((c.y - level) / (1 - level), 0, 1)
    water = c.below(line)
    sheet = (1 - depth[..., None]) * mix(p.accent, p.deep, 0.45) + depth[..., None] * p.ink
    c.paint(water, np.broadcast_to(sheet, c.pixels.shape))

    def glints(pen: ImageDraw.ImageDraw, s: float) -> None:
        for _ in range(900):
            d = float(c.rng.random()) ** 1.6
            y = level + 0.004 + d * (0.97 - level)
            spread = radius * (0.35 + 1.5 * d)
            x = sun_x + float(c.rng.normal(0, spread * 0.5))
            half = (0.004 + 0.03 * d) * float(c.rng.uniform(0.4, 1.3))
            thick = (0.0007 + 0.0035 * d) * s
            pen.ellipse(
                [(x - half) * s, y * s - thick, (x + half) * s, y * s + thick], fill=int(c.rng.integers(120, 255))
            )

    c.paint(c.drawn(glints) * 0.85, sun)


def mountains(c: Canvas, p: Palette) -> None:
    """Ridge behind ridge, each paler than the one before it, mist between."""
    sun_x, sun_y = float(c.rng.uniform(0.25, 0.75)), float(c.rng.uniform(0.38, 0.44))
    haze = mix(p.bright, p.paper, 0.35)
    c.fill(
        [mix(p.mid, p.deep, 0.4), mix(p.mid, p.bright, 0.6), haze, mix(haze, p.accent, 0.35)],
        np.clip(c.y / 0.7, 0, 1) + 0 * c.x,
    )
    c.light(c.halo(sun_x, sun_y, 0.3, 1.3) * 0.5, p.paper)
    c.paint(c.disc(sun_x, sun_y, float(c.rng.uniform(0.07, 0.11))), mix(p.paper, p.accent, 0.15))
    layers = 6
    for layer in range(layers):
        t = layer / (layers - 1)
        base = 0.46 + 0.42 * t
        height = base + c.curve(3 + layer, 6, 0.48) * (0.26 - 0.1 * t)
        colour = mix(mix(haze, p.mid, 0.35), p.ink, t**0.85)
        mist = np.clip((c.y - height[None, :]) / 0.22, 0, 1)[..., None] * (0.55 * (1 - t))
        c.paint(c.below(height), colour + (haze - colour) * mist)
    _trees(c, 0.93, p.ink, count=46, tall=0.085)


def _trees(c: Canvas, ground: float, colour: F32, *, count: int, tall: float) -> None:
    def pines(pen: ImageDraw.ImageDraw, s: float) -> None:
        for _ in range(count):
            x, h = float(c.rng.uniform(-0.02, 1.02)), tall * float(c.rng.uniform(0.45, 1.0))
            _pine(pen, s, x, ground + 0.02, h)

    c.paint(c.drawn(pines), colour)


def _pine(pen: ImageDraw.ImageDraw, s: float, x: float, foot: float, h: float) -> None:
    tiers = 6
    for tier in range(tiers):
        top, low = foot - h * (1 - tier * 0.145), foot - h * (0.74 - tier * 0.148)
        half = h * (0.06 + 0.042 * tier)
        pen.polygon([(x * s, top * s), ((x - half) * s, low * s), ((x + half) * s, low * s)], fill=255)
    pen.rectangle([(x - h * 0.02) * s, (foot - h * 0.12) * s, (x + h * 0.02) * s, (foot + 0.05) * s], fill=255)


def road(c: Canvas, p: Palette) -> None:
    """A road running into the light."""
    level, vx = float(c.rng.uniform(0.5, 0.58)), float(c.rng.uniform(0.4, 0.6))
    c.fill([p.ink, p.deep, p.accent, mix(p.accent, p.paper, 0.55)], np.clip(c.y / level, 0, 1) ** 1.5 + 0 * c.x)
    c.light(c.halo(vx, level, 0.3, 1.2) * 0.8, mix(p.accent, p.paper, 0.5))
    c.paint(c.disc(vx, level - 0.035, 0.11), mix(p.paper, p.accent, 0.2))
    _stars(c, p.paper, 260, lowest=level * 0.6)
    for layer, (amount, bumps) in enumerate(((0.12, 4), (0.09, 6))):
        height = level - 0.01 - 0.02 * (1 - layer) + np.minimum(0.0, c.curve(bumps, 5) * amount - 0.02)
        c.paint(c.below(height), mix(p.deep, p.ink, 0.35 + 0.4 * layer))
    line = np.full(SIZE_PX, level, np.float32)
    ground = np.clip((c.y - level) / (1 - level), 0, 1)[..., None]
    c.paint(c.below(line), np.broadcast_to(mix(p.deep, p.accent, 0.25) * (1 - ground) + p.ink * ground, c.pixels.shape))
    c.paint(c.polygon([(vx - 0.006, level), (vx + 0.006, level), (0.98, 1.02), (0.02, 1.02)]), mix(p.ink, p.deep, 0.25))
    for edge in (0.05, 0.95):
        c.paint(
            c.polygon([(vx, level), (edge - 0.012, 1.02), (edge + 0.012, 1.02)]) * 0.85, mix(p.bright, p.paper, 0.5)
        )
    near = 1.0
    for _ in range(11):
        far = near * 0.74
        ys = [level + (1.02 - level) * d**1.35 for d in (far + (near - far) * 0.42, near)]
        xs = [vx + (0.5 - vx) * d**1.35 for d in (far + (near - far) * 0.42, near)]
        half = [0.011 * ((y - level) / (1 - level)) for y in ys]
        quad = [(xs[0] - half[0], ys[0]), (xs[0] + half[0], ys[0]), (xs[1] + half[1], ys[1]), (xs[1] - half[1], ys[1])]
        c.paint(c.polygon(quad), p.accent)
        near = far


def _stars(c: Canvas, colour: F32, count: int, *, lowest: float) -> None:
    layer = np.zeros((SIZE_PX, SIZE_PX), np.float32)
    xs = c.rng.integers(2, SIZE_PX - 2, count)
    ys = (c.rng.random(count) ** 1.2 * lowest * (SIZE_PX - 4)).astype(np.int64) + 2
    brightness = c.rng.random(count) ** 3
    layer[ys, xs] = 0.3 + 0.7 * brightness
    for x, y, b in zip(xs.tolist(), ys.tolist(), brightness.tolist(), strict=True):
        if b > 0.55:
            layer[y - 1 : y + 2, x] = layer[y, x - 1 : x + 2] = b
            layer[y, x] = 1.0
    c.light(layer, colour)
    c.light(blurred(layer, 2.5) * 3, colour)


def night(c: Canvas, p: Palette) -> None:
    """Stars, a band of light across them, a thin moon, dark hills."""
    c.fill([p.ink, mix(p.ink, p.deep, 0.8), p.deep, mix(p.mid, p.accent, 0.4)], c.y**1.3 + 0 * c.x)
    tilt = float(c.rng.uniform(-0.7, 0.7))
    across = (c.y - 0.42) - tilt * (c.x - 0.5)
    band = np.exp(-((across / 0.16) ** 2)) * (0.25 + 0.9 * c.noise(5, 6))
    c.light((band * 0.42).astype(np.float32), mix(p.mid, p.accent, 0.5))
    c.shade((np.exp(-(((across - 0.02) / 0.05) ** 2)) * np.clip(c.noise(7, 5) - 0.35, 0, 1)).astype(np.float32), 0.55)
    _stars(c, p.paper, 1500, lowest=0.85)
    x, y, r = float(c.rng.choice([0.24, 0.76])), float(c.rng.uniform(0.2, 0.3)), 0.075
    c.light(c.halo(x, y, 0.2, 1.2) * 0.35, p.bright)
    crescent = np.clip(c.disc(x, y, r) - c.disc(x + r * 0.42, y - r * 0.16, r * 0.92), 0, 1)
    c.paint(crescent, mix(p.paper, p.accent, 0.12))
    for layer in range(3):
        height = 0.79 + 0.07 * layer + c.curve(3 + layer, 5) * 0.1
        c.paint(c.below(height), mix(mix(p.deep, p.ink, 0.5), p.ink * 0.6, layer / 2))
    _trees(c, 0.96, p.ink * 0.5, count=60, tall=0.12)


def snow(c: Canvas, p: Palette) -> None:
    """A winter night: moon, snow on the hills, firs, one of them lit, flakes near and far."""
    cold = mix(p.deep, adjusted(p.deep, lightness=0.3, turn_deg=12), 0.5)
    c.fill([p.ink, cold, mix(cold, p.mid, 0.5), mix(p.mid, p.bright, 0.5)], np.clip(c.y / 0.75, 0, 1) + 0 * c.x)
    _stars(c, p.paper, 420, lowest=0.5)
    moon_x = float(c.rng.choice([0.22, 0.78]))
    c.light(c.halo(moon_x, 0.4, 0.24, 1.2) * 0.5, p.paper)
    c.paint(c.disc(moon_x, 0.4, 0.058), p.paper)
    white = adjusted(p.paper, lightness=0.95, chroma_factor=0.5)
    for layer in range(3):
        height = 0.66 + 0.09 * layer + c.curve(2 + layer, 2, 0.3) * 0.09
        shadow = np.clip((c.y - height[None, :]) / 0.26, 0, 1)[..., None]
        top = mix(cold, white, 0.55 + 0.2 * layer)
        c.paint(c.below(height), top + (mix(cold, white, 0.25 + 0.2 * layer) - top) * shadow)
        _trees(
            c,
            0.675 + 0.09 * layer,
            mix(cold, p.ink, 0.35 + 0.3 * layer),
            count=22 - 6 * layer,
            tall=0.13 + 0.05 * layer,
        )
    _lit_fir(c, p, 1.0 - moon_x + float(c.rng.uniform(-0.06, 0.06)), 0.93, 0.46, white)
    _flakes(c, white)


def _lit_fir(c: Canvas, p: Palette, x: float, foot: float, h: float, white: F32) -> None:
    c.light(c.halo(x, foot - h * 0.45, h * 0.7, 1.6) * 0.4, p.accent)
    tree = c.drawn(lambda pen, s: _pine(pen, s, x, foot, h))
    c.paint(tree, mix(p.ink, p.deep, 0.35))
    edge = np.clip(tree - shifted(tree, 3, 7), 0, 1)
    c.paint(edge * 0.85, white)
    lights = np.zeros((SIZE_PX, SIZE_PX), np.float32)
    for row in range(9):
        t = (row + 1) / 10
        half = h * (0.04 + 0.235 * t)
        for k in range(2 + row):
            u = (k + 0.5) / (2 + row) * 2 - 1
            lx, ly = x + u * half * 0.8, foot - h * (0.95 - 0.8 * t) + 0.018 * (1 - u * u)
            bulb = c.disc(lx, ly, 0.0045 + 0.002 * ((row + k) % 3 == 0))
            box = touched(bulb)
            lights[box] = np.maximum(lights[box], bulb[box])
    lights *= blurred(tree, 4) > 0.4
    warm = adjusted(p.accent, lightness=0.87, chroma_factor=0.95)
    c.light(blurred(lights, 9) * 3.2, warm)
    c.paint(lights, mix(warm, white, 0.5))
    c.light(c.halo(x, foot - h, 0.07, 1.1), warm)
    points = []
    for k in range(10):
        r, a = (0.026 if k % 2 == 0 else 0.0105), np.pi * (k / 5 - 0.5)
        points.append((x + r * float(np.cos(a)), foot - h + r * float(np.sin(a))))
    c.paint(c.polygon(points), mix(warm, white, 0.6))


def _flakes(c: Canvas, white: F32) -> None:
    for count, radius, blur, amount in ((420, 0.0016, 0.6, 0.9), (130, 0.0034, 1.4, 0.8), (26, 0.0095, 6.0, 0.55)):
        xs, ys, sizes = c.rng.random(count), c.rng.random(count), c.rng.uniform(0.6, 1.4, count)

        def flakes(
            pen: ImageDraw.ImageDraw, s: float, r: float = radius, at: tuple[F32, ...] = (xs, ys, sizes)
        ) -> None:
            for x, y, k in zip(*(a.tolist() for a in at), strict=True):
                pen.ellipse([(x - r * k) * s, (y - r * k) * s, (x + r * k) * s, (y + r * k) * s], fill=255)

        c.paint(blurred(c.drawn(flakes), blur) * amount, white)


def city(c: Canvas, p: Palette) -> None:
    """A skyline at dusk with lit windows."""
    c.fill(
        [p.ink, p.deep, mix(p.mid, p.accent, 0.5), p.accent, mix(p.bright, p.accent, 0.4)],
        np.clip(c.y / 0.85, 0, 1) + 0 * c.x,
    )
    _stars(c, p.paper, 220, lowest=0.4)
    x, y = float(c.rng.uniform(0.25, 0.75)), float(c.rng.uniform(0.42, 0.5))
    c.light(c.halo(x, y, 0.3, 1.4) * 0.45, mix(p.accent, p.paper, 0.5))
    c.paint(c.disc(x, y, 0.12), mix(p.paper, p.accent, 0.35))
    for layer in range(3):
        t = layer / 2
        body = mix(mix(p.mid, p.deep, 0.55), p.ink * 0.75, 0.15 + 0.85 * t)
        houses = _houses(c, base=0.60 + 0.1 * t, vary=0.17 - 0.03 * t, width=(0.045 + 0.02 * t, 0.1 + 0.03 * t))
        c.paint(
            c.drawn(lambda pen, s, hs=houses: _blocks(pen, s, hs)),
            body,
        )
        if layer:
            _windows(c, houses, mix(p.bright, p.accent, 0.35), size=0.0042 + 0.002 * t)
    fog = np.clip((c.y - 0.72) / 0.28, 0, 1) * (0.5 + 0.5 * c.noise(4, 4, stretch=3.0))
    c.paint((fog * 0.35).astype(np.float32), mix(p.deep, p.accent, 0.3))


def _blocks(pen: ImageDraw.ImageDraw, s: float, houses: list[tuple[float, float, float]]) -> None:
    for left, right, top in houses:
        pen.rectangle([left * s, top * s, right * s, s], fill=255)


def _houses(c: Canvas, *, base: float, vary: float, width: tuple[float, float]) -> list[tuple[float, float, float]]:
    houses, x = [], -0.02
    while x < 1.0:
        w = float(c.rng.uniform(*width))
        houses.append((x, x + w, base - vary * float(c.rng.random()) ** 1.6 + 0.08 * float(c.rng.random())))
        x += w + (0.006 if c.rng.random() < 0.3 else 0.0)
    return houses


def _windows(c: Canvas, houses: list[tuple[float, float, float]], colour: F32, *, size: float) -> None:
    def panes(pen: ImageDraw.ImageDraw, s: float) -> None:
        for left, right, top in houses:
            lit = float(c.rng.uniform(0.12, 0.5))
            columns = max(1, int((right - left - 2 * size) / (size * 2.6)))
            gap = (right - left) / (columns + 0.5)
            y = top + size * 3
            while y < 1.0:
                for k in range(columns):
                    if c.rng.random() < lit:
                        x = left + gap * (k + 0.5)
                        pen.rectangle(
                            [x * s, y * s, (x + size) * s, (y + size * 1.7) * s], fill=int(c.rng.integers(130, 256))
                        )
                y += size * 4.2

    mask = c.drawn(panes)
    c.paint(mask * 0.95, colour)
    c.light(blurred(mask, 7) * 0.7, colour)


def neon(c: Canvas, p: Palette) -> None:
    """A striped sun over a grid that runs to the horizon."""
    level, sun_x, radius = 0.62, 0.5, float(c.rng.uniform(0.19, 0.22))
    sun_y = level - radius * 0.5
    c.fill([p.ink, p.ink, mix(p.deep, p.ink, 0.2), mix(p.deep, p.accent, 0.55)], np.clip(c.y / level, 0, 1) + 0 * c.x)
    _stars(c, p.paper, 420, lowest=0.5)
    c.light(c.halo(sun_x, sun_y, radius * 1.6, 1.8) * 0.55, p.accent)
    place = np.clip((c.y - sun_y + radius) / (2 * radius), 0, 1)
    stripes = 1.0 - ((place * 11.0) % 1.0 < (place - 0.38) * 0.95) * (place > 0.42)
    colours = (1 - place)[..., None] * adjusted(p.bright, lightness=0.9) + place[..., None] * p.accent
    c.paint(c.disc(sun_x, sun_y, radius) * blurred((stripes + 0 * c.x).astype(np.float32), 0.7), colours)
    rise = np.abs(np.linspace(-1, 1, SIZE_PX)).astype(np.float32)
    for layer in range(2):
        height = level - np.clip(rise - 0.28 + 0.16 * layer, 0, 1) * (0.22 - 0.09 * layer) * (
            1 + c.curve(9, 4, 0.6) * 1.1
        )
        c.paint(c.below(np.minimum(height, level)), mix(p.deep, p.ink, 0.45 + 0.4 * layer))
    _grid(c, p, level)


def _grid(c: Canvas, p: Palette, level: float) -> None:
    line = np.full(SIZE_PX, level, np.float32)
    depth = np.clip((c.y - level) / (1 - level), 0, 1)[..., None]
    c.paint(c.below(line), np.broadcast_to(mix(p.deep, p.accent, 0.35) * (1 - depth) + p.ink * depth, c.pixels.shape))

    def lines(pen: ImageDraw.ImageDraw, s: float) -> None:
        for k in range(-16, 17):
            pen.line([((0.5 + k * 0.022) * s, level * s), ((0.5 + k * 0.20) * s, 1.02 * s)], fill=255, width=5)
        for k in range(16):
            y = level + (1.02 - level) * (1 / (1 + 0.32 * k)) ** 1.7
            pen.line([(0, y * s), (s, y * s)], fill=255, width=max(2, round(6 / (1 + 0.2 * k))))

    mask = c.drawn(lines)
    glow = adjusted(p.accent, lightness=0.8)
    c.light(blurred(mask, 6) * 1.3, glow)
    c.paint(mask * 0.9, mix(glow, p.paper, 0.3))
    c.light(np.exp(-(((c.y - level) / 0.012) ** 2)) + 0 * c.x, glow)
