"""Candidate lines: every template filled with everything its slots may hold, pronounced and counted."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from songwright.domain.lyrics import Line

from .english import FUNCTION_WORDS, word_sounds
from .fields import Field, fields, frames, past, present
from .pronounce import syllabify_line
from .rhyme import Ending, ending, rhyme_score
from .spelling import VOWEL_SYMBOLS
from .topic import Topic
from .wordlists import word_list


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
    text: str, *, source: str, template: str, weight: float, partner: str = "", language: str = "en"
) -> Candidate | None:
    """A line measured; None when it cannot be sung."""
    text = finish(text) if language == "en" else text[:1].upper() + text[1:]
    line = pronounced(text, language)
    if line is None:
        return None
    lemmas = frozenset(w.text.lower().removesuffix("s") for w in line.words if not w.function and len(w.text) > 3)
    return Candidate(
        text=text, n_syllables=len(line.syllables), n_stresses=sum(s.stress > 0 for s in line.syllables),
        end=ending(line), source=source, template=template, weight=weight,
        lemmas=frozenset(x for x in lemmas if x not in FUNCTION_WORDS), partner=partner,
    )  # fmt: skip


def _fits(mood: str, world: World) -> bool:
    if mood == "!":
        return world.valence > -0.25 and world.energy >= 0.45
    return mood == "0" or (mood == "+" and world.valence > -0.25) or (mood == "-" and world.valence < 0.1)


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
    energy: float = 0.5  # 0 calm .. 1 driving
    known: bool = True  # the topic's words belong to a field


def _fillings(template: str, world: World) -> Iterator[tuple[str, str, float]]:
    """(text, source, weight) of a template for every field."""
    if "{T}" in template:
        if world.topic.noun:
            yield template.replace("{T}", world.topic.noun), "topic", 0.25 if world.known else 1.5
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
        combos = [(a, p, t) for a in acts for p in places for t in things]
        step = max(1, len(combos) // 7)
        combos = combos[(len(template) + len(world.hook)) % step :: step]
        for act, place, thing in combos:
            text = template.replace("{act}", present(act)).replace("{acted}", past(act))
            text = text.replace("{place}", place).replace("{thing}", f"the {thing}")
            text = text.replace("{a_thing}", article(thing) if thing else "")
            source = "act" if act else "place" if place else "thing"
            yield text, source, share * (2.4 if act else 1.2) / max(len(combos), 4) * 2.0


@functools.cache
def _couplets(key: str) -> tuple[int, ...]:
    """For each line of a role (or "field:scene") the number of the couplet it was written in."""
    if ":" in key:
        field, kind = key.split(":")
        texts = fields()[field].scenes if kind == "scene" else fields()[field].heart
        marked = [("0", text) for text in texts]
    else:
        marked = list(frames()[key])
    numbers: list[int] = []
    for i, (mood, text) in enumerate(marked):
        first = i == 0 or marked[i - 1][0] != mood or numbers.count(numbers[-1]) > 1
        joins = not first and "{" not in text + marked[i - 1][1] and _rhymes(marked[i - 1][1], text)
        numbers.append(numbers[-1] if joins else len(numbers))
    return tuple(numbers)


def _rhymes(a: str, b: str) -> bool:
    x, y = pronounced(finish(a)), pronounced(finish(b))
    return x is not None and y is not None and rhyme_score(ending(x), ending(y)) >= 0.5


def _from_frames(role: str, world: World, gain: float = 1.0) -> Iterator[Candidate]:
    for number, (mood, template) in enumerate(frames()[role]):
        if not _fits(mood, world):
            continue
        for text, source, weight in _fillings(template, world):
            total = weight * gain * _mood_gain(mood, world.valence)
            partner = f"{role}{_couplets(role)[number]}" if source == "frame" else ""
            if c := candidate(text, source=source, template=f"{role}:{template}", weight=total, partner=partner):
                yield c


def _field_lines(world: World, kind: str, gain: float) -> Iterator[Candidate]:
    for field, share in world.fields:
        lines = field.scenes if kind == "scene" else field.heart
        couplets = _couplets(f"{field.id}:{kind}")
        clash = kind == "heart" and abs(field.valence - world.valence) > 0.9
        for i, text in enumerate(lines):
            weight = gain * share * (0.15 if clash else 1.0)
            key = f"{field.id}:{kind}:{i}"
            if c := candidate(text, source=kind, template=key, weight=weight, partner=f"{field.id}{kind}{couplets[i]}"):
                yield c


def _facts(world: World) -> Iterator[Candidate]:
    """Lines out of the request's own facts."""
    topic = world.topic
    if topic.clause and (c := candidate(topic.clause, source="fact", template="fact", weight=6.0)):
        yield c
    for i, (_, template) in enumerate(frames()["city"] if topic.place else ()):
        text = template.replace("{here}", topic.place).replace("{city}", topic.place[3:])
        if c := candidate(text, source="fact", template=f"city{i}", weight=2.5):
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
        lines = [*_from_frames("bridge", world), *_field_lines(world, "heart", 1.0)]
    seen: set[str] = set()
    return [c for c in lines if not (c.text.lower() in seen or seen.add(c.text.lower()))]


_ORDERS = frozenset(
    word_list(
        """leave make blow stay carry move keep save let fetch show turn stand count watch close say raise burn run hold
        take give come call drive look wake bring sing dance tell slow please follow remember stop start open light
        wait"""
    )
)
_STATES = re.compile(
    r"\b(?:is|are|was|were|knows|remembers|decides|plays|gives|walking|don't|said|stole|ate|i'm|you'd|has|got|"
    r"loves|falls|fell|comes|goes|sings|runs|will|can|can't)\b", re.I
)  # fmt: skip


def title_type(hook: str) -> str:
    """What tails suit a title: "noun", "do" (an order), "say" (a statement) or "ask"."""
    first = hook.lower().split()[0] if hook else ""
    if first in ("who", "who's", "what", "what's", "why", "where", "where's", "how", "when"):
        return "noun" if first in ("what", "when", "where") else "ask"
    if first.strip(",") in _ORDERS:
        return "do"
    return "say" if _STATES.search(hook) else "noun"


def hooks(world: World) -> list[Candidate]:
    """Lines that sing the title, each with its own ending."""
    out: list[Candidate] = []
    hook = world.hook
    heads = [hook]
    if line := pronounced(finish(hook)):
        heads += [f"oh, {hook}"] if len(line.syllables) < 5 else []
        heads += [f"{hook}, {hook}"] if len(line.syllables) < 3 else []
    for mood, tail in frames()[f"tails_{title_type(hook)}"]:
        for head in heads if _fits(mood, world) else ():
            if c := candidate(f"{head}, {tail}", source="hook", template=tail, weight=1.0):
                out.append(c)
    for text in (hook, f"oh, {hook}", f"{hook}, {hook}", f"{hook}, oh, {hook}"):
        if c := candidate(text, source="hook", template="bare", weight=8.0):
            out.append(c)
    return out
