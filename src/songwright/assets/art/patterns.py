"""Scenes without a place: paper waves, rings, tiles, blobs, flow lines, ridgelines, dots, petals, rain lights."""

from __future__ import annotations

import numpy as np
from PIL import ImageDraw

from .canvas import SIZE_PX, Canvas, blurred, shifted, touched
from .colour import F32, Palette, adjusted, gradient, mix


def _paper(c: Canvas, mask: F32, colour: F32, *, depth: float = 1.0) -> None:
    """A sheet of paper laid on top: soft shadow under it, a hint of light on its edge."""
    c.shade(blurred(shifted(mask, 0, round(-7 * depth)), 16 * depth) * (1 - mask), 0.5)
    c.paint(mask, colour)
    c.light(np.clip(mask - shifted(mask, 0, 3), 0, 1) * 0.22, np.ones(3, np.float32))


def waves(c: Canvas, p: Palette) -> None:
    """Cut paper in long waves, from the far and pale to the near and dark."""
    upward = bool(c.rng.random() < 0.5)
    ramp = [p.paper, p.bright, p.accent, p.mid, p.deep, p.ink]
    ramp = ramp if upward else [p.ink, p.deep, p.mid, p.accent, p.bright, p.paper]
    c.fill([ramp[0], mix(ramp[0], ramp[1], 0.6)])
    if c.rng.random() < 0.75:
        sun = c.disc(float(c.rng.uniform(0.3, 0.7)), float(c.rng.uniform(0.26, 0.34)), float(c.rng.uniform(0.12, 0.17)))
        _paper(c, sun, p.accent if upward else p.bright, depth=0.7)
    layers = 8
    phase, x = float(c.rng.uniform(0, 6.28)), c.x[0]
    for layer in range(layers):
        t = (layer + 1) / layers
        swell = (
            np.sin(x * (4.2 + 0.7 * layer) + phase + layer * 1.9) * 0.04 + np.sin(x * 9.1 + layer * 2.7 + phase) * 0.012
        )
        height = (0.36 + 0.60 * (layer / layers) + swell + 0.05 * (x - 0.5) * np.cos(layer * 2.1)).astype(np.float32)
        _paper(c, c.below(height), gradient(ramp, np.float32(0.12 + 0.88 * t)))


def rings(c: Canvas, p: Palette, *, heart: bool = False) -> None:
    """Holes in a stack of paper, one inside the other."""
    stops = [p.ink, p.deep, p.mid, p.accent, p.bright, p.paper]
    if c.rng.random() < 0.4:
        stops = stops[::-1]
    layers = 9
    cx, cy = (0.5, 0.5) if heart else (float(c.rng.uniform(0.4, 0.6)), float(c.rng.uniform(0.42, 0.56)))
    angle = np.arctan2(c.y - cy, c.x - cx)
    radius = np.hypot(c.y - cy, c.x - cx)
    reach = _heart(angle) if heart else 1.0
    c.fill([stops[-1], stops[-1]])
    for layer in range(layers):
        t = layer / (layers - 1)
        size = 0.14 + 0.50 * t
        wobble = sum(
            float(c.rng.uniform(0.3, 1.0)) * np.cos(k * angle + float(c.rng.uniform(0, 6.28))) / k for k in (2, 3, 4, 5)
        )
        edge = size * reach * (1 + (0.015 if heart else 0.075) * wobble)
        sheet = np.clip((radius - edge) * SIZE_PX * 0.8 + 0.5, 0, 1).astype(np.float32)
        c.shade(blurred(shifted(sheet, 5, 9), 15) * (1 - sheet), 0.42)
        c.paint(sheet, gradient(stops, np.float32(1 - (layer + 1) / layers)))


def _heart(angle: F32) -> F32:
    """Radius of a heart per direction (1 on average): a table of its outline."""
    t = np.linspace(0, 2 * np.pi, 2000)
    x = 16 * np.sin(t) ** 3
    y = -(13 * np.cos(t) - 5 * np.cos(2 * t) - 2 * np.cos(3 * t) - np.cos(4 * t)) - 1.5
    turn, reach = np.arctan2(y, x), np.hypot(x, y) / 14.0
    order = np.argsort(turn)
    return np.interp(angle, turn[order], reach[order], period=2 * np.pi).astype(np.float32)


def heart(c: Canvas, p: Palette) -> None:
    """Rings in the shape of a heart."""
    rings(c, p, heart=True)


def tiles(c: Canvas, p: Palette) -> None:
    """Circles, quarters and bars on a grid."""
    n = int(c.rng.choice([4, 4, 5]))
    colours = [p.ink, p.deep, p.mid, p.bright, p.paper, p.accent, p.accent]
    c.fill([p.ink, p.ink])
    size = 1 / n
    for row in range(n - 1):  # the last row stays plain: room for a title
        for column in range(n):
            back, front, third = (colours[int(k)] for k in c.rng.permutation(len(colours) - 1)[:3])
            x, y = column * size, row * size
            c.paint(_rect(c, x, y, x + size, y + size), back)
            _tile(c, x, y, size, front, third, kind=int(c.rng.integers(0, 7)))
    c.paint(_rect(c, 0, 1 - size, 1, 1), (p.paper, p.accent, p.ink, p.deep)[int(c.rng.integers(0, 4))])


def _rect(c: Canvas, left: float, top: float, right: float, bottom: float) -> F32:
    return c.polygon([(left, top), (right, top), (right, bottom), (left, bottom)])


def _tile(c: Canvas, x: float, y: float, size: float, front: F32, third: F32, *, kind: int) -> None:
    box = _rect(c, x, y, x + size, y + size)
    corner = int(c.rng.integers(0, 4))
    cx, cy = x + size * (corner % 2), y + size * (corner // 2)
    if kind in (0, 1):
        c.paint(box * c.disc(cx, cy, size), front)
        if kind == 1:
            c.paint(box * c.disc(cx, cy, size * 0.5), third)
    elif kind == 2:
        c.paint(c.disc(x + size / 2, y + size / 2, size * 0.36), front)
        c.paint(c.disc(x + size / 2, y + size / 2, size * 0.16), third)
    elif kind == 3:
        c.paint(box * c.disc(x + size / 2, y + size * (corner % 2), size / 2), front)
        c.paint(box * c.disc(x + size / 2, y + size * (corner % 2), size * 0.22), third)
    elif kind == 4:
        for k in range(4):
            low, high = (k + 0.25) * size / 4, (k + 0.75) * size / 4
            bar = (x + low, y, x + high, y + size) if corner % 2 else (x, y + low, x + size, y + high)
            c.paint(_rect(c, *bar), front)
    elif kind == 5:
        c.paint(c.polygon([(cx, cy), (x + size * (1 - corner % 2), cy), (cx, y + size * (1 - corner // 2))]), front)
    else:
        for r, colour in ((1.0, front), (0.76, third), (0.52, front), (0.28, third)):
            c.paint(box * c.disc(cx, cy, size * r), colour)


def blobs(c: Canvas, p: Palette) -> None:
    """Colours running into each other, a pale disc floating over them."""
    c.fill([p.deep, p.mid])
    for k in range(9):
        colour = (p.accent, p.bright, p.deep, p.mid, p.ink)[k % 5]
        x, y, r = c.rng.uniform(-0.1, 1.1), c.rng.uniform(-0.1, 1.1), c.rng.uniform(0.22, 0.42)
        c.paint(c.halo(float(x), float(y), float(r), 2.2) * 0.9, colour)
    warp = c.noise(2, 2)
    cx, cy, r = float(c.rng.uniform(0.38, 0.62)), float(c.rng.uniform(0.34, 0.5)), float(c.rng.uniform(0.2, 0.27))
    disc = c.disc(cx, cy, r)
    shine = np.clip((c.y - cy + r) / (2 * r) * 0.8 + (warp - 0.5) * 0.5, 0, 1)
    c.shade(blurred(shifted(disc, 14, 26), 34) * (1 - disc), 0.4)
    c.paint(disc, gradient([p.paper, p.bright, p.accent, p.deep], shine.astype(np.float32)))


def flow(c: Canvas, p: Palette) -> None:
    """Threads carried by a slow current."""
    c.fill([p.ink, mix(p.ink, p.deep, 0.7)])
    angle = (c.noise(2, 2) - 0.5) * 5.2 + float(c.rng.uniform(0, 6.28))
    colours, n_steps, step = (p.mid, p.accent, p.bright, p.paper, p.accent), 90, 0.0052
    for k, colour in enumerate(colours):
        count = 230 if k < 3 else 80
        x, y = c.rng.uniform(-0.15, 1.15, count), c.rng.uniform(-0.15, 1.15, count)
        path = np.empty((n_steps, count, 2))
        for i in range(n_steps):
            path[i, :, 0], path[i, :, 1] = x, y
            column = np.clip((x * SIZE_PX).astype(int), 0, SIZE_PX - 1)
            row = np.clip((y * SIZE_PX).astype(int), 0, SIZE_PX - 1)
            x, y = x + np.cos(angle[row, column]) * step, y + np.sin(angle[row, column]) * step
        widths = c.rng.choice([2, 3, 4, 7, 12] if k < 3 else [2, 3, 4], count)

        def threads(pen: ImageDraw.ImageDraw, s: float, at: F32 = path, wide: F32 = widths) -> None:
            for j in range(at.shape[1]):
                pen.line([(px * s, py * s) for px, py in at[:, j]], fill=235, width=int(wide[j]), joint="curve")

        mask = c.drawn(threads)
        c.shade(blurred(shifted(mask, 2, 4), 5), 0.4)
        c.paint(mask, colour)


def ridgelines(c: Canvas, p: Palette) -> None:
    """Line over line, each hiding the one behind it, swelling in the middle."""
    light = bool(c.rng.random() < 0.3)
    back = p.paper if light else p.ink
    c.fill([back, back])
    inks = [p.deep, p.accent, p.mid] if light else [p.bright, p.accent, p.mid]
    lines, x = 34, np.linspace(0.13, 0.87, 300)
    middle = float(c.rng.uniform(0.44, 0.56))
    for k in range(lines):
        t = k / (lines - 1)
        centre = middle + 0.05 * np.sin(t * 5)
        swell = np.exp(-(((x - centre) / 0.13) ** 2)) + 0.03
        rise = np.interp(x, c.x[0], np.abs(c.curve(13, 3, 0.55))) * 0.27 * swell
        y = 0.19 + 0.55 * t - rise
        outline = list(zip(x.tolist(), y.tolist(), strict=True))
        bottom = 0.195 + 0.55 * t + 0.02
        c.paint(c.polygon([*outline, (0.87, bottom), (0.13, bottom)]), back)

        def stroke(pen: ImageDraw.ImageDraw, s: float, at: list[tuple[float, float]] = outline) -> None:
            pen.line([(px * s, py * s) for px, py in at], fill=255, width=8, joint="curve")

        c.paint(c.drawn(stroke), mix(gradient(inks, np.float32(t)), p.ink if light else p.paper, 0.12))


def dots(c: Canvas, p: Palette) -> None:
    """A sun printed in dots that grow towards the ground, over a flat ground of a second ink."""
    dark = bool(c.rng.random() < 0.5)
    back, ink = (p.ink, p.accent) if dark else (p.paper, p.accent)
    c.fill([back, back])
    cx, cy, size = float(c.rng.uniform(0.4, 0.6)), float(c.rng.uniform(0.38, 0.44)), float(c.rng.uniform(0.29, 0.34))
    turn, cell = float(c.rng.uniform(0.2, 0.9)), 0.0235
    u = (c.x * np.cos(turn) + c.y * np.sin(turn)) / cell
    v = (c.y * np.cos(turn) - c.x * np.sin(turn)) / cell
    centre_y = (np.round(u) * np.sin(turn) + np.round(v) * np.cos(turn)) * cell
    centre_x = (np.round(u) * np.cos(turn) - np.round(v) * np.sin(turn)) * cell
    distance = np.hypot(u - np.round(u), v - np.round(v))
    inside = np.hypot(centre_x - cx, centre_y - cy) < size
    radius = 0.12 + 0.62 * np.clip((centre_y - cy + size) / (2 * size), 0, 1)
    disc = np.clip((radius - distance) * cell * SIZE_PX + 0.5, 0, 1) * inside
    c.paint(disc.astype(np.float32), ink)
    small = np.clip((0.14 * np.clip(1.6 - centre_y, 0, 1) - distance) * cell * SIZE_PX + 0.5, 0, 1) * ~inside
    c.paint((small * 0.55).astype(np.float32), mix(back, p.mid, 0.75))
    slope = (c.rng.uniform(-0.05, 0.05) * (c.x[0] - 0.5) + 0.69).astype(np.float32)
    c.paint(c.below(slope), p.deep)
    c.paint(c.below(slope + 0.012) - c.below(slope + 0.018), mix(p.deep, p.bright, 0.8))


def petals(c: Canvas, p: Palette) -> None:
    """A flower of translucent leaves."""
    dark = bool(c.rng.random() < 0.55)
    c.fill([p.ink, p.deep] if dark else [p.paper, mix(p.paper, p.bright, 0.7)])
    cx, cy = 0.5, float(c.rng.uniform(0.42, 0.47))
    radius = np.hypot(c.y - cy, c.x - cx)
    for layer, colour in enumerate((p.mid, p.accent, p.bright, p.accent, p.paper)):
        n, turn, size = int(c.rng.integers(7, 12)), float(c.rng.uniform(0, 6.28)), 0.36 - 0.066 * layer
        shade = np.clip(radius / size, 0, 1)[..., None]
        tint = (mix(colour, p.deep, 0.5) * (1 - shade) + colour * shade).astype(np.float32)
        for k in range(n):
            leaf, vein = _leaf(c, cx, cy, turn + 2 * np.pi * k / n, size, 2.6 / n)
            c.shade(blurred(shifted(leaf, 2, 5), 7) * (1 - leaf), 0.25)
            c.paint(leaf * 0.88, tint)
            c.paint(vein * 0.35, mix(colour, p.paper, 0.5))
    c.paint(c.disc(cx, cy, 0.036), adjusted(p.bright, lightness=0.86))
    c.paint(c.disc(cx, cy, 0.024), p.accent)


def _leaf(c: Canvas, cx: float, cy: float, turn: float, size: float, plump: float) -> tuple[F32, F32]:
    """Masks of a pointed leaf growing from a point, and of its middle vein."""
    along = np.linspace(0, 1, 40)
    half = size * plump * np.sin(np.pi * along**0.8) ** 0.75 * 0.62
    cos, sin = float(np.cos(turn)), float(np.sin(turn))

    def placed(r: np.ndarray, side: np.ndarray) -> list[tuple[float, float]]:
        return list(zip((cx + r * cos - side * sin).tolist(), (cy + r * sin + side * cos).tolist(), strict=True))

    outline = placed(along * size, half) + placed(along[::-1] * size, -half[::-1])
    thin = np.full(2, 0.0011)
    ends = np.array([0.12, 0.86]) * size
    return c.polygon(outline), c.polygon(placed(ends, thin) + placed(ends[::-1], -thin))


def rain(c: Canvas, p: Palette) -> None:
    """Lights of a street through a wet window."""
    c.fill([p.ink, p.deep, mix(p.deep, p.ink, 0.6)])
    c.light(c.halo(float(c.rng.uniform(0.2, 0.8)), 0.7, 0.5, 1.5) * 0.3, p.accent)
    for colour in (p.accent, p.bright, p.mid, mix(p.accent, p.paper, 0.5)):
        glow, rim = np.zeros((SIZE_PX, SIZE_PX), np.float32), np.zeros((SIZE_PX, SIZE_PX), np.float32)
        for _ in range(13):
            x, y = float(c.rng.random()), float(np.clip(c.rng.normal(0.68, 0.16), 0, 1))
            r, strength = float(c.rng.uniform(0.016, 0.062)), float(c.rng.uniform(0.22, 0.62))
            disc = c.disc(x, y, r)
            box = touched(disc)
            glow[box] = 1 - (1 - glow[box]) * (1 - disc[box] * strength)
            rim[box] = np.maximum(rim[box], (disc - c.disc(x, y, r * 0.9))[box] * strength)
        c.light(blurred(glow, 3) + blurred(rim, 2) * 0.35, colour)

    def trails(pen: ImageDraw.ImageDraw, s: float) -> None:
        for _ in range(150):
            x, y, h = c.rng.random(), c.rng.uniform(-0.1, 1.0), c.rng.uniform(0.02, 0.16)
            pen.line(
                [(x * s, y * s), ((x + 0.002) * s, (y + h) * s)],
                fill=int(c.rng.integers(40, 130)),
                width=int(c.rng.integers(1, 4)),
            )
        for _ in range(420):
            x, y, r = c.rng.random(), c.rng.random(), c.rng.uniform(0.0008, 0.0042)
            pen.ellipse([(x - r) * s, (y - r) * s, (x + r) * s, (y + r * 1.3) * s], fill=int(c.rng.integers(70, 200)))

    mask = c.drawn(trails)
    c.shade(shifted(mask, 1, 2) * 0.7, 0.4)
    c.light(mask * 0.42, p.paper)
