"""One Spanish or Mandarin song while it is written."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping

from songwright.domain.draws import draws
from songwright.domain.lyrics import SectionKind
from songwright.domain.style import Brief

from . import foreign
from .pool import Candidate
from .search import choose_strophe
from .titles import make_title
from .writer import Writer

K = SectionKind


class ForeignWriter(Writer):
    """The same in Spanish or Mandarin, from their own lines."""

    def __init__(self, brief: Brief, seed: int, counts: Mapping[SectionKind, int]) -> None:
        super().__init__(brief, seed, counts)
        self.language = brief.language
        self.subject = foreign.topic_of(brief)
        self.rap, self.answers = False, None
        self.title = make_title(brief, seed)
        hook = re.sub(r"[(\[（].*?[)\]）]", "", self.title).strip()
        self.hook = hook[:1].upper() + hook[1:].lower() if self.language == "es" else hook
        self.chosen = foreign.chosen_fields(self.language, self.subject, brief.valence)
        self.specials = foreign.specials(self.subject, self.language)
        self.limits = (5, 13) if self.language == "es" else (4, 10)

    def _pool(self, role: str) -> list[Candidate]:
        if role not in self.pools:
            self.pools[role] = foreign.pool_for(role, self.chosen, self.language)
        return self.pools[role]

    def _hook(self) -> list[Candidate]:
        return foreign.hook_lines(self.title, self.hook, self.language, draws(self.seed, "hook"))

    def _named(self) -> bool:
        text = " ".join(c.text for c in self._hook()).lower()
        said = self.subject if self.language == "zh" else self.subject.lower().split()
        return any(word in said and word in text for word in self.chosen[0][0].words)

    def _naming(self, rng: random.Random) -> list[Candidate]:
        field = [c for c in self._pool("verse") if c.field]
        said = self.subject if self.language == "zh" else self.subject.lower().split()
        words = [word for word in self.chosen[0][0].words if word in said]
        partners = {c.partner for c in field if any(word in c.text.lower() for word in words)}
        pool = [c for c in field if c.partner in partners]
        return choose_strophe(pool, "AA", self.memory, rng, low=4, high=16, tries=12) if pool else []

    def _n_specials(self, n: int) -> int:
        known = self.chosen[0][1] >= 1.0
        named = bool(foreign.name_in(self.subject)) and self.n_verses == 0 and self.language == "es"
        return min(n // 2, len(self.specials), 1) if named or not known else 0

    def _refrain(self, n: int, kind: SectionKind, rng: random.Random) -> list[Candidate]:
        found = self._hook() or [c for c in self._pool("chorus")[:2]]
        return [found[i % len(found)] for i in range(n)]
