"""Titles: from the request's own words, or from the song's field."""

from __future__ import annotations

import random
import re

from songwright.domain.draws import draws
from songwright.domain.style import Brief

from . import foreign
from .fields import choose_fields, knows, subject_of
from .genres import diction_of
from .pool import pronounced
from .topic import Topic
from .wordlists import word_list

_LITTLE = frozenset(word_list("a an the and or of in on at to for from by with"))


_ASIDE = 0.25
"""Weight of a field that the request only touches: "the first coffee in the morning" has no title of the summer."""


def title_case(text: str) -> str:
    """Every word large but the little ones inside."""
    words = text.split()
    return " ".join(
        w if any(c.isupper() for c in w) else w if i and w.lower() in _LITTLE else w[:1].upper() + w[1:]
        for i, w in enumerate(words)
    )


_PROPER = frozenset(
    word_list(
        """christmas october july january december saturday monday friday sunday santa claus saturn willow lane mars i
        i'm i'd i'll fifth earth rex tokyo paris lisbon london english"""
    )
)


def sentence_case(title: str, names: str = "") -> str:
    """A title as part of a line: small letters but for names (those of ``_PROPER`` and of the request)."""
    kept = {w.strip(".,!?'\"").lower() for w in names.split() if w[:1].isupper()}
    words = title.split()
    return " ".join(w if w.lower().strip(",") in _PROPER | kept or w.isupper() else w.lower() for w in words)


def n_syllables(text: str) -> int:
    """Sung syllables of an English text."""
    line = pronounced(text)
    return len(line.syllables) if line else 0


def _own_words(topic: Topic) -> list[tuple[str, float]]:
    """Titles made of the request's own words."""
    out: list[tuple[str, float]] = []
    phrase = re.sub(r"^(?:my|our|the|a|an)\s+", "", topic.phrase, flags=re.I)
    phrase = re.sub(r"\b(?:sad|happy|beautiful|funny|epic|slow|fast|cute|emotional)\s+", "", phrase, flags=re.I)
    if topic.name:
        out += [(f"For {topic.name}", 1.0), (f"{topic.name}, {topic.name}", 0.8), (f"Hey {topic.name}", 0.8)]
    if topic.object and 2 <= n_syllables(topic.object) <= 6:
        out.append((topic.object, 0.8))
    if topic.clause and 2 < len(topic.clause.split()) <= 7:
        pet = topic.pet.split()[-1] if topic.pet else ""
        short = topic.clause.replace(topic.pet, pet) if pet else topic.clause
        out.append((short, 3.0))
    elif phrase and len(phrase.split()) <= 4 and 2 <= n_syllables(phrase) <= 7 and not topic.name:
        out.append((phrase, 5.0 if not knows(topic) else 3.0 if len(phrase.split()) > 1 else 0.3))
    if topic.bare and topic.bare.lower() != phrase.lower() and 1 < n_syllables(topic.bare) <= 5:
        out.append((topic.bare, 3.0 if not knows(topic) else 0.5))
    if topic.place and 2 <= n_syllables(topic.place[3:]) <= 5:
        out.append((topic.place[3:], 0.8))
    return out


def names(topic: Topic, text: str) -> bool:
    """Whether a text has one of the topic's own words."""
    low = text.lower()
    telling = [stem for stem in topic.stems if topic.head.startswith(stem)]
    return any(stem in low for stem in telling or topic.stems)


def invent_title(topic: Topic, brief: Brief, rng: random.Random) -> str:
    """A title for a song about ``topic``: its own words, or one of its field's."""
    options = _own_words(topic)
    world = choose_fields(topic, brief)
    known = knows(topic)
    short = (diction := diction_of(brief)) is not None and diction.high < 9
    near = [(field, share) for field, share in world if share > _ASIDE] if known else world
    for field, share in near[: 2 if known else 1]:
        for hook in field.hooks:
            long = short and max(n_syllables(line) for line in hook.lines) > 9
            gain = (9.0 if known and not topic.name else 3.0 if known else 1.6) * share * (0.1 if long else 1.0)
            gain *= 1.6 if names(topic, " ".join((hook.title, *hook.lines))) else 1.0
            options.append((hook.title, gain / len(field.hooks)))
    spot = rng.random() * sum(w for _, w in options)
    chosen = options[-1][0]
    for text, weight in options:
        spot -= weight
        if spot <= 0:
            chosen = text
            break
    return title_case(chosen)[:80]


def make_title(brief: Brief, seed: int) -> str:
    """The given title, or one invented from the topic. Deterministic in the seed."""
    if brief.title.strip():
        return brief.title.strip()
    if brief.language in foreign.LANGUAGES:
        return foreign.invent_title(
            foreign.topic_of(brief), brief.language, brief.valence, draws(seed, brief.topic, "title")
        )
    return invent_title(subject_of(brief), brief, draws(seed, brief.topic, "title"))
