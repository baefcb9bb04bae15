"""Spanish and Mandarin couplets for the writer: own lexicons of the same form, the same search."""

from __future__ import annotations

import functools
import random
import re
import tomllib
from dataclasses import dataclass

from songwright.domain.style import Brief

from .fields import Couplet, Field, couplets, read_field
from .pool import Candidate, pair
from .wordlists import data_text

_FILES = {"es": "spanish.toml", "zh": "mandarin.toml"}
LANGUAGES = tuple(_FILES)
"""Languages besides English that can be written."""
_KINDS = {"verse": "scenes", "chorus": "heart"}
Chosen = tuple[tuple[Field, float], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Lexicon:
    """What a language has to write with."""

    any: Field  # couplets for every song
    fields: tuple[Field, ...]
    tails: tuple[Couplet, ...]  # with {title}
    topic: tuple[Couplet, ...]  # with {T}
    name: tuple[Couplet, ...]  # with {name}
    stop: frozenset[str]  # words of a request that are not its subject


@functools.cache
def lexicon(language: str) -> Lexicon:
    """The lexicon of a language of ``LANGUAGES``."""
    raw = tomllib.loads(data_text(_FILES[language]))
    stop, common = raw.pop("stop"), raw.pop("_any")
    return Lexicon(
        any=read_field("_any", common), fields=tuple(read_field(key, d) for key, d in raw.items()),
        tails=couplets(common["tails"]), topic=couplets(common["topic"]), name=couplets(common["name"]),
        stop=frozenset(stop.split()),
    )  # fmt: skip


def topic_of(brief: Brief) -> str:
    """The topic; a word of style where that is all there is ("un villancico")."""
    stop = lexicon(brief.language).stop
    said = brief.topic.strip()
    return said if any(word.lower() not in stop for word in said.split()) else " ".join(brief.used_words)


def _words(topic: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", topic.lower())


def chosen_fields(language: str, topic: str, valence: float) -> Chosen:
    """The fields whose words the topic holds, most often named first; else those of its mood."""
    spoken = topic if language == "zh" else _words(topic)
    book = lexicon(language)
    counts = [(sum(word in spoken for word in f.words), f) for f in book.fields]
    found = sorted((c for c in counts if c[0]), key=lambda c: (-c[0], len(c[1].words)))
    if found:
        return tuple((f, max(0.3, (n / found[0][0]) ** 2 * 0.6) if i else 1.0) for i, (n, f) in enumerate(found[:2]))
    near = sorted(book.fields, key=lambda f: abs(f.valence - valence))
    return ((near[0], 0.6), (near[1], 0.6))


def subject(language: str, topic: str) -> str:
    """The topic without the request around it, at most four words or six characters; "" when it is longer."""
    if language == "zh":
        own = topic
        for word in sorted(lexicon(language).stop, key=len, reverse=True):
            own = own.replace(word, "")
        return own if 2 <= len(own) <= 6 else ""
    words = topic.split()
    while words and words[0].lower() in lexicon(language).stop:
        words.pop(0)
    return " ".join(words) if 1 <= len(words) <= 4 else ""


def name_in(topic: str) -> str:
    """A person that a Spanish request names: "para Lucía"."""
    found = re.search(r"\b(?:para|a|de|sobre)\s+([A-ZÁÉÍÓÚÑ][a-záéíóúñ]+)", topic) or re.match(
        r"([A-ZÁÉÍÓÚÑ][a-záéíóúñ]+)\s*$", topic
    )
    return found[1] if found else ""


def with_article(topic: str) -> str:
    """The subject of a Spanish request as the object of a sentence: "mi perro", "el mar"; "" if it has no article."""
    found = re.search(
        r"\b((?:el|la|los|las|mi|mis|tu|su|nuestro|nuestra)\s+[a-záéíóúñ]+(?:\s+de\s+[a-záéíóúñ]+)?)", topic.lower()
    )
    return found[1] if found and not re.match(r"(?:el|la)\s+(?:que|de)\b", found[1]) else ""


def _of(couplets: tuple[Couplet, ...], key: str, weight: float, language: str, field: str = "") -> list[Candidate]:
    made = (
        pair(c, source="scene", key=f"{key}:{i}", weight=weight, field=field, language=language)
        for i, c in enumerate(couplets)
    )
    return [c for two in made for c in two]


def pool_for(role: str, chosen: Chosen, language: str) -> list[Candidate]:
    """Candidate lines of a section's role."""
    kind = _KINDS.get(role, "turns")
    out: list[Candidate] = []
    for field, share in chosen:
        out += _of(getattr(field, kind), f"{field.id}:{kind}", 2.2 * share, language, field.id)
    if role == "bridge":
        out += _of(chosen[0][0].heart, f"{chosen[0][0].id}:heart", 0.8, language, chosen[0][0].id)
    return out + _of(getattr(lexicon(language).any, kind), f"any:{kind}", 0.25, language)


def specials(topic: str, language: str) -> list[list[Candidate]]:
    """Couplets out of the request's own words, one pool per fact."""
    book = lexicon(language)
    pools: list[list[Candidate]] = []
    name = name_in(topic) if language == "es" else ""
    said = with_article(topic) if language == "es" else subject(language, topic)
    for slot, value, rows in (("{name}", name, book.name), ("{T}", said, book.topic)):
        if value:
            filled = tuple((a.replace(slot, value), b.replace(slot, value)) for a, b in rows)
            pools.append(_of(filled, slot, 2.0, language))
    return [pool for pool in pools if pool]


def hook_lines(title: str, hook: str, language: str, rng: random.Random) -> list[Candidate]:
    """Two lines that sing the title: the written ones, else a template's."""
    book = lexicon(language)
    for field in book.fields:
        for written in field.hooks:
            if written.title.lower() == title.lower():
                return pair(written.lines, source="hook", key=title, weight=2.0, field=field.id, language=language)
    tail = book.tails[int(rng.random() * len(book.tails))]
    a, b = (line.replace("{title}", hook) for line in tail)
    return pair((a, b), source="hook", key="tail", weight=1.0, language=language)


def invent_title(topic: str, language: str, valence: float, rng: random.Random) -> str:
    """A title of the topic's field, or the topic's own words when no field knows them."""
    chosen = chosen_fields(language, topic, valence)
    own = subject(language, topic)
    known = chosen[0][1] >= 1.0
    if own and not known:
        return own if language == "zh" else own.title()
    titles = [title for field, share in chosen if share >= 0.6 for title in field.titles]
    return titles[int(rng.random() * len(titles))]
