"""The documented shapes of requests and answers, for OpenAPI. Reading is done field by field in ``translate``."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from .models import MODELS


class AudiosRequest(BaseModel):
    """Body of ``POST /suno/audios``. Unknown fields are ignored; null and "" count as absent."""

    model_config = ConfigDict(extra="allow")

    action: str | None = Field("generate", description="What to do. This release serves `generate`.")
    prompt: str | None = Field(None, description="A sentence about the song; required unless `custom` (500 chars).")
    model: str | None = Field("chirp-v4", description=f"One of {', '.join(MODELS)}.")
    custom: bool | None = Field(False, description="True: `lyric`, `style` and `title` are given.")
    instrumental: bool | None = Field(False, description="True: no voice.")
    lyric: str | None = Field(None, description="The words to sing, with or without [Section] tags.")
    lyric_prompt: str | dict[str, Any] | None = Field(None, description="What the lyrics are to be about.")
    title: str | None = Field(None, description="80 or 100 characters, by model.")
    style: str | None = Field(None, description="Genre, mood, instruments, tempo: 200 or 1000 characters, by model.")
    negative_tags: str | None = Field(None, description="What must not appear.")
    style_negative: str | None = Field(None, description="Older name of `negative_tags`.")
    vocal_gender: str | None = Field(None, description="`f` or `m`; models from v4.5.")
    weirdness: float | None = Field(None, ge=0, le=1, description="How unusual harmony and melody may be.")
    style_influence: float | None = Field(None, ge=0, le=1, description="How strictly the style is kept.")
    audio_weight: float | None = Field(None, ge=0, le=1)
    duration: int | None = Field(None, ge=10, le=360, description="Target length in seconds.")
    callback_url: str | None = Field(None, description="Answer at once; POST the result there.")
    is_async: bool | None = Field(None, alias="async", description="Answer at once; poll `/suno/tasks`.")
    seed: int | None = Field(None, ge=0, description="Extension: same request and seed, same bytes.")
    bpm: float | None = Field(None, ge=40, le=240, description="Extension: quarter notes per minute.")
    key: str | None = Field(None, description='Extension: "A minor".')
    meter: str | None = Field(None, description='Extension: "4/4", "3/4", "6/8", "2/4".')
    takes: int | None = Field(None, ge=1, le=4, description="Extension: number of takes, 2 by default.")


class TasksRequest(BaseModel):
    """Body of ``POST /suno/tasks``."""

    model_config = ConfigDict(extra="allow")

    action: str | None = Field("retrieve", description="`retrieve`, `retrieve_batch`, or our own `cancel`.")
    id: str | None = Field(None, description="Task id, for `retrieve` and `cancel`.")
    ids: list[str] | None = Field(None, description="Task ids, for `retrieve_batch`.")
    type: str | None = None
    created_at_min: float | None = None
    created_at_max: float | None = None
    limit: int | None = Field(None, ge=1, le=100)
    offset: int | None = Field(None, ge=0)


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
    style: str
    prompt: str | None = None
    duration: float | None = None
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
        (429, "too_many_requests"),
        (500, "api_error"),
        (503, "the database cannot be reached"),
        (504, "timeout"),
    )
}
