"""Words set to a tune that exists: the same onsets; more syllables split notes, fewer hold them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from songwright.domain.lyrics import Line, Lyrics
from songwright.domain.score import Note, SungLine, SungSyllable
from songwright.domain.time import TICKS_PER_QUARTER

from .sheet import Sheet, in_short_sections, recut

Position = tuple[Note, ...]
"""What one syllable is sung on."""

_REST_TICKS = TICKS_PER_QUARTER * 3 // 4
_LONGEST_PHRASE_TICKS = TICKS_PER_QUARTER * 10
_MOST_TIED = 6
_LEAST_TICKS = 60


def with_words(sheet: Sheet, lyrics: Lyrics) -> Sheet:
    """``lyrics`` on the sheet's tune. Sections of words take the tune of sections of their kind, in order; a tune
    comes again for words that have no section of their own, and a section whose words are missing is left out.
    Without a tune the sheet stays as it is.
    """
    sheet = in_short_sections(sheet)
    phrases = _phrases(sheet)
    slots = sorted({index for index, _ in phrases})
    sung = [j for j, section in enumerate(lyrics.sections) if section.lines]
    if not slots or not sung:
        return sheet
    by_slot = {slot: [p for index, p in phrases if index == slot] for slot in slots}
    order = _order(sheet, lyrics, slots, sung, {slot: len(by_slot[slot]) for slot in slots})
    cut = recut(sheet, [section for section, _ in order])
    places: dict[int, list[int]] = {}
    for new, (_, words) in enumerate(order):
        if words >= 0:
            places.setdefault(words, []).append(new)
    lead: list[SungLine] = []
    answers: list[SungLine] = []
    for words, new_sections in places.items():
        groups: list[tuple[int, list[Position]]] = []
        for new in new_sections:
            old = order[new][0]
            shift = cut.sections[new].start_tick - sheet.sections[old].start_tick
            groups += [(new, [_moved(position, shift) for position in p]) for p in by_slot[old]]
        lines = lyrics.sections[words].lines
        for number, line in enumerate(lines):
            mine = groups[number * len(groups) // len(lines) : (number + 1) * len(groups) // len(lines)]
            (answers if line.backing else lead).append(_sung(line, words, number, mine))
    if not lead:
        lead, answers = answers, []
    lead = _apart(sorted(lead, key=lambda line: line.syllables[0].notes[0].start_tick))
    return replace(cut, lead=tuple(lead), answers=tuple(answers), melody=(), lyrics=lyrics)


def _moved(position: Position, shift: int) -> Position:
    return tuple(replace(note, start_tick=max(0, note.start_tick + shift)) for note in position)


def _phrases(sheet: Sheet) -> list[tuple[int, list[Position]]]:
    """The tune in phrases, each with the index of its section."""
    if sheet.lead:
        return [(line.section_index, [s.notes for s in line.syllables]) for line in sheet.lead]
    out: list[tuple[int, list[Position]]] = []
    for note in sheet.melody:
        section = next(
            (i for i, s in enumerate(sheet.sections) if s.start_tick <= note.start_tick < s.end_tick),
            len(sheet.sections) - 1,
        )
        if out and out[-1][0] == section:
            phrase = out[-1][1]
            rest = note.start_tick - phrase[-1][-1].start_tick - phrase[-1][-1].duration_ticks
            if rest < _REST_TICKS and note.start_tick - phrase[0][0].start_tick < _LONGEST_PHRASE_TICKS:
                phrase.append((note,))
                continue
        out.append((section, [(note,)]))
    return out


def _order(
    sheet: Sheet, lyrics: Lyrics, slots: Sequence[int], sung: Sequence[int], sizes: dict[int, int]
) -> list[tuple[int, int]]:
    """Sections of the new form: (section of the sheet, section of the lyrics or -1)."""
    kinds = {j: lyrics.sections[j].kind for j in sung}
    in_turn = len(sung) == len(slots) or len(set(kinds.values())) == 1
    order = [(i, -1) for i in range(slots[0])]
    at = slots[0] - 1
    for number, j in enumerate(sung):
        alike = [i for i in slots if sheet.sections[i].kind is kinds[j]]
        later = [i for i in slots if i > at]
        if in_turn:
            chosen = slots[number % len(slots)]
        else:
            chosen = next((i for i in alike if i > at), alike[0] if alike else later[0] if later else slots[-1])
        if chosen > at:
            order += [(i, -1) for i in range(at + 1, chosen) if i not in slots]
            at = chosen
        times = -(-len(lyrics.sections[j].lines) // sizes[chosen])
        order += [(chosen, j)] * times
    return order + [(i, -1) for i in range(slots[-1] + 1, len(sheet.sections))]


def _sung(line: Line, words: int, number: int, groups: Sequence[tuple[int, list[Position]]]) -> SungLine:
    syllables = [
        (index, syllable, k == len(word.syllables) - 1)
        for index, word in enumerate(line.words)
        for k, syllable in enumerate(word.syllables)
    ]
    positions: list[Position] = []
    for _, phrase in groups:
        if len(positions) >= 0.8 * len(syllables) and positions:
            break
        positions += phrase
    fitted = fit(positions, len(syllables))
    return SungLine(
        section_index=groups[0][0],
        lyrics_section_index=words,
        line_index=number,
        syllables=tuple(
            SungSyllable(
                word_index=index, phonemes=syllable.phonemes, stress=syllable.stress, notes=notes, word_end=last
            )
            for (index, syllable, last), notes in zip(syllables, fitted, strict=True)
        ),
    )


def _apart(lines: Sequence[SungLine]) -> list[SungLine]:
    """The lines with every one ended before the next begins: its last note shorter, or all of it faster."""
    out: list[SungLine] = []
    for line, after in zip(lines, (*lines[1:], None), strict=True):
        limit = after.syllables[0].notes[0].start_tick if after else _end(line.syllables[-1].notes)
        last = line.syllables[-1].notes
        if _end(last) <= limit:
            out.append(line)
        elif len(last) == 1 and limit - last[0].start_tick >= _LEAST_TICKS:
            short = replace(last[0], duration_ticks=limit - last[0].start_tick)
            out.append(replace(line, syllables=(*line.syllables[:-1], replace(line.syllables[-1], notes=(short,)))))
        else:
            out.append(_pressed(line, limit))
    return out


def _pressed(line: SungLine, limit: int) -> SungLine:
    """All of a line between its first note and ``limit``."""
    first = line.syllables[0].notes[0].start_tick
    scale = max(0.05, (limit - first) / (_end(line.syllables[-1].notes) - first))

    def at(tick: int) -> int:
        return first + int((tick - first) * scale)

    def moved(note: Note) -> Note:
        start = at(note.start_tick)
        return replace(note, start_tick=start, duration_ticks=max(1, at(note.start_tick + note.duration_ticks) - start))

    return replace(
        line, syllables=tuple(replace(s, notes=tuple(moved(note) for note in s.notes)) for s in line.syllables)
    )


def fit(positions: Sequence[Position], n: int) -> list[Position]:
    """``positions`` for ``n`` syllables: the longest are split, the closest are tied, until the numbers agree."""
    out = list(positions)
    while len(out) < n:
        out = _split(out)
    while len(out) > n:
        out = _tied(out)
    return out


def _end(position: Position) -> int:
    return position[-1].start_tick + position[-1].duration_ticks


def _split(positions: list[Position]) -> list[Position]:
    nexts = (*(p[0].start_tick for p in positions[1:]), _end(positions[-1]) + TICKS_PER_QUARTER)
    rooms = [
        min(after, _end(p) + TICKS_PER_QUARTER // 2) - p[0].start_tick
        for p, after in zip(positions, nexts, strict=True)
    ]
    i = max(range(len(positions)), key=lambda k: (rooms[k], -k))
    note, *rest = positions[i]
    parts: list[Position]
    if rest:
        parts = [(note,), tuple(rest)]
    else:
        length = note.duration_ticks if note.duration_ticks >= TICKS_PER_QUARTER // 2 else max(2, rooms[i])
        half = length // 2
        parts = [
            (replace(note, duration_ticks=half),),
            (replace(note, start_tick=note.start_tick + half, duration_ticks=max(1, length - half)),),
        ]
    return [*positions[:i], *parts, *positions[i + 1 :]]


def _tied(positions: list[Position]) -> list[Position]:
    def cost(k: int) -> float:
        gap = positions[k + 1][0].start_tick - _end(positions[k])
        length = min(sum(note.duration_ticks for note in positions[j]) for j in (k, k + 1))
        return 2.0 * max(0, gap) + length + 480.0 * (len(positions[k]) + len(positions[k + 1]) - 2)

    i = min(range(len(positions) - 1), key=cost)
    left, right = positions[i], positions[i + 1]
    if right[0].start_tick - _end(left) > TICKS_PER_QUARTER or len(left) + len(right) > _MOST_TIED:
        kept = left if sum(n.duration_ticks for n in left) >= sum(n.duration_ticks for n in right) else right
        return [*positions[:i], kept, *positions[i + 2 :]]
    held = replace(left[-1], duration_ticks=right[0].start_tick - left[-1].start_tick)
    if held.pitch_midi == right[0].pitch_midi:
        tied: Position = (
            *left[:-1],
            replace(held, duration_ticks=held.duration_ticks + right[0].duration_ticks),
            *right[1:],
        )
    else:
        tied = (*left[:-1], held, *right)
    return [*positions[:i], tied, *positions[i + 2 :]]
