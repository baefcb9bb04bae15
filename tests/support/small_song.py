"""A short song of the engine's, made once per process: what tests of edits start from."""

from __future__ import annotations

import functools
import tempfile
from dataclasses import dataclass
from pathlib import Path

from songwright.domain.action import ActionKind, EditAction, GenerateAction
from songwright.domain.plan import Plan
from songwright.engines.native.edit import plan_edit
from songwright.engines.native.engine import NativeEngine
from songwright.engines.native.planning import plan_take
from songwright.engines.protocols import EngineSettings, Materials, Rendition, Source

CLIP_ID = "0b5a6a1e-7f0e-4c59-9a51-2f1f5a3c1d01"
WORDS = "[Verse]\nPaper boats are drifting by\nUnderneath a silver sky\n[Chorus]\nCarry me home over the sea"
VERSIONS = {"songwright": "test"}


@functools.cache
def engine() -> NativeEngine:
    """The engine, loaded; its caches live as long as the process."""
    made = NativeEngine(EngineSettings(data_dir=Path(tempfile.mkdtemp(prefix="songwright-test-"))))
    made.load()
    return made


@dataclass(frozen=True)
class SmallSong:
    plan: Plan
    sound: Rendition

    @property
    def source(self) -> Source:
        return Source(
            clip_id=CLIP_ID,
            plan=self.plan,
            title="Paper Boats",
            style="pop, female vocals",
            lyrics=self.plan.lyrics.text,
            load_master=lambda: self.sound.master,
        )

    @property
    def materials(self) -> Materials:
        return Materials(sources=(self.source,))


@functools.cache
def small_song() -> SmallSong:
    """About a quarter of a minute of pop with a female voice."""
    wishes = GenerateAction(
        custom=True, lyrics=WORDS, title="Paper Boats", style="pop, female vocals", duration_s=15.0, bpm=112.0, seed=5
    )
    plan = plan_take(wishes, take=1, versions=VERSIONS)
    return SmallSong(plan=plan, sound=render(plan, Materials()))


def render(plan: Plan, materials: Materials, *, stems: bool = True) -> Rendition:
    """The sound of a plan."""
    return engine().render(
        plan,
        materials=materials,
        progress=lambda *_: None,
        preview=None,
        should_stop=lambda: False,
        stems=stems,
    )


def edit(kind: ActionKind, materials: Materials, *, take: int = 1, wishes: GenerateAction | None = None, **fields):
    """The plans of an edit of the materials' sources."""
    sources = tuple(source.clip_id for source in materials.sources)
    action = EditAction(kind=kind, wishes=wishes or GenerateAction(seed=3), sources=sources, **fields)
    return plan_edit(action, take=take, materials=materials, versions=VERSIONS)
