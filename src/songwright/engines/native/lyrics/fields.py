"""The hand-made lexicon: fields of experience and line templates, read once from the package's data."""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass

from songwright.domain.style import Brief

from .topic import Topic, read_topic
from .wordlists import data_text, word_list

Couplet = tuple[str, str]
FIELD_FILES = tuple(f"fields_{n}.toml" for n in range(1, 9))


@dataclass(frozen=True, kw_only=True, slots=True)
class Hook:
    """A title and the couplet that sings it."""

    title: str
    lines: Couplet


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """One field: what can be named, seen and done there."""

    id: str
    words: frozenset[str]  # what a request says to mean this field; "new-year" means the two words together
    valence: float  # -1 sad .. +1 happy
    hooks: tuple[Hook, ...]
    scenes: tuple[Couplet, ...]  # of verses
    heart: tuple[Couplet, ...]  # of choruses
    turns: tuple[Couplet, ...]  # of pre-choruses and bridges

    @property
    def titles(self) -> tuple[str, ...]:
        """Titles a song of this field may have."""
        return tuple(hook.title for hook in self.hooks)


def rows(text: str) -> tuple[str, ...]:
    """The lines of a text, tidy."""
    return tuple(line.strip() for line in text.strip().splitlines() if line.strip())


def couplets(text: str) -> tuple[Couplet, ...]:
    """Rows "line / line"."""
    return tuple((a.strip(), b.strip()) for a, b in (row.split(" / ") for row in rows(text)))


def _hook(row: str) -> Hook:
    title, lines = row.split(" | ")
    return Hook(title=title, lines=couplets(lines)[0])


@functools.cache
def fields() -> dict[str, Field]:
    """All fields by id, in the order of the data."""
    out: dict[str, Field] = {}
    for name in FIELD_FILES:
        for key, d in tomllib.loads(data_text(name)).items():
            out[key] = Field(
                id=key, words=frozenset(d["words"].split()), valence=float(d["valence"]),
                hooks=tuple(_hook(row) for row in rows(d["hooks"])),
                scenes=couplets(d["scenes"]), heart=couplets(d["heart"]), turns=couplets(d["turns"]),
            )  # fmt: skip
    return out


@functools.cache
def frames() -> dict[str, tuple[tuple[str, str], ...]]:
    """Templates by role: (mood mark, text) with mood "+", "-", "!" or "0"; the text is "line / line" or a line."""
    raw = tomllib.loads(data_text("frames.toml"))
    return {role: tuple((line[0], line[2:]) for line in rows(text)) for role, text in raw.items()}


@functools.cache
def _by_style() -> dict[str, dict[str, list[str]]]:
    """Fields that suit a genre or a mood when the topic says little."""
    return tomllib.loads(data_text("style_fields.toml"))


def _stems(word: str) -> tuple[str, ...]:
    """Shorter forms of a word, the likelier first."""
    out: list[str] = []
    for ending in ("s", "es", "ing", "ed"):
        if word.endswith(ending) and len(word) - len(ending) > 2:
            out += [word[: -len(ending)], word[: -len(ending)] + "e"]
    return tuple(out)


@functools.cache
def _fields_of(word: str) -> tuple[str, ...]:
    """Ids of the fields that know a word; a shorter form counts only where nobody knows the word itself."""
    word = word.removesuffix("'s")
    for form in (word, *_stems(word)):
        if known := tuple(key for key, field in fields().items() if form in field.words):
            return known
    return ()


def subject_of(brief: Brief) -> Topic:
    """The subject of a request; one that is only a word of style ("a pirate song") is a subject, too."""
    if not brief.topic.strip():
        said = " ".join((*brief.used_words, *brief.unused_words)).split()
        return read_topic(" ".join(word for word in dict.fromkeys(said) if _fields_of(word) and word not in _WEAK))
    return read_topic(brief.topic)


_WEAK = frozenset(
    word_list(
        """learning learn history old young years time day days world life light voice power people end long
        friends friend break heart tomorrow future feeling thinking morning water house door head machine
        fall game work kids night leaving left moving waiting stars play song music long brush call"""
    )
)
"""Words that say little about a song's world unless they are its subject."""
_USUAL_FIELD = 30
"""Words of a usual field: one with fewer is special and wins over a broad one that has the same word."""


def choose_fields(topic: Topic, brief: Brief) -> list[tuple[Field, float]]:
    """The fields a song draws on, with their weights; the first is its world."""
    scores = _named(topic)
    if topic.place and not {"city", "travel"} & set(scores):
        scores["travel"] = scores.get("travel", 0.0) + (0.8 if len(scores) < 2 else 0.3)
    known = bool(scores)
    moods = " ".join((*brief.moods, topic.phrase.lower())).lower()
    if "lullaby" in brief.genre.lower() or "lullaby" in topic.words:
        scores["baby"] = scores.get("baby", 0.0) + 2.0
    for mood, names in _by_style()["mood"].items():
        if mood in moods:
            for name in names:
                scores[name] = scores.get(name, 0.0) + (0.2 if known else 0.6)
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
    return [(fields()[key], max(0.2, (score / top) ** 2)) for key, score in ranked]


def _named(topic: Topic) -> dict[str, float]:
    """Scores of the fields that the topic's own words name."""
    scores: dict[str, float] = {}
    places = [w.lower() for w in topic.place.split()[1:]]
    text = f" {topic.phrase.lower()} {' '.join(topic.words)} "
    for i, word in enumerate([*topic.words, *places]):
        weak = word in _WEAK and len(topic.words) > 1
        gain = (1.8 if word == topic.head else 0.4 if weak else 1.0) / (1 + 0.15 * i)
        for key in _fields_of(word):
            special = (_USUAL_FIELD / len(fields()[key].words)) ** 0.4
            scores[key] = scores.get(key, 0.0) + gain * min(1.5, max(0.75, special))
    for key, field in fields().items():
        for word in field.words:
            if "-" in word and f" {word.replace('-', ' ')}" in text:
                scores[key] = scores.get(key, 0.0) + 2.5
    return scores


def knows(topic: Topic) -> bool:
    """Whether the topic's main words belong to a field."""
    return any(score >= 0.6 for score in _named(topic).values())
