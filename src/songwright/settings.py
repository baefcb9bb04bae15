"""The settings tree: one frozen object, read once from ``SONGWRIGHT_*`` variables."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Every setting, with its variable (``SONGWRIGHT_`` + upper case name) and default."""

    model_config = SettingsConfigDict(env_prefix="SONGWRIGHT_", frozen=True, extra="ignore")

    host: str = Field("127.0.0.1", description="Address the server listens on.")
    port: int = Field(8000, ge=0, le=65535, description="Port the server listens on; 0 picks a free one.")
    data_dir: Path = Field(Path("data"), description="Folder for the database, audio, soundfont and caches.")
    database_url: str = Field("", description="Database; default a SQLite file in the data folder.")
    storage_url: str = Field("", description="Where audio is kept: a folder or s3://bucket/prefix.")
    public_url: str = Field("", description="Base of the media links in answers; default: as the client called.")
    api_token: str = Field("", description="A token that is always valid; without it one is made on first start.")
    workers: int = Field(1, ge=1, le=64, description="Worker processes that 'serve' starts.")
    engine: str = Field("native", description="Engine that makes the songs.")
    soundfont: str = Field("", description="Path of a .sf2 or .sf3 soundfont; default: the one that setup installed.")
    espeak: str = Field(
        "", description="The espeak-ng program, by name or path; default: the one on PATH; none: not used."
    )
    threads: int = Field(2, ge=1, le=64, description="Threads of one worker's engine.")
    lyrics_llm_url: str = Field(
        "", description="Base URL of an OpenAI-compatible chat API that writes lyrics; default: the embedded writer."
    )
    lyrics_llm_model: str = Field("", description="Model that the chat API is asked for.")
    lyrics_llm_key: str = Field("", repr=False, description="Bearer key of the chat API, if it wants one.")
    lyrics_llm_timeout_s: float = Field(
        20.0, gt=0, le=120, description="Longest wait for one answer of the chat API, seconds; there are three tries."
    )
    sync_timeout_s: float = Field(280.0, gt=0, description="Longest time a synchronous request is held, seconds.")
    job_timeout_s: float = Field(1800.0, gt=0, description="Longest time one job may run, seconds.")
    max_queued_per_token: int = Field(100, ge=1, description="Unfinished jobs one token may have.")
    max_running_per_token: int = Field(0, ge=0, description="Jobs of one token that may run at once; 0 = no limit.")
    duplicate_window_s: float = Field(
        600.0, ge=0, description="An equal request within this time joins the one still running; seconds."
    )
    maintenance: bool = Field(False, description="Refuse new work, keep serving what exists.")
    allow_private_addresses: str = Field(
        "", description="Comma-separated networks that callbacks may reach although private, e.g. 127.0.0.0/8."
    )
    webhook_secret: str = Field("", description="Key of callback signatures; default: made on first start.")
    policy_dir: str = Field(
        "", description="Folder with the operator's lists of what is refused; default: only malformed prompts are."
    )
    moderation_url: str = Field("", description="Full address of an OpenAI-compatible moderation endpoint.")
    moderation_key: str = Field("", repr=False, description="Bearer key of the moderation endpoint.")
    moderation_on_failure: Literal["allow", "refuse"] = Field(
        "allow", description="What happens to a request when the moderation endpoint fails: allow or refuse."
    )
    cors_origins: str = Field("*", description="Comma-separated origins that browsers may call from.")
    log_level: str = Field("info", description="debug, info, warning or error.")

    @property
    def resolved_database_url(self) -> str:
        """The database URL with the default filled in."""
        return self.database_url or f"sqlite:///{self.data_dir.resolve() / 'songwright.db'}"

    @property
    def resolved_storage_url(self) -> str:
        """The storage URL with the default filled in."""
        return self.storage_url or str(self.data_dir.resolve() / "assets")

    @property
    def private_networks(self) -> tuple[str, ...]:
        """The allowed private networks, split."""
        return tuple(part.strip() for part in self.allow_private_addresses.split(",") if part.strip())
