"""Given lyrics in any form into sections and lines."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from songwright.domain.lyrics import Line, Lyrics, LyricsSection, SectionKind

from .detect import line_language, text_language
from .markup import clean_line, is_rule, split_long, strip_markup
from .pronounce import syllabify_line
from .tags import KINDS, WORDLESS, Tag, is_plain_tag, read_tag, read_times

MAX_LINES = 400
_TITLE = re.compile(r"(?:#+\s*)?(?:song\s+)?(?:title|titel|título|titolo|titre|歌名)\s*[:：]\s*(.+)", re.I)
_HEADER = re.compile(r"(?:#+\s*)?(?:lyrics|letra|paroles|testo|songtext|歌词)\s*[:：]?\s*", re.I)


@dataclass(slots=True)
class _Draft:
    """A section being read."""

    tag: Tag | None
    lines: list[str] = field(default_factory=list)
    hints: list[str] = field(default_factory=list)

    @property
    def kind(self) -> SectionKind | None:
        return self.tag.kind if self.tag else None


def parse_lyrics(text: str, *, title: str = "", default_language: str = "en") -> Lyrics:
    """Sections, lines, words and syllables of a text; ``Lyrics.text`` is the text exactly as given.

    Section tags may be in brackets, in bold, before a colon, in several languages, or missing. A text without
    anything to sing gives sections without lines, or none. Raises UnsingableText for a script without a singer.
    """
    plain = strip_markup(text)
    language = text_language(plain, default_language)
    found_title, drafts = _drafts(plain)
    if not any(d.tag and d.tag.kind for d in drafts):
        drafts = _untagged(drafts)
    sections = _sections(drafts, language)
    return Lyrics(title=title or found_title, language=language, sections=tuple(sections), text=text)


# ------------------------------------------------------------------------------------------------- reading lines


def _tag_of(line: str, raw: str, *, alone: bool) -> tuple[list[Tag], str]:
    """Tags at the start of a line, and what is left of it to sing."""
    tags: list[Tag] = []
    while m := re.match(r"\s*\[([^\[\]]*)\]\s*:?", line):
        tags.append(read_tag(m[1], m[0].strip().rstrip(":")))
        line = line[m.end() :]
    line = re.sub(r"\s*\[[^\[\]]*\]\s*", " ", line).strip()
    if tags or not line:
        return tags, line
    marked = raw.lstrip().startswith(("#", "**", "__", "*", "<"))
    bracketed = re.fullmatch(r"[({<]\s*([^(){}<>]+?)\s*[)}>]:?", line)
    if bracketed and is_plain_tag(bracketed[1]):
        return [read_tag(bracketed[1], line)], ""
    bare = line.lstrip("# ").strip()
    head, colon, tail = bare.replace("：", ":").partition(":")
    if colon and is_plain_tag(head):
        return [read_tag(head, f"{head}:")], tail.strip()
    if is_plain_tag(bare, bare=not marked) and (marked or alone):
        return [read_tag(bare, raw.strip())], ""
    return [], bare


def _drafts(plain: str) -> tuple[str, list[_Draft]]:
    rows = plain.split("\n")
    title, drafts, gap = "", [], True
    for i, raw in enumerate(rows):
        line = "" if is_rule(raw) else clean_line(raw)
        if not line:
            gap = True
            continue
        if not drafts and (m := _TITLE.fullmatch(line)):
            title = m[1].strip(" \"'*")
            continue
        if not drafts and _HEADER.fullmatch(line):
            continue
        followed = i + 1 < len(rows) and bool(rows[i + 1].strip())
        tags, rest = _tag_of(line, raw, alone=followed)
        for tag in tags:
            gap = _apply_tag(drafts, tag, gap)
        if rest:
            _add_line(drafts, rest, gap and not tags)
        gap = bool(tags) and gap
        if rest:
            gap = False
    return title, drafts


def _apply_tag(drafts: list[_Draft], tag: Tag, gap: bool) -> bool:
    """Opens a section, or adds a hint to the open one."""
    if tag.kind is None:
        if tag.written.lower().startswith("[title"):
            return gap
        if (drafts and not gap) or (drafts and not drafts[-1].lines):
            drafts[-1].hints += tag.hints
        else:
            drafts.append(_Draft(tag=tag, hints=list(tag.hints)))
        return False
    drafts.append(_Draft(tag=tag, hints=list(tag.hints)))
    return False


def _add_line(drafts: list[_Draft], line: str, gap: bool) -> None:
    if not drafts or (gap and drafts[-1].lines and drafts[-1].kind is None):
        drafts.append(_Draft(tag=None))
    draft = drafts[-1]
    body, times = read_times(line) if re.search(r"(?:^|[\s(\[])(?:[x×]\s*\d|\d\s*[x×])\W*$", line, re.I) else (line, 1)
    if times > 1 and not body:
        draft.lines += draft.lines[:] * (times - 1)
    else:
        draft.lines += [body or line] * times


# ------------------------------------------------------------------------------------------------ untagged text


def _signature(lines: list[str]) -> frozenset[str]:
    return frozenset(re.sub(r"\W+", " ", line.lower()).strip() for line in lines)


def _similar(a: list[str], b: list[str]) -> bool:
    x, y = _signature(a), _signature(b)
    return len(x & y) >= 0.6 * max(len(x), len(y), 1)


def _blocks(drafts: list[_Draft]) -> list[_Draft]:
    """Blank-line blocks; a block too long for one section is cut into fours."""
    out: list[_Draft] = []
    for draft in drafts:
        lines = [part for line in draft.lines for part in split_long(line)]
        if len(lines) <= 8 and len(drafts) > 1:
            out.append(replace(draft, lines=lines))
            continue
        for i in range(0, max(len(lines), 1), 4):
            chunk = lines[i : i + 4]
            if out and i and len(chunk) == 1:
                out[-1].lines += chunk
            else:
                out.append(_Draft(tag=draft.tag, lines=chunk, hints=draft.hints if i == 0 else []))
    return out


def _untagged(drafts: list[_Draft]) -> list[_Draft]:
    """Verse, chorus and bridge from blocks and what returns."""
    blocks = _blocks(drafts)
    n = len(blocks)
    repeated = [any(i != j and _similar(b.lines, blocks[j].lines) for j in range(n)) for i, b in enumerate(blocks)]
    kinds: list[SectionKind] = []
    tells = any(repeated) and not (all(repeated) and n > 2)
    for i in range(n):
        if tells:
            chorus, seen = repeated[i], sum(repeated[:i])
            lone = not chorus and seen >= 2 and any(repeated[i:])
            kinds.append(SectionKind.CHORUS if chorus else SectionKind.BRIDGE if lone else SectionKind.VERSE)
        elif n == 1:
            kinds.append(SectionKind.CHORUS)
        else:
            place = i % 6
            kinds.append((SectionKind.VERSE, SectionKind.CHORUS)[place % 2] if place != 4 else SectionKind.BRIDGE)
    return [
        _Draft(tag=Tag(kind=kind, written=b.tag.written if b.tag else ""), lines=b.lines, hints=b.hints)
        for b, kind in zip(blocks, kinds, strict=True)
    ]


# ---------------------------------------------------------------------------------------------- drafts to sections


def _split_backing(line: str) -> list[tuple[str, bool]]:
    """Lead and backing parts: "Hold on (hold on)" is a line and its answer."""
    if not re.search(r"[(（][^()（）]*[)）]", line):
        return [(line.strip("() "), False)] if line.strip("() ") else []
    lead = re.sub(r"\s*[(（][^()（）]*[)）]\s*", " ", line).strip()
    answers = [m[0] for m in re.finditer(r"[(（][^()（）]*[)）]", line)]
    parts = [(lead, False)] if re.search(r"\w", lead) else []
    return parts + [(answer, True) for answer in answers]


def _sung_lines(rows: list[str], language: str) -> tuple[Line, ...]:
    lines: list[Line] = []
    for row in rows:
        for part, backing in _split_backing(row):
            for piece in split_long(part):
                line = syllabify_line(piece, line_language(piece, language), backing=backing)
                if line is not None:
                    lines.append(line)
    return tuple(lines)


def _sections(drafts: list[_Draft], language: str) -> list[LyricsSection]:
    out: list[LyricsSection] = []
    memory: dict[SectionKind, tuple[Line, ...]] = {}
    n_lines = 0
    for draft in drafts:
        kind = draft.kind or SectionKind.VERSE
        lines = _sung_lines(draft.lines, language)
        if not draft.lines and kind not in WORDLESS:
            lines = memory.get(kind, ())
        elif lines and kind not in memory:
            memory[kind] = lines
        tag = draft.tag.written if draft.tag else ""
        section = LyricsSection(kind=kind, tag=tag, lines=lines, hints=tuple(draft.hints))
        for _ in range(draft.tag.times if draft.tag else 1):
            if n_lines + len(lines) <= MAX_LINES or not out:
                out.append(section)
                n_lines += len(lines)
    return out


__all__ = ["KINDS", "parse_lyrics"]
