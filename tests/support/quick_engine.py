"""An engine of another maker: it plans as the native one does and plays a short tone.

``installed`` lays it beside the product the way a package would come, so a real server finds it by its entry point.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

import numpy as np

from songwright.domain.action import Action
from songwright.domain.audio import F32, I32, SAMPLE_RATE_HZ, to_pcm24
from songwright.domain.lyrics import WrittenLyrics
from songwright.domain.plan import Plan
from songwright.domain.score import StemName
from songwright.engines.native.engine import NativeEngine
from songwright.engines.protocols import EngineSettings, Materials, Preview, Progress, Rendition, ShouldStop, Stopped

NAME = "quick"
BLOCKS = 8
BLOCK_S = 0.25  # of sound, and about the time it takes


class QuickEngine:
    """Real words, titles and plans; two seconds of a sine."""

    name = NAME

    def __init__(self, settings: EngineSettings) -> None:
        self._writer = NativeEngine(settings)

    def load(self) -> None:
        """Nothing to load."""

    def check(self, action: Action) -> None:
        self._writer.check(action)

    def plan(self, action: Action, *, take: int, materials: Materials) -> tuple[Plan, ...]:
        return self._writer.plan(action, take=take, materials=materials)

    def write_words(self, prompt: str, *, seed: int, n: int = 2) -> tuple[WrittenLyrics, ...]:
        return self._writer.write_words(prompt, seed=seed, n=n)

    def blend_words(self, lyrics_a: str, lyrics_b: str, *, seed: int) -> WrittenLyrics:
        return self._writer.blend_words(lyrics_a, lyrics_b, seed=seed)

    def enrich_style(self, prompt: str, *, seed: int) -> str:
        return self._writer.enrich_style(prompt, seed=seed)

    def upload(self, audio: I32, *, blob: str, title: str, seed: int) -> Plan:
        return self._writer.upload(audio, blob=blob, title=title, seed=seed)

    def voice_of(self, vocals: F32) -> str:
        return self._writer.voice_of(vocals)

    def let_go(self) -> None:
        """Nothing is shared."""

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
        frames = int(BLOCK_S * SAMPLE_RATE_HZ)
        wave = 0.2 * np.sin(2 * np.pi * 220 * plan.take * np.arange(BLOCKS * frames) / SAMPLE_RATE_HZ)
        sound = np.stack([wave, wave], axis=1).astype(np.float32)
        for number in range(BLOCKS):
            if should_stop():
                raise Stopped
            if preview is not None:
                preview(sound[number * frames : (number + 1) * frames])
            time.sleep(BLOCK_S)
            progress((number + 1) / BLOCKS, "play")
        master = to_pcm24(sound)
        silence = np.zeros_like(master)
        parts = {name: master if name is StemName.VOCALS else silence for name in StemName} if stems else {}
        return Rendition(master=master, premaster=master, stems=parts, loudness_lufs=-17.0, true_peak_dbtp=-14.0)


def installed(folder: Path, *, engine: str = "quick_engine:QuickEngine") -> dict[str, str]:
    """Variables for a server that finds and uses an engine; its entry point is written into ``folder``."""
    info = folder / "quick_engine-1.0.dist-info"
    info.mkdir(parents=True, exist_ok=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: quick-engine\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[songwright.engines]\n{NAME} = {engine}\n")
    paths = [str(folder), str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")]
    return {"PYTHONPATH": os.pathsep.join(filter(None, paths)), "SONGWRIGHT_ENGINE": NAME}
