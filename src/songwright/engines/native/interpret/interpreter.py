"""Resolves the wishes of a request into a brief: no alternatives are left."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from typing import Any

from songwright.domain.action import GenerateAction, VoiceGender
from songwright.domain.draws import draws
from songwright.domain.style import Brief, Key
from songwright.domain.time import Meter

from ..styles import Style, style
from ..styles.load import style_ids
from .describe import style_line, topic_of, unused_words
from .language import detect_language
from .nearest import adapted
from .reading import Wishes, read

_MOODY: tuple[tuple[float, float, tuple[str, ...]], ...] = (
    (0.6, 0.75, ("pop", "dance_pop", "pop", "funk", "pop")),
    (0.6, 0.35, ("pop", "folk", "country", "pop")),
    (0.0, 0.9, ("rock", "pop", "indie_rock", "dance_pop")),
    (0.1, 0.5, ("pop", "indie_rock", "pop", "r_and_b", "synthwave")),
    (0.2, 0.2, ("folk", "ballad", "lo_fi", "pop")),
    (-0.6, 0.25, ("ballad", "folk", "r_and_b", "ballad")),
    (-0.5, 0.6, ("indie_rock", "synthwave", "pop")),
    (-0.6, 0.9, ("rock", "hip_hop", "indie_rock")),
)
"""Valence, energy and the pop-like styles that suit, for requests that name no genre."""


def interpret(action: GenerateAction) -> Brief:
    """The brief of an action. Every choice the words leave open is drawn from ``action.seed``."""
    wishes = _without_refused(read(action))
    rng = draws(action.seed, "interpret")
    feeling = _feeling(wishes)
    chosen = adapted(_genre(wishes, action, feeling, rng), wishes.changes)
    genres = [g for g in wishes.genres if g not in wishes.avoid]
    valence, energy = _mood(chosen, wishes, feeling)
    instrumental = _instrumental(action, wishes, chosen)
    meter = _meter(action, wishes, chosen, rng)
    bpm = _bpm(action, wishes, chosen, energy, rng)
    gender = None if instrumental else _gender(action, wishes, chosen, rng)
    topic = topic_of(action, wishes)
    avoid = _unique(a for a in wishes.avoid if a not in genres and a not in wishes.instruments)
    brief = Brief(
        language=_language(action, wishes),
        genre=chosen.id,
        also_genres=tuple(g for g in genres if g != chosen.id),
        topic=topic,
        moods=_unique(wishes.moods),
        valence=valence,
        energy=energy,
        bpm=bpm,
        meter=meter,
        key=_key(action, wishes, chosen, valence, rng),
        instrumental=instrumental,
        voice_gender=gender,
        voice_words=() if instrumental else _unique((*wishes.voice, *_company(action, wishes))),
        instruments=_unique(i for i in wishes.instruments if i not in avoid),
        avoid=avoid,
        title=action.title.strip(),
        target_duration_s=_duration(action, wishes, chosen),
        max_duration_s=action.max_duration_s,
        duration_asked=any(x is not None for x in (action.duration_s, wishes.duration_s, wishes.duration_share)),
        weirdness=0.3 if action.weirdness is None else action.weirdness,
        style_influence=0.5 if action.style_influence is None else action.style_influence,
        used_words=_unique(wishes.used),
        nearest_words=_unique(wishes.nearest),
        unused_words=unused_words(action, wishes),
    )
    line = action.style.strip() or style_line(brief, chosen, asked_bpm=wishes.bpm is not None or action.bpm is not None)
    return replace(brief, style_line=line)


def _without_refused(wishes: Wishes) -> Wishes:
    """The wishes without moods and manners of singing that are refused; a refused feeling asks for its opposite."""
    kept = [(m, f) for m, f in zip(wishes.moods, wishes.feeling, strict=True) if m not in wishes.not_moods]
    feeling = [f for _, f in kept] or [(-0.7 * v, -0.5 * e) for v, e in wishes.not_feeling]
    return replace(
        wishes,
        moods=[m for m, _ in kept],
        feeling=feeling,
        voice=[w for w in wishes.voice if w not in wishes.not_voice],
        genders=[g for g in wishes.genders if g not in wishes.not_genders],
    )


def _unique(values: object) -> tuple[Any, ...]:
    return tuple(dict.fromkeys(values))  # type: ignore[call-overload]


def _feeling(wishes: Wishes) -> tuple[float, float] | None:
    """Mean valence and energy change of the mood words; None without any."""
    if not wishes.feeling:
        return None
    n = len(wishes.feeling)
    return sum(v for v, _ in wishes.feeling) / n, sum(e for _, e in wishes.feeling) / n


def _genre(wishes: Wishes, action: GenerateAction, feeling: tuple[float, float] | None, rng: random.Random) -> Style:
    for ident in wishes.genres:
        if ident not in wishes.avoid:
            return style(ident)
    for options in wishes.topics:
        if allowed := [i for i in options if i not in wishes.avoid]:
            return style(allowed[0] if len(allowed) == 1 or rng.random() < 0.7 else rng.choice(allowed[1:]))
    valence, change = feeling or (0.2, rng.choice((-0.2, 0.0, 0.05, 0.1)))
    energy = min(1.0, max(0.0, 0.5 + 1.1 * change + (0.35 * (wishes.tempo[0] - 0.5) if wishes.tempo else 0.0)))
    known = [(v, e, [i for i in ids if i in style_ids() and i not in wishes.avoid]) for v, e, ids in _MOODY]
    options = min((k for k in known if k[2]), key=lambda k: abs(k[0] - valence) + 1.2 * abs(k[1] - energy))[2]
    return style(rng.choice(options))


def _mood(chosen: Style, wishes: Wishes, feeling: tuple[float, float] | None) -> tuple[float, float]:
    valence, energy = chosen.valence, chosen.energy
    if feeling:
        valence = 0.35 * valence + 0.65 * feeling[0]
        energy += 0.8 * feeling[1]
    if wishes.tempo:
        energy += 0.3 * (wishes.tempo[0] - 0.5)
    if wishes.changes:
        valence += wishes.changes.get("valence", 0.0)
        energy += wishes.changes.get("energy", 0.0)
    return round(min(1.0, max(-1.0, valence)), 3), round(min(1.0, max(0.0, energy)), 3)


def _instrumental(action: GenerateAction, wishes: Wishes, chosen: Style) -> bool:
    if action.instrumental:
        return True
    if re.search(r"^(?!\s*\[)\s*\S", action.lyrics, re.MULTILINE) or action.lyrics_prompt.strip():
        return False
    if wishes.instrumental:
        return True
    sings = wishes.genders or wishes.voice or action.voice_gender is not None or wishes.languages
    return (
        chosen.instrumental_usual
        and chosen.id in wishes.genres  # a style that only suits the mood or the topic keeps its voice
        and not sings
        and not re.search(r"\bsong|\bsing|lyric|歌|about", action.prompt.lower())
    )


def _meter(action: GenerateAction, wishes: Wishes, chosen: Style, rng: random.Random) -> Meter:
    if action.meter:
        return Meter.parse(action.meter)
    if wishes.meter:
        return wishes.meter
    return Meter.parse(_weighted(chosen.meters, rng))


def _weighted(weights: dict[str, float], rng: random.Random) -> str:
    at = rng.random() * sum(weights.values())
    for name, weight in weights.items():
        at -= weight
        if at < 0:
            return name
    return next(iter(weights))


def _bpm(action: GenerateAction, wishes: Wishes, chosen: Style, energy: float, rng: random.Random) -> float:
    if action.bpm is not None:
        return float(action.bpm)
    if wishes.bpm is not None:
        return wishes.bpm
    low, high, median = chosen.bpm.low, chosen.bpm.high, chosen.bpm.median
    if wishes.tempo:
        share = sum(wishes.tempo) / len(wishes.tempo)
        spread = 0.06 * (high - low)
        bpm = low + share * (high - low) + rng.uniform(-spread, spread)
    else:
        lean = 0.6 * (energy - chosen.energy)
        influence = 0.5 if action.style_influence is None else action.style_influence
        freedom = 1.8 - 1.6 * influence  # the genre's own tempo at 1, its whole range at 0
        bpm = median + freedom * (lean + rng.triangular(-0.22, 0.22, 0.0)) * (high - low)
    return float(round(min(high, max(low, bpm))))


def _gender(action: GenerateAction, wishes: Wishes, chosen: Style, rng: random.Random) -> VoiceGender:
    draw = rng.random()
    if action.voice_gender is not None:
        return action.voice_gender
    if wishes.genders:
        return VoiceGender(wishes.genders[0])
    if len(set(wishes.not_genders)) == 1:
        return VoiceGender.MALE if wishes.not_genders[0] == "female" else VoiceGender.FEMALE
    return VoiceGender.FEMALE if draw < chosen.vocal.female_share else VoiceGender.MALE


def _company(action: GenerateAction, wishes: Wishes) -> tuple[str, ...]:
    """Both genders named, and none chosen: two singers."""
    both = set(wishes.genders) >= {"female", "male"} and action.voice_gender is None
    return ("duet",) if both else ()


def _language(action: GenerateAction, wishes: Wishes) -> str:
    if action.lyrics.strip():
        return detect_language(action.lyrics)
    if wishes.languages:
        return wishes.languages[0]
    for text in (action.lyrics_prompt, action.prompt, action.title):
        if text.strip():
            return detect_language(text)
    return "en"


def _key(action: GenerateAction, wishes: Wishes, chosen: Style, valence: float, rng: random.Random) -> Key:
    if action.key:
        return Key.parse(action.key)
    if wishes.key:
        return wishes.key
    tilt = valence - chosen.valence
    weights = {
        mode: weight
        * (1.0 + 1.6 * max(0.0, -tilt) if mode in ("minor", "dorian", "phrygian") else 1.0 + 1.6 * max(0.0, tilt))
        for mode, weight in chosen.modes.items()
    }
    if wishes.feeling and valence < -0.2 and "minor" in weights:
        weights["minor"] *= 2.0
    if wishes.feeling and valence > 0.4 and "major" in weights:
        weights["major"] *= 2.0
    mode = _weighted(weights, rng)
    family = "minor" if mode in ("minor", "dorian", "phrygian") else "major"
    names = chosen.keys.get(family) or next(iter(chosen.keys.values()))
    return Key(tonic_pc=Key.parse(rng.choice(names)).tonic_pc, mode=mode)


def _duration(action: GenerateAction, wishes: Wishes, chosen: Style) -> float:
    wanted = action.duration_s or wishes.duration_s
    if wanted is None:
        wanted = chosen.length.median_s * (wishes.duration_share or 1.0)
    return float(min(max(10.0, wanted), action.max_duration_s))
