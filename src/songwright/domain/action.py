"""What a caller wants: the first values after the wire."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from .codec import from_data, to_data
from .stem import StemName


class ActionKind(StrEnum):
    """Every kind of work a job can be asked for."""

    GENERATE = "generate"
    # edits: clips made from clips
    EXTEND = "extend"  # what follows a clip from a time on
    CONCAT = "concat"  # a clip and its continuations, or a replaced span, as one
    REPLACE = "replace"  # other words and notes between two times
    COVER = "cover"  # the same tune in another style
    STEMS = "stems"  # vocals and instrumental
    ALL_STEMS = "all_stems"  # the twelve, as mixed and dry
    EXTRACT_STEM = "extract_stem"  # one stem and what remains without it
    ADD_STEM = "add_stem"  # one more part
    REMASTER = "remaster"  # the same notes, another mix and master
    ACCOMPANY = "accompany"  # a band under a given voice
    SING_OVER = "sing_over"  # a voice over a given band
    MASHUP = "mashup"  # the voice of one over the band of another
    SAMPLE = "sample"  # a new song around a slice of a clip
    INSPIRE = "inspire"  # a new song in the manner of others
    PERSONA = "persona"  # a new song with a kept voice and style
    SOUND = "sound"  # a one-shot or a loop
    SPEED = "speed"  # slower or faster
    # tools: work whose result is not a list of songs
    UPLOAD = "upload"  # sound from outside becomes a clip
    VIDEO = "video"  # the picture to a clip
    VOCAL = "vocal"  # the singing voice of a clip, cut out
    VOICE = "voice"  # a voice recipe from a recording
    NOTE = "note"  # done at once, only its answer is kept

    @property
    def is_tool(self) -> bool:
        """Whether the result is something else than songs."""
        return self in (ActionKind.UPLOAD, ActionKind.VIDEO, ActionKind.VOCAL, ActionKind.VOICE, ActionKind.NOTE)


class VoiceGender(StrEnum):
    """Asked gender of the singer."""

    FEMALE = "female"
    MALE = "male"


class Variation(StrEnum):
    """How far a remaster goes."""

    SUBTLE = "subtle"  # the master alone
    NORMAL = "normal"  # mix and master
    HIGH = "high"  # sounds and performance too


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
    voice: str = ""  # id of a voice of the roster, or a recipe; "" = chosen by style and seed
    weirdness: float | None = None  # 0..1; None = engine default
    style_influence: float | None = None  # 0..1
    audio_influence: float | None = None  # 0..1: how much of the source an edit keeps
    max_duration_s: float = 240.0  # the model's maximum
    duration_s: float | None = None  # target
    bpm: float | None = None  # 40..240
    key: str | None = None  # "A minor"
    meter: str | None = None  # "3/4"
    seed: int = 0  # every random draw comes from here
    takes: int = 2  # 1..4
    model: str = ""  # public model name, echoed to the caller; no meaning for the engine
    kind: ActionKind = ActionKind.GENERATE

    @property
    def sources(self) -> tuple[str, ...]:
        """Clips it is made from: none."""
        return ()

    @property
    def clips_per_take(self) -> int:
        """Clips that one take gives."""
        return 1


_CLIPS_PER_TAKE = {ActionKind.STEMS: 2, ActionKind.ALL_STEMS: 24, ActionKind.EXTRACT_STEM: 4}


@dataclass(frozen=True, kw_only=True, slots=True)
class EditAction:
    """Make clips from clips. Times are seconds on the (first) source's timeline."""

    kind: ActionKind
    wishes: GenerateAction  # words, style, voice, seed, takes and model of what is new
    sources: tuple[str, ...] = ()  # clip ids, in the order the edit needs them
    start_s: float | None = None  # first second of the span; of EXTEND: where the new music begins
    end_s: float | None = None
    continue_at_s: tuple[float, ...] = ()  # CONCAT: where each source but the last gives way to the next
    full_song: bool = False  # REPLACE: whole songs, not segments with two seconds of context
    stem: StemName | None = None  # ADD_STEM, EXTRACT_STEM
    variation: Variation = Variation.NORMAL  # REMASTER
    factor: float = 1.0  # SPEED: 0.25..4, above 1 is faster
    keep_pitch: bool = False  # SPEED
    sound: str = ""  # SOUND: what it is
    loop: bool = False  # SOUND: a loop, not a one-shot
    urls: tuple[str, ...] = ()  # INSPIRE: references outside

    @property
    def takes(self) -> int:
        """Takes to make."""
        return self.wishes.takes

    @property
    def seed(self) -> int:
        """Every random draw comes from here."""
        return self.wishes.seed

    @property
    def model(self) -> str:
        """Public model name."""
        return self.wishes.model

    @property
    def clips_per_take(self) -> int:
        """Clips that one take gives."""
        return _CLIPS_PER_TAKE.get(self.kind, 1)


@dataclass(frozen=True, kw_only=True, slots=True)
class ToolAction:
    """Work that gives something else than songs."""

    kind: ActionKind
    sources: tuple[str, ...] = ()  # clip ids
    url: str = ""  # UPLOAD, VOICE: where the sound is
    incoming: str = ""  # UPLOAD: storage key of a file sent with the request
    name: str = ""
    description: str = ""
    start_s: float | None = None
    end_s: float | None = None
    max_duration_s: float = 600.0  # longest sound that is taken
    seed: int = 0
    model: str = ""

    @property
    def takes(self) -> int:
        """A tool makes no takes."""
        return 0

    @property
    def clips_per_take(self) -> int:
        """Nor clips of takes."""
        return 0


Action = GenerateAction | EditAction | ToolAction


def action_to_data(action: Action) -> dict[str, Any]:
    """The action as plain JSON data."""
    return {**to_data(action), "kind": action.kind.value}


def action_from_data(data: dict[str, Any]) -> Action:
    """The inverse of :func:`action_to_data`. Raises ValueError for what it does not know."""
    kind = ActionKind(data.get("kind", ActionKind.GENERATE.value))
    if kind is ActionKind.GENERATE:
        return from_data(GenerateAction, data)
    return from_data(ToolAction if kind.is_tool else EditAction, data)


def wishes_of(action: Action) -> GenerateAction:
    """The creative wishes inside an action; a tool has none (the defaults)."""
    if isinstance(action, GenerateAction):
        return action
    return action.wishes if isinstance(action, EditAction) else GenerateAction()
