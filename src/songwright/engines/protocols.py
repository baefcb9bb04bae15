"""What an engine must be able to do. One protocol per capability."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from songwright.domain.action import Action
from songwright.domain.audio import F32, I32
from songwright.domain.lyrics import WrittenLyrics
from songwright.domain.plan import Plan
from songwright.domain.score import StemName

Progress = Callable[[float, str], None]
"""Called with the fraction done (0..1) and the name of the stage."""

Preview = Callable[[F32], None]
"""Called with the next block of a quick mix, float32 (n, 2) at 48 kHz, in order, while rendering goes on."""

ShouldStop = Callable[[], bool]


class Stopped(Exception):
    """Rendering was asked to stop and did."""


@dataclass(frozen=True, kw_only=True, slots=True)
class EngineSettings:
    """What an engine may know about the machine."""

    data_dir: Path
    soundfont: str = ""
    threads: int = 2
    lyrics_llm_url: str = ""  # OpenAI-compatible chat API; "" = the embedded writer
    lyrics_llm_model: str = ""
    lyrics_llm_key: str = field(default="", repr=False)
    lyrics_llm_timeout_s: float = 20.0  # of one try


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Rendition:
    """A rendered take. All arrays have shape (n_frames, 2) at 48 kHz."""

    master: npt.NDArray[np.int32]  # 24-bit PCM
    premaster: I32  # exact sum of the stems
    stems: Mapping[StemName, I32]  # the twelve, in StemName order
    loudness_lufs: float
    true_peak_dbtp: float


class SongEngine(Protocol):
    """Plans and renders songs."""

    name: str

    def load(self) -> None:
        """Load what rendering needs; may take seconds, called once."""
        ...

    def check(self, action: Action) -> None:
        """Raise BadRequest when the action can never be rendered. Cheap; nothing is loaded for it."""
        ...

    def plan(self, action: Action, *, take: int) -> Plan:
        """Everything about the take, on paper. Deterministic in the action and the take."""
        ...

    def render(self, plan: Plan, *, progress: Progress, preview: Preview | None, should_stop: ShouldStop) -> Rendition:
        """The sound of a plan. Deterministic. Raises Stopped when asked to stop."""
        ...


class WordEngine(Protocol):
    """Writes words without a song. Deterministic in the seed as long as no outside writer is configured."""

    def write_words(self, prompt: str, *, seed: int, n: int = 2) -> tuple[WrittenLyrics, ...]:
        """So many different lyrics about a prompt. Raises LyricsFailed."""
        ...

    def blend_words(self, lyrics_a: str, lyrics_b: str, *, seed: int) -> WrittenLyrics:
        """One lyric out of two: the hook of the first, verses of the second. Raises LyricsFailed."""
        ...

    def enrich_style(self, prompt: str, *, seed: int) -> str:
        """A fuller style description with the same meaning."""
        ...
