"""Reads the words of a request into an unresolved wish list."""

from __future__ import annotations

import re
from typing import Any

from songwright.domain.action import GenerateAction
from songwright.domain.style import Key
from songwright.domain.time import Meter

from .genres import is_genre, note_genre, note_unknown, order_genres
from .lexicon import Found, normalise, scan, tokens
from .wishes import Wishes

_ABOUT = re.compile(
    r"\b(?:about|dedicated to|telling|describing|über|sobre|acerca de|au sujet de|à propos de|sulla|sull|om)\b"
    r"|关于|關於|について"
)
_THINGS = ("instrument", "gender", "language", "instrumental", "voice", "duration")


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
            _refuse(wishes, found.phrase, meaning.kind, meaning.value)
    if _NO_SINGER.search(action.negative_style.lower()) and not wishes.not_genders:
        wishes.instrumental = True
    _numbers(wishes, normalise(f"{action.style} , {free_text}"))
    note_unknown(wishes, action.style, free_text)
    order_genres(wishes)
    return wishes


_NO_SINGER = re.compile(
    r"(?:^|[,;]\s*)(?:all\s+|any\s+)?(?:vocals?|singing|singers?|voices?|lyrics|words)\s*(?:$|[,;])"
)


def _refuse(wishes: Wishes, phrase: str, kind: str, value: Any) -> bool:
    """Note what must not be there; False when the word says nothing that could be left out."""
    if kind in ("instrument", "genre"):
        wishes.avoid.append(value)
    elif kind == "gender":
        wishes.not_genders.append(value)
    elif kind == "mood":
        wishes.not_moods.append(phrase)
        wishes.not_feeling.append((value[0], value[1]))
    elif kind == "voice":
        wishes.not_voice.append(value)
    else:
        return False
    return True


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
            if meaning.kind == "genre" and free and not is_genre(found, words, about=about):
                continue
            if about and meaning.kind in _THINGS and not _has_cue(found, words):
                continue
            fresh = meaning.value not in wishes.genres
            used |= _take(wishes, found, meaning.kind, meaning.value, about=about)
            if meaning.kind == "genre" and not found.negated:
                note_genre(
                    wishes, found, meaning.value, fresh=fresh, words=words, following=everything[at + 1 : at + 2]
                )
        if used and found.phrase not in wishes.used:
            wishes.used.append(found.phrase)


def _has_cue(found: Found, words: list[str]) -> bool:
    after = words[found.last + 1] if found.last + 1 < len(words) else ""
    before = words[found.first - 1] if found.first > 0 else ""
    return before in ("with", "featuring", "feat", "in") or after in ("vocals", "solo", "riff") or found.negated


def _take(wishes: Wishes, found: Found, kind: str, value: Any, *, about: bool) -> bool:
    if found.phrase == "waltz" and kind == "genre" and wishes.genres:
        return True  # a waltz in the genre already named
    if found.negated:
        if _refuse(wishes, found.phrase, kind, value):
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
