"""What a caller wants: the first values after the wire."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ActionKind(StrEnum):
    """Every kind of work a job can be asked for."""

    GENERATE = "generate"


class VoiceGender(StrEnum):
    """Asked gender of the singer."""

    FEMALE = "female"
    MALE = "male"


@dataclass(frozen=True, kw_only=True, slots=True)
class GenerateAction:
    """Make a new song: from a sentence (``prompt``) or from given ``lyrics`` and ``style``."""

    prompt: str = ""  # a sentence about the song; empty when lyrics or style say it all
    lyrics: str = ""  # sung text as given, with or without section tags; "" = write them
    lyrics_prompt: str = ""  # what the lyrics are to be about, when they are to be written
    style: str = ""  # words about genre, mood, instruments, tempo
    negative_style: str = ""  # what must not appear
    title: str = ""  # "" = invent one (only shown when the caller did not choose custom mode)
    custom: bool = False  # True: the caller chose title, style and lyrics
    instrumental: bool = False
    voice_gender: VoiceGender | None = None
    weirdness: float | None = None  # 0..1; None = engine default
    style_influence: float | None = None  # 0..1
    audio_influence: float | None = None  # 0..1; kept for clients that send it with generate
    max_duration_s: float = 240.0  # the model's maximum
    duration_s: float | None = None  # target
    bpm: float | None = None  # 40..240
    key: str | None = None  # "A minor"
    meter: str | None = None  # "3/4"
    seed: int = 0  # every random draw comes from here
    takes: int = 2  # 1..4
    model: str = ""  # public model name, echoed to the caller; no meaning for the engine
    kind: ActionKind = ActionKind.GENERATE


Action = GenerateAction
