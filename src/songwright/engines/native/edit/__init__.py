"""Edits: plans made from plans.

Each edit is a module with a function ``plan(action, take, materials, versions)`` that gives the plans of a take's
clips: new notes are composed, what stays is named in ``Plan.sound``. :mod:`paper` cuts and joins what is written.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from songwright.domain.action import ActionKind, EditAction
from songwright.domain.plan import Plan

from ...protocols import Materials

_MODULES = {
    ActionKind.EXTEND: "extend",
    ActionKind.CONCAT: "concat",
    ActionKind.REPLACE: "replace",
    ActionKind.COVER: "cover",
    ActionKind.STEMS: "stems",
    ActionKind.ALL_STEMS: "stems",
    ActionKind.EXTRACT_STEM: "stems",
    ActionKind.ADD_STEM: "add_stem",
    ActionKind.REMASTER: "remaster",
    ActionKind.ACCOMPANY: "accompany",
    ActionKind.SING_OVER: "sing_over",
    ActionKind.MASHUP: "mashup",
    ActionKind.SAMPLE: "sample",
    ActionKind.INSPIRE: "inspire",
    ActionKind.PERSONA: "persona",
    ActionKind.SOUND: "sound",
    ActionKind.SPEED: "speed",
}


def plan_edit(action: EditAction, *, take: int, materials: Materials, versions: dict[str, str]) -> tuple[Plan, ...]:
    """The plans of the clips of one take. Raises BadRequest for what the sources do not allow."""
    module = import_module(f".{_MODULES[action.kind]}", __name__)
    plan: Callable[[EditAction, int, Materials, dict[str, str]], tuple[Plan, ...]] = module.plan
    return plan(action, take, materials, versions)
