"""The title on the picture: fitted, wrapped, placed where it is calm, in a colour that can be read."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from songwright.assets.words import is_east_asian

from .canvas import SIZE_PX, Canvas, blurred
from .colour import F32, Palette, contrast, luminance
from .typeface import Family, ascent_px, families

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


@dataclass(frozen=True, kw_only=True, slots=True)
class Hand:
    """Writes a title letter by letter, each with the first family that has it."""

    families: tuple[Family, ...]

    def font(self, char: str, size_px: int) -> ImageFont.FreeTypeFont | None:
        """The font for ``char``; None when no family has it."""
        return next((f for family in self.families if (f := family.font(char, size_px)) is not None), None)

    def has(self, char: str) -> bool:
        """Whether ``char`` can be drawn (the box for missing letters does not count)."""
        return char.isspace() or self.font(char, 40) is not None

    def advance(self, char: str, size_px: int) -> float:
        """Pixels from ``char`` to the next letter."""
        font = self.font(char, size_px)
        return 0.0 if font is None else font.getlength(char)


def hand_for(title: str) -> Hand:
    """A hand whose families fit the letters of ``title``."""
    return Hand(families=families(unicodedata.normalize("NFC", title)))


def writable(title: str, hand: Hand | None = None) -> str:
    """The title in letters the hand has; for those it lacks: no accents, straight quotes, Chinese as pinyin.

    Empty when what is left would not be the title any more.

    >>> from .typeface import OWN
    >>> own = Hand(families=(OWN,))
    >>> writable("Café \u2013 Déjà Vu", own), writable("Ночь", own)
    ('Cafe - Deja Vu', '')
    """
    text, hand = unicodedata.normalize("NFC", title), hand or hand_for(title)
    if any(unicodedata.name(c, "").startswith("CJK UNIFIED") and not hand.has(c) for c in text):
        text = _romanised(text)
    out = "".join(c if hand.has(c) else _plainer(c, hand) for c in text)
    kept = "".join(c for c in out if hand.has(c))
    wanted, got = sum(c.isalnum() for c in title), sum(c.isalnum() for c in kept)
    return " ".join(kept.split()) if got and got >= 0.7 * wanted else ""


_PLAIN = str.maketrans(
    dict(zip("‘’“”–—\u00a0", "''\"\"-- ", strict=True))
    | {"…": "...", "，": ", ", "。": ". ", "！": "! ", "？": "? "}
    | {"ß": "ss", "ø": "o", "Ø": "O", "æ": "ae", "Æ": "Ae", "œ": "oe", "Œ": "Oe", "ł": "l", "Ł": "L"}
)


def _plainer(char: str, hand: Hand) -> str:
    """What stands for a letter the hand lacks."""
    plain = char.translate(_PLAIN)
    if all(map(hand.has, plain)):
        return plain
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
    hand = hand_for(title)
    text = writable(_capitals(title) if capitals else title, hand)
    if not text:
        return Lettering(text="", lines=(), contrast=21.0)
    lines, size_px, spacing_px = _fit(text, hand, spaced=capitals, height_px=SIZE_PX * (_ROOM if place else 1.0))
    place = place or _calmest(canvas, len(lines), size_px)
    mask = _text_mask(lines, hand, size_px, spacing_px, place)
    return _ink(canvas, palette, mask, text=text, lines=lines)


def _capitals(title: str) -> str:
    """Capital letters; Greek ones carry no stress mark."""
    text = unicodedata.normalize("NFD", title.upper())
    pieces = [c for at, c in enumerate(text) if not (c == "\u0301" and at and "Α" <= text[at - 1] <= "Ω")]
    return unicodedata.normalize("NFC", "".join(pieces))


def _fit(text: str, hand: Hand, *, spaced: bool, height_px: float) -> tuple[tuple[str, ...], int, int]:
    """Lines, letter height and letter spacing in pixels: the largest that stays inside the margins."""
    limit = SIZE_PX * (1 - 2 * _MARGIN)
    for size_px in range(126, 24, -3):
        spacing_px = round(size_px * (0.14 if spaced else 0.01))
        lines = _wrap(text, hand, size_px, spacing_px, limit)
        if lines and len(lines) <= (2 if size_px > 84 else 3) and len(lines) * size_px * _LEADING <= height_px:
            return lines, size_px, spacing_px
    words, size_px = text.split(), 30
    kept = text[:60] if len(words) == 1 else text
    cut = _wrap(kept[:110], hand, size_px, 0, limit, cut=True) or (kept[:40],)
    return cut[:4], size_px, 0


def _width(line: str, hand: Hand, size_px: int, spacing_px: int) -> float:
    return sum(hand.advance(c, size_px) for c in line) + spacing_px * (len(line) - 1)


def _wrap(text: str, hand: Hand, size_px: int, spacing_px: int, limit: float, *, cut: bool = False) -> tuple[str, ...]:
    """Greedy lines, then evened out; empty when a word is too wide and may not be ``cut``.

    Chinese and Japanese have no spaces and may always be cut.
    """
    lines: list[str] = []

    def width(line: str) -> float:
        return _width(line, hand, size_px, spacing_px)

    for word in text.split():
        pieces = [word]
        while (cut or is_east_asian(word[0])) and len(pieces[-1]) > 1 and width(pieces[-1]) > limit:
            half = len(pieces[-1]) // 2
            pieces[-1:] = [pieces[-1][:half], pieces[-1][half:]]
        for piece in pieces:
            if width(piece) > limit:
                return ()
            if lines and width(lines[-1] + " " + piece) <= limit:
                lines[-1] += " " + piece
            else:
                lines.append(piece)
    return _evened(lines, width) if len(lines) > 1 else tuple(lines)


def _evened(lines: list[str], width: Callable[[str], float]) -> tuple[str, ...]:
    """Move last words down while that makes the widest line narrower."""
    best = list(lines)
    for _ in range(12):
        trial = list(best)
        widths = [width(line) for line in trial]
        widest = widths.index(max(widths))
        if widest == len(trial) - 1 or " " not in trial[widest]:
            break
        head, _, tail = trial[widest].rpartition(" ")
        trial[widest], trial[widest + 1] = head, tail + " " + trial[widest + 1]
        if max(width(line) for line in trial) >= max(widths):
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


def _text_mask(lines: tuple[str, ...], hand: Hand, size_px: int, spacing_px: int, place: str) -> F32:
    scale = 2
    image = Image.new("L", (SIZE_PX * scale, SIZE_PX * scale))
    pen, ascent = ImageDraw.Draw(image), ascent_px(size_px * scale)
    top, _ = _block(len(lines), size_px, place)
    stroke = max(1, round(size_px * scale * 0.022))
    for number, line in enumerate(lines):
        x = (SIZE_PX - _width(line, hand, size_px, spacing_px)) / 2 * scale
        y = (top + number * size_px * _LEADING) * scale + ascent
        for char in line:
            if (font := hand.font(char, size_px * scale)) is None:
                continue
            pen.text((x, y), char, font=font, fill=255, anchor="ls", stroke_width=stroke, stroke_fill=255)
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
