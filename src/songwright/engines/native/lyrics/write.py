"""New lyrics about anything: lines are drawn from a hand-made lexicon, rhymes first, then strophe by strophe."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from songwright.domain.lyrics import Lyrics, LyricsSection, SectionKind
from songwright.domain.style import Brief

from . import foreign
from .foreign_writer import ForeignWriter
from .genres import diction_of
from .titles import make_title
from .writer import Writer

K = SectionKind
DEFAULT_FORM = (K.VERSE, K.PRE_CHORUS, K.CHORUS, K.VERSE, K.PRE_CHORUS, K.CHORUS, K.BRIDGE, K.CHORUS)
LINES = {K.VERSE: 4, K.PRE_CHORUS: 2, K.CHORUS: 4, K.POST_CHORUS: 2, K.BRIDGE: 4, K.OUTRO: 2, K.BUILD: 2, K.DROP: 1}
"""How many lines a section gets when nobody says otherwise; kinds not listed are not sung."""
RAP_LINES = {K.VERSE: 8}
"""The same where the verses are rapped."""
_TAGS = {K.VERSE: "Verse", K.PRE_CHORUS: "Pre-Chorus", K.CHORUS: "Chorus", K.POST_CHORUS: "Post-Chorus",
         K.BRIDGE: "Bridge", K.OUTRO: "Outro", K.INTRO: "Intro", K.SOLO: "Solo", K.BREAKDOWN: "Breakdown",
         K.BUILD: "Build", K.DROP: "Drop", K.INTERLUDE: "Interlude"}  # fmt: skip


def write_lyrics(
    brief: Brief, *, seed: int, form: Sequence[SectionKind] | None = None,
    target_lines: Mapping[SectionKind, int] | None = None, avoid_lines: Collection[str] = (),
) -> Lyrics:  # fmt: skip
    """Words for a song about ``brief.topic``, in ``brief.language`` ("en", "es" and "zh"; others fall to English).

    ``form`` lists the sections to write, in order; every CHORUS of it gets the same words, as does every
    PRE_CHORUS; kinds that are not sung (solo, interlude...) become sections without lines. ``target_lines`` says
    how many lines a kind gets (default ``LINES``). Lines of ``avoid_lines`` do not return, but for the
    hook; where few lines are left, sections may be short or empty. Deterministic in ``seed``.
    """
    rapped = (spoken := diction_of(brief)) is not None and spoken.id == "rap"
    kinds = tuple(form) if form else DEFAULT_FORM
    outro = {} if K.CHORUS in kinds else {K.OUTRO: 4}  # then it alone sings the title
    counts = {**LINES, **outro, **(RAP_LINES if rapped else {}), **(target_lines or {})}
    writer = ForeignWriter(brief, seed, counts) if brief.language in foreign.LANGUAGES else Writer(brief, seed, counts)
    writer.lone_chorus = kinds.count(K.CHORUS) == 1 and len(kinds) > 1
    writer.memory.texts.update(line.lower() for line in avoid_lines)
    sections = [writer.section(kind, i) for i, kind in enumerate(kinds)]
    sections = _numbered(sections)
    return Lyrics(title=writer.title, language=writer.language, sections=tuple(sections), text=_text(sections))


def without(lyrics: Lyrics, index: int) -> Lyrics:
    """Written words without one section; verses are numbered anew."""
    sections = _numbered([s for i, s in enumerate(lyrics.sections) if i != index])
    return replace(lyrics, sections=tuple(sections), text=_text(sections))


def with_fewer_lines(lyrics: Lyrics, most: int) -> Lyrics:
    """Written words with at most ``most`` lines in every section."""
    sections = tuple(replace(s, lines=s.lines[:most]) for s in lyrics.sections)
    return replace(lyrics, sections=sections, text=_text(sections))


def _text(sections: Sequence[LyricsSection]) -> str:
    return "\n\n".join("\n".join([s.tag, *(line.text for line in s.lines)]) for s in sections)


def _numbered(sections: Sequence[LyricsSection]) -> list[LyricsSection]:
    n_verses = sum(s.kind is K.VERSE for s in sections)
    out, verse = [], 0
    for s in sections:
        name = _TAGS[s.kind]
        if s.kind is K.VERSE:
            verse += 1
            name = f"{name} {verse}" if n_verses > 1 else name
        out.append(LyricsSection(kind=s.kind, tag=f"[{name}]", lines=s.lines))
    return out


__all__ = ["DEFAULT_FORM", "LINES", "make_title", "with_fewer_lines", "without", "write_lyrics"]
