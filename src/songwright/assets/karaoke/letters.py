"""Words set in rows: measured, wrapped, cut, and drawn as a mask, with the letters of cover titles."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from songwright.assets.art.colour import F32
from songwright.assets.art.lettering import hand_for, writable
from songwright.assets.words import joined

LEADING = 1.28  # row height over letter height


@dataclass(frozen=True, kw_only=True, slots=True)
class Placed:
    """A word in a block of rows; pixels from the block's left edge."""

    index: int  # which of the words given
    text: str
    row: int
    x0: float
    x1: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Block:
    """Words set in rows of one size."""

    size_px: int
    words: tuple[Placed, ...]

    @property
    def n_rows(self) -> int:
        """Rows used; 0 without words."""
        return 1 + max((word.row for word in self.words), default=-1)

    @property
    def row_px(self) -> int:
        """Height of a row."""
        return round(self.size_px * LEADING)

    @property
    def height_px(self) -> int:
        """Height of all rows."""
        return self.n_rows * self.row_px


def drawable(word: str) -> str:
    """The word in letters there are fonts for; empty when it would not be the word any more.

    >>> drawable("home,"), drawable("\U0010fffd")
    ('home,', '')
    """
    if word and all(char.isspace() or _letter_font(char, 40) is not None for char in word):
        return word
    return writable(word)


@lru_cache(maxsize=4096)
def _letter_font(char: str, size_px: int) -> ImageFont.FreeTypeFont | None:
    """The font of cover titles for ``char``; None where it has no such letter."""
    return hand_for(char).font(char, size_px)


def _runs(text: str, size_px: int) -> Iterator[tuple[str, ImageFont.FreeTypeFont]]:
    """Stretches of ``text`` with the font that draws each; letters without one are left out."""
    for font, chars in itertools.groupby(text, key=lambda char: _letter_font(char, size_px)):
        if font is not None:
            yield "".join(chars), font


def width_px(text: str, size_px: int) -> float:
    """Pixels that ``text`` takes in one row."""
    return sum(font.getlength(run) for run, font in _runs(text, size_px))


def set_rows(texts: Sequence[str], *, sizes_px: Sequence[int], limit_px: float, max_rows: int) -> Block:
    """Set words in the largest of ``sizes_px`` that needs no more than ``max_rows``; else cut the words.

    ``limit_px``: width of a row.
    """
    for size_px in sizes_px:
        placed = _wrapped(texts, size_px, limit_px)
        if all(w.x1 <= limit_px + 0.5 and w.row < max_rows for w in placed):
            return Block(size_px=size_px, words=placed)
    size_px = sizes_px[-1]
    narrow = [cut(text, size_px, limit_px) for text in texts]
    placed = _wrapped(narrow, size_px, limit_px)
    kept = [w for w in placed if w.row < max_rows]
    if len(kept) < len(placed):
        last = kept.pop()
        text = cut(last.text + " " + placed[len(kept) + 1].text, size_px, limit_px - last.x0, always=True)
        kept.append(Placed(index=last.index, text=text, row=last.row, x0=last.x0, x1=last.x0 + width_px(text, size_px)))
    return Block(size_px=size_px, words=tuple(kept))


def cut(text: str, size_px: int, limit_px: float, *, always: bool = False) -> str:
    """``text`` shortened to ``limit_px`` with dots at its end; ``always`` puts the dots there in any case."""
    if not always and width_px(text, size_px) <= limit_px:
        return text
    for end in range(len(text) if not always else len(text) - 1, 0, -1):
        shorter = text[:end].rstrip(" ,;:.-") + "..."
        if width_px(shorter, size_px) <= limit_px:
            return shorter
    return "..."


def _wrapped(texts: Sequence[str], size_px: int, limit_px: float) -> tuple[Placed, ...]:
    """Words in rows, the rows about equally long."""
    loose = _filled(texts, size_px, limit_px)
    n_rows = 1 + max((w.row for w in loose), default=0)
    if n_rows == 1:
        return loose
    widest = max((width_px(text, size_px) for text in texts), default=0.0)
    total = sum(max((w.x1 for w in loose if w.row == row), default=0.0) for row in range(n_rows))
    for step in range(8):
        limit = max(widest, total / n_rows * (1 + 0.06 * step))
        tight = _filled(texts, size_px, min(limit, limit_px))
        if max(w.row for w in tight) < n_rows:
            return tight
    return loose


def _filled(texts: Sequence[str], size_px: int, limit_px: float) -> tuple[Placed, ...]:
    out: list[Placed] = []
    row, x, before = 0, 0.0, ""
    for index, text in enumerate(texts):
        if not text:
            continue
        width = width_px(text, size_px)
        gap = width_px(joined(before, text), size_px)
        if before and x + gap + width > limit_px:
            row, x, gap = row + 1, 0.0, 0.0
        out.append(Placed(index=index, text=text, row=row, x0=x + gap, x1=x + gap + width))
        x, before = x + gap + width, text
    return tuple(out)


def mask(block: Block, *, size: tuple[int, int], x_px: int = 0, y_px: int = 0) -> F32:
    """The letters of ``block`` as coverage 0..1, in a picture of ``size`` (width, height), from (x_px, y_px)."""
    image = Image.new("L", size)
    pen = ImageDraw.Draw(image)
    for word in block.words:
        x, y = x_px + word.x0, y_px + word.row * block.row_px + block.size_px
        for run, font in _runs(word.text, block.size_px):
            pen.text((x, y), run, font=font, fill=255, anchor="ls", stroke_width=0)
            x += font.getlength(run)
    return np.asarray(image, np.float32) / 255
