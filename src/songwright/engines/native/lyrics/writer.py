"""One English song while it is written: what it is made from and what it has used."""

from __future__ import annotations

import math
import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from songwright.domain.draws import draws
from songwright.domain.lyrics import Line, LyricsSection, SectionKind
from songwright.domain.style import Brief

from .fields import SETTING_SHARE, choose_fields, frames, knows, subject_of, with_setting
from .genres import diction_of
from .hooks import hook_lines
from .pool import Candidate, World, candidate, pair, pool_for, pronounced, special_pools
from .search import MOST_SPREAD, Memory, choose_strophe, scheme_for
from .titles import invent_title, n_syllables, names, sentence_case
from .topic import Topic

K = SectionKind
_TURNED_CHORUS = 5
"""The chorus that has new words after the title: by then the others were heard four times."""


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


class Writer:
    """Writes one song: holds what was used, so that nothing returns by accident."""

    language = "en"

    def __init__(self, brief: Brief, seed: int, counts: Mapping[SectionKind, int]) -> None:
        self.brief, self.seed, self.counts = brief, seed, dict(counts)
        self.stream = f"{brief.topic}|{brief.genre}"
        topic = subject_of(brief)
        self.title = brief.title.strip() or invent_title(topic, brief, draws(seed, brief.topic, "title"))
        chosen = with_setting(choose_fields(topic, brief), draws(seed, brief.topic, "setting"))
        self.diction = diction_of(brief)
        self.rap = self.diction is not None and self.diction.id == "rap"
        self.world = World(
            topic=topic, fields=tuple(chosen), valence=brief.valence or 0.6 * chosen[0][0].valence, title=self.title,
            energy=0.2 if chosen[0][0].id in ("baby", "grief") else brief.energy,
            hook=_sung_title(self.title, topic, brief.topic), diction=self.diction, known=knows(topic),
            weirdness=brief.weirdness,
        )  # fmt: skip
        self.specials = special_pools(self.world)
        self.limits = (self.diction.low, self.diction.high) if self.diction else (5, 12)
        self.memory = Memory()
        self.pools: dict[str, list[Candidate]] = {}
        self.kept: dict[SectionKind, tuple[Line, ...]] = {}
        self.n_verses = self.n_choruses = 0
        self.told: frozenset[str] = frozenset()  # content words of the verses
        self.lone_chorus = False  # it is sung only once
        self.outside = False  # a couplet of the song's setting is wanted
        rng = draws(seed, self.stream, "answers")
        answers = self.diction.answers if self.diction else ()
        at = int(rng.random() * len(answers))
        self.responses = (*answers[at:], *answers[:at])[:2]  # of the first and the second verse, and so on in turn
        self.answers = self.responses[0] if answers else None

    def _pool(self, role: str) -> list[Candidate]:
        if role not in self.pools:
            self.pools[role] = pool_for(role, self.world)
        return self._turned(self.pools[role]) if role == "verse" else self.pools[role]

    def _turned(self, pool: list[Candidate]) -> list[Candidate]:
        """The same lines, those of the song's second field in front from the second verse on."""
        chosen = self.world.fields
        if len(chosen) < 2:
            return pool
        second, share = chosen[1]
        if not self.outside and not (self.n_verses % 2 and share > SETTING_SHARE):
            return pool
        return [replace(c, weight=c.weight * 3.0 / share) if c.field == second.id else c for c in pool]

    def section(self, kind: SectionKind, index: int) -> LyricsSection:
        """The next section of the form."""
        n = self.counts.get(kind, 0)
        self.n_choruses += kind is K.CHORUS
        if kind is K.CHORUS and self.n_choruses == _TURNED_CHORUS:
            self.kept.pop(kind, None)
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
        elif kind in (K.PRE_CHORUS, K.BUILD):
            lines = self._plain("pre", n, rng, [])
        elif kind is K.BRIDGE:
            lines = self._plain("bridge", n, rng, [])
        else:
            lines = self._verse(n, rng)
        self.memory.add([c for c in lines if c.source != "answer"])
        return lines

    def _verse(self, n: int, rng: random.Random) -> list[Candidate]:
        """A verse: facts of the request, then pictures; with answers between the lines where the genre has them."""
        asked = math.ceil(n / 2) if self.answers and n >= 4 else n
        lines: list[Candidate] = []
        self.memory.told = self.told
        if self.answers:
            self.answers = self.responses[self.n_verses % len(self.responses)]
        if self.n_verses == 0 and not self._named():
            lines += self._naming(rng)
            self.memory.add(lines)
        for _ in range(self._n_specials(asked - len(lines))):
            pool = self.specials[0]
            if len(self.specials) > 1 or self.world.known:  # the subject nobody knows is told again
                self.specials.pop(0)
            found = choose_strophe(pool, "AA", self.memory, rng, low=4, high=16, tries=12, beside=lines)
            lines += found
            self.memory.add(found)
        if self.n_verses % 2 and asked - len(lines) >= 4 and len(self.world.fields) > 1:  # one couplet looks around
            lines += self._plain("verse", asked - len(lines) - 2, rng, lines)
            self.outside = True
        lines += self._plain("verse", asked - len(lines), rng, lines)
        self.outside = False
        self.told |= {word for line in lines for word in line.content}
        self.memory.told = frozenset()
        if asked == n:
            return lines
        calls = pair(self.answers or ("", ""), source="answer", key="answer", weight=1.0)
        woven = [
            x for i, line in enumerate(lines) for x in (line, replace(calls[i % 2], text=f"({calls[i % 2].text})"))
        ]
        return woven[:n]

    def _hook(self) -> list[Candidate]:
        """The two lines that sing the title."""
        return hook_lines(self.world, draws(self.seed, "hook"))

    def _named(self) -> bool:
        """Whether the title or a fact of the request says its subject already."""
        topic = self.world.topic
        told = topic.name or topic.deed or topic.clause or not self.world.known
        return bool(told) or names(topic, " ".join(c.text for c in self._hook()))

    def _naming(self, rng: random.Random) -> list[Candidate]:
        """A couplet that says the subject: one of its field, else the templates for any subject."""
        field = [c for c in self._pool("verse") if c.source == "scene"]
        said = {c.partner for c in field if names(self.world.topic, c.text)}
        pool = [c for c in field if c.partner in said]
        return choose_strophe(pool or (self.specials or [[]])[-1], "AA", self.memory, rng, low=4, high=14, tries=12)

    def _n_specials(self, n: int) -> int:
        """How many couplets of a verse tell the request's own facts."""
        room = n // 2
        topic = self.world.topic
        only_topic = len(self.specials) == 1 and not (topic.name or topic.clause or topic.deed or topic.place)
        if not self.specials or not room:
            return 0
        if only_topic:  # "the rain": the field says it as well
            return 0 if self.world.known or self.n_verses % 2 else min(room, 2)
        return min(room, len(self.specials), 2 if len(self.specials) > 2 else 1)

    def _plain(self, role: str, n: int, rng: random.Random, beside: list[Candidate]) -> list[Candidate]:
        low, high = self.limits
        pool = self._pool(role)
        out: list[Candidate] = []
        while len(out) < n:
            m = min(4, n - len(out))
            m = m if m != 3 or n - len(out) == 3 else 2
            paired = bool(self.answers) or self.rap or role != "verse" or bool(beside)
            scheme = "AABB" if paired and m == 4 else scheme_for(m, rng)
            part = self._part(pool, scheme, rng, [*beside, *out], low, high)
            self.memory.add(part)
            out += part
            if not part:
                break
        return out

    def _part(
        self, pool: list[Candidate], scheme: str, rng: random.Random, beside: list[Candidate], low: int, high: int
    ) -> list[Candidate]:  # fmt: skip
        """Lines of a scheme: couplets as written, else of other lengths, else lines that happen to rhyme."""
        n = len(scheme)
        plain = "".join(chr(65 + i // 2) for i in range(n - n % 2)) + "X" * (n % 2)
        for attempt, (lo, hi, whole) in enumerate(((low, high, True), (3, 14, True), (3, 14, False))):
            chosen = scheme if not attempt else plain
            if found := choose_strophe(pool, chosen, self.memory, rng, low=lo, high=hi, whole=whole, beside=beside):
                return found
        return choose_strophe(pool, "X" * n, self.memory, rng, low=3, high=14, beside=beside)

    def _chorus(self, n: int, rng: random.Random) -> list[Candidate]:
        """Two lines that sing the title, with couplets of the heart after or between them; a lone chorus returns to
        the title at its end.
        """
        hook = self._hook() if n else []
        if n <= 2:
            return hook[:n]
        lines = list(hook)
        limits, self.limits = self.limits, (4, 13)
        heart = self._plain("chorus", (n - 2) - (2 if n >= 8 else 0), rng, hook)
        self.limits = limits
        counts = [c.n_syllables for c in (*hook, *heart)]
        if max(counts) - min(counts) > MOST_SPREAD + 1:
            heart = list(hook)  # no couplet is as long: the hook is sung twice
        if self.lone_chorus:
            return [*hook, *heart, *hook]
        apart = hook[0].text.split()[0] == hook[-1].text.split()[0] and not any(c.leans for c in (*hook, *heart))
        woven = n == 4 and len(heart) == 2 and apart and heart != hook and rng.random() < 0.2
        if woven:
            return [hook[0], heart[0], hook[1], heart[1]]
        lines += heart[:2] + (hook if n >= 8 else []) + heart[2:]
        return lines[:n]

    def _refrain(self, n: int, kind: SectionKind, rng: random.Random) -> list[Candidate]:
        vocables = [t for _, t in frames()["vocables"]]
        title = [t.replace("{title}", self.world.hook) for _, t in frames()["outro"]]
        chant = vocables[int(rng.random() * len(vocables))]
        texts = [title[1], title[2], title[0], title[3]] if kind is K.OUTRO else [chant, title[0], chant, title[1]]
        if kind is K.OUTRO and n == 4:
            texts = [title[1], title[2]] * 2
        out = [candidate(texts[i % 4], source="hook", template=f"refrain{i}", weight=1.0) for i in range(n)]
        return [c for c in out if c]


def _as_lines(strophe: Sequence[Candidate], language: str) -> tuple[Line, ...]:
    lines = [pronounced(c.text, language) for c in strophe]
    return tuple(replace(line, backing=c.source == "answer") for c, line in zip(strophe, lines, strict=True) if line)
