"""The embedded engine's door."""

from __future__ import annotations

import functools
import os
from pathlib import Path
from typing import TYPE_CHECKING

from songwright.domain.action import Action, EditAction, GenerateAction, wishes_of
from songwright.domain.audio import F32, I32
from songwright.domain.lyrics import WrittenLyrics
from songwright.domain.plan import Plan
from songwright.errors import BadRequest

from ..protocols import EngineSettings, Materials, Preview, Progress, Rendition, ShouldStop

if TYPE_CHECKING:
    from .lyrics.llm import ChatWriter
    from .sounding import Renderer


class NativeEngine:
    """Writes, composes, sings, plays and masters on the CPU. See ``protocols.SongEngine``."""

    name = "native"

    def __init__(self, settings: EngineSettings) -> None:
        self._settings = settings
        self._voice_cache = settings.data_dir / "cache" / "voice"
        self._loaded = False
        self._renderer: Renderer | None = None  # of the present request: clips made together share renders

    def load(self) -> None:
        """Load the voice model, the instruments and the compiled kernels."""
        if self._loaded:
            return
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
        from .memory import give_back
        from .play.player import Player
        from .play.soundfont import find_soundfont
        from .voice.singer import NeuralSinger

        settings = self._settings
        font = find_soundfont(settings.soundfont or None, settings.data_dir, Path.cwd())
        self._player = Player(font)
        self._player.load()
        self._singer = NeuralSinger(cache_dir=self._voice_cache, threads=settings.threads)
        self._singer.load()
        give_back()
        self._loaded = True
        from .planning import plan_take

        plan_take(GenerateAction(prompt="a song", seed=0), take=1, versions={})  # reads dictionaries and styles now

    def check(self, action: Action) -> None:
        """Raise BadRequest for lyrics that nobody could sing."""
        wishes = wishes_of(action)
        if wishes.instrumental or not wishes.lyrics:
            return
        from .lyrics.errors import UnsingableText
        from .lyrics.parse import parse_lyrics

        try:
            lyrics = parse_lyrics(wishes.lyrics)
        except UnsingableText as error:
            raise BadRequest(str(error)) from error
        if not any(True for _ in lyrics.lines()):
            raise BadRequest("lyric is required when generate custom audio")

    def plan(self, action: Action, *, take: int, materials: Materials) -> tuple[Plan, ...]:
        """Everything about the clips of a take, on paper."""
        from .edit import plan_edit
        from .planning import plan_take

        versions = {"songwright": _version()}
        if isinstance(action, GenerateAction):
            return (plan_take(action, take=take, versions=versions, chat=self._chat),)
        if isinstance(action, EditAction):
            return plan_edit(action, take=take, materials=materials, versions=versions)
        raise BadRequest(f"the native engine does not plan {action.kind.value}")

    def write_words(self, prompt: str, *, seed: int, n: int = 2) -> tuple[WrittenLyrics, ...]:
        """So many different lyrics about a prompt. Raises LyricsFailed."""
        from .words import write

        return write(prompt, seed=seed, n=n, chat=self._chat)

    def blend_words(self, lyrics_a: str, lyrics_b: str, *, seed: int) -> WrittenLyrics:
        """One lyric out of two: the hook of the first, verses of the second. Raises LyricsFailed."""
        from .words import blend

        return blend(lyrics_a, lyrics_b, seed=seed)

    def enrich_style(self, prompt: str, *, seed: int) -> str:
        """A fuller style description with the same meaning."""
        from .words import enrich_style

        return enrich_style(prompt, seed=seed)

    @functools.cached_property
    def _chat(self) -> ChatWriter | None:
        """The outside writer, when one is configured."""
        settings = self._settings
        if not settings.lyrics_llm_url:
            return None
        from .lyrics.llm import ChatWriter

        return ChatWriter(
            url=settings.lyrics_llm_url,
            model=settings.lyrics_llm_model,
            key=settings.lyrics_llm_key,
            timeout_s=settings.lyrics_llm_timeout_s,
        )

    def upload(self, audio: I32, *, blob: str, title: str, seed: int) -> Plan:
        """Listen to a recording and write down what it is."""
        from .edit.upload import plan_of_recording

        return plan_of_recording(audio, blob=blob, title=title, seed=seed, versions={"songwright": _version()})

    def voice_of(self, vocals: F32) -> str:
        """The recipe of the voice in a recording of singing."""
        from .voice.estimate import estimate

        return estimate(vocals).recipe.id

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
        """The sound of a plan."""
        from .sounding import Renderer

        self.load()
        if self._renderer is None or self._renderer.materials is not materials:
            self._renderer = Renderer(
                player=self._player,
                singer=self._singer,
                threads=self._settings.threads,
                materials=materials,
                should_stop=should_stop,
            )
        return self._renderer.render(plan, stems=stems, progress=progress, preview=preview)

    def let_go(self) -> None:
        """Forget what renders of one request share."""
        self._renderer = None


def _version() -> str:
    from songwright import __version__

    return __version__
