"""References of ``inspo``: fetched once, listened to once for all takes, looked up by the policy every time."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import soundfile

from songwright.domain.action import ActionKind, EditAction, GenerateAction
from songwright.domain.plan import Plan
from songwright.engines.native.planning import plan_take
from songwright.errors import BadRequest
from songwright.jobs.ports import MaterialFiles
from songwright.workshop.shop import Workshop

RATE = 48_000


class Listener:
    """An engine that writes down how often it listens."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, int]] = []
        self.plan_of = plan_take(GenerateAction(prompt="boats", duration_s=15.0, seed=1), take=1, versions={})

    def upload(self, audio: Any, *, blob: str, title: str, seed: int) -> Plan:
        self.heard.append((blob, seed))
        return replace(self.plan_of, seed=seed)

    def plan(self, action: Any, *, take: int, materials: Any) -> tuple[Plan, ...]:
        assert [source.plan.seed for source in materials.sources] == [action.seed] * len(materials.sources)
        assert all(len(source.load_master()) == 4 * RATE for source in materials.sources)
        return (replace(self.plan_of, take=take),)


def recording(path: Path, hz: float) -> str:
    soundfile.write(path, 0.3 * np.sin(2 * np.pi * hz * np.arange(4 * RATE) / RATE), RATE)
    return str(path)


def test_a_recording_is_listened_to_once_for_all_takes(tmp_path: Path) -> None:
    engine, asked = Listener(), []
    policy = SimpleNamespace(check_audio=lambda samples: asked.append(len(samples)))
    shop = Workshop(engine, eager=False, policy=policy)  # type: ignore[arg-type]
    files = MaterialFiles(recordings=(recording(tmp_path / "a.wav", 220), recording(tmp_path / "b.wav", 330)))
    action = EditAction(kind=ActionKind.INSPIRE, wishes=GenerateAction(seed=3), urls=("a", "b"))
    for take in (1, 2, 3):
        shop.plan(action, take=take, clip_ids=["c"], materials=files)
    assert len(engine.heard) == len(set(engine.heard)) == 2
    assert len(asked) == 6
    other = replace(action, wishes=GenerateAction(seed=4))
    shop.plan(other, take=1, clip_ids=["c"], materials=files)
    assert [seed for _, seed in engine.heard] == [3, 3, 4, 4]


def test_a_recording_that_is_registered_later_is_refused_all_the_same(tmp_path: Path) -> None:
    def refuse(samples: Any) -> None:
        if registered:
            raise BadRequest("Uploaded audio matches existing work of art.")

    registered: list[int] = []
    shop = Workshop(Listener(), eager=False, policy=SimpleNamespace(check_audio=refuse))  # type: ignore[arg-type]
    files = MaterialFiles(recordings=(recording(tmp_path / "a.wav", 220),))
    action = EditAction(kind=ActionKind.INSPIRE, wishes=GenerateAction(seed=3), urls=("a",))
    shop.plan(action, take=1, clip_ids=["c"], materials=files)
    registered.append(1)
    with pytest.raises(BadRequest, match="work of art"):
        shop.plan(action, take=2, clip_ids=["c"], materials=files)
