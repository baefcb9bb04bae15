"""The embedded engine's door."""

from __future__ import annotations

import os
from pathlib import Path

from songwright.domain.action import Action, GenerateAction
from songwright.domain.plan import Plan
from songwright.errors import BadRequest

from ..protocols import EngineSettings, Preview, Progress, Rendition, ShouldStop


class NativeEngine:
    """Writes, composes, sings, plays and masters on the CPU. See ``protocols.SongEngine``."""

    name = "native"

    def __init__(self, settings: EngineSettings) -> None:
        self._settings = settings
        self._voice_cache = settings.data_dir / "cache" / "voice"
        self._loaded = False

    def load(self) -> None:
        """Load the voice model, the instruments and the compiled kernels."""
        if self._loaded:
            return
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
        from .play.player import Player
        from .play.soundfont import find_soundfont
        from .voice.singer import NeuralSinger

        settings = self._settings
        font = find_soundfont(settings.soundfont or None, settings.data_dir, Path.cwd())
        self._player = Player(font)
        self._player.load()
        self._singer = NeuralSinger(cache_dir=self._voice_cache, threads=settings.threads)
        self._singer.load()
        self._loaded = True
        self.plan(GenerateAction(prompt="a song", seed=0), take=1)  # dictionaries and styles are read now, not later

    def check(self, action: Action) -> None:
        """Raise BadRequest for lyrics that nobody could sing."""
        if action.instrumental or not action.lyrics:
            return
        from .lyrics.errors import UnsingableText
        from .lyrics.parse import parse_lyrics

        try:
            lyrics = parse_lyrics(action.lyrics)
        except UnsingableText as error:
            raise BadRequest(str(error)) from error
        if not any(True for _ in lyrics.lines()):
            raise BadRequest("lyric is required when generate custom audio")

    def plan(self, action: Action, *, take: int) -> Plan:
        """Everything about the take, on paper."""
        from .planning import plan_take

        if not isinstance(action, GenerateAction):
            raise BadRequest(f"the native engine does not know {type(action).__name__}")
        return plan_take(action, take=take, versions={"songwright": _version()})

    def render(self, plan: Plan, *, progress: Progress, preview: Preview | None, should_stop: ShouldStop) -> Rendition:
        """The sound of a plan."""
        from .rendering import render_plan

        self.load()
        return render_plan(
            plan,
            player=self._player,
            singer=self._singer,
            threads=self._settings.threads,
            progress=progress,
            preview=preview,
            should_stop=should_stop,
        )


def _version() -> str:
    from songwright import __version__

    return __version__
