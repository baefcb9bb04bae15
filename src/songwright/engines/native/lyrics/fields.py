"""The hand-made lexicon: fields of experience and line templates, read once from the package's data."""

from __future__ import annotations

import functools
import re
import tomllib
from dataclasses import dataclass

from songwright.domain.style import Brief

from .topic import Topic
from .wordlists import data_text, word_list


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """One field: what can be named, seen and done there."""

    id: str
    words: frozenset[str]  # what a request says to mean this field
    valence: float  # -1 sad .. +1 happy
    titles: tuple[str, ...]
    things: tuple[str, ...]
    places: tuple[str, ...]
    acts: tuple[str, ...]
    scenes: tuple[str, ...]
    heart: tuple[str, ...]


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.strip().splitlines() if line.strip())


@functools.cache
def fields() -> dict[str, Field]:
    """All fields by id, in the order of the data."""
    out: dict[str, Field] = {}
    for name in ("fields_a.toml", "fields_b.toml"):
        raw = tomllib.loads(data_text(name))
        for key, d in raw.items():
            out[key] = Field(
                id=key, words=frozenset(d["words"].split()), valence=float(d["valence"]), titles=tuple(d["titles"]),
                things=tuple(d["things"]), places=tuple(d["places"]), acts=tuple(d["acts"]),
                scenes=_lines(d["scenes"]), heart=_lines(d["heart"]),
            )  # fmt: skip
    return out


@functools.cache
def frames() -> dict[str, tuple[tuple[str, str], ...]]:
    """Templates by role: (mood mark, text) with mood "+", "-" or "0"."""
    raw = tomllib.loads(data_text("frames.toml"))
    return {role: tuple((line[0], line[2:]) for line in _lines(text)) for role, text in raw.items()}


@functools.cache
def _by_style() -> dict[str, dict[str, list[str]]]:
    """Fields that suit a genre or a mood when the topic says little."""
    return tomllib.loads(data_text("style_fields.toml"))


def _stems(word: str) -> tuple[str, ...]:
    word = word.removesuffix("'s")
    out = [word]
    for ending in ("s", "es", "ing", "ed", "er", "y"):
        if word.endswith(ending) and len(word) - len(ending) > 2:
            out += [word[: -len(ending)], word[: -len(ending)] + "e"]
    return tuple(out)


_WEAK = frozenset(
    word_list(
        """learning learn history old young years time day days world life light voice power people end long
        friends friend break heart tomorrow future feeling thinking morning water house door head machine
        fall game work kids"""
    )
)
"""Words that say little about a song's world unless they are its subject."""


def choose_fields(topic: Topic, brief: Brief) -> list[tuple[Field, float]]:
    """The fields a song draws on, with their weights; the first is its world."""
    scores: dict[str, float] = {}
    places = [w.lower() for w in topic.place.split()[1:]]
    for i, word in enumerate([*topic.words, *places]):
        weak = word in _WEAK and len(topic.words) > 1
        gain = (0.4 if weak else 1.8 if word == topic.head else 1.0) / (1 + 0.15 * i)
        for key, field in fields().items():
            if any(stem in field.words for stem in _stems(word)):
                scores[key] = scores.get(key, 0.0) + gain
    if topic.place and not {"city", "travel"} & set(scores):
        scores["travel"] = scores.get("travel", 0.0) + 0.8
    known = bool(scores)
    moods = " ".join((*brief.moods, topic.phrase.lower())).lower()
    if "lullaby" in brief.genre.lower() or "lullaby" in topic.words:
        scores["baby"] = scores.get("baby", 0.0) + 2.0
    for mood, names in _by_style()["mood"].items():
        if mood in moods:
            for name in names:
                scores[name] = scores.get(name, 0.0) + (0.25 if known else 0.6)
    if not known:
        for key, names in _by_style()["genre"].items():
            if key in brief.genre.lower():
                for name in names:
                    scores[name] = scores.get(name, 0.0) + 0.5
    if not scores:
        names = "breakup night" if brief.valence < -0.3 else "dance summer" if brief.energy > 0.65 else "hope night"
        scores = {name: 0.5 for name in word_list(names)}
    order = {key: i for i, key in enumerate(fields())}
    ranked = sorted(scores.items(), key=lambda kv: (-kv[1], order[kv[0]]))[:3]
    top = ranked[0][1]
    return [(fields()[key], max(0.35, score / top)) for key, score in ranked]


def knows(topic: Topic) -> bool:
    """Whether the topic's main words belong to a field."""
    words = set(topic.words)
    return any(stem in f.words for f in fields().values() for w in words for stem in _stems(w))


_VERB = re.compile(r"\b([a-z]+)/([a-z]+)\b")


def present(act: str) -> str:
    """An act's bare form: "hang the lights"."""
    return _VERB.sub(r"\1", act)


def past(act: str) -> str:
    """An act's past form: "hung the lights"."""
    return _VERB.sub(r"\2", act)
