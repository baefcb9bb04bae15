"""New lyrics about anything: lines are drawn from a hand-made lexicon, rhymes first, then strophe by strophe."""

from __future__ import annotations

import random
import re
from collections.abc import Collection, Mapping, Sequence

from songwright.domain.draws import draws
from songwright.domain.lyrics import Line, Lyrics, LyricsSection, SectionKind
from songwright.domain.style import Brief

from . import foreign
from .fields import choose_fields, frames, knows
from .pool import Candidate, World, candidate, hooks, pool_for, pronounced
from .search import Memory, choose_strophe, pick, scheme_for
from .titles import invent_title, make_title, n_syllables, sentence_case
from .topic import Topic, read_topic

K = SectionKind
DEFAULT_FORM = (K.VERSE, K.PRE_CHORUS, K.CHORUS, K.VERSE, K.PRE_CHORUS, K.CHORUS, K.BRIDGE, K.CHORUS)
LINES = {K.VERSE: 4, K.PRE_CHORUS: 2, K.CHORUS: 4, K.POST_CHORUS: 2, K.BRIDGE: 4, K.OUTRO: 2, K.BUILD: 2, K.DROP: 1}
"""How many lines a section gets when nobody says otherwise; kinds not listed are not sung."""
_RAP = ("hip", "rap", "trap", "drill", "grime", "phonk", "boom_bap", "boom bap")
_KIDS = ("child", "kids", "nursery")
_NAMES = ("Christmas", "Saturn", "Earth")
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
    counts = {**LINES, **(target_lines or {})}
    kinds = tuple(form) if form else DEFAULT_FORM
    writer = _Foreign(brief, seed, counts) if brief.language in foreign.LANGUAGES else _Writer(brief, seed, counts)
    writer.memory.texts.update(line.lower() for line in avoid_lines)
    sections = [writer.section(kind, i) for i, kind in enumerate(kinds)]
    sections = _numbered(sections)
    text = "\n\n".join("\n".join([s.tag, *(line.text for line in s.lines)]) for s in sections)
    return Lyrics(title=writer.title, language=writer.language, sections=tuple(sections), text=text)


def _numbered(sections: list[LyricsSection]) -> list[LyricsSection]:
    n_verses = sum(s.kind is K.VERSE for s in sections)
    out, verse = [], 0
    for s in sections:
        name = _TAGS[s.kind]
        if s.kind is K.VERSE:
            verse += 1
            name = f"{name} {verse}" if n_verses > 1 else name
        out.append(LyricsSection(kind=s.kind, tag=f"[{name}]", lines=s.lines))
    return out


def _sung_title(title: str, topic: Topic, names: str) -> str:
    """What of the title can be sung in one line: at most six syllables."""
    hook = re.sub(r"[(\[].*?[)\]]|[^\w\s',&-]", " ", title).strip(" ,-")
    hook = re.sub(r"\s+", " ", hook)
    hook = sentence_case(hook, names)
    if 0 < n_syllables(hook) <= 7:
        return hook
    words = hook.split()
    for n in range(len(words), 0, -1):
        if 0 < n_syllables(" ".join(words[:n])) <= 6 and words[n - 1].lower() not in ("the", "a", "of", "in", "my"):
            return " ".join(words[:n])
    return topic.bare or "oh my"


class _Writer:
    """Writes one song: holds what was used, so that nothing returns by accident."""

    language = "en"

    def __init__(self, brief: Brief, seed: int, counts: Mapping[SectionKind, int]) -> None:
        self.brief, self.seed, self.counts = brief, seed, counts
        self.stream = f"{brief.topic}|{brief.genre}"
        topic = read_topic(brief.topic)
        self.title = brief.title.strip() or invent_title(topic, brief, draws(seed, brief.topic, "title"))
        chosen = choose_fields(topic, brief)
        genre = brief.genre.lower()
        valence = brief.valence or 0.6 * chosen[0][0].valence
        self.rap = any(g in genre for g in _RAP)
        self.world = World(
            topic=topic, fields=tuple(chosen), valence=valence, title=self.title,
            energy=0.2 if chosen[0][0].id in ("baby", "grief") else brief.energy,
            hook=_sung_title(self.title, topic, brief.topic),
            kids=any(g in genre for g in _KIDS), rap=self.rap, known=knows(topic),
        )  # fmt: skip
        self.limits = (5, 9)  # syllables of a line outside rap
        self.memory = Memory()
        self.pools: dict[str, list[Candidate]] = {}
        self.kept: dict[SectionKind, tuple[Line, ...]] = {}
        self.n_verses = 0
        self.first_lines: dict[str, int] = {}

    def _pool(self, role: str) -> list[Candidate]:
        if role not in self.pools:
            self.pools[role] = pool_for(role, self.world)
        return self.pools[role]

    def _hooks(self) -> list[Candidate]:
        return hooks(self.world)

    def section(self, kind: SectionKind, index: int) -> LyricsSection:
        """The next section of the form."""
        n = self.counts.get(kind, 0)
        if kind in (K.CHORUS, K.PRE_CHORUS, K.POST_CHORUS) and kind in self.kept:
            return LyricsSection(kind=kind, lines=self.kept[kind])
        rng = draws(self.seed, self.stream, kind.value, self.n_verses if kind is K.VERSE else 0, index)
        lines = _as_lines(self._strophe(kind, n, rng), self.language) if n else ()
        self.kept[kind] = lines
        self.n_verses += kind is K.VERSE
        return LyricsSection(kind=kind, lines=lines)

    def _strophe(self, kind: SectionKind, n: int, rng: random.Random) -> list[Candidate]:
        if kind is K.CHORUS:
            lines = self._chorus(n, rng)
        elif kind in (K.POST_CHORUS, K.OUTRO, K.DROP):
            lines = self._refrain(n, kind, rng)
        else:
            role = {K.VERSE: "verse", K.PRE_CHORUS: "pre", K.BUILD: "pre", K.BRIDGE: "bridge"}.get(kind, "verse")
            lines = self._plain(role, n, rng)
        self.memory.add(lines)
        return lines

    def _plain(self, role: str, n: int, rng: random.Random) -> list[Candidate]:
        low, high = (9, 14) if self.rap and role == "verse" else self.limits
        pool = self._rap_lines(rng) if self.rap and role == "verse" else self._pool(role)
        if self.world.kids:
            high = 8
        out: list[Candidate] = []
        while len(out) < n:
            m = min(4, n - len(out))
            m = m if m != 3 or n - len(out) == 3 else 2
            paired = self.world.kids or role in ("pre", "bridge", "chorus")
            scheme = "AABB" if paired and m == 4 else scheme_for(m, rng)
            part = choose_strophe(
                pool,
                scheme,
                self.memory,
                rng,
                low=low,
                high=high,
                tries=40 if role == "verse" else 10,
                whole_couplets=role in ("pre", "bridge"),
            )
            part = part or choose_strophe(pool, "X" * m, self.memory, rng, low=3, high=14)
            self.memory.add(part)
            out += part
            if not part:
                break
        return out

    def _rap_lines(self, rng: random.Random) -> list[Candidate]:
        """Bars of two halves, beside the bars written whole."""
        pool = self._pool("verse")
        whole = [c for c in pool if 9 <= c.n_syllables <= 14]
        heads = [c for c in pool if 4 <= c.n_syllables <= 7 and c.source in ("scene", "place", "thing", "act")]
        tails = [c for c in pool if 4 <= c.n_syllables <= 8 and c.source in ("scene", "act", "fact", "topic")]
        for _ in range(160):
            if not heads or not tails:
                break
            a, b = heads[pick(rng, [c.weight for c in heads])], tails[pick(rng, [c.weight for c in tails])]
            if a.lemmas & b.lemmas or a.text == b.text or a.text.lower() in self.memory.texts:
                continue
            text = f"{a.text}, {_lowered(b.text)}"
            bar = candidate(text, source="scene", template=b.template, weight=(a.weight + b.weight) / 2)
            if bar:
                whole.append(bar)
        return whole

    def _chorus(self, n: int, rng: random.Random) -> list[Candidate]:
        """The title sung once or twice, with lines that rhyme; the rest of a long chorus follows in couplets."""
        pool, titled = self._pool("chorus"), self._hooks()
        fitting = [c for c in titled if 6 <= c.n_syllables <= 8] or [c for c in titled if c.n_syllables <= 9] or titled
        if n < 2:
            return [fitting[pick(rng, [c.weight for c in fitting])]] if n else []
        twice = n >= 4 and rng.random() < 0.4
        for attempt in range(24):
            twice = twice or (attempt > 15 and n >= 4)
            hook = fitting[pick(rng, [c.weight * (3.0 if twice and c.weight > 1 else 1.0) for c in fitting])]
            lines = self._around(hook, pool, rng) if twice else self._after(hook, min(n, 4), pool, rng)
            if lines:
                return lines + (self._plain("chorus", n - len(lines), rng) if len(lines) < n else [])
        return [fitting[0], *self._plain("chorus", n - 1, rng)]

    def _near(self, hook: Candidate, pool: list[Candidate]) -> list[Candidate]:
        return [c for c in pool if hook.n_syllables - 1 <= c.n_syllables <= hook.n_syllables + 2]

    def _around(self, hook: Candidate, pool: list[Candidate], rng: random.Random) -> list[Candidate]:
        """Hook, line, hook, rhyming line."""
        near = self._near(hook, pool)
        pair = choose_strophe(near, "AA", self.memory, rng, low=4, high=10, spread=1, tries=16)
        return [hook, pair[0], hook, pair[1]] if len(pair) == 2 else []

    def _after(self, hook: Candidate, n: int, pool: list[Candidate], rng: random.Random) -> list[Candidate]:
        """The hook, a line that rhymes with it, and a couplet."""
        scheme = {2: "AA", 3: "AAX"}.get(n, "AABB")
        near = self._near(hook, pool)
        return choose_strophe(near, scheme, self.memory, rng, low=4, high=10, fixed={0: hook}, tries=24)

    def _refrain(self, n: int, kind: SectionKind, rng: random.Random) -> list[Candidate]:
        vocables = [t for _, t in frames()["vocables"]]
        title = [t.replace("{title}", self.world.hook) for _, t in frames()["outro"]]
        chant = vocables[int(rng.random() * len(vocables))]
        texts = [title[1], title[2], title[0], title[3]] if kind is K.OUTRO else [chant, title[0], chant, title[1]]
        out = [candidate(texts[i % 4], source="hook", template=f"refrain{i}", weight=1.0) for i in range(n)]
        return [c for c in out if c]


class _Foreign(_Writer):
    """The same in Spanish or Mandarin, from their own lines."""

    def __init__(self, brief: Brief, seed: int, counts: Mapping[SectionKind, int]) -> None:
        super().__init__(brief, seed, counts)
        self.language = brief.language
        self.rap = False
        topic = brief.topic
        self.title = brief.title.strip() or foreign.invent_title(topic, self.language, draws(seed, topic, "title"))
        hook = re.sub(r"[(\[（].*?[)\]）]", "", self.title).strip()
        self.hook = hook[:1].upper() + hook[1:].lower() if self.language == "es" else hook
        self.limits = (4, 16)

    def _pool(self, role: str) -> list[Candidate]:
        if role not in self.pools:
            self.pools[role] = foreign.pool_for(role, self.brief.topic, self.language)
        return self.pools[role]

    def _hooks(self) -> list[Candidate]:
        return foreign.hooks(self.hook, self.language)

    def _near(self, hook: Candidate, pool: list[Candidate]) -> list[Candidate]:
        return pool

    def _refrain(self, n: int, kind: SectionKind, rng: random.Random) -> list[Candidate]:
        found = self._hooks()
        return [found[(i * 3) % len(found)] for i in range(n)]


def _lowered(text: str) -> str:
    """A line as the second half of another."""
    return text if text.split()[0].split("'")[0] == "I" or text.split()[0] in _NAMES else text[:1].lower() + text[1:]


def _as_lines(strophe: Sequence[Candidate], language: str) -> tuple[Line, ...]:
    lines = [pronounced(c.text, language) for c in strophe]
    return tuple(line for line in lines if line)


__all__ = ["DEFAULT_FORM", "LINES", "make_title", "write_lyrics"]
