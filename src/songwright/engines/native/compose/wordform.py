"""The form of a song whose words are known: every line gets its bars, the band gets the rest."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace

from songwright.domain.lyrics import Lyrics, SectionKind
from songwright.domain.style import Brief

from ..styles.schema import FormSection, Style
from .form import (
    INSTRUMENTAL_KINDS,
    MIDDLES,
    SHORTEST_SONG_S,
    TAIL_S,
    PlannedSection,
    default_energy,
    form_for,
    is_whole,
    wanted_s,
)
from .grid import Grid
from .joining import Continuation
from .layout import DENSITIES, Density, Piece, line_bars, pieces_of, section_bars, windows

K = SectionKind
_MOST_LINES = 8
SLACK_S = 3.0
"""How far the length of a song may be from the wanted one when nobody asked for it."""
_GROWABLE = (
    (K.INTRO, 8), (K.OUTRO, 8), (K.SOLO, 16), (K.INTERLUDE, 8), (K.BREAKDOWN, 8), (K.BUILD, 8), (K.DROP, 16),
)  # fmt: skip
_SHRINK_GENTLY = (
    (K.SOLO, 4), (K.INTERLUDE, 2), (K.OUTRO, 4), (K.INTRO, 4), (K.BREAKDOWN, 4), (K.DROP, 8), (K.SOLO, 0),
    (K.INTERLUDE, 0), (K.BREAKDOWN, 0), (K.BUILD, 0), (K.OUTRO, 2), (K.INTRO, 2), (K.DROP, 0),
)  # fmt: skip
_SHRINK_HARD = (*_SHRINK_GENTLY, (K.OUTRO, 0), (K.INTRO, 1))


@dataclass(frozen=True, kw_only=True, slots=True)
class WordForm:
    """Sections with their bars and pieces."""

    sections: tuple[PlannedSection, ...]
    density: Density

    @property
    def bars(self) -> int:
        """Bars of the whole song."""
        return sum(s.bars for s in self.sections)


def plan_word_form(
    brief: Brief,
    style: Style,
    lyrics: Lyrics,
    grid: Grid,
    *,
    seed: int,
    take: int,
    continuation: Continuation | None = None,
) -> WordForm:
    """Sections of the words in their order with the style's intro, solos and outro around them.

    The song never lasts longer than ``brief.max_duration_s``: the band's bars go first, then lines move closer
    together, and only when even the fastest singing is too long are the last sections left out.
    """
    skeleton = form_for(brief, style, seed=seed, take=take)
    sections = _with_band(_sung_sections(lyrics), skeleton, whole=is_whole(brief) and continuation is None)
    if continuation:
        return _continued(brief, style, sections, grid, continuation)
    most_bars = max(2, int((brief.max_duration_s - TAIL_S) / grid.bar_s + 1e-9))
    wanted = min(most_bars, round((wanted_s(brief) - TAIL_S) / grid.bar_s))
    densities = DENSITIES[1:] if style.melody.spoken_share > 0.4 else DENSITIES  # rap is dense
    slack = 1 if brief.duration_asked else max(1, int(SLACK_S / grid.bar_s))
    form = _first_fitting(
        sections, grid, densities, most_bars=most_bars, wanted_bars=wanted, slack=slack,
        tries=3 if brief.duration_asked else 1, whole=is_whole(brief),
    )  # fmt: skip
    sung_bars = sum(s.bars for s in form.sections if s.sung)
    least_s = min(SHORTEST_SONG_S, wanted_s(brief))
    reach = max(round((least_s - TAIL_S) / grid.bar_s + 0.49), sung_bars * 4)
    return replace(form, sections=tuple(_grown(list(form.sections), min(wanted, reach, most_bars))))


def bars_over(brief: Brief, style: Style, lyrics: Lyrics, grid: Grid, *, seed: int, take: int = 1) -> int:
    """Bars by which words, sung roomily, with as little band as may be, pass the wanted length and its slack.

    Negative when there is room.
    """
    sections = _with_band(_sung_sections(lyrics), form_for(brief, style, seed=seed, take=take), whole=is_whole(brief))
    densities = DENSITIES[1:] if style.melody.spoken_share > 0.4 else DENSITIES
    wanted = round((wanted_s(brief) - TAIL_S) / grid.bar_s)
    slack = 0 if brief.duration_asked else max(1, int(SLACK_S / grid.bar_s))
    laid = _laid_out(sections, grid, densities[0])
    shrunk = _shrunk(laid.sections, 0, _SHRINK_GENTLY, given_kept=True, whole=is_whole(brief))
    return sum(s.bars for s in shrunk) - wanted - slack


def _continued(
    brief: Brief, style: Style, sections: list[PlannedSection], grid: Grid, continuation: Continuation
) -> WordForm:
    """The words with little band between them: a link, no intro, an outro."""
    most_bars = max(2, int((brief.max_duration_s - TAIL_S) / grid.bar_s + 1e-9))
    densities = DENSITIES[1:] if style.melody.spoken_share > 0.4 else DENSITIES
    opened = list(continuation.form(sections))
    link = opened.pop(0)
    laid = _laid_out(opened, grid, densities[0])
    sung_bars = sum(s.bars for s in laid.sections if s.sung)
    given = sum(s.bars for s in laid.sections if not s.sung and s.lyrics_index >= 0)
    wanted = round((brief.target_duration_s - TAIL_S) / grid.bar_s) if brief.duration_asked else 0
    wanted = max(wanted, sung_bars + given + continuation.most_band_bars)
    room = max(2, min(wanted, most_bars) - link.bars)
    form = _first_fitting(
        opened, grid, densities, most_bars=max(2, most_bars - link.bars), wanted_bars=room, slack=room * 3 // 20
    )
    rest = _grown(list(form.sections), room) if brief.duration_asked else list(form.sections)
    return replace(form, sections=(link, *rest))


def _sung_sections(lyrics: Lyrics) -> list[PlannedSection]:
    """The sections as given, long ones in parts; bars of sung ones are not yet known."""
    out: list[PlannedSection] = []
    for index, section in enumerate(lyrics.sections):
        kind = section.kind
        if not section.lines:
            kind = kind if kind in INSTRUMENTAL_KINDS else K.INTERLUDE
            bars = 4 if kind in (K.INTRO, K.OUTRO) else 8
            out.append(PlannedSection(kind=kind, bars=bars, energy=default_energy(kind), lyrics_index=index))
            continue
        for part in _parts(pieces_of(lyrics, index)):
            out.append(
                PlannedSection(kind=kind, bars=0, energy=default_energy(kind), lyrics_index=index, pieces=tuple(part))
            )
    return out


def _parts(pieces: list[Piece]) -> list[list[Piece]]:
    """A long section in parts of four or six lines; an endless line in parts of eight pieces."""
    n_lines = len({p.line_index for p in pieces})
    if len(pieces) <= _MOST_LINES + 2:
        return [pieces]
    size = 4 if n_lines % 4 == 0 or n_lines > 16 else 6 if n_lines % 6 == 0 else 4
    parts: list[list[Piece]] = [[]]
    for piece in pieces:
        here = parts[-1]
        new_line = bool(here) and here[-1].line_index != piece.line_index
        full = len({p.line_index for p in here}) >= size
        if (new_line and (full or len(here) >= _MOST_LINES)) or len(here) >= _MOST_LINES + 2:
            parts.append([])
        parts[-1].append(piece)
    if len(parts) > 1 and len(parts[-1]) < 2:
        parts[-2].extend(parts.pop())
    return parts


def _with_band(sung: list[PlannedSection], skeleton: Sequence[FormSection], *, whole: bool) -> list[PlannedSection]:
    """Insert the skeleton's instrumental sections where they stand among its sung ones; take over its energies.

    A ``whole`` song without bridge, solo or the like gets a solo before its last chorus.
    """
    given_kinds = {s.kind for s in sung if not s.sung}
    out: list[PlannedSection] = []
    places = [i for i, s in enumerate(sung) if s.sung]
    pairs = _aligned([sung[i].kind for i in places], [s.kind for s in skeleton])
    energy = {places[a]: skeleton[b].energy for a, b in pairs}
    after: dict[int, list[FormSection]] = {}
    for a, b in pairs:
        for section in skeleton[b + 1 :]:
            if section.kind not in INSTRUMENTAL_KINDS:
                break
            after.setdefault(places[a], []).append(section)
    for i, section in enumerate(sung):
        out.append(replace(section, energy=energy[i]) if i in energy else section)
        for extra in after.get(i, []):
            last = i == len(sung) - 1
            if (extra.kind is K.OUTRO) == last and extra.kind not in given_kinds:
                out.append(PlannedSection(kind=extra.kind, bars=extra.bars, energy=extra.energy))
    if out[0].kind is not K.INTRO or out[0].sung:
        first = skeleton[0]
        known = first.kind is K.INTRO
        out.insert(
            0, PlannedSection(kind=K.INTRO, bars=first.bars if known else 4, energy=first.energy if known else 0.35)
        )
    if out[-1].kind is not K.OUTRO and K.OUTRO not in given_kinds:
        last_energy = next((s.energy for s in skeleton if s.kind is K.OUTRO), 0.35)
        out.append(PlannedSection(kind=K.OUTRO, bars=4, energy=last_energy))
    choruses = [i for i, s in enumerate(out) if s.kind is K.CHORUS]
    if whole and len(choruses) > 1 and not any(s.kind in MIDDLES for s in out):
        led_up_to = out[choruses[-1] - 1].kind is K.PRE_CHORUS
        at = choruses[-2] + 1 if led_up_to else choruses[-1]
        out.insert(at, PlannedSection(kind=K.SOLO, bars=8, energy=round(0.92 * out[choruses[-1]].energy, 3)))
    return _rising(out)


def _aligned(given: Sequence[SectionKind], skeleton: Sequence[SectionKind]) -> list[tuple[int, int]]:
    """Longest common subsequence of section kinds, as index pairs."""
    n, m = len(given), len(skeleton)
    best = [[0] * (m + 1) for _ in range(n + 1)]
    for i in range(n - 1, -1, -1):
        for j in range(m - 1, -1, -1):
            same = given[i] is skeleton[j]
            best[i][j] = best[i + 1][j + 1] + 1 if same else max(best[i + 1][j], best[i][j + 1])
    pairs, i, j = [], 0, 0
    while i < n and j < m:
        if given[i] is skeleton[j] and best[i][j] == best[i + 1][j + 1] + 1:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif best[i + 1][j] >= best[i][j + 1]:
            i += 1
        else:
            j += 1
    return pairs


def _rising(sections: list[PlannedSection]) -> list[PlannedSection]:
    """Later choruses are never calmer than earlier ones; the last is the fullest."""
    top = 0.0
    out = []
    for section in sections:
        energy = section.energy
        if section.kind is K.CHORUS:
            energy = max(energy, top)
            top = min(1.0, energy + 0.05)
        out.append(replace(section, energy=round(energy, 3)))
    return out


def _first_fitting(
    sections: list[PlannedSection],
    grid: Grid,
    densities: Sequence[Density],
    *,
    most_bars: int,
    wanted_bars: int,
    slack: int,
    tries: int = 1,
    whole: bool = False,
) -> WordForm:
    """The roomiest form of about the wanted length, among the first ``tries`` densities; else the next that fits."""
    close = max(wanted_bars, min(most_bars, wanted_bars + slack))
    form = WordForm(sections=(), density=densities[0])
    for number, density in enumerate(densities, start=1):
        form = _laid_out(sections, grid, density)
        gentle = _shrunk(form.sections, wanted_bars, _SHRINK_GENTLY, given_kept=True, whole=whole)
        form = replace(form, sections=tuple(_shrunk(gentle, most_bars, _SHRINK_HARD, given_kept=False)))
        if form.bars <= close or (number > tries and form.bars <= most_bars):
            return _without_empty(form)
    kept = list(form.sections)
    while len(kept) > 1 and sum(s.bars for s in kept) > most_bars:
        del kept[-1]
    return _without_empty(replace(form, sections=tuple(kept)))


def _laid_out(sections: Sequence[PlannedSection], grid: Grid, density: Density) -> WordForm:
    """Give every sung section its windows and bars."""
    usual = {
        kind: line_bars([p for s in sections if s.kind is kind for p in s.pieces], kind, grid, density)
        for kind in dict.fromkeys(s.kind for s in sections if s.sung)
    }
    out: list[PlannedSection] = []
    for section in sections:
        if section.sung:
            bars = windows(section.pieces, usual[section.kind], section.kind, grid, density)
            if sum(bars) < 4 and len(bars) > 1 and not density.half_bars and max(bars) * grid.bar_s < 4.2:
                bars = tuple(2 * b for b in bars)
            placed = tuple(replace(p, window_bars=b) for p, b in zip(section.pieces, bars, strict=True))
            section = replace(section, pieces=placed, bars=section_bars(bars, density))
        out.append(section)
    return WordForm(sections=tuple(out), density=density)


def _shrunk(
    sections: Sequence[PlannedSection],
    most_bars: int,
    order: Sequence[tuple[SectionKind, int]],
    *,
    given_kept: bool,
    whole: bool = False,
) -> list[PlannedSection]:
    """Take bars from the band until the song is short enough or nothing more can be taken.

    ``order`` names kinds and the bars they keep; ``given_kept`` spares sections that the words ask for, ``whole`` four
    bars of the last bridge, solo or the like.
    """
    out = list(sections)
    for kind, least in order:
        for i in range(len(out) - 1, -1, -1):
            over = sum(s.bars for s in out) - most_bars
            spared = given_kept and out[i].lyrics_index >= 0
            if whole and not least and kind in MIDDLES and sum(s.kind in MIDDLES for s in out if s.bars) == 1:
                spared = True
            if over > 0 and out[i].kind is kind and not out[i].sung and out[i].bars > least and not spared:
                out[i] = replace(out[i], bars=max(least, out[i].bars - over))
    return out


def _grown(sections: list[PlannedSection], wanted_bars: int) -> list[PlannedSection]:
    """Give the band the bars that are missing: first in the sections it has, then in interludes and a solo."""
    out = list(sections)
    for rounds in (1, 2):
        for kind, most in _GROWABLE:
            for i, section in enumerate(out):
                missing = wanted_bars - sum(s.bars for s in out)
                if section.kind is kind and not section.sung and missing > 0:
                    out[i] = replace(section, bars=max(section.bars, min(most * rounds, section.bars + missing)))
        missing = wanted_bars - sum(s.bars for s in out)
        if rounds == 1 and missing >= 4:
            out = _with_interludes(out, missing)
    while (missing := wanted_bars - sum(s.bars for s in out)) > 0:
        free = [i for i, s in enumerate(out) if not s.sung]
        if not free:
            break
        at = min(free, key=lambda i: (out[i].bars, i))
        out[at] = replace(out[at], bars=out[at].bars + min(4, missing))
    return out


def _with_interludes(sections: list[PlannedSection], missing: int) -> list[PlannedSection]:
    """A solo before the last sung section, then interludes between others, eight bars each at most."""
    out = list(sections)
    sung = [i for i, s in enumerate(out) if s.sung]
    gaps = [b for a, b in itertools.pairwise(sung) if b == a + 1 and out[a].kind is not K.PRE_CHORUS]
    gaps = gaps[-1:] + gaps[:-1] if gaps else [len(out) - 1]
    chosen: list[tuple[int, PlannedSection]] = []
    solo_missing = not any(s.kind is K.SOLO for s in out)
    for n, at in enumerate(gaps):
        if missing < 4:
            break
        kind = K.SOLO if n == 0 and solo_missing else K.INTERLUDE
        bars = min(16 if kind is K.SOLO else 8, missing // 2 * 2)
        chosen.append((at, PlannedSection(kind=kind, bars=bars, energy=0.7 if kind is K.SOLO else 0.45)))
        missing -= bars
    for at, section in sorted(chosen, key=lambda c: -c[0]):
        out.insert(at, section)
    return out


def _without_empty(form: WordForm) -> WordForm:
    return replace(form, sections=tuple(s for s in form.sections if s.bars > 0))
