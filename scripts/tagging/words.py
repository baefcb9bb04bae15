"""What the taggers can say about a genre, and whether they said it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

TABLE = Path(__file__).parent / "genres.toml"
TOP = 5
"""Places of a ranking that count."""
LEVELS = ("same", "wider")
"""How near a tag may come to a genre, nearest first."""


@dataclass(frozen=True, kw_only=True)
class Vocabulary:
    """What the models can say, and what of it counts for a genre."""

    tags: Mapping[str, tuple[str, ...]]  # per model, in the order of its outputs
    same: Mapping[str, tuple[str, ...]]  # per genre: tags that name it
    wider: Mapping[str, tuple[str, ...]]  # per genre: tags of what it is a kind of

    def closest(self, genre: str, model: str) -> tuple[str, tuple[str, ...]]:
        """How near the model's tags come ("same", "wider" or "none") and those tags. KeyError for an unknown genre."""
        for level, tags in zip(LEVELS, (self.same[genre], self.wider[genre]), strict=True):
            if known := tuple(tag for tag in tags if tag in self.tags[model]):
                return level, known
        return "none", ()


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What one model said about one song."""

    top: tuple[tuple[str, float], ...]  # tag and likelihood 0..1, best first
    level: str  # of the tags that count: "same", "wider" or "none"
    counting: tuple[str, ...]
    rank: int | None  # of the best tag that counts, from 1
    wider_rank: int | None  # the same of the wider genres' tags, where they do not count

    @property
    def hit(self) -> bool | None:
        """Whether the genre is in the top five; None when the model has no tag for it."""
        return None if self.rank is None else in_top(self.rank)


def in_top(rank: int | None) -> bool:
    """Whether a rank, from 1, is one of those that count."""
    return rank is not None and rank <= TOP


def vocabulary(path: Path = TABLE) -> Vocabulary:
    """Read the table. Raises ValueError for a tag that no model knows."""
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    tags = {model: tuple(entry["tags"]) for model, entry in raw["models"].items()}
    known = {tag for some in tags.values() for tag in some}
    for genre, entry in raw["genres"].items():
        if strange := {tag for some in entry.values() for tag in some} - known:
            raise ValueError(f"{path.name}: {genre} names tags that no model has: {', '.join(sorted(strange))}")
    return Vocabulary(
        tags=tags,
        same={genre: tuple(entry.get("same", ())) for genre, entry in raw["genres"].items()},
        wider={genre: tuple(entry.get("wider", ())) for genre, entry in raw["genres"].items()},
    )


def answer(likelihoods: Sequence[float], genre: str | None, model: str, words: Vocabulary) -> Answer:
    """Rank a model's tags (equal ones in the model's order) and look for the genre. KeyError for an unknown genre."""
    tags = words.tags[model]
    order = sorted(range(len(tags)), key=lambda at: (-likelihoods[at], at))
    place = {tags[at]: rank for rank, at in enumerate(order, 1)}
    level, counting = words.closest(genre, model) if genre else ("none", ())
    wider = [place[tag] for tag in words.wider[genre] if tag in place] if genre and level == "same" else []
    return Answer(
        top=tuple((tags[at], round(float(likelihoods[at]), 4)) for at in order[:TOP]),
        level=level,
        counting=counting,
        rank=min((place[tag] for tag in counting), default=None),
        wider_rank=min(wider, default=None),
    )


def together(answers: Iterable[Answer]) -> bool | None:
    """Whether a model whose tags come closest to the genre has it in its top five; None when neither has a tag."""
    found = list(answers)
    level = next((level for level in LEVELS if any(one.level == level for one in found)), None)
    return None if level is None else any(bool(one.hit) for one in found if one.level == level)
