"""Drawing with text: the few shapes of the charts, as SVG."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence

WIDTH = 1160.0
LEFT = 56.0
RIGHT = 12.0
INNER = WIDTH - LEFT - RIGHT


def text(x: float, y: float, words: str, *, cls: str = "", anchor: str = "start", title: str = "") -> str:
    """A line of text whose base line begins, is centred or ends at (x, y)."""
    tip = f"<title>{html.escape(title)}</title>" if title else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{cls}" text-anchor="{anchor}">{html.escape(words)}{tip}</text>'


def box(x: float, y: float, width: float, height: float, *, cls: str, round_px: float = 0.0, title: str = "") -> str:
    """A rectangle; what has no extent is drawn a hair wide."""
    tip = f"<title>{html.escape(title)}</title>" if title else ""
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 0.8):.1f}" height="{max(height, 0.8):.1f}"'
        f' rx="{round_px:g}" class="{cls}">{tip}</rect>'
    )


def line(x1: float, y1: float, x2: float, y2: float, *, cls: str) -> str:
    """A straight line."""
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{cls}"/>'


def path(points: Iterable[tuple[float, float]], *, cls: str, closed: bool = False) -> str:
    """A line through points, filled up when closed."""
    words = " ".join(f"{'M' if i == 0 else 'L'}{x:.1f} {y:.1f}" for i, (x, y) in enumerate(points))
    return f'<path d="{words}{"Z" if closed else ""}" class="{cls}"/>' if words else ""


def picture(height: float, shapes: Sequence[str], *, label: str, start_s: float = -1.0, end_s: float = -1.0) -> str:
    """An SVG element of the page's width. With times, the page shows on it where the song plays."""
    time = f' data-start="{start_s:.3f}" data-end="{end_s:.3f}"' if end_s > start_s >= 0 else ""
    cursor = f'<line class="cursor" x1="{LEFT:g}" x2="{LEFT:g}" y1="0" y2="{height:g}"/>' if time else ""
    return (
        f'<svg viewBox="0 0 {WIDTH:g} {height:g}" role="img" aria-label="{html.escape(label)}"{time}>'
        + "".join(shapes)
        + cursor
        + "</svg>"
    )


class Scale:
    """Maps values to places on the paper, linearly."""

    def __init__(self, low: float, high: float, from_px: float, to_px: float) -> None:
        self._low, self._from = low, from_px
        self._step = (to_px - from_px) / (high - low) if high > low else 0.0

    def __call__(self, value: float) -> float:
        return self._from + (value - self._low) * self._step
