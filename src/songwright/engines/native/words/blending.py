"""One lyric out of two: the hook of the first, verses of the second, answers of both."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random

from songwright.domain.draws import draws
from songwright.domain.lyrics import SectionKind, WrittenLyrics
from songwright.errors import LyricsFailed

from ..lyrics.errors import UnsingableText
from ..lyrics.parse import parse_lyrics
from ..lyrics.rhyme import Ending, ending, rhyme_score
from ..lyrics.titles import title_case

MAX_CHARS = 20_000
MAX_LINES = 10  # taken from one lyric
MIN_SHARE = 0.35
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_HOOKS = (SectionKind.CHORUS, SectionKind.POST_CHORUS, SectionKind.DROP)


@dataclass(frozen=True, slots=True)
class _Row:
    """A line of a lyric with what a neighbour has to fit. ``end`` None: nobody here can pronounce it."""

    text: str
    n_syllables: int
    end: Ending | None

    @property
    def key(self) -> str:
        return re.sub(r"[\W_]+", " ", self.text.lower()).strip() or self.text


def blend(lyrics_a: str, lyrics_b: str, *, seed: int) -> WrittenLyrics:
    """A lyric with A's hook as chorus, B's verses, and a second verse where both answer each other.

    No line twice (the last ``[Chorus]`` tag stands alone: it repeats the chorus). When both have four different
    lines, at least 35 % of the lines come from each. Deterministic in ``seed``; the title is from the hook.
    Raises LyricsFailed when neither has a line.
    """
    rng = draws(seed, "blend")
    hook_a, rest_a = _read(lyrics_a)
    hook_b, rest_b = _read(lyrics_b)
    if not (hook_a or rest_a):
        hook_a, rest_a, hook_b = hook_b, rest_b, []
        rest_b = []
    if not hook_a and not rest_a:
        raise LyricsFailed
    if not hook_a:
        hook_a, rest_a = rest_a[:4], rest_a[4:]
    chorus = hook_a[:4]
    rest_a = [*hook_a[4:], *rest_a]
    used = {row.key for row in chorus}
    verses = _without(rest_b, used)
    hook_b = _without(hook_b, used)
    if len(verses) < 4:
        verses, hook_b = [*verses, *hook_b], []
    used |= {row.key for row in (*verses, *hook_b)} if rest_b or hook_b else set()
    rest_a = _without(rest_a, used)
    return WrittenLyrics(text=_sheet(_form(chorus, rest_a, verses, hook_b, rng)), title=_title(chorus[0].text))


def _form(
    chorus: list[_Row], rest_a: list[_Row], verses: list[_Row], hook_b: list[_Row], rng: Random
) -> list[tuple[str, list[_Row]]]:  # fmt: skip
    """Sections in order. The shares of both are settled before lines are placed."""
    n_a = min(len(chorus) + len(rest_a), MAX_LINES)
    n_b = min(len(verses) + len(hook_b), MAX_LINES)
    most = (1 - MIN_SHARE) / MIN_SHARE
    n_a, n_b = (min(n_a, max(len(chorus), int(n_b * most))), n_b) if n_b else (n_a, 0)
    n_b = min(n_b, int(n_a * most))
    first, left_b = _window(verses, min(4, n_b), rng)
    n_b -= len(first)
    close = hook_b[: min(2, n_b)]
    n_b -= len(close)
    answers = left_b[:n_b] if len(left_b) >= n_b else [*left_b, *hook_b[len(close) :]][:n_b]
    own = rest_a[: max(0, n_a - len(chorus))]
    second, own, answers = _answers(own[:4], answers[:4], [own[4:], answers[4:]])
    bridge = [*own[:2], *close]
    outro = [*own[2:], *answers][:4]
    sections = [("[Verse]", first), ("[Chorus]", chorus)]
    if not first:
        sections.reverse()
    sections += [("[Verse 2]", second), ("[Bridge]", bridge), ("[Outro]", outro)]
    out = [(tag, rows) for tag, rows in sections if rows]
    if second or bridge:
        at = len(out) - (1 if outro else 0)
        out.insert(at, ("[Chorus]", []))
    return out


def _window(rows: list[_Row], n: int, rng: Random) -> tuple[list[_Row], list[_Row]]:
    """``n`` neighbouring lines that start where a strophe could, and the others."""
    starts = [i for i in range(0, max(len(rows) - n, 0) + 1, 4)] or [0]
    at = starts[int(rng.random() * len(starts))]
    return rows[at : at + n], [*rows[:at], *rows[at + n :]]


def _answers(
    own: list[_Row], other: list[_Row], left: Sequence[list[_Row]]
) -> tuple[list[_Row], list[_Row], list[_Row]]:  # fmt: skip
    """A verse in turns: each line of A with the line of B that rhymes and scans best with it; and what is left."""
    verse: list[_Row] = []
    own, other = list(own), list(other)
    while own and other and len(verse) < 6:
        a, b = max(((x, y) for x in own for y in other), key=lambda pair: _fit(*pair))
        own.remove(a)
        other.remove(b)
        verse += [a, b]
    return verse, [*own, *left[0]], [*other, *left[1]]


def _fit(a: _Row, b: _Row) -> float:
    rhyme = rhyme_score(a.end, b.end) if a.end and b.end and a.end.word and b.end.word else 0.0
    return rhyme - 0.12 * abs(a.n_syllables - b.n_syllables)


def _without(rows: Iterable[_Row], used: set[str]) -> list[_Row]:
    return [row for row in rows if row.key not in used]


def _unique(rows: Iterable[_Row]) -> list[_Row]:
    return list({row.key: row for row in reversed(list(rows))}.values())[::-1]


def _read(text: str) -> tuple[list[_Row], list[_Row]]:
    """Lines of the hook, and the others; each line once."""
    text = text[:MAX_CHARS].replace("\\n", "\n")
    try:
        sections = parse_lyrics(text).sections
    except UnsingableText:
        return [], _unique(_plain_rows(text))
    hook: list[_Row] = []
    rest: list[_Row] = []
    for section in sections:
        into = hook if section.kind in _HOOKS and (section.tag or len(sections) > 1) else rest
        into += [_Row(line.text.strip("()（） "), len(line.syllables), ending(line)) for line in section.lines]
    hook = [row for row in _unique(hook) if row.text]
    return hook, _without((row for row in _unique(rest) if row.text), {row.key for row in hook})


def _plain_rows(text: str) -> list[_Row]:
    """Lines of a text that cannot be pronounced."""
    rows = [re.sub(r"\[[^\[\]]*\]", "", row).strip() for row in text.split("\n")]
    return [_Row(row[i : i + 80].strip(), max(1, len(row[i : i + 80]) // 3), None)
            for row in rows if row for i in range(0, len(row), 80) if row[i : i + 80].strip()]  # fmt: skip


def _title(line: str) -> str:
    """The opening of the hook, at most six words or ten characters of a script without spaces."""
    body = line.strip(" .,;:!?()-\"'¿¡，。！？、")
    if _CJK.search(body):
        return re.split(r"[，。！？、,\s]", body)[0][:10] or body[:10]
    words = re.split(r"[,;.!?]", body)[0].split()[:6] or body.split()[:6]
    return title_case(" ".join(words))[:80] or line[:80]


def _sheet(sections: list[tuple[str, list[_Row]]]) -> str:
    return "\n\n".join("\n".join([tag, *(row.text for row in rows)]) for tag, rows in sections)
