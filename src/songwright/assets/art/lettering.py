"""The title on the picture: fitted, wrapped, placed where it is calm, in a colour that can be read."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from songwright.assets.words import is_east_asian

from .canvas import SIZE_PX, Canvas, blurred
from .colour import F32, Palette, contrast, luminance

MIN_CONTRAST = 4.5  # WCAG AA for text
_MARGIN = 0.075
_LEADING = 1.16
_ROOM = 0.21  # height of the block where a scene sets the place
_PLACES = ("bottom", "top", "middle")


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Lettering:
    """What was written and how well it stands out; ``text`` is empty when the font had no glyphs for it."""

    text: str
    lines: tuple[str, ...]
    contrast: float  # WCAG ratio of the letters to the picture around them (the poorest tenth)


@lru_cache(maxsize=64)
def _font(size_px: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.load_default(size=size_px)
    if not isinstance(font, ImageFont.FreeTypeFont):
        raise RuntimeError("this Pillow was built without FreeType; install Pillow from a wheel")
    return font


@lru_cache(maxsize=1024)
def has_glyph(char: str) -> bool:
    """Whether the bundled font can draw ``char`` (its box for missing glyphs does not count)."""
    if char.isspace():
        return True
    drawn = _font(40).getmask(char)
    return drawn.getbbox() is not None and _dots(drawn) != _dots(_font(40).getmask("\U0010fffd"))


def _dots(mask: Image.core.ImagingCore) -> bytes:
    return bytes(mask)  # pyright: ignore[reportArgumentType] - a sequence, which the stub does not say


def writable(title: str) -> str:
    """The title in letters the font has: accents dropped, quotes straightened; Chinese as pinyin.

    Empty when what is left would not be the title any more.

    >>> writable("Café \u2018Déjà Vu\u2019"), writable("Ночь")
    ("Cafe 'Deja Vu'", '')
    """
    plain = title.translate(_PLAIN)
    if any(is_east_asian(c) and not has_glyph(c) for c in plain):
        plain = _romanised(plain)
    out = "".join(c if has_glyph(c) else _without_accents(c) for c in plain)
    kept = "".join(c for c in out if has_glyph(c))
    wanted, got = sum(c.isalnum() for c in title), sum(c.isalnum() for c in kept)
    return " ".join(kept.split()) if got and got >= 0.7 * wanted else ""


_PLAIN = str.maketrans(
    dict(zip("‘’“”–—\u00a0", "''\"\"-- ", strict=True))
    | {"…": "...", "，": ", ", "。": ". ", "！": "! ", "？": "? "}
    | {"ß": "ss", "ø": "o", "Ø": "O", "æ": "ae", "Æ": "Ae", "œ": "oe", "Œ": "Oe", "ł": "l", "Ł": "L"}
)


def _without_accents(char: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", char) if not unicodedata.combining(c))


def _romanised(text: str) -> str:
    """Han characters in pinyin; text with kana is left alone, since its characters read otherwise."""
    if any("KATAKANA" in unicodedata.name(c, "") or "HIRAGANA" in unicodedata.name(c, "") for c in text):
        return text
    try:
        from pypinyin import Style, lazy_pinyin
    except ImportError:  # an installation without Mandarin
        return text
    return " ".join(lazy_pinyin(text, style=Style.NORMAL)).title()


def write_title(canvas: Canvas, palette: Palette, title: str, *, capitals: bool, place: str = "") -> Lettering:
    """Write ``title`` on the canvas; nothing when it has no letters the font can draw.

    ``place``: "top", "middle" or "bottom" where the scene has room, else the calmest of them.
    """
    text = writable(title)
    if not text:
        return Lettering(text="", lines=(), contrast=21.0)
    text = text.upper() if capitals else text
    lines, size_px, spacing_px = _fit(text, spaced=capitals, height_px=SIZE_PX * (_ROOM if place else 1.0))
    place = place or _calmest(canvas, len(lines), size_px)
    mask = _text_mask(lines, size_px, spacing_px, place)
    return _ink(canvas, palette, mask, text=text, lines=lines)


def _fit(text: str, *, spaced: bool, height_px: float) -> tuple[tuple[str, ...], int, int]:
    """Lines, letter height and letter spacing in pixels: the largest that stays inside the margins."""
    limit = SIZE_PX * (1 - 2 * _MARGIN)
    for size_px in range(126, 24, -3):
        spacing_px = round(size_px * (0.14 if spaced else 0.01))
        lines = _wrap(text, size_px, spacing_px, limit)
        if lines and len(lines) <= (2 if size_px > 84 else 3) and len(lines) * size_px * _LEADING <= height_px:
            return lines, size_px, spacing_px
    words, size_px = text.split(), 30
    kept = text[:60] if len(words) == 1 else text
    cut = _wrap(kept[:110], size_px, 0, limit, cut=True) or (kept[:40],)
    return cut[:4], size_px, 0


def _width(line: str, size_px: int, spacing_px: int) -> float:
    return sum(_font(size_px).getlength(c) for c in line) + spacing_px * (len(line) - 1)


def _wrap(text: str, size_px: int, spacing_px: int, limit: float, *, cut: bool = False) -> tuple[str, ...]:
    """Greedy lines, then evened out; empty when a word is too wide and may not be ``cut``."""
    lines: list[str] = []
    for word in text.split():
        pieces = [word]
        while cut and _width(pieces[-1], size_px, spacing_px) > limit:
            half = len(pieces[-1]) // 2
            pieces[-1:] = [pieces[-1][:half], pieces[-1][half:]]
        for piece in pieces:
            if _width(piece, size_px, spacing_px) > limit:
                return ()
            if lines and _width(lines[-1] + " " + piece, size_px, spacing_px) <= limit:
                lines[-1] += " " + piece
            else:
                lines.append(piece)
    return _evened(lines, size_px, spacing_px) if len(lines) > 1 else tuple(lines)


def _evened(lines: list[str], size_px: int, spacing_px: int) -> tuple[str, ...]:
    """Move last words down while that makes the widest line narrower."""
    best = list(lines)
    for _ in range(12):
        trial = list(best)
        widths = [_width(line, size_px, spacing_px) for line in trial]
        widest = widths.index(max(widths))
        if widest == len(trial) - 1 or " " not in trial[widest]:
            break
        head, _, tail = trial[widest].rpartition(" ")
        trial[widest], trial[widest + 1] = head, tail + " " + trial[widest + 1]
        if max(_width(line, size_px, spacing_px) for line in trial) >= max(widths):
            break
        best = trial
    return tuple(best)


def _block(n_lines: int, size_px: int, place: str) -> tuple[int, int]:
    """First and last pixel row of the text block."""
    height, margin = round(n_lines * size_px * _LEADING), round(SIZE_PX * _MARGIN)
    top = {"top": margin, "middle": (SIZE_PX - height) // 2, "bottom": SIZE_PX - margin - height}[place]
    return top, top + height


def _calmest(canvas: Canvas, n_lines: int, size_px: int) -> str:
    light = luminance(canvas.pixels[::4, ::4])
    scores = {}
    for place, extra in zip(_PLACES, (0.0, 0.01, 0.09), strict=True):
        top, bottom = (row // 4 for row in _block(n_lines, size_px, place))
        scores[place] = float(light[top:bottom].std()) + extra
    return min(_PLACES, key=lambda place: scores[place])


def _text_mask(lines: tuple[str, ...], size_px: int, spacing_px: int, place: str) -> F32:
    scale = 2
    image = Image.new("L", (SIZE_PX * scale, SIZE_PX * scale))
    pen, font = ImageDraw.Draw(image), _font(size_px * scale)
    top, _ = _block(len(lines), size_px, place)
    stroke = max(1, round(size_px * scale * 0.022))
    for number, line in enumerate(lines):
        x = (SIZE_PX - _width(line, size_px, spacing_px)) / 2 * scale
        y = (top + number * size_px * _LEADING) * scale
        for char in line:
            pen.text((x, y), char, font=font, fill=255, stroke_width=stroke, stroke_fill=255)
            x += font.getlength(char) + spacing_px * scale
    return np.asarray(image.reduce(scale), np.float32) / 255


def _ink(canvas: Canvas, palette: Palette, mask: F32, *, text: str, lines: tuple[str, ...]) -> Lettering:
    """Paint the letters light or dark, whichever reads better; quiet the picture behind them until they do."""
    near = blurred(mask, 7) > 0.06
    choices = (palette.paper, palette.ink)
    around = luminance(canvas.pixels[near])
    colour = max(choices, key=lambda c: _ratio(float(luminance(c)), around))
    own = float(luminance(colour))
    veil = np.clip(blurred(np.clip(blurred(mask, 10) * 3, 0, 1), 34) * 1.3, 0, 1)
    other = np.zeros(3, np.float32) + palette.ink * 0.5 if own > 0.5 else palette.paper
    for _ in range(12):
        if _ratio(own, luminance(canvas.pixels[near])) >= MIN_CONTRAST * 1.12:
            break
        canvas.paint(veil * 0.16, other)
    reached = _ratio(own, luminance(canvas.pixels[near]))
    canvas.paint(mask, colour)
    return Lettering(text=text, lines=lines, contrast=reached)


def _ratio(own: float, around: np.ndarray) -> float:
    """Contrast to the poorest tenth of the surroundings."""
    hard = np.quantile(around, 0.9 if own > 0.5 else 0.1)
    return contrast(own, float(hard))
