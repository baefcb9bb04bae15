"""The tune: rhythm and pitch of every sung piece, with motifs that return.

A section kind keeps its tune: equal words are sung exactly alike, other words to the same tune as far as their
syllables allow.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from songwright.domain.draws import child_seed, draws
from songwright.domain.lyrics import SectionKind
from songwright.domain.score import Chord
from songwright.domain.style import Brief

from ..styles.schema import Style
from .form import PlannedSection
from .grid import Grid
from .layout import Density, Piece, breath_steps, pace_of, pickup_steps
from .melody import PitchTask, Spot, set_pitches
from .prosody import SungUnit
from .register import Register, Shape
from .rhythm import LineRhythm, RhythmTask, set_rhythm

K = SectionKind
ChordAt = Callable[[int], Chord]
"""Chord at a step counted from the start of the song."""

_PLANS = {
    1: (("a", 1.0),),
    2: (("aa", 0.5), ("ab", 0.5)),
    3: (("aab", 0.5), ("aaa", 0.2), ("aba", 0.3)),
    4: (("abab", 0.34), ("aaba", 0.2), ("aaab", 0.18), ("abac", 0.18), ("aabb", 0.1)),
    5: (("ababc", 0.6), ("aabab", 0.4)),
    6: (("aabaab", 0.5), ("ababab", 0.3), ("ababac", 0.2)),
    8: (("abacabac", 0.4), ("aabaaaba", 0.2), ("ababcbcb", 0.2), ("abababac", 0.2)),
}
_HOLD_S = {K.CHORUS: 1.1, K.POST_CHORUS: 1.0, K.BRIDGE: 1.1, K.OUTRO: 1.2, K.PRE_CHORUS: 0.85}

_RECALLED = 0.6
"""Share of chance in notes that follow a line heard before."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SetPiece:
    """A piece with its notes. ``pitches`` holds one or more pitches per syllable; steps count from ``start_step``."""

    piece: Piece
    start_step: int  # of the window, from the start of the song
    rhythm: LineRhythm
    pitches: tuple[tuple[int, ...], ...]


@dataclass(kw_only=True, slots=True)
class TuneBook:
    """What has been sung so far, per kind of section."""

    sections: dict[SectionKind, list[list[SetPiece]]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Tuner:
    """Everything the tune of a song depends on."""

    brief: Brief
    style: Style
    grid: Grid
    density: Density
    register: Register
    chord_at: ChordAt
    seed: int
    take: int
    attempt: int

    def set_section(self, section: PlannedSection, start_step: int, book: TuneBook, *, closing: bool) -> list[SetPiece]:
        """The notes of a section. ``closing`` = the last thing that is sung."""
        earlier = book.sections.setdefault(section.kind, [])
        for other in earlier:
            if [_identity(p.piece) for p in other] == [_identity(p) for p in section.pieces]:
                shift = start_step - other[0].start_step
                again = [replace(p, start_step=p.start_step + shift, piece=q)
                         for p, q in zip(other, section.pieces, strict=True)]  # fmt: skip
                earlier.append(again)
                return again
        letters = self._letters(section)
        done: list[SetPiece] = []
        at = start_step
        for i, piece in enumerate(section.pieces):
            place = _Place(
                section=section,
                index=i,
                letter=letters[i],
                start_step=at,
                parallel=earlier[0][i] if earlier and i < len(earlier[0]) else None,
                motif=_motif(done, letters, i),
                before=done[-1] if done else None,
                heard=frozenset(p % 12 for one in done for notes in one.pitches for p in notes),
                last=i == len(section.pieces) - 1,
                closing=closing and i == len(section.pieces) - 1,
            )
            rhythm = self._rhythm(piece, place)
            done.append(self._pitched(piece, place, rhythm))
            at += round(piece.window_bars * self.grid.bar_steps)
        earlier.append(done)
        return done

    def _letters(self, section: PlannedSection) -> str:
        """Which lines share a motif, as letters; equal words always do."""
        n = len(section.pieces)
        rng = draws(self.seed, self.take, "motifs", section.kind.value, self.attempt)
        plans = _PLANS.get(n)
        if plans:
            draw = rng.random() * sum(w for _, w in plans)
            letters = plans[-1][0]
            for text, weight in plans:
                draw -= weight
                if draw <= 0:
                    letters = text
                    break
        else:
            four = "abac" if rng.random() < 0.6 else "abab"
            letters = (four * (n // 4 + 1))[:n]
        out = list(letters)
        for i, piece in enumerate(section.pieces):
            for j in range(i):
                if section.pieces[j].text_key == piece.text_key:
                    out[i] = out[j]
                    break
        return "".join(out)

    def _rng(self, *names: str | int) -> np.random.Generator:
        return np.random.default_rng(child_seed(self.seed, self.take, "tune", self.attempt, *names))

    def _rhythm(self, piece: Piece, place: _Place) -> LineRhythm:
        grid = self.grid
        window = round(piece.window_bars * grid.bar_steps)
        kind = place.section.kind
        lead = self._lead(piece, place.start_step)
        following = place.section.pieces[place.index + 1] if not place.last else None
        tail = breath_steps(grid) + (self._lead(following, window) if following else pickup_steps(grid))
        template = place.parallel or place.motif
        if template is not None and template.piece.window_bars != piece.window_bars:
            template = place.motif if template is place.parallel else None
        pace = pace_of(kind) * self._fill_pace(piece, kind, window)
        rng = self._rng("figure", kind.value, place.letter)
        figure = rng.normal(0.0, 0.75 if kind is K.CHORUS else 0.5, 8 * grid.bar_steps + 64)
        task = RhythmTask(
            grid=grid,
            first_step=place.start_step % (grid.bar_steps * grid.feel),
            window_steps=window,
            lead_steps=lead,
            tail_steps=min(tail, window // 3),
            pace=pace,
            least_s=min(self.density.least_s, max(0.15, 2 * grid.step_s)) if grid.feel == 2 else self.density.least_s,
            hold_s=_HOLD_S.get(kind, 0.75) * (1.25 if place.last else 1.0) * min(1.3, pace),
            anchor_step=self._anchor(kind, window),
            syncopation=self.style.melody.syncopation,
            figure=figure[: lead + window],
            template=template.rhythm if template else None,
            template_weight=1.3 if place.parallel else 0.7 + 0.6 * self.style.melody.repetition,
        )
        for least in (task.least_s, 0.15, 0.11, 0.08):
            found = set_rhythm(piece.units, replace(task, least_s=min(task.least_s, least)))
            if found is not None:
                return found
        return _evenly(piece.units, window - task.tail_steps)

    def _fill_pace(self, piece: Piece, kind: SectionKind, window: int) -> float:
        """Slower syllables where there is room: a window is filled to about two thirds."""
        from .rhythm import comfortable_s

        need = comfortable_s(piece.units, pace_of(kind), self.density.least_s)
        usual = 0.72 * window * self.grid.step_s / need
        return float(min(1.35, max(0.85, usual)))

    def _lead(self, piece: Piece, start_step: int) -> int:
        """Steps before its window that a piece may use: a beat for weak syllables, an eighth to anticipate."""
        room = pickup_steps(self.grid) if not piece.units[0].strong else 2 * self.grid.feel
        return min(room, pickup_steps(self.grid), start_step)

    def _anchor(self, kind: SectionKind, window: int) -> int:
        """Where first stresses fall: drawn per kind of section, so that sections start differently."""
        beat = self.grid.beat_steps * self.grid.feel
        options = (0, 0, beat // 2, beat, 2 * beat if not self.grid.compound else beat)
        offset = draws(self.seed, self.take, "anchor", self.attempt).randrange(len(options))
        shift = {K.VERSE: 2, K.PRE_CHORUS: 3, K.CHORUS: 0, K.POST_CHORUS: 1, K.BRIDGE: 4}.get(kind, 1)
        return min(options[(offset + shift) % len(options)], window // 4)

    def _pitched(self, piece: Piece, place: _Place, rhythm: LineRhythm) -> SetPiece:
        kind = place.section.kind
        spots = self._spots(piece.units, rhythm, place.start_step)
        shape = self.register.shape_for(place.section, place.index, len(place.section.pieces))
        rng = self._rng("pitch", kind.value, place.letter, place.index)
        curve = shape.curve(len(spots), rng)
        hook = kind in (K.CHORUS, K.DROP) and place.letter == "a"
        early = draws(self.seed, self.take, "peak", self.attempt).random() < 0.3
        peak_at = _peak_note(piece.units, spots, from_note=0 if early else 1) if hook else -1
        peak_midi = _peak_pitch(shape, spots[peak_at].chord, self.register.top_midi) if hook else shape.peak_midi
        high = kind in (K.CHORUS, K.DROP) and not hook
        reference, weight = self._reference(place, rhythm, len(spots))
        task = PitchTask(
            spots=spots,
            key=self.brief.key,
            scale=self.style.melody.scale,
            floor_midi=shape.floor_midi,
            ceiling_midi=max(shape.floor_midi + 5, shape.ceiling_midi - 2)
            if high
            else max(shape.ceiling_midi, peak_midi),
            lo_midi=self.register.lo_midi,
            hi_midi=max(self.register.hi_midi, peak_midi if hook else 0),
            curve_midi=curve,
            ends=self._ends(place),
            heard=place.heard,
            freshness=_freshness(place),
            before_midi=place.before.pitches[-1][-1] if place.before else None,
            reference=reference,
            reference_weight=weight,
            leap_at=peak_at if hook and not reference and peak_at > 0 else -1,
            peak_at=peak_at,
            peak_midi=peak_midi,
            leap_share=self.style.melody.leap_share * max(0.4, 1.0 + 2.0 * (self.brief.weirdness - 0.3)),
        )
        noise = rng.normal(0.0, 0.8 + 0.5 * self.brief.weirdness, (len(spots), 60))
        noise *= np.array([[_RECALLED if i < len(reference) and reference[i] is not None else 1.0]
                           for i in range(len(spots))])  # fmt: skip
        pitches = set_pitches(task, noise)
        return SetPiece(
            piece=piece,
            start_step=place.start_step,
            rhythm=rhythm,
            pitches=self._ornamented(piece, rhythm, pitches, self._rng("ornament", kind.value, piece.text_key)),
        )

    def _spots(self, units: tuple[SungUnit, ...], rhythm: LineRhythm, start_step: int) -> tuple[Spot, ...]:
        grid = self.grid
        out = []
        for onset, end, unit in zip(rhythm.onsets, rhythm.ends, units, strict=True):
            at = start_step + onset
            weight, judged = grid.weight_at(at), at
            for ahead in range(1, 2 * grid.feel + 1):
                if weight <= 1 and grid.weight_at(at + ahead) >= 2 and end - onset > ahead:
                    judged, weight = at + ahead, grid.weight_at(at + ahead)
                    break
            beats = (end - onset) * grid.step_ticks / 480.0 * (2.0 if grid.slow else 1.0)
            chord = self.chord_at(judged)
            held_over = self.chord_at(max(judged, start_step + end - 2)) if beats >= 1.5 else chord
            out.append(
                Spot(
                    beats=beats,
                    weight=weight,
                    chord=chord,
                    later=held_over if held_over != chord else None,
                    strong=unit.strong,
                    word_start=unit.word_start,
                )
            )
        return tuple(out)

    def _reference(self, place: _Place, rhythm: LineRhythm, n: int) -> tuple[tuple[int | None, ...], float]:
        """Pitches of the parallel line: the same line of the earlier section, else the motif inside this one."""
        repetition = self.style.melody.repetition
        if place.parallel is not None:
            carried = _carried(place.parallel, rhythm, n)
            return ((*carried[:-1], None) if place.closing else carried), 2.6
        if place.motif is None:
            return (), 0.0
        carried = _carried(place.motif, rhythm, n)
        same_words = place.motif.piece.text_key == place.section.pieces[place.index].text_key
        rng = draws(self.seed, self.take, "ending", place.section.kind.value, place.index)
        if (not same_words and rng.random() < 0.6) or (place.last and not same_words):
            free = min(3, max(1, n // 3), _in_last_bar(rhythm, place, self.grid.bar_steps))
            carried = (*carried[: n - free], *([None] * free))
        elif place.last and n > 2:
            carried = (*carried[:-1], None)
        return carried, (1.5 + 1.6 * repetition) * (1.5 if same_words else 1.0)

    def _ends(self, place: _Place) -> dict[int, float]:
        """Bonus per degree for the last note: open inside a section, settled at the end of choruses."""
        third = 3 if self.brief.key.mode in ("minor", "dorian", "phrygian") else 4
        kind = place.section.kind
        if place.closing:
            return {0: 8.0, third: 7.2, 7: 6.2}
        if place.last and kind in (K.CHORUS, K.POST_CHORUS, K.OUTRO, K.DROP):
            return {0: 5.0, third: 4.2, 7: 3.8}
        if place.last and kind in (K.PRE_CHORUS, K.BRIDGE, K.BUILD):
            return {2: 1.8, 7: 1.6, 5: 0.8, 10 if third == 3 else 11: 0.8}
        if place.last:
            return {0: 0.9, 2: 0.8, third: 0.8, 7: 0.9}
        return {2: 0.9, 7: 0.9, third: 0.6, 5: 0.4} if place.index % 2 == 0 else {0: 0.9, third: 0.7, 7: 0.4}

    def _ornamented(
        self, piece: Piece, rhythm: LineRhythm, pitches: tuple[int, ...], rng: np.random.Generator
    ) -> tuple[tuple[int, ...], ...]:
        """At most one syllable of a line gets a second note, a scale step above its first or towards the next."""
        out: list[tuple[int, ...]] = [(p,) for p in pitches]
        share = self.style.melody.melisma_share
        scale = self.brief.key.scale_pcs
        chance = min(0.4, 0.35 * share * len(pitches))
        draw, pick = rng.random(), rng.random()
        fitting = [
            i
            for i, unit in enumerate(piece.units)
            if unit.strong and unit.open_vowel and (rhythm.ends[i] - rhythm.onsets[i]) * self.grid.step_s >= 0.7
        ]
        if draw < chance and fitting and share >= 0.02:
            i = fitting[int(pick * len(fitting))]
            above = next(p for p in range(pitches[i] + 1, pitches[i] + 4) if p % 12 in scale)
            if above <= self.register.hi_midi:
                out[i] = (above, pitches[i])
        return tuple(out)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Place:
    section: PlannedSection
    index: int
    letter: str
    start_step: int
    parallel: SetPiece | None
    motif: SetPiece | None
    before: SetPiece | None
    heard: frozenset[int]  # pitch classes of the section so far
    last: bool
    closing: bool


def _freshness(place: _Place) -> float:
    """Bonus of a degree that the section has not had: it grows while fewer than four were heard."""
    if not place.index:
        return 0.0
    missing = max(0, 4 - len(place.heard))
    return missing * (0.9 if place.last else 0.5)


def _identity(piece: Piece) -> tuple[str, float]:
    return piece.text_key, piece.window_bars


def _motif(done: list[SetPiece], letters: str, index: int) -> SetPiece | None:
    """The line inside this section whose motif this one repeats."""
    return next((done[j] for j in range(index) if letters[j] == letters[index]), None)


def _carried(source: SetPiece, rhythm: LineRhythm, n: int) -> tuple[int | None, ...]:
    """Pitches of another line for this one's notes: by number where counts agree, else by place in the window."""
    if len(source.pitches) == n:
        return tuple(p[-1] for p in source.pitches)
    out: list[int | None] = []
    for i, onset in enumerate(rhythm.onsets):
        from_end = n - 1 - i
        if from_end < 2:
            out.append(source.pitches[-1 - from_end][-1] if from_end < len(source.pitches) else None)
            continue
        before = [p[-1] for o, p in zip(source.rhythm.onsets, source.pitches, strict=True) if o <= onset]
        out.append(before[-1] if before else source.pitches[0][-1])
    return tuple(out)


def _in_last_bar(rhythm: LineRhythm, place: _Place, bar_steps: int) -> int:
    """Notes in the bar of the line's last note: what a returning line may change without touching its first bar."""
    bars = [(place.start_step + onset) // bar_steps for onset in rhythm.onsets]
    return bars.count(bars[-1])


def _peak_note(units: tuple[SungUnit, ...], spots: tuple[Spot, ...], *, from_note: int) -> int:
    """The stressed syllable that can best carry the highest note: long, open, on a strong place, in the first part."""
    best, best_score = -1, -1.0
    for i, (unit, spot) in enumerate(zip(units, spots, strict=True)):
        if not unit.strong or i < from_note:
            continue
        late = i / max(1, len(units) - 1)
        score = min(spot.beats, 2.0) + 0.6 * unit.open_vowel + 0.25 * spot.weight - 0.9 * late
        if score > best_score:
            best, best_score = i, score
    return best


def _peak_pitch(shape: Shape, chord: Chord, top_midi: int) -> int:
    """The chord tone nearest to the wanted peak, no more than a step above it."""
    options = [p for p in range(shape.peak_midi - 3, min(top_midi, shape.peak_midi + 1) + 1) if p % 12 in chord.pcs]
    return min(options, key=lambda p: (abs(p - shape.peak_midi), -p)) if options else shape.peak_midi


def _evenly(units: tuple[SungUnit, ...], room: int) -> LineRhythm:
    """Last resort for words no rhythm fits: one syllable after another, as evenly as the grid allows."""
    n = len(units)
    onsets = tuple(min(i * max(1, room) // n, max(0, room - n + i)) for i in range(n))
    ends = (*onsets[1:], max(onsets[-1] + 1, room))
    return LineRhythm(onsets=onsets, ends=ends, stresses=tuple(int(u.kind) for u in units))
