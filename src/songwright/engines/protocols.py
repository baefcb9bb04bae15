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
class Source:
    """A finished clip that an edit is made from."""

    clip_id: str  # "" for a recording from outside that is no clip
    plan: Plan
    title: str
    style: str
    lyrics: str
    load_master: Callable[[], I32]  # its finished sound, 24-bit PCM (n_frames, 2)


@dataclass(frozen=True, kw_only=True, slots=True)
class Materials:
    """What an edit may use, and a render may need."""

    sources: tuple[Source, ...] = ()  # in the order of the action
    load_blob: Callable[[str], I32] | None = None  # a recording by its SHA-256: 24-bit PCM (n_frames, 2)

    def blob(self, sha256: str) -> I32:
        """The recording called ``sha256``. Raises KeyError when it is not at hand."""
        if self.load_blob is None:
            raise KeyError(sha256)
        return self.load_blob(sha256)

    def master_of(self, plan_key: str) -> I32 | None:
        """The finished sound of a source by its plan's key; None when no source has this plan."""
        return next((source.load_master() for source in self.sources if source.plan.key == plan_key), None)


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
    stems: Mapping[StemName, I32]  # the twelve, in StemName order; empty when they were not asked for
    loudness_lufs: float
    true_peak_dbtp: float
    separation: str = ""  # how stems of a recording were told apart; "" = they are the tracks of a performance


class SongEngine(Protocol):
    """Plans and renders songs."""

    name: str

    def load(self) -> None:
        """Load what rendering needs; may take seconds, called once."""
        ...

    def check(self, action: Action) -> None:
        """Raise BadRequest when the action can never be rendered. Cheap; nothing is loaded for it."""
        ...

    def plan(self, action: Action, *, take: int, materials: Materials) -> tuple[Plan, ...]:
        """Everything about the clips of a take, on paper. Deterministic in its arguments.

        Raises BadRequest for what the sources do not allow.
        """
        ...

    def upload(self, audio: I32, *, blob: str, title: str, seed: int) -> Plan:
        """Listen to a recording, 24-bit PCM (n_frames, 2), and write down what it is: its plan."""
        ...

    def voice_of(self, vocals: F32) -> str:
        """The recipe of the voice in a recording of singing. Raises BadRequest when no voice is heard."""
        ...

    def render(
        self,
        plan: Plan,
        *,
        materials: Materials,
        progress: Progress,
        preview: Preview | None,
        should_stop: ShouldStop,
        stems: bool = True,
    ) -> Rendition:
        """The sound of a plan. Deterministic. Raises Stopped when asked to stop.

        Without ``stems`` an engine may leave out the stems and the pre-master when the master is to be had without.
        """
        ...

    def let_go(self) -> None:
        """Forget what renders with the same materials share. Called when a request is done."""
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
