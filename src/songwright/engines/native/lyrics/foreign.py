"""Spanish and Mandarin lines for the writer: small own lexicons, the same search."""

from __future__ import annotations

import functools
import random
import tomllib
from collections.abc import Iterator
from typing import Any

from .pool import Candidate, candidate, pronounced
from .rhyme import ending, rhyme_score
from .wordlists import data_text

_FILES = {"es": "spanish.toml", "zh": "mandarin.toml"}
LANGUAGES = tuple(_FILES)
"""Languages besides English that can be written."""
_ROLES = ("verse", "chorus", "pre", "bridge")


@functools.cache
def _data(language: str) -> dict[str, Any]:
    return tomllib.loads(data_text(_FILES[language]))


def _all_fields(language: str) -> list[dict[str, Any]]:
    return [v for v in _data(language).values() if isinstance(v, dict)]


def _hits(language: str, topic: str) -> list[dict[str, Any]]:
    """Fields whose words the topic holds, most often named first."""
    spoken = topic.lower() if language == "zh" else topic.lower().split()
    fields = _all_fields(language)
    counts = [(sum(word in spoken for word in f["words"].split()), -i) for i, f in enumerate(fields)]
    return [fields[-i] for n, i in sorted(counts, reverse=True) if n]


def _fields(language: str, topic: str) -> list[dict[str, Any]]:
    return _hits(language, topic)[:2] or _all_fields(language)[-1:]


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.strip().splitlines() if line.strip()]


def _couplet_numbers(lines: list[str], language: str) -> list[int]:
    numbers: list[int] = []
    for i, text in enumerate(lines):
        a, b = pronounced(lines[i - 1], language) if i else None, pronounced(text, language)
        joins = i > 0 and numbers.count(numbers[-1]) < 2 and a and b and rhyme_score(ending(a), ending(b)) >= 0.5
        numbers.append(numbers[-1] if joins else i)
    return numbers


def _from(texts: str, key: str, weight: float, language: str) -> Iterator[Candidate]:
    lines = _lines(texts)
    for i, (text, couplet) in enumerate(zip(lines, _couplet_numbers(lines, language), strict=True)):
        partner = f"{key}{couplet}"
        c = candidate(text, source="scene", template=f"{key}:{i}", weight=weight, partner=partner, language=language)
        if c:
            yield c


def pool_for(role: str, topic: str, language: str) -> list[Candidate]:
    """Candidate lines of a section's role."""
    data = _data(language)
    out = list(_from(data[role if role in _ROLES else "verse"], role, 1.0, language))
    for i, field in enumerate(_fields(language, topic)):
        if role in ("verse", "chorus"):
            out += _from(field["scenes" if role == "verse" else "heart"], f"f{i}{role}", 3.0, language)
    return out


def hooks(hook: str, language: str) -> list[Candidate]:
    """Lines that sing the title."""
    tails = _lines(_data(language)["tails"])
    comma = "，" if language == "zh" else ", "
    texts = [hook, *(f"{hook}{comma}{tail}" for tail in tails)]
    made = [candidate(t, source="hook", template=t, weight=1.0, language=language) for t in texts]
    return [c for c in made if c]


def invent_title(topic: str, language: str, rng: random.Random) -> str:
    """A title from the topic's field, or the topic's own words when they are few."""
    data = _data(language)
    titles = [title for field in _fields(language, topic)[:1] for title in field["titles"]]
    if language == "zh":
        own = topic
        for word in sorted(data["stop"].split(), key=len, reverse=True):
            own = own.replace(word, "")
        if 2 <= len(own) <= 6:
            titles.append(own)
    else:
        stop = set(data["stop"].split())
        words = topic.split()
        while words and words[0].lower() in stop:
            words.pop(0)
        if 1 <= len(words) <= 4:
            titles.append(" ".join(words).title())
    if len(titles) > 1 and not _hits(language, topic):
        titles = titles[-1:]
    return titles[int(rng.random() * len(titles))]
