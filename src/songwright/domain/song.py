"""What the store keeps and clients see."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Asset:
    """An encoded file of a clip."""

    kind: str  # "mp3", "flac", "cover", "cover_large", "midi", "lrc", "peaks", "plan"
    key: str  # storage key
    mime_type: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Clip:
    """A publishable result."""

    id: str  # UUID
    job_id: str
    take: int  # from 1
    title: str
    style: str
    lyrics: str
    model: str  # public model name asked for
    duration_s: float
    created_at_s: float  # Unix time
    assets: tuple[Asset, ...]
    metadata: dict[str, Any] = field(default_factory=dict)
