"""Candidate lines: every template filled with everything its slots may hold, pronounced and counted."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from songwright.domain.lyrics import Line

from .english import FUNCTION_WORDS, word_sounds
from .fields import Field, frames, past, present
from .pronounce import syllabify_line
from .rhyme import Ending, ending
from .spelling import VOWEL_SYMBOLS
from .topic import Topic


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """A finished line and what a search has to know of it."""

    text: str
    n_syllables: int
    n_stresses: int
    end: Ending
    source: str  # "scene", "act", "place", "thing", "frame", "topic", "heart", "hook"
    template: str  # lines of one template are not used near each other
    weight: float
    lemmas: frozenset[str]  # content words
    partner: str = ""  # neighbour line it was written with

    @property
    def opening(self) -> str:
        """The first two words."""
        return " ".join(self.text.lower().split()[:2])


@functools.lru_cache(maxsize=20_000)
def pronounced(text: str) -> Line | None:
    """A line of English, remembered: the lexicon's lines return in many songs."""
    return syllabify_line(text, "en")


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


def candidate(text: str, *, source: str, template: str, weight: float, partner: str = "") -> Candidate | None:
    """A line measured; None when it cannot be sung."""
    text = finish(text)
    line = pronounced(text)
    if line is None:
        return None
    lemmas = frozenset(w.text.lower().removesuffix("s") for w in line.words if not w.function and len(w.text) > 3)
    return Candidate(
        text=text, n_syllables=len(line.syllables), n_stresses=sum(s.stress > 0 for s in line.syllables),
        end=ending(line), source=source, template=template, weight=weight,
        lemmas=frozenset(x for x in lemmas if x not in FUNCTION_WORDS), partner=partner,
    )  # fmt: skip


def _fits(mood: str, valence: float) -> bool:
    return mood == "0" or (mood == "+" and valence > -0.25) or (mood == "-" and valence < 0.1)


def _mood_gain(mood: str, valence: float) -> float:
    return 1.0 if mood == "0" else 1.0 + abs(valence)


@dataclass(frozen=True, slots=True)
class World:
    """What the lines of one song are made from."""

    topic: Topic
    fields: tuple[tuple[Field, float], ...]
    valence: float
    title: str
    hook: str  # what the chorus sings of the title
    kids: bool = False
    rap: bool = False


def _fillings(template: str, world: World) -> Iterator[tuple[str, str, float]]:
    """(text, source, weight) of a template for every field."""
    if "{T}" in template:
        if world.topic.noun:
            yield template.replace("{T}", world.topic.noun), "topic", 1.3
        return
    if "{name}" in template:
        if world.topic.name:
            yield template.replace("{name}", world.topic.name), "name", 2.5
        return
    if "{likes}" in template:
        if world.topic.likes:
            yield template.replace("{likes}", world.topic.likes), "name", 2.5
        return
    if "{" not in template:
        yield template, "frame", 0.55
        return
    for field, share in world.fields[:2]:
        acts = field.acts if "{act" in template else ("",)
        places = field.places if "{place}" in template else ("",)
        things = field.things if "thing}" in template else ("",)
        for act in acts:
            for place in places:
                for thing in things:
                    text = template.replace("{act}", present(act)).replace("{acted}", past(act))
                    text = text.replace("{place}", place).replace("{thing}", f"the {thing}")
                    text = text.replace("{a_thing}", article(thing) if thing else "")
                    source = "act" if act else "place" if place else "thing"
                    few = len(acts) * len(places) * len(things)
                    yield text, source, share * (2.4 if act else 1.6) / max(few, 4) * 2.0


def _from_frames(role: str, world: World, gain: float = 1.0) -> Iterator[Candidate]:
    for number, (mood, template) in enumerate(frames()[role]):
        if not _fits(mood, world.valence):
            continue
        for text, source, weight in _fillings(template, world):
            total = weight * gain * _mood_gain(mood, world.valence)
            partner = f"{role}{number // 2}" if source == "frame" else ""
            if c := candidate(text, source=source, template=f"{role}:{template}", weight=total, partner=partner):
                yield c


def _field_lines(world: World, kind: str, gain: float) -> Iterator[Candidate]:
    for field, share in world.fields:
        lines = field.scenes if kind == "scene" else field.heart
        clash = kind == "heart" and abs(field.valence - world.valence) > 0.9
        for i, text in enumerate(lines):
            weight = gain * share * (0.15 if clash else 1.0)
            key = f"{field.id}:{kind}:{i}"
            if c := candidate(text, source=kind, template=key, weight=weight, partner=f"{field.id}{kind}{i // 2}"):
                yield c


def _facts(world: World) -> Iterator[Candidate]:
    """Lines out of the request's own facts."""
    topic = world.topic
    if topic.clause and (c := candidate(topic.clause, source="fact", template="fact", weight=6.0)):
        yield c
    if topic.place:
        for i, text in enumerate((f"we woke up early {topic.place}", f"the bells are ringing {topic.place}",
                                  f"{topic.place[3:]} opens up its eyes", f"{topic.place[3:]}, under open skies",
                                  f"{topic.place[3:]} wears the morning well", f"it's {topic.place[3:]} as you can tell",
                                  f"I left my heart's coat {topic.place}", f"the light comes slowly {topic.place}")):  # fmt: skip
            if "heart's" not in text and (c := candidate(text, source="fact", template=f"place{i}", weight=2.5)):
                yield c


def pool_for(role: str, world: World) -> list[Candidate]:
    """All candidate lines of a section's role, without doubles, in a fixed order."""
    if role == "verse":
        lines = [*_field_lines(world, "scene", 2.2), *_from_frames("verse", world), *_from_frames("name", world),
                 *_from_frames("likes", world), *_from_frames("topic", world, 0.9), *_facts(world)]  # fmt: skip
        if world.kids:
            lines += list(_from_frames("kids", world, 3.0))
        if world.rap:
            lines += list(_from_frames("rap", world, 6.0))
    elif role == "chorus":
        lines = [*_field_lines(world, "heart", 2.2), *_from_frames("chorus", world), *_from_frames("name", world)]
        if world.kids:
            lines += list(_from_frames("kids", world, 2.0))
    elif role == "pre":
        lines = list(_from_frames("pre", world))
    else:
        lines = [*_from_frames("bridge", world), *_from_frames("topic", world, 0.2), *_field_lines(world, "heart", 0.3)]
    seen: set[str] = set()
    return [c for c in lines if not (c.text.lower() in seen or seen.add(c.text.lower()))]


def hooks(world: World) -> list[Candidate]:
    """Lines that sing the title, each with its own ending."""
    out: list[Candidate] = []
    hook = world.hook
    for mood, tail in frames()["tails"]:
        if _fits(mood, world.valence) and (c := candidate(f"{hook}, {tail}", source="hook", template=tail, weight=1.0)):
            out.append(c)
    for text in (hook, f"oh, {hook}", f"{hook}, {hook}", f"{hook}, oh, {hook}"):
        if c := candidate(text, source="hook", template="bare", weight=1.6):
            out.append(c)
    return out
