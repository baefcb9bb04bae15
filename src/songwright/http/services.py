"""What the routes work with, made by ``app`` and kept in the application's state."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from fastapi import Request

from songwright.assets.storage import Storage
from songwright.domain.action import Action
from songwright.domain.lyrics import WrittenLyrics
from songwright.jobs.facade import Jobs
from songwright.settings import Settings
from songwright.store.facade import Store


class Moderation(Protocol):
    """The operator's policy about words."""

    def check_text(self, *, prompt: str, style: str, lyrics: str, title: str, lyrics_prompt: str) -> None:
        """Raise Forbidden for words that the policy refuses."""
        ...


class WordServices(Protocol):
    """The engine's writer. Calls may take long where an outside writer is configured: use a thread."""

    def write_words(self, prompt: str, *, seed: int, n: int = 2) -> Sequence[WrittenLyrics]:
        """Different lyrics about ``prompt``. Raises LyricsFailed."""
        ...

    def blend_words(self, lyrics_a: str, lyrics_b: str, *, seed: int) -> WrittenLyrics:
        """One text out of two. Raises LyricsFailed."""
        ...

    def enrich_style(self, prompt: str, *, seed: int) -> str:
        """A fuller description of a style."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Services:
    """The server's parts."""

    settings: Settings
    store: Store
    jobs: Jobs
    storage: Storage
    check: Callable[[Action], None]  # raises BadRequest for what the engine could never do
    policy: Moderation
    words: WordServices


def services_of(request: Request) -> Services:
    """The services of the application that serves ``request``."""
    services: Services = request.app.state.services
    return services


def base_of(request: Request) -> str:
    """Scheme and host that links in the answer begin with."""
    public = services_of(request).settings.public_url
    return (public or str(request.base_url)).rstrip("/")
