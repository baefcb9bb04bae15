"""Words in time, as timing files and karaoke show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from songwright.domain.lyrics import Lyrics
from songwright.domain.performance import AlignedWord, SungPart
from songwright.domain.score import VocalPart

_PLOSIVES = frozenset("pbtdkɡgʔ")
_FRICATIVES = frozenset("fvszʃʒθðhxʧʤʦʣçɣ")
_NASALS = frozenset("mnŋɲ")
_LIQUIDS = frozenset("lɹrɾʎʁ")
_LEAD_IN_S = ((_PLOSIVES, 0.055), (_FRICATIVES, 0.095), (_NASALS, 0.065), (_LIQUIDS, 0.06), (frozenset("wjɥ"), 0.05))


def lead_in_s(phonemes: str) -> float:
    """How long before its vowel a syllable's consonants begin, at most 0.2 s."""
    total, n = 0.0, 0
    for char in phonemes:
        length = next((s for letters, s in _LEAD_IN_S if char in letters), None)
        if length is None:
            if char.isalpha():
                break
            continue
        total, n = total + length, n + 1
    return min(0.2, total * (0.8 if n > 1 else 1.0))


def aligned_words(
    voices: Sequence[tuple[VocalPart, SungPart]], lyrics: Lyrics, duration_s: float
) -> tuple[AlignedWord, ...]:
    """Every word of the lyrics that is sung, in order of time; words do not overlap."""
    found: list[tuple[AlignedWord, tuple[int, int]]] = []
    for written, sung in voices:
        performed = [s for phrase in sung.phrases for s in phrase.syllables]
        at = 0
        for line in written.lines:
            words = lyrics.sections[line.lyrics_section_index].lines[line.line_index].words
            here = performed[at : at + len(line.syllables)]
            at += len(line.syllables)
            for index, word in enumerate(words):
                own = [p for s, p in zip(line.syllables, here, strict=True) if s.word_index == index]
                if not own:
                    continue
                found.append(
                    (
                        AlignedWord(
                            text=word.text + word.trailing,
                            start_s=own[0].start_s - lead_in_s(own[0].phonemes),
                            end_s=own[-1].end_s,
                            section_index=line.section_index,
                            line_index=0,
                            line_start=index == 0,
                        ),
                        (line.lyrics_section_index, line.line_index),
                    )
                )
    found.sort(key=lambda w: w[0].start_s)
    return _numbered(found, duration_s)


def _numbered(found: Sequence[tuple[AlignedWord, tuple[int, int]]], duration_s: float) -> tuple[AlignedWord, ...]:
    """Number the lines in order of time and keep neighbours apart."""
    out: list[AlignedWord] = []
    numbers: dict[tuple[int, int], int] = {}
    for word, line in found:
        number = numbers.setdefault(line, len(numbers))
        start = max(0.0, word.start_s)
        if out and start < out[-1].end_s:
            cut = max(start, out[-1].start_s + 0.03)
            out[-1] = replace(out[-1], end_s=round(cut, 3))
            start = cut
        end = min(duration_s, max(word.end_s, start + 0.03))
        out.append(replace(word, start_s=round(start, 3), end_s=round(end, 3), line_index=number))
    return tuple(out)
