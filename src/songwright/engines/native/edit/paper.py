"""Performances and words cut, moved and joined on paper; and how long a plan sounds.

All times are seconds on the audible timeline. Scores have :mod:`score_paper`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from songwright.domain.audio import SAMPLE_RATE_HZ
from songwright.domain.lyrics import Lyrics
from songwright.domain.performance import (
    AlignedWord,
    Performance,
    PerformedSyllable,
    PlayedNote,
    PlayedPart,
    SectionSpan,
    SungNote,
    SungPart,
    SungPhrase,
)
from songwright.domain.plan import Plan

from ..stretching import stretched_frames
from .score_paper import named_apart

LEAST_NOTE_S, LEAST_SYLLABLE_S = 0.01, 0.05
"""What a cut leaves of a note or a syllable is dropped when it is shorter."""
_PLACES = 5
AnyNote = TypeVar("AnyNote", PlayedNote, SungNote)


def frames_of(plan: Plan) -> int:
    """Frames of a plan's sound at 48 kHz, as it will be rendered."""
    sound = plan.sound
    own = round(plan.performance.duration_s * SAMPLE_RATE_HZ)
    if sound is None:
        return own
    if sound.recorded:
        return sound.recorded.n_frames
    if sound.spliced:
        return sum(span.end_frame - span.start_frame for span in sound.spliced.spans)
    if sound.chosen:
        return frames_of(sound.chosen.plan)
    if sound.stretched:
        return stretched_frames(frames_of(sound.stretched.plan), sound.stretched.factor)
    return max([own, *(frames_of(kept.plan) for kept in sound.kept)]) - sound.trim_frames


def duration_of(plan: Plan) -> float:
    """Seconds of a plan's sound, exact to the frame."""
    return frames_of(plan) / SAMPLE_RATE_HZ


def frame_at(second: float) -> int:
    """The frame nearest to ``second``."""
    return round(second * SAMPLE_RATE_HZ)


# ------------------------------------------------------------------------------------------------- performances


def shifted(show: Performance, by_s: float) -> Performance:
    """Everything ``by_s`` later; the duration grows as much."""
    return replace(
        show,
        duration_s=round(show.duration_s + by_s, 9),
        sections=tuple(replace(s, start_s=_r(s.start_s + by_s), end_s=_r(s.end_s + by_s)) for s in show.sections),
        parts=tuple(
            replace(p, notes=tuple(replace(n, start_s=_r(n.start_s + by_s)) for n in p.notes)) for p in show.parts
        ),
        vocals=tuple(replace(p, phrases=tuple(_phrase_later(x, by_s) for x in p.phrases)) for p in show.vocals),
        words=tuple(replace(w, start_s=_r(w.start_s + by_s), end_s=_r(w.end_s + by_s)) for w in show.words),
    )


def cut(show: Performance, start_s: float, end_s: float) -> Performance:
    """What sounds from ``start_s`` up to ``end_s``, from 0 on. Notes, syllables, words and sections that cross a cut
    are shortened; parts stay even when nothing is left of them, so that names keep their order.
    """
    start_s, end_s = max(0.0, start_s), min(end_s, show.duration_s)
    kept = [i for i, s in enumerate(show.sections) if min(s.end_s, end_s) - max(s.start_s, start_s) > 0.001]
    number = {old: new for new, old in enumerate(kept)}
    sections = tuple(
        replace(s, start_s=_r(max(s.start_s, start_s) - start_s), end_s=_r(min(s.end_s, end_s) - start_s))
        for s in (show.sections[i] for i in kept)
    )
    return Performance(
        duration_s=round(max(0.0, end_s - start_s), 9),
        sections=sections,
        parts=tuple(_cut_part(p, start_s, end_s) for p in show.parts),
        vocals=tuple(_cut_voice(p, start_s, end_s, number) for p in show.vocals),
        words=tuple(
            replace(
                w,
                start_s=_r(max(w.start_s, start_s) - start_s),
                end_s=_r(min(w.end_s, end_s) - start_s),
                section_index=_near(number, w.section_index),
            )
            for w in show.words
            if start_s <= 0.5 * (w.start_s + w.end_s) < end_s
        ),
    )


def joined(*shows: Performance, one_form: bool = False) -> Performance:
    """Performances one after another. Parts of one name, stem and instrument are one part, voices of one name one
    voice; sections and lines are numbered through. With ``one_form``, sections of one name that meet become one.
    """
    at_s, offsets = 0.0, []
    for show in shows:
        offsets.append(at_s)
        at_s = round(at_s + show.duration_s, 9)
    moved = [shifted(show, by_s) for show, by_s in zip(shows, offsets, strict=True)]
    sections, numbers = _joined_sections(moved, one_form)
    parts: dict[object, PlayedPart] = {}
    voices: dict[str, SungPart] = {}
    for show, number in zip(moved, numbers, strict=True):
        for part in show.parts:
            before = parts.get(key := (part.name, part.stem, part.instrument))
            parts[key] = replace(before, notes=(*before.notes, *part.notes)) if before else part
        for voice in show.vocals:
            phrases = tuple(replace(x, section_index=number.get(x.section_index, 0)) for x in voice.phrases)
            known = voices.get(voice.name)
            voices[voice.name] = replace(known or voice, phrases=(*known.phrases, *phrases) if known else phrases)
    words = [(n, number, w) for n, (show, number) in enumerate(zip(moved, numbers, strict=True)) for w in show.words]
    return Performance(
        duration_s=at_s,
        sections=sections,
        parts=named_apart(tuple(parts.values())),
        vocals=tuple(voices.values()),
        words=_numbered(words),
    )


def joined_lyrics(first: Lyrics, second: Lyrics) -> Lyrics:
    """The words of one after those of the other; the texts as given, a line break between them."""
    texts = [text for text in (first.text, second.text) if text]
    return replace(first, sections=(*first.sections, *second.sections), text="\n".join(texts))


def _r(second: float) -> float:
    return round(second, _PLACES)


def _near(number: dict[int, int], old: int) -> int:
    """The new number of a section, or of the nearest that is left."""
    if not number:
        return 0
    return number[min(number, key=lambda known: abs(known - old))]


def _joined_sections(
    moved: Sequence[Performance], one_form: bool
) -> tuple[tuple[SectionSpan, ...], list[dict[int, int]]]:
    """All sections, and the new numbers of each performance's own."""
    sections: list[SectionSpan] = []
    numbers: list[dict[int, int]] = []
    for show in moved:
        number: dict[int, int] = {}
        for i, span in enumerate(show.sections):
            last = sections[-1] if sections else None
            if one_form and i == 0 and last and (last.name, last.kind) == (span.name, span.kind):
                sections[-1] = replace(last, end_s=span.end_s)
            else:
                sections.append(span)
            number[i] = len(sections) - 1
        numbers.append(number)
    return tuple(sections), numbers


def _numbered(words: Sequence[tuple[int, dict[int, int], AlignedWord]]) -> tuple[AlignedWord, ...]:
    lines: dict[tuple[int, int], int] = {}
    out: list[AlignedWord] = []
    for piece, number, word in words:
        new = (piece, word.line_index) not in lines
        line = lines.setdefault((piece, word.line_index), len(lines))
        section = number.get(word.section_index, 0)
        out.append(replace(word, section_index=section, line_index=line, line_start=word.line_start or new))
    return tuple(out)


def _phrase_later(phrase: SungPhrase, by_s: float) -> SungPhrase:
    def later(s: PerformedSyllable) -> PerformedSyllable:
        notes = tuple(replace(n, start_s=_r(n.start_s + by_s)) for n in s.notes)
        return replace(s, start_s=_r(s.start_s + by_s), end_s=_r(s.end_s + by_s), notes=notes)

    return replace(phrase, syllables=tuple(later(s) for s in phrase.syllables))


def _cut_part(part: PlayedPart, start_s: float, end_s: float) -> PlayedPart:
    notes = (_cut_note(n, start_s, end_s) for n in part.notes)
    return replace(part, notes=tuple(n for n in notes if n is not None))


def _cut_note(note: AnyNote, start_s: float, end_s: float) -> AnyNote | None:
    begin, end = max(note.start_s, start_s), min(note.start_s + note.duration_s, end_s)
    if end - begin < LEAST_NOTE_S:
        return None
    return replace(note, start_s=_r(begin - start_s), duration_s=_r(end - begin))


def _cut_voice(voice: SungPart, start_s: float, end_s: float, number: dict[int, int]) -> SungPart:
    phrases = []
    for phrase in voice.phrases:
        cut_ones = (_cut_syllable(s, start_s, end_s) for s in phrase.syllables)
        syllables = tuple(s for s in cut_ones if s is not None)
        if syllables:
            section = _near(number, phrase.section_index)
            phrases.append(replace(phrase, syllables=syllables, section_index=section))
    return replace(voice, phrases=tuple(phrases))


def _cut_syllable(syllable: PerformedSyllable, start_s: float, end_s: float) -> PerformedSyllable | None:
    begin, end = max(syllable.start_s, start_s), min(syllable.end_s, end_s)
    notes = tuple(n for n in (_cut_note(n, start_s, end_s) for n in syllable.notes) if n is not None)
    if end - begin < LEAST_SYLLABLE_S or not notes:
        return None
    return replace(syllable, start_s=_r(begin - start_s), end_s=_r(end - start_s), notes=notes)
