"""When each word is sung, in the text it was written in: for subtitles and players that follow the words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from songwright.domain.audio import FULL_SCALE_24, I32
from songwright.domain.lyrics import Lyrics
from songwright.domain.performance import AlignedWord

from .words import joined, lines_of

WAVEFORM_POINTS = 1000


@dataclass(frozen=True, kw_only=True, slots=True)
class TimedText:
    """A word with what stands around it: section tags before, a space or a line's end after."""

    text: str
    start_s: float
    end_s: float
    confidence: float  # 0..1 that the word is sung there


@dataclass(frozen=True, kw_only=True, slots=True)
class Timing:
    """The words of a clip in time, and its waveform."""

    words: tuple[TimedText, ...]
    waveform: tuple[float, ...]  # 0..1, evenly spaced
    character_error: float  # share of letters that were guessed wrong; 0.0 where the words are known


def timing(words: Sequence[AlignedWord], lyrics: Lyrics, pcm: I32, *, points: int = WAVEFORM_POINTS) -> Timing:
    """Everything about a clip made from a plan, whose words are known and not recognised."""
    return Timing(
        words=tuple(aligned_words(words, lyrics)),
        waveform=tuple(waveform(pcm, n=points)),
        character_error=0.0,
    )


def aligned_words(words: Sequence[AlignedWord], lyrics: Lyrics, *, confidence: float = 1.0) -> list[TimedText]:
    """The sung words in order; their texts join to the lyrics as sung.

    A word keeps its space, or its line's end; the tags of a section are glued before its first word. Words of
    backing lines are not among ``words`` and so not here. ``confidence`` is given to every word.
    """
    out: list[TimedText] = []
    written = _written(lyrics)
    place, section = -1, -1
    for line in lines_of(words):
        found = _find(written, tuple(word.text for word in line), place + 1)
        tags = ""
        if found is not None:
            place = found
            tags, section = _tags(lyrics, section, written[found][0]), written[found][0]
        for index, word in enumerate(line):
            after = joined(word.text, line[index + 1].text) if index + 1 < len(line) else "\n"
            text = (tags if index == 0 else "") + word.text + after
            out.append(TimedText(text=text, start_s=word.start_s, end_s=word.end_s, confidence=confidence))
    return out


def _written(lyrics: Lyrics) -> list[tuple[int, tuple[str, ...]]]:
    """Section number and words of every line the lead sings."""
    return [
        (number, tuple(word.text + word.trailing for word in line.words))
        for number, section in enumerate(lyrics.sections)
        for line in section.lines
        if not line.backing
    ]


def _find(written: Sequence[tuple[int, tuple[str, ...]]], line: tuple[str, ...], start: int) -> int | None:
    """The next written line with these words; an earlier one when it is sung again; None when none has them."""
    order = [*range(start, len(written)), *range(min(start, len(written)))]
    return next((number for number in order if written[number][1] == line), None)


def _tags(lyrics: Lyrics, before: int, here: int) -> str:
    """Tags of section ``here`` and of the wordless sections since ``before``, each on its own line."""
    if here == before:
        return ""
    between = lyrics.sections[before + 1 : here] if before < here else ()
    tags = [section.tag for section in between if not section.lines] + [lyrics.sections[here].tag]
    return "".join(tag + "\n" for tag in tags if tag)


def waveform(pcm: I32, *, n: int = WAVEFORM_POINTS) -> list[float]:
    """``n`` values 0..1, the highest sample of each stretch of both channels; fewer when there are fewer samples.

    ``pcm``: (n_frames, 2), 24-bit values in int32.
    """
    if n < 1:
        raise ValueError(f"{n} points: at least one is needed")
    n = min(n, len(pcm))
    if not n:
        return []
    starts = np.linspace(0, len(pcm), n, endpoint=False).astype(np.int64)
    highest = np.maximum.reduceat(np.abs(pcm).max(axis=1), starts)
    return [round(float(value), 5) for value in highest / FULL_SCALE_24]
