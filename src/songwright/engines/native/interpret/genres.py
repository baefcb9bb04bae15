"""Genre words: meant or not, body or tint, known or only near a known one."""

from __future__ import annotations

from .lexicon import Found, grammar, near_tables, normalise, tables, tokens
from .nearest import nearest_genre
from .wishes import Wishes

_NOUNS = frozenset(
    ("song", "songs", "music", "track", "tune", "beat", "beats", "style", "vibe", "vibes", "anthem", "jam")
)


def order_genres(wishes: Wishes) -> None:
    """Bodies first, tints after them."""
    wishes.genres = [
        *(g for g in wishes.genres if g not in wishes.tints),
        *(g for g in wishes.genres if g in wishes.tints),
    ]


def note_unknown(wishes: Wishes, style_text: str, free_text: str) -> None:
    """Genre words that no table knows: every word of a style, and words before "song", "music"... in a prompt."""
    listed = tokens(normalise(style_text))
    written = tokens(normalise(free_text))
    asked = [w for w, after in zip(written, [*written[1:], ","], strict=False) if after in _NOUNS]
    for word in dict.fromkeys((*listed, *asked)):
        if found := nearest_genre(word):
            wishes.nearest.append((found.word, found.style_id))
            if found.style_id not in wishes.genres:
                wishes.genres.append(found.style_id)


def note_genre(
    wishes: Wishes, found: Found, style_id: str, *, fresh: bool, words: list[str], following: list[Found]
) -> None:
    """Whether a genre is the body or a tint, and what it changes in the style it lies near."""
    table = tables()["colours"]
    after = words[found.last + 1] if found.first >= 0 and found.last + 1 < len(words) else ","
    joined = any(
        f.first == found.last + 1 and f.phrase != "pop" and any(m.kind == "genre" for m in f.meanings)
        for f in following
    )
    tint = found.phrase in table["words"] or after in table["after"] or joined or _hinted(found, words)
    if tint and fresh:
        wishes.tints.append(style_id)
    elif not tint and style_id in wishes.tints:
        wishes.tints.remove(style_id)
    changes = near_tables().get(found.phrase)
    if changes is None:
        return
    wishes.nearest.append((found.phrase, style_id))
    wishes.instruments += [i for i in changes.get("instruments", ()) if i not in wishes.instruments]
    if "voice" in changes and changes["voice"] not in wishes.voice:
        wishes.voice.append(changes["voice"])
    colour = changes.get("with")
    if colour and colour not in wishes.genres:
        wishes.genres.append(colour)
        wishes.tints.append(colour)
    if not tint and wishes.changes is None:
        wishes.changes = changes


def _hinted(found: Found, words: list[str]) -> bool:
    """Whether a genre follows words such as "a touch of" or "influenced by"."""
    if found.first < 2:
        return False
    hint, link = words[found.first - 2 : found.first]
    return hint in tables()["colours"]["before"] and link in ("of", "by", "with", "from")


def is_genre(found: Found, words: list[str], *, about: bool) -> bool:
    """Whether a genre word in running text means the genre ("a country song") or the thing ("my country")."""
    if found.first < 0 or found.negated:
        return True
    raw = tables()["ambiguous"]
    if _hinted(found, words):
        return True
    before = words[found.first - 1] if found.first > 0 else ""
    after = words[found.last + 1] if found.last + 1 < len(words) else ","
    if about:
        return after in grammar("cues") - {",", "and", "love", "with", "opera"} or " song" in found.phrase
    if found.phrase in raw["words"] or found.phrase in raw["never_alone"]:
        if before in grammar("owners"):
            return after in grammar("cues") - {",", "and", "with"}
        return after in grammar("cues") or found.phrase not in raw["never_alone"] or len(words) <= 3
    return True
