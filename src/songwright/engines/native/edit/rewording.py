"""Which words a replaced span gets, and the words of the song with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from songwright.domain.action import GenerateAction
from songwright.domain.lyrics import Line, Lyrics, LyricsSection, SectionKind
from songwright.domain.plan import Plan
from songwright.domain.score import SungLine, VocalRole
from songwright.errors import BadRequest

from ..lyrics.errors import UnsingableText
from ..lyrics.parse import parse_lyrics

LineId = tuple[int, int]
"""Section and line of :class:`Lyrics`."""
EDGE_S = 0.15  # a line that passes an end of the span by less is inside


@dataclass(frozen=True, kw_only=True, slots=True)
class Sung:
    """The lines that sound in a span."""

    inside: tuple[LineId, ...]  # wholly, in order
    touched: tuple[LineId, ...]  # at least partly, in order
    words: str  # the words heard in it, a line of text per line


@dataclass(frozen=True, kw_only=True, slots=True)
class Reworded:
    """The words of a song with a replaced span."""

    lyrics: Lyrics
    moved: Mapping[LineId, LineId]  # where the lines that stay are now
    new: Mapping[LineId, LineId]  # where the lines of the new part are


def sung_in(plan: Plan, start_s: float, end_s: float) -> Sung:
    """What a plan sings between two times."""
    axis = plan.score.axis
    inside: dict[LineId, None] = {}
    touched: dict[LineId, None] = {}
    lead = (v for v in plan.score.vocals if v.role is VocalRole.LEAD or v.name == "answers")
    lines = sorted((line for v in lead for line in v.lines), key=lambda x: x.syllables[0].notes[0].start_tick)
    for line in lines:
        first, last = line.syllables[0].notes[0], line.syllables[-1].notes[-1]
        begin, end = axis.seconds_at(first.start_tick), axis.seconds_at(last.start_tick + last.duration_ticks)
        own = (line.lyrics_section_index, line.line_index)
        if own[0] < 0 or end <= start_s or begin >= end_s:
            continue
        touched[own] = None
        if begin >= start_s - EDGE_S and end <= end_s + EDGE_S:
            inside[own] = None
    heard: dict[int, list[str]] = {}
    for word in plan.performance.words:
        if start_s <= 0.5 * (word.start_s + word.end_s) < end_s:
            heard.setdefault(word.line_index, []).append(word.text)
    return Sung(
        inside=tuple(inside), touched=tuple(touched), words="\n".join(" ".join(words) for words in heard.values())
    )


def new_words(plan: Plan, sung: Sung, wishes: GenerateAction) -> str:
    """The text of the new part: as asked, else what a whole new text has there, else the words that were there."""
    if wishes.prompt.strip():
        return wishes.prompt.strip()
    if not wishes.lyrics.strip():
        return sung.words
    new = [row for row in (line.strip() for line in wishes.lyrics.splitlines()) if row]
    new = [row for row in new if not _is_tag(row)]
    ids = [(s, i) for s, section in enumerate(plan.lyrics.sections) for i in range(len(section.lines))]
    old = [_line(plan.lyrics, at).text.strip() for at in ids]
    before = _common(new, old)
    after = _common(new[before:][::-1], old[before:][::-1])
    if not old or before + after == 0:
        return wishes.lyrics.strip()
    if before == len(new) == len(old):
        return sung.words
    places = [ids.index(at) for at in sung.touched if at in ids]
    first = min([before, *places])
    past = min([after, *(len(old) - 1 - place for place in places)])
    heard = dict(zip(sung.touched, sung.words.splitlines(), strict=False)) if sung.words else {}
    cut_lines = {_plain(_line(plan.lyrics, at).text): heard.get(at, "") for at in sung.touched if at not in sung.inside}
    # of a line that is sung partly outside and has not changed, the words inside are sung anew
    part = [cut_lines.get(_plain(row), row) for row in new[first : len(new) - past]]
    return "\n".join(row for row in part if row)


def whole_text(plan: Plan, wishes: GenerateAction) -> str:
    """The wished words when they are those of the whole song, the song's own when none are wished; else ""."""
    if not wishes.prompt.strip() and not wishes.lyrics.strip():
        return plan.lyrics.text
    known = {_plain(line.text) for line in plan.lyrics.lines()}
    rows = [row.strip() for row in wishes.lyrics.splitlines() if row.strip()]
    return wishes.lyrics if any(_plain(row) in known for row in rows) else ""


def reworded(lyrics: Lyrics, sung: Sung, part: Lyrics) -> Reworded:
    """The lyrics with the lines of ``part`` where those inside the span were."""
    gone = set(sung.inside)
    place = (sung.inside or sung.touched or ((len(lyrics.sections) - 1, 1 << 30),))[0]
    after = 0 if sung.inside else 1
    rows = [(at, line) for at, line in _flat(part)]
    sections: list[LyricsSection] = []
    moved: dict[LineId, LineId] = {}
    new: dict[LineId, LineId] = {}
    for s, section in enumerate(lyrics.sections):
        lines: list[Line] = []

        def insert(s: int = s, lines: list[Line] = lines) -> None:
            for at, line in rows:
                new[at] = (s, len(lines))
                lines.append(line)

        for i, line in enumerate(section.lines):
            if (s, i) == place and not after:
                insert()
            if (s, i) not in gone:
                moved[s, i] = (s, len(lines))
                lines.append(line)
            if (s, i) == place and after:
                insert()
        if s == place[0] and place[1] >= len(section.lines):
            insert()
        sections.append(replace(section, lines=tuple(lines)))
    if rows and not new:
        sections.append(LyricsSection(kind=SectionKind.VERSE, lines=tuple(line for _, line in rows)))
        new = {at: (len(sections) - 1, i) for i, (at, _) in enumerate(rows)}
    old_rows = [_line(lyrics, at).text for at in sung.inside]
    anchor = _line(lyrics, sung.touched[0]).text if sung.touched and not sung.inside else ""
    text = _new_text(lyrics.text, old_rows, [line.text for _, line in rows], anchor)
    return Reworded(lyrics=replace(lyrics, sections=tuple(sections), text=text), moved=moved, new=new)


def parsed(text: str, lyrics: Lyrics) -> Lyrics:
    """The lines of a new part in the language of the song. Raises BadRequest for a script nobody here sings."""
    try:
        return parse_lyrics(text, default_language=lyrics.language)
    except UnsingableText as error:
        raise BadRequest(str(error)) from error


def renamed(lines: Sequence[SungLine], names: Mapping[LineId, LineId]) -> tuple[SungLine, ...]:
    """Sung lines that point to where their words are now; lines whose words are gone are left out."""
    out = []
    for line in lines:
        own = (line.lyrics_section_index, line.line_index)
        if own[0] < 0:
            out.append(line)
        elif own in names:
            out.append(replace(line, lyrics_section_index=names[own][0], line_index=names[own][1]))
    return tuple(out)


def _flat(lyrics: Lyrics) -> list[tuple[LineId, Line]]:
    return [((s, i), line) for s, section in enumerate(lyrics.sections) for i, line in enumerate(section.lines)]


def _line(lyrics: Lyrics, at: LineId) -> Line:
    return lyrics.sections[at[0]].lines[at[1]]


def _is_tag(row: str) -> bool:
    return row.startswith("[") and row.endswith("]")


def _common(new: Sequence[str], old: Sequence[str]) -> int:
    """How many rows from the start are the same."""
    n = 0
    while n < min(len(new), len(old)) and _plain(new[n]) == _plain(old[n]):
        n += 1
    return n


def _plain(row: str) -> str:
    return " ".join(row.lower().strip(" .,;:!?").split())


def _new_text(text: str, old: Sequence[str], new: Sequence[str], anchor: str) -> str:
    """The text as given with the old rows gone and the new ones in their place."""
    rows = text.splitlines()
    waiting = [_plain(row) for row in old]
    at: int | None = None
    out: list[str] = []
    for row in rows:
        if waiting and _plain(row) == waiting[0]:
            waiting.pop(0)
            at = len(out) if at is None else at
            continue
        out.append(row)
        if anchor and at is None and _plain(row) == _plain(anchor):
            at = len(out)
    at = len(out) if at is None else at
    return "\n".join([*out[:at], *new, *out[at:]])
