"""Candidate lines: couplets of the fields, of the genre and of templates, pronounced and counted."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from songwright.domain.lyrics import Line

from .english import FUNCTION_WORDS, word_sounds
from .fields import SETTING_SHARE, Couplet, Field, frames
from .genres import THEMES, Diction, strange
from .pronounce import syllabify_line
from .rhyme import Ending, ending
from .spelling import VOWEL_SYMBOLS
from .topic import KIN, Topic, is_mass

_LEANS = re.compile(
    r"^(?:and|but|or|so|that|who|which|where|then|to|of|with|than|as|because|for|till|if|it|it's|it'll|they|they're|"
    r"they've|he|he's|she|she's|his|her|its|their|them|one|some)\b", re.I
)  # fmt: skip
_HE, _SHE = frozenset(("he", "he's", "him", "his")), frozenset(("she", "she's", "her"))
MOST_UNEVEN = 3
"""Syllables by which a filled line may be longer than its partner."""
_LONG = 12  # syllables of a line that still fits beside any other
STRANGE_FROM = 0.35
"""Weirdness from which dream pictures come in."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """A finished line and what a search has to know of it."""

    text: str
    n_syllables: int
    n_stresses: int
    end: Ending
    source: str  # "scene", "genre", "frame", "topic", "heart", "hook", "answer"
    template: str  # lines of one template are not used near each other
    weight: float
    lemmas: frozenset[str]  # content words
    partner: str = ""  # the couplet it was written in
    field: str = ""  # the field it is from
    leans: bool = False  # needs the line before it
    content: frozenset[str] = frozenset()  # its words but function words, as they stand

    @property
    def opening(self) -> str:
        """The first two words."""
        return " ".join(self.text.lower().split()[:2])

    @property
    def person(self) -> str:
        """ "he", "she", both, or "" of nobody."""
        words = set(re.findall(r"[a-z']+", self.text.lower()))
        return ("he" if words & _HE else "") + ("she" if words & _SHE else "")


@dataclass(frozen=True, slots=True)
class World:
    """What the lines of one song are made from."""

    topic: Topic
    fields: tuple[tuple[Field, float], ...]
    valence: float
    title: str
    hook: str  # what the chorus sings of the title
    diction: Diction | None = None
    energy: float = 0.5  # 0 calm .. 1 driving
    known: bool = True  # the topic's words belong to a field
    weirdness: float = 0.3  # 0..1


@functools.lru_cache(maxsize=20_000)
def pronounced(text: str, language: str = "en") -> Line | None:
    """A line, remembered: the lexicon's lines return in many songs."""
    return syllabify_line(text, language)


def finish(text: str) -> str:
    """First letter large, "I" large, blanks tidy."""
    text = re.sub(r"\s+", " ", text).strip(" ,")
    text = re.sub(r"\bi\b(?=[ ']|$)", "I", text)
    return text[:1].upper() + text[1:]


def article(noun: str) -> str:
    """The noun with "a" or "an", by sound.

    >>> article("hour"), article("umbrella"), article("unicorn")
    ('an hour', 'an umbrella', 'a unicorn')
    """
    first = word_sounds(noun.split()[0]).lstrip("ˈˌ")[:1]
    return f"{'an' if first in VOWEL_SYMBOLS else 'a'} {noun}"


def candidate(
    text: str, *, source: str, template: str, weight: float, partner: str = "", field: str = "", language: str = "en"
) -> Candidate | None:  # fmt: skip
    """A line measured; None when it cannot be sung."""
    text = finish(text) if language == "en" else text[:1].upper() + text[1:]
    line = pronounced(text, language)
    if line is None:
        return None
    lemmas = frozenset(w.text.lower().removesuffix("s") for w in line.words if not w.function and len(w.text) > 3)
    return Candidate(
        text=text, n_syllables=len(line.syllables), n_stresses=sum(s.stress > 0 for s in line.syllables),
        end=ending(line), source=source, template=template, weight=weight,
        lemmas=frozenset(x for x in lemmas if x not in FUNCTION_WORDS), partner=partner, field=field,
        leans=bool(_LEANS.match(text)), content=frozenset(w.text.lower() for w in line.words if not w.function),
    )  # fmt: skip


def pair(
    lines: Couplet, *, source: str, key: str, weight: float, field: str = "", language: str = "en"
) -> list[Candidate]:  # fmt: skip
    """The two lines of a couplet, or nothing when one cannot be sung."""
    made = [
        candidate(
            text, source=source, template=f"{key}:{i}", weight=weight, partner=key, field=field, language=language
        )
        for i, text in enumerate(lines)
    ]
    return [c for c in made if c] if all(made) else []


def _fits(mood: str, world: World) -> bool:
    if mood == "!":
        return world.valence > -0.25 and world.energy >= 0.45
    return mood == "0" or (mood == "+" and world.valence > -0.25) or (mood == "-" and world.valence < -0.1)


def _written(couplets: Sequence[Couplet], source: str, key: str, weight: float, field: str = "") -> Iterator[Candidate]:
    for i, lines in enumerate(couplets):
        yield from pair(lines, source=source, key=f"{key}:{i}", weight=weight, field=field)


def filled(role: str, world: World, slots: dict[str, str], weight: float) -> list[Candidate]:
    """The couplets of a template role with their slots filled, mood for mood."""
    out: list[Candidate] = []
    for number, (mood, template) in enumerate(frames()[role]):
        if not _fits(mood, world):
            continue
        text = template
        for slot, value in slots.items():
            text = text.replace(f"{{{slot}}}", value)
        first, second = text.split(" / ")
        gain = weight * (1.6 if mood == "-" else 1.0)
        made = pair((first, second), source="topic" if slots else "frame", key=f"{role}:{number}", weight=gain)
        if made and abs(made[0].n_syllables - made[1].n_syllables) <= MOST_UNEVEN:
            out += made
    longest = min((max(a.n_syllables, b.n_syllables) for a, b in batched(out)), default=0)
    return [c for a, b in batched(out) for c in (a, b) if max(a.n_syllables, b.n_syllables) <= max(longest, _LONG)]


def batched(lines: Sequence[Candidate]) -> Iterator[tuple[Candidate, Candidate]]:
    """Candidates two by two."""
    return zip(lines[::2], lines[1::2], strict=True)


def special_pools(world: World) -> list[list[Candidate]]:
    """Couplets out of the request's own facts, one pool per fact, most telling first."""
    topic = world.topic
    rap = world.diction is not None and world.diction.id == "rap"
    out: list[list[Candidate]] = []
    if topic.name:
        out.append(filled("name", world, {"name": topic.name}, 2.0))
    if topic.deed:
        out.append(filled("fact_moved" if topic.moved else "fact_you", world, {"fact": topic.deed}, 2.0))
    elif topic.clause:
        out.append(filled("fact", world, {"fact": topic.clause}, 2.0))
    if topic.object and topic.object.startswith("your "):
        out.append(filled("object", world, {"object": topic.object}, 2.0))
    if topic.place:
        role = "place_you" if topic.name and topic.moved else "place"
        out.append(filled(role, world, {"place": topic.place.split(" ", 1)[1]}, 2.0))
    if topic.likes and not topic.deed:
        out.append(filled("likes", world, {"likes": topic.likes}, 2.0))
    if topic.noun and not (topic.clause and topic.pet) and topic.head not in KIN:
        role = "topic_rap" if rap else "topic_mass" if topic.noun == topic.head and is_mass(topic.head) else "topic"
        out.append(filled(role, world, {"T": topic.noun}, 2.0))
    return [pool for pool in out if pool]


def pool_for(role: str, world: World) -> list[Candidate]:
    """All candidate lines of a section's role, without doubles, in a fixed order."""
    kind = {"verse": "scenes", "chorus": "heart"}.get(role, "turns")
    lines: list[Candidate] = []
    for field, share in world.fields:
        clash = kind == "heart" and abs(field.valence - world.valence) > 0.9
        aside = 0.25 if kind != "scenes" and share <= SETTING_SHARE else 1.0  # a setting is for verses
        weight = 2.2 * share * aside * (0.3 if clash else 1.0)
        lines += _written(getattr(field, kind), "scene", f"{field.id}:{kind}", weight, field.id)
        if role == "bridge":
            lines += _written(field.heart, "scene", f"{field.id}:heart", 0.8 * share, field.id)
    lines += _of_diction(world.diction, kind, world, 1.0)
    odd = max(0.0, world.weirdness - STRANGE_FROM) / (1.0 - STRANGE_FROM)
    if odd > 0:
        lines += _of_diction(strange(), kind, world, 2.5 * odd)
    lines += filled(role, world, {}, 0.12 if role == "verse" else 0.3)
    seen: set[str] = set()
    return [c for c in lines if not (c.text.lower() in seen or seen.add(c.text.lower()))]


def _of_diction(diction: Diction | None, kind: str, world: World, gain: float) -> Iterator[Candidate]:
    if diction is None:
        return
    weight = 2.2 * diction.share * gain
    found = diction.verse if kind == "scenes" else getattr(diction, kind)
    yield from _written(found, "genre", f"{diction.id}:{kind}", weight, diction.id)
    if kind == "scenes":
        ids = {field.id for field, _ in world.fields[:2]}
        for theme, couplets in diction.themes.items():
            if ids & set(THEMES[theme]):
                yield from _written(couplets, "genre", f"{diction.id}:{theme}", 3 * weight, diction.id)
