"""The lines of a chorus that sing the title: written ones for the titles of a field, templates for any other."""

from __future__ import annotations

import random
import re

from .fields import Field, fields, frames
from .pool import Candidate, World, pair
from .search import pick
from .wordlists import word_list

_ORDERS = frozenset(
    word_list(
        """leave make blow stay carry move keep save let fetch show turn stand count watch close say raise burn run hold
        take give come call drive look wake bring sing dance tell slow please follow remember stop start open light
        wait"""
    )
)
_AFTER_ORDER = frozenset(
    word_list(
        """me my the a it on up down out with your you like this that away home back in all again him her them to for
        over off around slow till until through by and twice"""
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
    second = hook.lower().split()[1] if len(hook.split()) > 1 else ""
    if first.strip(",") in _ORDERS and (second.strip(",") in _AFTER_ORDER or first.endswith(",")):
        return "do"
    return "say" if _STATES.search(hook) else "noun"


def _bare(title: str) -> str:
    """A title without its article, for comparing."""
    return re.sub(r"^(?:the|a|an|my)\s+", "", title.lower())


def written_hook(title: str, chosen: tuple[tuple[Field, float], ...]) -> list[Candidate]:
    """The couplet written for a title, of the song's own fields first; [] when nobody wrote one."""
    for field in (*(f for f, _ in chosen), *fields().values()):
        for hook in field.hooks:
            if _bare(hook.title) == _bare(title):
                return pair(hook.lines, source="hook", key=f"hook:{title}", weight=2.0, field=field.id)
    return []


def hook_lines(world: World, rng: random.Random) -> list[Candidate]:
    """Two lines that rhyme or repeat and sing the title."""
    if found := written_hook(world.title, world.fields):
        return found
    options: list[list[Candidate]] = []
    low, high = (4, 9) if world.diction and world.diction.high < 9 else (4, 12)
    for number, (mood, template) in enumerate(frames()[f"tails_{title_type(world.hook)}"]):
        if mood == "0" or _suits(mood, world):
            first, second = template.replace("{title}", world.hook).split(" / ")
            made = pair((first, second), source="hook", key=f"tail{number}", weight=1.0)
            if len(made) == 2:
                options.append(made)
    fitting = [o for o in options if all(low <= c.n_syllables <= high for c in o)]
    if not fitting:
        return pair((world.hook, world.hook), source="hook", key="bare", weight=1.0)
    return fitting[pick(rng, [1.0] * len(fitting))]


def _suits(mood: str, world: World) -> bool:
    if mood == "!":
        return world.energy >= 0.6 and world.valence > -0.25
    return world.valence > 0.1 if mood == "+" else world.valence < -0.3 and world.energy < 0.6
