"""The documented shapes of requests and answers, for OpenAPI. Reading is done field by field in ``translate``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from .edits import EDITS, RESULT_MODES, SOUNDS, STEMS, VARIATIONS
from .models import ALIASES, MODELS, PLAYABLE_METERS, VARIETIES


def one_of(words: Iterable[str]) -> dict[str, Any]:
    """The words a field may have; letter case does not matter, null and "" count as absent."""
    return {"enum": [*words, "", None]}


class AudiosRequest(BaseModel):
    """Body of ``POST /suno/audios``. Unknown fields are ignored; null and "" count as absent."""

    model_config = ConfigDict(extra="allow")

    action: str | None = Field(
        "generate",
        description=f"`generate`, {', '.join(f'`{name}`' for name in EDITS)}.",
        json_schema_extra=one_of(["generate", *EDITS]),
    )
    prompt: str | None = Field(None, description="A sentence about the song; required unless `custom` (500 chars).")
    model: str | None = Field(
        "chirp-v4", description=f"One of {', '.join(MODELS)}.", json_schema_extra=one_of([*MODELS, *ALIASES])
    )
    custom: bool | None = Field(False, description="True: `lyric`, `style` and `title` are given.")
    instrumental: bool | None = Field(False, description="True: no voice.")
    lyric: str | None = Field(None, description="The words to sing, with or without [Section] tags.")
    lyric_prompt: str | dict[str, Any] | None = Field(None, description="What the lyrics are to be about.")
    title: str | None = Field(None, description="80 or 100 characters, by model.")
    style: str | None = Field(None, description="Genre, mood, instruments, tempo: 200 or 1000 characters, by model.")
    negative_tags: str | None = Field(None, description="What must not appear.")
    style_negative: str | None = Field(None, description="Older name of `negative_tags`.")
    vocal_gender: str | None = Field(
        None, description="`f` or `m`; models from v4.5.", json_schema_extra=one_of(["f", "m"])
    )
    weirdness: float | None = Field(None, ge=0, le=1, description="How unusual harmony and melody may be.")
    style_influence: float | None = Field(None, ge=0, le=1, description="How strictly the style is kept.")
    audio_weight: float | None = Field(None, ge=0, le=1, description="How much of the source an edit keeps.")
    duration: int | None = Field(None, ge=10, le=360, description="Target length in seconds.")
    audio_id: str | None = Field(None, description="The clip that an edit is made from.")
    continue_at: float | None = Field(None, description="`extend`: second from which new music follows.")
    persona_id: str | None = Field(None, description="The kept voice that sings.")
    replace_section_start: float | None = Field(None, ge=0, description="`replace_section`: seconds.")
    replace_section_end: float | None = Field(None, ge=0, description="Greater than the start.")
    replace_section_result_mode: str | None = Field(
        None, description="`candidates` (default) or `full_song`.", json_schema_extra=one_of(RESULT_MODES)
    )
    variation_category: str | None = Field(
        None, description="`remaster`: `subtle`, `normal` or `high`.", json_schema_extra=one_of(VARIATIONS)
    )
    underpainting_start: float | None = Field(None, ge=0, description="Seconds; 0 by default.")
    underpainting_end: float | None = Field(None, ge=0, description="Seconds; the clip's end by default.")
    overpainting_start: float | None = Field(None, ge=0, description="Seconds; 0 by default.")
    overpainting_end: float | None = Field(None, ge=0, description="Seconds; the clip's end by default.")
    samples_start: float | None = Field(None, ge=0, description="Seconds; 0 by default.")
    samples_end: float | None = Field(None, ge=0, description="Seconds; required by `samples`.")
    mashup_audio_ids: list[str] | None = Field(None, description="`mashup`: exactly two.")
    audio_urls: list[str] | None = Field(None, description="`inspo`: one to four addresses.")
    stem_type: str | None = Field(
        None, description=f"`add_stem`, `extract_stem`: {', '.join(STEMS)}.", json_schema_extra=one_of(STEMS)
    )
    sound: str | None = Field(None, description="`sounds`: what it is.")
    sound_type: str | None = Field(None, description="`one-shot` or `loop`.", json_schema_extra=one_of(SOUNDS))
    speed_multiplier: float | None = Field(None, ge=0.25, le=4, description="`adjust_speed`: above 1 is faster.")
    keep_pitch: bool | None = Field(None, description="`adjust_speed`: change time alone.")
    callback_url: str | None = Field(None, description="Answer at once; POST the result there.")
    is_async: bool | None = Field(None, alias="async", description="Answer at once; poll `/suno/tasks`.")
    seed: int | None = Field(None, ge=0, description="Extension: same request and seed, same bytes.")
    bpm: float | None = Field(None, ge=1, le=300, description="Extension: quarter notes per minute.")
    key: str | None = Field(None, description='Extension: "A minor".')
    meter: str | None = Field(
        None, description='Extension: "4/4", "3/4", "6/8", "2/4".', json_schema_extra=one_of(PLAYABLE_METERS)
    )
    max_mode: bool | None = Field(None, description="`generate`, `add_stem` only; accepted, changes nothing.")
    variety: str | None = Field(
        None, description="`off`, `normal`, `high`, `extra`, `max`: as `max_mode`.", json_schema_extra=one_of(VARIETIES)
    )
    audio_format: str | None = Field(
        None, description="`sounds`, stems: `mp3`, the only one.", json_schema_extra=one_of(["mp3"])
    )
    speed: float | None = Field(None, description="Other name of `speed_multiplier`.")
    tags: str | None = Field(None, description="Other name of `style`.")
    takes: int | None = Field(None, ge=1, le=4, description="Extension: number of takes, 2 by default.")


class TasksRequest(BaseModel):
    """Body of ``POST /suno/tasks``."""

    model_config = ConfigDict(extra="allow")

    action: str | None = Field(
        "retrieve",
        description="`retrieve`, `retrieve_batch`, or our own `cancel`.",
        json_schema_extra=one_of(["retrieve", "retrieve_batch", "cancel"]),
    )
    id: str | None = Field(None, description="Task id, for `retrieve` and `cancel`.")
    ids: list[str] | None = Field(None, description="Task ids, for `retrieve_batch`.")
    type: str | None = Field(None, description="Without `ids`: tasks of this path, as `audios`.")
    created_at_min: float | None = Field(None, description="Without `ids`: Unix seconds, inclusive.")
    created_at_max: float | None = Field(None, description="Without `ids`: Unix seconds, exclusive.")
    limit: int | None = Field(None, ge=1, le=100, description="Without `ids`: 20 by default.")
    offset: int | None = Field(None, ge=0, description="Without `ids`: tasks to pass over.")


class _Body(BaseModel):
    """Unknown fields are ignored; null and "" count as absent."""

    model_config = ConfigDict(extra="allow")

    callback_url: str | None = Field(None, description="Answer at once; POST the result there.")
    is_async: bool | None = Field(None, alias="async", description="Answer at once; poll `/suno/tasks`.")


class ClipRequest(_Body):
    """A clip of the caller's."""

    audio_id: str | None = Field(None, description="Id of a generated, uploaded or edited clip.")


class UploadRequest(_Body):
    """Body of ``POST /suno/upload``."""

    audio_url: str | None = Field(None, description="Address of a sound file.")
    mode: str | None = Field(
        "standard",
        description="`standard` or `enhanced` (needs `name`).",
        json_schema_extra=one_of(["standard", "enhanced"]),
    )
    name: str | None = Field(None, description="1 to 100 characters.")


class PersonaRequest(_Body):
    """Body of ``POST /suno/persona``."""

    audio_id: str | None = Field(None, description="The clip whose singer is kept.")
    name: str | None = Field(None, description="1 to 100 characters.")
    description: str | None = Field(None, description="Up to 1000 characters.")
    vox_audio_id: str | None = Field(None, description="A vocal cut out by `/suno/vox`.")
    vocal_start: float | None = Field(None, ge=0, description="Seconds of the vocal to listen to.")
    vocal_end: float | None = Field(None, ge=0, description="At most 30 s after the start.")


class VoicesRequest(_Body):
    """Body of ``POST /suno/voices``."""

    audio_url: str | None = Field(None, description="10 to 240 s of one clean voice.")
    name: str | None = Field(None, description="Up to 100 characters; made up when absent.")
    description: str | None = Field(None, description="Up to 1000 characters.")


class VoxRequest(ClipRequest):
    """Body of ``POST /suno/vox``."""

    vocal_start: float | None = Field(None, ge=0, description="Seconds.")
    vocal_end: float | None = Field(None, ge=0, description="At most 30 s after the start.")


class LyricsRequest(_Body):
    """Body of ``POST /suno/lyrics``."""

    prompt: str | None = Field(None, description="What the words are about.")
    model: str | None = Field(None, description="Any name: two texts. Absent: one, as an object.")


class MashupLyricsRequest(_Body):
    """Body of ``POST /suno/mashup-lyrics``."""

    lyrics_a: str | None = Field(None, description="Words to blend, up to 5000 characters.")
    lyrics_b: str | None = Field(None, description="The other words.")


class StyleRequest(_Body):
    """Body of ``POST /suno/style``."""

    prompt: str | None = Field(None, description="Words about a style.")


class SongItem(BaseModel):
    """One song of an answer."""

    model_config = ConfigDict(extra="allow")

    id: str
    title: str
    image_url: str
    image_large_url: str
    lyric: str
    audio_url: str
    video_url: str
    created_at: str
    model: str
    state: str
    style: str | None = Field(None, description="Absent in `all_stems`.")
    prompt: str | None = None
    duration: float | None = None
    concat_history: list[dict[str, Any]] | None = Field(None, description="`concat` only.")
    stem_set: int | None = Field(None, description="`extract_stem` only.")
    metadata: dict[str, Any] | None = Field(None, description="Extension: seed, bpm, key, sections, loudness...")


class AudiosResponse(BaseModel):
    """The full envelope, or with ``async`` or ``callback_url`` the acknowledgement without ``data``."""

    success: bool
    task_id: str
    trace_id: str | None = None
    data: list[SongItem] | None = None


class ErrorDetail(BaseModel):
    """Code and message."""

    code: str
    message: str


class ErrorResponse(BaseModel):
    """Every failure."""

    success: bool = False
    error: ErrorDetail
    trace_id: str | None = None
    task_id: str | None = None


def json_body(model: type[BaseModel]) -> dict[str, Any]:
    """The ``openapi_extra`` of a route that reads its body itself."""
    schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


ERRORS: dict[int | str, dict[str, Any]] = {
    status: {"model": ErrorResponse, "description": text}
    for status, text in (
        (400, "bad_request, no_token, api_not_implemented"),
        (401, "invalid_token, token_expired"),
        (403, "forbidden"),
        (409, "the `Idempotency-Key` was used for another request"),
        (429, "too_many_requests"),
        (500, "api_error"),
        (503, "the database cannot be reached; availability_unknown"),
        (504, "timeout"),
    )
}

NO_SUCH: dict[int | str, dict[str, Any]] = {404: {"model": ErrorResponse, "description": "no_api"}}


def file_of(*mime_types: str, description: str) -> dict[int | str, dict[str, Any]]:
    """The 200 of a route that sends bytes."""
    return {200: {"description": description, "content": {mime_type: {} for mime_type in mime_types}}}
