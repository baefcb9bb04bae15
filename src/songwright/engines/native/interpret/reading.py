"""Reads the words of a request into an unresolved wish list."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from songwright.domain.action import GenerateAction
from songwright.domain.style import Key
from songwright.domain.time import Meter

from .lexicon import Found, grammar, near_tables, normalise, scan, tables, tokens
from .nearest import nearest_genre

_ABOUT = re.compile(
    r"\b(?:about|dedicated to|telling|describing|über|sobre|acerca de|au sujet de|à propos de|sulla|sull|om)\b"
    r"|关于|關於|について"
)
_NOUNS = frozenset(
    ("song", "songs", "music", "track", "tune", "beat", "beats", "style", "vibe", "vibes", "anthem", "jam")
)
_THINGS = ("instrument", "gender", "language", "instrumental", "voice", "duration")


@dataclass
class Wishes:
    """What a request says, in its order; nothing decided."""

    genres: list[str] = field(default_factory=list)
    topics: list[tuple[str, ...]] = field(default_factory=list)
    moods: list[str] = field(default_factory=list)
    feeling: list[tuple[float, float]] = field(default_factory=list)
    tempo: list[float] = field(default_factory=list)
    instruments: list[str] = field(default_factory=list)
    avoid: list[str] = field(default_factory=list)
    genders: list[str] = field(default_factory=list)
    voice: list[str] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)
    duration_share: float | None = None
    duration_s: float | None = None
    bpm: float | None = None
    key: Key | None = None
    meter: Meter | None = None
    instrumental: bool = False
    tints: list[str] = field(default_factory=list)  # genres that only colour: "jazz-influenced ..."
    changes: dict[str, Any] | None = None  # what the named genre changes in its style, when it has none of its own
    nearest: list[tuple[str, str]] = field(default_factory=list)  # words no table knows, or near ones -> style id
    used: list[str] = field(default_factory=list)


def read(action: GenerateAction) -> Wishes:
    """All wishes of an action: the style words first, then those of the prompt."""
    wishes = Wishes()
    _read_text(wishes, action.style, free=False)
    free_text = " ".join(t for t in (action.prompt, action.lyrics_prompt) if t)
    head, tail = split_about(free_text)
    _read_text(wishes, head, free=True)
    clause, *rest = re.split(r"[,;.]", tail, maxsplit=1)
    _read_text(wishes, clause, free=True, about=True)
    _read_text(wishes, " ".join(rest), free=True)
    for found in scan(action.negative_style):
        for meaning in found.meanings:
            if meaning.kind in ("instrument", "genre"):
                wishes.avoid.append(meaning.value)
    _numbers(wishes, normalise(f"{action.style} , {free_text}"))
    _unknown(wishes, action.style, free_text)
    wishes.genres = [
        *(g for g in wishes.genres if g not in wishes.tints),
        *(g for g in wishes.genres if g in wishes.tints),
    ]
    return wishes


def _unknown(wishes: Wishes, style_text: str, free_text: str) -> None:
    """Genre words that no table knows: every word of a style, and words before "song", "music"... in a prompt."""
    listed = tokens(normalise(style_text))
    written = tokens(normalise(free_text))
    asked = [w for w, after in zip(written, [*written[1:], ","], strict=False) if after in _NOUNS]
    for word in dict.fromkeys((*listed, *asked)):
        if found := nearest_genre(word):
            wishes.nearest.append((found.word, found.style_id))
            if found.style_id not in wishes.genres:
                wishes.genres.append(found.style_id)


def split_about(text: str) -> tuple[str, str]:
    """The part before, and the part after, the word that opens the topic."""
    found = _ABOUT.search(text.lower()) if len(text.lower()) == len(text) else None
    if not found:
        return text, ""
    if found.group(0) in ("关于", "關於", "について"):
        return text, ""
    return text[: found.start()], text[found.end() :]


def _read_text(wishes: Wishes, text: str, *, free: bool, about: bool = False) -> None:
    words = tokens(normalise(text))
    everything = scan(text)
    for at, found in enumerate(everything):
        used = False
        for meaning in found.meanings:
            if meaning.kind == "genre" and free and not _is_genre(found, words, about=about):
                continue
            if about and meaning.kind in _THINGS and not _has_cue(found, words):
                continue
            fresh = meaning.value not in wishes.genres
            used |= _take(wishes, found, meaning.kind, meaning.value, about=about)
            if meaning.kind == "genre" and not found.negated:
                _note_genre(
                    wishes, found, meaning.value, fresh=fresh, words=words, following=everything[at + 1 : at + 2]
                )
        if used and found.phrase not in wishes.used:
            wishes.used.append(found.phrase)


def _note_genre(
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


def _is_genre(found: Found, words: list[str], *, about: bool) -> bool:
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


def _has_cue(found: Found, words: list[str]) -> bool:
    after = words[found.last + 1] if found.last + 1 < len(words) else ""
    before = words[found.first - 1] if found.first > 0 else ""
    return before in ("with", "featuring", "feat", "in") or after in ("vocals", "solo", "riff") or found.negated


def _take(wishes: Wishes, found: Found, kind: str, value: Any, *, about: bool) -> bool:
    if found.phrase == "waltz" and kind == "genre" and wishes.genres:
        return True  # a waltz in the genre already named
    if found.negated:
        if kind in ("instrument", "genre"):
            wishes.avoid.append(value)
            return True
        if kind == "instrumental":
            wishes.instrumental = True
        return kind == "instrumental"
    if kind == "mood":
        wishes.moods.append(found.phrase)
        wishes.feeling.append((value[0], value[1]))
    elif kind == "duration":
        wishes.duration_share = wishes.duration_share or value
    elif kind == "instrumental":
        wishes.instrumental = True
    else:
        book = {
            "genre": wishes.genres,
            "topic": wishes.topics,
            "tempo": wishes.tempo,
            "instrument": wishes.instruments,
            "gender": wishes.genders,
            "voice": wishes.voice,
            "language": wishes.languages,
        }[kind]
        if kind == "tempo" and about:
            return False
        if value not in book:
            book.append(value)
        return kind != "topic"
    return True


_BPM = re.compile(r"\b(\d{2,3}(?:\.\d+)?)\s*(?:bpm|beats per minute|b\.p\.m)")
_BPM_AFTER = re.compile(r"\b(?:bpm|tempo)\s*(?:of|:|=)?\s*(\d{2,3})\b")
_MODE = r"(?:minor|major|dorian|mixolydian|lydian|phrygian)"
_TONIC = r"[a-g](?:#|b|♯|♭)?(?: (?:sharp|flat))?"
_KEY = re.compile(rf"\b(?:in (?:the key of )?|key of |key:? ?)({_TONIC}(?:m\b| ?{_MODE}\b))")
_BARE_KEY = re.compile(rf"(?<![\w'])({_TONIC} {_MODE})\b")
_METER = re.compile(r"\b([2-9]|12)\s?/\s?(4|8)\b")
_MINUTES = re.compile(r"\b(\d+(?:\.\d+)?)\s*(?:minutes?|mins?|minuten|minutos)\b|(\d+)\s*分钟")
_SECONDS = re.compile(r"\b(\d{2,3})\s*(?:seconds?|secs?|sekunden|segundos)\b|(\d+)\s*秒")
_CLOCK = re.compile(r"\b(\d):([0-5]\d)\b")


def without_figures(text: str) -> str:
    """The text without tempo, key, meter and duration."""
    for pattern in (_BPM, _BPM_AFTER, _KEY, _BARE_KEY, _METER, _MINUTES, _SECONDS):
        text = pattern.sub(" ", text)
    return text


def _numbers(wishes: Wishes, text: str) -> None:
    """Tempo, key, meter and duration given as figures."""
    if found := _BPM.search(text) or _BPM_AFTER.search(text):
        bpm = float(found.group(1))
        if 40 <= bpm <= 240:
            wishes.bpm = bpm
            wishes.used.append(found.group(0).strip())
    if found := _KEY.search(text) or _BARE_KEY.search(text):
        try:
            wishes.key = Key.parse(found.group(1)[0].upper() + found.group(1)[1:])
            wishes.used.append(found.group(1))
        except ValueError:
            wishes.key = None
    if found := _METER.search(text):
        wishes.meter = Meter.parse(f"{found.group(1)}/{found.group(2)}")
        wishes.used.append(found.group(0))
    elif re.search(r"\bwaltz\b|华尔兹|walzer|\bvals\b", text):
        wishes.meter = Meter(beats=3, unit=4)
    seconds = 0.0
    if found := _MINUTES.search(text):
        seconds += 60 * float(found.group(1) or found.group(2))
        wishes.used.append(found.group(0))
    if found := _SECONDS.search(text):
        seconds += float(found.group(1) or found.group(2))
        wishes.used.append(found.group(0))
    if not seconds and (found := _CLOCK.search(text)) and "am" not in text[found.end() : found.end() + 4]:
        seconds = 60 * int(found.group(1)) + int(found.group(2))
    if 10 <= seconds <= 600:
        wishes.duration_s = seconds
