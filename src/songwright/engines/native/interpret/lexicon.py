"""The word tables, and finding them in a request."""

from __future__ import annotations

import functools
import re
import tomllib
import unicodedata
from dataclasses import dataclass
from importlib import resources
from typing import Any

from ..styles import aliases, instrument_names
from ..styles.load import style_ids

_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_EMOJI = re.compile(r"[\u2600-\u27bf\U0001f000-\U0001faff]")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a phrase stands for."""

    kind: str  # genre, topic, mood, tempo, instrument, gender, voice, instrumental, language, duration
    value: Any


@dataclass(frozen=True, slots=True)
class Found:
    """A phrase of the lexicon in a text."""

    phrase: str
    meanings: tuple[Meaning, ...]
    first: int  # token index, or -1 for scripts without spaces
    last: int
    negated: bool


@functools.cache
def tables() -> dict[str, Any]:
    """The raw tables of words.toml."""
    return tomllib.loads(
        resources.files("songwright.engines.native.interpret").joinpath("words.toml").read_text(encoding="utf-8")
    )


@functools.cache
def grammar(name: str) -> frozenset[str]:
    """A small set of words: negations, cues, owners, nouns, musical_nouns."""
    return frozenset(tables()["grammar"][name])


@functools.cache
def near_tables() -> dict[str, dict[str, Any]]:
    """Normalised phrase of a genre without a style of its own -> its nearest style and what to change."""
    return {
        " ".join(tokens(normalise(phrase))): changes
        for phrases, changes in tables()["near"].items()
        for phrase in phrases.split("|")
    }


def normalise(text: str) -> str:
    """Lower case, one spelling of hyphens and ampersands."""
    text = unicodedata.normalize("NFKC", text).lower().replace("’", "'")
    text = re.sub(r"\br\s?(?:&|'?n'?|and)\s?b\b", "rnb", text)
    text = re.sub(r"\bd\s?(?:&|'?n'?)\s?b\b", "dnb", text)
    text = text.replace("&", " and ")
    return re.sub(r"(?<=\w)[-_‐–](?=\w)", " ", text)


def plain(text: str) -> str:
    """Latin letters without their accents.

    >>> plain("reggaetón, forró, й ポップ")
    'reggaeton, forro, й ポップ'
    """
    bare = re.sub("(?<=[a-zA-Z])[\u0300-\u036f]+", "", unicodedata.normalize("NFD", text))
    return unicodedata.normalize("NFC", bare)


def tokens(text: str) -> list[str]:
    """Words of a normalised text; a comma or stop is the token ``,``."""
    return [m if m not in ";.!?\n" else "," for m in re.findall(r"[,;.!?\n]|[^\W_]+(?:['+#][^\W_]*)*", text)]


@functools.cache
def lexicon() -> dict[str, tuple[Meaning, ...]]:
    """Normalised phrase -> meanings."""
    book: dict[str, list[Meaning]] = {}

    def add(phrases: str, meaning: Meaning) -> None:
        for phrase in phrases.split("|"):
            if key := " ".join(tokens(normalise(phrase))) or phrase.strip():
                entries = book.setdefault(key, [])
                if all(m.kind != meaning.kind for m in entries):
                    entries.append(meaning)

    raw = tables()
    known = set(style_ids())
    for phrases, ids in raw["genres"].items():
        add(phrases, Meaning("genre", next((i for i in ids if i in known), "pop")))
    for phrases, changes in raw["near"].items():
        add(phrases, Meaning("genre", changes["style"]))
    for name, ident in aliases().items():
        add(name, Meaning("genre", ident))
    for phrases, ids in raw["topics"].items():
        add(phrases, Meaning("topic", tuple(i for i in ids if i in known) or ("pop",)))
    for kind in ("moods", "tempo", "duration"):
        for phrases, value in raw[kind].items():
            add(phrases, Meaning(kind.removesuffix("s"), tuple(value) if isinstance(value, list) else value))
    for name, ident in instrument_names().items():
        add(name, Meaning("instrument", ident))
    for gender in ("female", "male"):
        add(raw["voice"][gender], Meaning("gender", gender))
    for word in raw["voice"]["words"].split("|"):
        add(word, Meaning("voice", word))
    add(raw["instrumental"]["words"], Meaning("instrumental", True))
    for tag, phrases in raw["language"].items():
        add(phrases, Meaning("language", tag))
    return {k: tuple(v) for k, v in book.items()}


@functools.cache
def _unspaced() -> tuple[str, ...]:
    """Phrases in scripts without spaces and emoji, longest first."""
    return tuple(sorted((p for p in lexicon() if _CJK.search(p) or _EMOJI.search(p)), key=lambda p: (-len(p), p)))


def scan(text: str) -> list[Found]:
    """Every phrase of the lexicon in ``text``, longest first at each place, in reading order."""
    words = tokens(normalise(text))
    book = lexicon()
    found: list[Found] = []
    at, negated_until = 0, -1
    while at < len(words):
        if words[at] in grammar("negations"):
            negated_until = at + 3
        for size in range(min(5, len(words) - at), 0, -1):
            phrase = " ".join(words[at : at + size])
            phrase = phrase if phrase in book else plain(phrase)
            if size == 1 and phrase not in book:
                phrase = _stem(phrase, book)
            if phrase in book:
                negated = at <= negated_until
                found.append(Found(phrase, book[phrase], at, at + size - 1, negated))
                if negated and words[at + size : at + size + 1] in (["or"], ["nor"], ["oder"], ["ni"], ["ou"], ["o"]):
                    negated_until = at + size + 3
                elif negated:
                    negated_until = -1
                at += size
                break
        else:
            if words[at] == ",":
                negated_until = -1
            at += 1
    found += _scan_unspaced(text)
    return found


def _stem(word: str, book: dict[str, tuple[Meaning, ...]]) -> str:
    """A mood word without the ending of its case or number (German, Romance languages, plurals)."""
    for ending in ("es", "er", "en", "em", "e", "s"):
        stem = word.removesuffix(ending)
        if stem != word and len(stem) > 4 and any(m.kind == "mood" for m in book.get(stem, ())):
            return stem
    return word


def _scan_unspaced(text: str) -> list[Found]:
    if not (_CJK.search(text) or _EMOJI.search(text)):
        return []
    rest = unicodedata.normalize("NFKC", text).lower()
    hits: list[tuple[int, Found]] = []
    for phrase in _unspaced():
        while (where := rest.find(phrase)) >= 0:
            negated = rest[max(0, where - 2) : where].endswith(("不要", "没有", "无", "不"))
            hits.append((where, Found(phrase, lexicon()[phrase], -1, -1, negated)))
            rest = rest[:where] + "\0" * len(phrase) + rest[where + len(phrase) :]
    return [f for _, f in sorted(hits, key=lambda h: h[0])]
