"""A fuller style description, made of what the prompt was understood to mean and checked by reading it again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from songwright.domain.action import GenerateAction
from songwright.domain.draws import draws
from songwright.domain.style import Brief

from ..interpret import interpret
from ..interpret.lexicon import lexicon, normalise, scan, tokens
from ..styles import Style, instrument_names
from ..styles.load import style as style_of

MIN_CHARS, MAX_CHARS = 150, 400
FREE_ATTEMPTS, PLAIN_ATTEMPTS = 16, 8
MAX_PROMPT_CHARS = 3_000
NEUTRAL_MOOD = 0.15  # valence inside +- this has no sign

SOUNDS = ("crisp", "rounded", "chiming", "close-miked", "ringing", "full-bodied", "softly struck", "finely layered")
OPENINGS = ("{a} and {b} open over {beat}", "{a} up front, answered by {b} over {beat}",
            "{a} woven around {b} above {beat}", "{a} first, then {b} over {beat}")  # fmt: skip
BEATS = {
    0: ("brushed drums", "a light pulse of drums", "sparing drums", "lightly played drums"),
    1: ("steady drums", "rolling drums", "tight drums", "unhurried drums"),
    2: ("big live drums", "hard-hitting drums", "insistent drums"),
}
BASSES = ("rounded bass", "a walking low end", "a patient low end", "firm bass")
SINGING = ("up close in the centre", "phrasing each line with care", "carrying the hook", "in the foreground",
           "with stacked doubles in the chorus")  # fmt: skip
PRODUCTION = (
    "the mix is wide and polished, with room around every part",
    "verses leave space and the chorus opens out",
    "clean low end, open highs and a natural plate behind the lead",
    "each section adds a layer until the last chorus",
    "tape-like saturation holds the parts together",
)
"""Sentences without a word that the interpreter would take for a wish."""
PLAIN_NAMES = {"stab": "synth stab", "arp": "synth arp", "pluck": "synth pluck"}
BRIGHT = ("bright", "hopeful", "uplifting", "sunny")
DARK = ("wistful", "melancholic", "bittersweet", "brooding")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Kept:
    """The musical words of a prompt, by what they do in a sentence."""

    genres: list[str] = field(default_factory=list)
    adjectives: list[str] = field(default_factory=list)
    instruments: list[str] = field(default_factory=list)
    genders: list[str] = field(default_factory=list)
    voice: list[str] = field(default_factory=list)
    rest: list[str] = field(default_factory=list)
    negatives: list[str] = field(default_factory=list)


def enrich_style(prompt: str, *, seed: int) -> str:
    """A style description of 150 to 400 characters that means what ``prompt`` means, and says more.

    Every musical word of the prompt is kept as far as 400 characters reach; nothing it excludes is added. Read
    again as a style it gives the same genre, sign of mood and singer. Deterministic; the wording varies by ``seed``.
    """
    action = GenerateAction(prompt=prompt.strip()[:MAX_PROMPT_CHARS], seed=seed)
    brief = interpret(action)
    kept = _keep(action.prompt, brief)
    chosen = style_of(brief.genre)
    for attempt in range(FREE_ATTEMPTS + PLAIN_ATTEMPTS):
        rng = draws(seed, "enrich", prompt, attempt)
        text = _compose(brief, chosen, kept, rng, plain=attempt >= FREE_ATTEMPTS)
        if MIN_CHARS <= len(text) <= MAX_CHARS and means_the_same(text, brief, kept.negatives, seed=seed):
            return text
    return _bare(brief, chosen, kept)


def means_the_same(text: str, brief: Brief, negatives: Sequence[str], *, seed: int) -> bool:
    """Whether ``text``, read as a style, asks for what ``brief`` asks for."""
    again = interpret(GenerateAction(style=text, seed=seed))
    said = " ".join(tokens(normalise(text)))
    wanted = [" ".join(tokens(normalise(word))) or word for word in brief.used_words]
    refused = {(m.kind, m.value) for word in negatives for m in lexicon().get(word, ()) if m.kind == "instrument"}
    added = {(m.kind, m.value) for f in scan(text) if not f.negated for m in f.meanings if m.kind == "instrument"}
    return (
        again.genre == brief.genre
        and mood_sign(again.valence) == mood_sign(brief.valence)
        and again.instrumental == brief.instrumental
        and again.voice_gender == brief.voice_gender
        and set(brief.avoid) <= set(again.avoid)
        and not refused & added
        and not set(again.instruments) & set(brief.avoid)
        and all(word in said or word in text.lower() for word in wanted)
    )


def mood_sign(valence: float) -> int:
    """-1, 0 or 1; 0 inside ``NEUTRAL_MOOD``."""
    return 0 if abs(valence) < NEUTRAL_MOOD else 1 if valence > 0 else -1


def _keep(prompt: str, brief: Brief) -> _Kept:
    kept = _Kept()
    negated = {f.phrase for f in scan(prompt) if f.negated and all(m.kind != "instrumental" for m in f.meanings)}
    kept.negatives.extend(dict.fromkeys(f.phrase for f in scan(prompt) if f.phrase in negated))
    for phrase in brief.used_words:
        kinds = {m.kind for m in lexicon().get(phrase, ())}
        if phrase in negated:
            continue
        if "genre" in kinds:
            kept.genres.append(phrase)
        elif "gender" in kinds:
            kept.genders.append(phrase)
        elif kinds & {"mood", "tempo"} and phrase.isascii():
            kept.adjectives.append(phrase)
        elif "instrument" in kinds:
            kept.instruments.append(phrase)
        elif "voice" in kinds:
            kept.voice.append(phrase)
        elif phrase != "no vocals":
            kept.rest.append(phrase)
    return kept


def _lead_genre(chosen: Style, kept: _Kept) -> list[str]:
    """Genre words, those of the chosen style first."""

    def means(phrase: str) -> bool:
        return any(m.kind == "genre" and m.value == chosen.id for m in lexicon().get(phrase, ()))

    first = next((g for g in kept.genres if means(g)), chosen.names[0])
    return [first, *(g for g in kept.genres if g != first)]


def _compose(brief: Brief, chosen: Style, kept: _Kept, rng: Random, *, plain: bool) -> str:
    genres = _lead_genre(chosen, kept)
    adjectives = kept.adjectives[:]
    if not plain and len(adjectives) < 2 and mood_sign(brief.valence):
        adjectives.append(_one(BRIGHT if brief.valence > 0 else DARK, rng, kept))
    described = ", ".join(a for a in adjectives if a)
    head = f"{described} {genres[0]}".strip()
    figures = any(re.search(r"\d\s*bpm", w) for w in kept.rest)
    tempo = "" if figures or plain else f" around {round(brief.bpm)} bpm"
    key_said = any(re.search(r"\b(?:major|minor|dorian|mixolydian|lydian|phrygian)\b", w) for w in kept.rest)
    key = "" if key_said or plain or rng.random() < 0.4 else f" in {brief.key}"
    clauses = [
        ", ".join([head + tempo + key, *genres[1:]]),
        _playing(brief, chosen, kept, rng),
        _voice(brief, kept, rng),
    ]
    clauses += [", ".join(kept.rest), *_production(kept, rng, n=3)]
    tail = "; ".join(_without(kept.negatives)) if kept.negatives else ""
    return _joined([c for c in clauses if c], tail)


def _joined(clauses: list[str], tail: str) -> str:
    """Clauses up to a comfortable length; the ones before the production words are always there."""
    text = ""
    for clause in clauses:
        longer = f"{text}; {clause}" if text else clause
        production = clause in PRODUCTION
        if production and (len(longer) + len(tail) > MAX_CHARS - 10 or len(text) + len(tail) > 230):
            continue
        text = longer
    text = f"{text}; {tail}" if tail else text
    return text[:1].upper() + text[1:]


def _without(negatives: list[str]) -> list[str]:
    return [f"no {word}" if word.isascii() else f"不要{word}" for word in negatives]


def _allowed(text: str, kept: _Kept) -> bool:
    """Whether a phrase of ours has none of the refused words."""
    said = set(tokens(normalise(text)))
    refused = {w.rstrip("s") for word in kept.negatives for w in tokens(word)}
    return not {w.rstrip("s") for w in said} & refused


def _one(options: Sequence[str], rng: Random, kept: _Kept) -> str:
    allowed = [o for o in options if _allowed(o, kept)]
    return allowed[int(rng.random() * len(allowed))] if allowed else ""


def _playing(brief: Brief, chosen: Style, kept: _Kept, rng: Random) -> str:
    """Who plays: the instruments asked for, filled up with the genre's own."""
    labels = {ident: name for name, ident in reversed(instrument_names().items())} | PLAIN_NAMES
    out = {*brief.avoid, *brief.instruments, "drums", "bass", "choir"}
    players = sorted(chosen.players, key=lambda p: -p.prominence)
    own = [p.id if p.id in labels else p.family for p in players if p.prominence >= 0.4 and not {p.id, p.family} & out]
    names = [n for i in dict.fromkeys(own) if _allowed(n := labels.get(i, i).replace("_", " "), kept)][:4]
    names = sorted(names, key=lambda _: rng.random())
    voices = [*kept.instruments, *names][: max(2, len(kept.instruments))]
    if not voices:
        return ""
    a, b = voices[0], " and ".join(voices[1:])
    sounds = sorted((s for s in SOUNDS if _allowed(s, kept)), key=lambda _: rng.random())
    level = 0 if brief.energy < 0.4 else 1 if brief.energy < 0.7 else 2
    beat = _one((*BEATS[level], *BASSES), rng, kept) if "drums" not in brief.avoid else _one(BASSES, rng, kept)
    if beat in BASSES and "bass" in brief.avoid:
        beat = ""
    if not b and beat:
        return f"{sounds[0]} {a} over {beat}"
    if not beat:
        return ", ".join(f"{s} {v}" for s, v in zip(sounds, voices, strict=False))
    opening = OPENINGS[int(rng.random() * len(OPENINGS))]
    return opening.format(a=f"{sounds[0]} {a}", b=f"{sounds[1]} {b}", beat=beat)


def _voice(brief: Brief, kept: _Kept, rng: Random) -> str:
    if brief.instrumental:
        return "" if any("instrumental" in w for w in kept.rest) else "instrumental, the melody carried by the players"
    gender = brief.voice_gender.value if brief.voice_gender else ""
    who = kept.genders or ([f"{gender} vocals"] if gender else [])
    return " ".join(
        [*([", ".join(kept.voice)] if kept.voice else []), ", ".join(who), _one(SINGING, rng, kept)]
    ).strip()


def _production(kept: _Kept, rng: Random, *, n: int) -> list[str]:
    return sorted((p for p in PRODUCTION if _allowed(p, kept)), key=lambda _: rng.random())[:n]


def _bare(brief: Brief, chosen: Style, kept: _Kept) -> str:
    """A list of words: what is said when no sentence fits."""
    gender = f"{brief.voice_gender.value} vocals" if brief.voice_gender and not kept.genders else ""
    words = [*_lead_genre(chosen, kept)[:1], gender, "instrumental" if brief.instrumental else "", *kept.adjectives]
    words += [*_lead_genre(chosen, kept)[1:], *kept.genders, *kept.voice, *kept.instruments, *kept.rest]
    words += _without(kept.negatives)
    text = ""
    for word in (w for w in words if w):
        longer = f"{text}, {word}" if text else word[:MAX_CHARS]
        if len(longer) <= MAX_CHARS:
            text = longer
    for sentence in PRODUCTION:
        if len(text) < MIN_CHARS and _allowed(sentence, kept):
            text = f"{text}; {sentence}"
    return text[:1].upper() + text[1:]
