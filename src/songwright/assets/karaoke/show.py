"""The video's picture at any moment: the stage, the moving playhead, the line that is sung and the one after it."""

from __future__ import annotations

import functools
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from songwright.assets.words import lines_of
from songwright.domain.audio import I32, SAMPLE_RATE_HZ
from songwright.domain.performance import AlignedWord

from .letters import Block, drawable, mask, set_rows
from .stage import COLUMN, PAPER, U8, WAVE, WORDS_BOTTOM, WORDS_TOP, accent, inked, stage, wave

_SIZES_PX = (50, 46, 42, 38, 34)
_NEXT_SIZES_PX = (30, 28, 26)
_UNSUNG, _NEXT = 0.72, 0.42  # how strongly white letters cover the ground
_HOLD_S = 1.0  # a sung line stays at most this long
_FADE_S = 0.25
_GAP_PX = 30  # between the line and the next one
_BLEED_PX = 4  # strokes that reach beyond a word's width
_PLAYHEAD_PX = 2
Box = tuple[int, int, int, int]  # left, top, right, bottom in the picture; even numbers
FIELD: Box = (COLUMN[0], WORDS_TOP, COLUMN[1] + _BLEED_PX, WORDS_BOTTOM)
"""Where the words stand."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Card:
    """A line and the next one, painted unsung and sung; RGB pictures of the words' field."""

    words: tuple[AlignedWord, ...]
    block: Block
    top_px: int  # first row of the block in the field
    unsung: U8
    sung: U8

    def box(self, index: int) -> tuple[int, int, int, int] | None:
        """Left, top, right, bottom of a word in the field; None when it has no letters or was cut off."""
        placed = next((w for w in self.block.words if w.index == index), None)
        if placed is None:
            return None
        top = self.top_px + placed.row * self.block.row_px
        return round(placed.x0), top, round(placed.x1), top + self.block.row_px

    def at(self, second: float) -> U8:
        """The field with every word lit as far as it is sung."""
        field = self.unsung.copy()
        for index, word in enumerate(self.words):
            box = self.box(index)
            if box is None or word.start_s >= second:
                continue
            share = min(1.0, (second - word.start_s) / max(1e-3, word.end_s - word.start_s))
            left, right = max(0, box[0] - _BLEED_PX), box[0] + round(share * (box[2] + _BLEED_PX - box[0]))
            field[box[1] : box[3], left:right] = self.sung[box[1] : box[3], left:right]
        return field

    def progress(self, second: float) -> tuple[int, ...]:
        """What the field shows at ``second``: equal values, equal pictures."""
        state: list[int] = []
        for index, word in enumerate(self.words):
            box = self.box(index)
            if box is not None and word.start_s < second:
                share = min(1.0, (second - word.start_s) / max(1e-3, word.end_s - word.start_s))
                state.append(round(share * (box[2] + _BLEED_PX - box[0])))
        return tuple(state)


class Show:
    """All pictures of one song, painted one after the other into ``frame``."""

    def __init__(
        self, *, pcm: I32, cover_jpeg: bytes, title: str, words: Sequence[AlignedWord], colours: Sequence[str]
    ) -> None:
        self.accent = accent(colours)
        self.duration_s = len(pcm) / SAMPLE_RATE_HZ
        self.lines = lines_of(words)
        self.changes_s = _changes([(line[0].start_s, line[-1].end_s) for line in self.lines])
        self._ground = stage(cover_jpeg, title, sung=bool(self.lines))
        self._wave = wave(self._ground, pcm, self.accent)
        self._field = self._ground[FIELD[1] : FIELD[3], FIELD[0] : FIELD[2]].copy()
        self.frame = self._ground.copy()
        """RGB, (720, 1280, 3); ``paint`` changes it in place."""
        self._playhead = -1
        self._words: tuple[object, ...] = ()
        self.card = functools.lru_cache(maxsize=2)(self._card)

    def playhead_px(self, second: float) -> int:
        """Column of the playhead in the picture."""
        share = min(1.0, max(0.0, second / self.duration_s)) if self.duration_s else 0.0
        return WAVE[0] + round(share * (WAVE[2] - 1))

    def line_at(self, second: float) -> int:
        """Number of the line that stands in front at ``second``; -1 without words."""
        return bisect_right(self.changes_s, second) - 1

    def paint(self, second: float) -> tuple[Box, ...]:
        """Paint ``frame`` as it is at ``second`` of the song; the boxes that changed."""
        playhead = self.playhead_px(second)
        number = self.line_at(second)
        share = (second - self.changes_s[number]) / _FADE_S if number > 0 else 1.0
        words = (number, self.card(number).progress(second), min(1.0, share)) if number >= 0 else ()
        changed: list[Box] = []
        if playhead != self._playhead:
            self._paint_wave(playhead - WAVE[0])
            changed.append((WAVE[0], WAVE[1], WAVE[0] + WAVE[2], WAVE[1] + WAVE[3]))
        if words != self._words:
            self._paint_words(number, second, share)
            changed.append(FIELD)
        self._playhead, self._words = playhead, words
        return tuple(changed)

    def _paint_words(self, number: int, second: float, share: float) -> None:
        field = self.card(number).at(second)
        if share < 1.0:
            mixed = self._field + (field.astype(np.float32) - self._field) * np.float32(share)
            field = mixed.astype(np.uint8)
        self.frame[FIELD[1] : FIELD[3], FIELD[0] : FIELD[2]] = field

    def _paint_wave(self, x: int) -> None:
        left, top, width, height = WAVE
        strip = self.frame[top : top + height, left : left + width]
        strip[:] = self._wave.ahead
        strip[:, :x] = self._wave.played[:, :x]
        strip[:, max(0, x - _PLAYHEAD_PX + 1) : x + 1] = PAPER

    def _card(self, number: int) -> Card:
        line = tuple(self.lines[number])
        width, size = COLUMN[1] - COLUMN[0], (self._field.shape[1], self._field.shape[0])
        block = set_rows([drawable(w.text) for w in line], sizes_px=_SIZES_PX, limit_px=width, max_rows=3)
        after = self.lines[number + 1] if number + 1 < len(self.lines) else []
        below = set_rows([drawable(w.text) for w in after], sizes_px=_NEXT_SIZES_PX, limit_px=width, max_rows=2)
        top = max(0, (size[1] - block.height_px - _GAP_PX - below.height_px) // 2)
        letters = mask(block, size=size, y_px=top)
        later = mask(below, size=size, y_px=top + block.height_px + _GAP_PX)
        ground = inked(self._field, later, PAPER, strength=_NEXT)
        return Card(
            words=line,
            block=block,
            top_px=top,
            unsung=inked(ground, letters, PAPER, strength=_UNSUNG),
            sung=inked(ground, letters, self.accent),
        )


def _changes(spans: Sequence[tuple[float, float]]) -> tuple[float, ...]:
    """When each line comes to the front: soon after the one before it ends, the first at once."""
    out: list[float] = []
    for number, (start, _) in enumerate(spans):
        if not number:
            out.append(0.0)
            continue
        end = spans[number - 1][1]
        out.append(max(out[-1], min(end + min(_HOLD_S, max(0.0, start - end) / 2), start)))
    return tuple(out)
