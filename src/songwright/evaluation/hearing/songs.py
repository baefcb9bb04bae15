"""The songs that are listened to: planned and rendered by the engine, once."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from songwright.domain.action import GenerateAction, VoiceGender
from songwright.domain.audio import F32, SAMPLE_RATE_HZ, from_pcm24
from songwright.domain.plan import Plan
from songwright.domain.score import StemName
from songwright.engines.protocols import Materials, SongEngine

DURATION_S = 36.0  # asked for; whole sections make it 34 to 60
LISTS = ("songs", "tuning")


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Song:
    """A song with its truth. Sounds are float32, (n_frames, 2), 48 kHz."""

    name: str
    plan: Plan
    recording: F32  # what is listened to
    voice: F32  # its lead voice alone; silent when nobody sings
    alone: bool  # the recording is the voice alone


def entries(which: str) -> list[dict[str, Any]]:
    """What a list (``songs`` or ``tuning``) asks for."""
    text = resources.files("songwright.evaluation.hearing").joinpath(f"{which}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)["song"]


def made(entry: dict[str, Any], engine: SongEngine, folder: Path) -> Song:
    """The song of an entry; its sound is kept in ``folder`` under the plan's hash, to be read next time."""
    plan = engine.plan(_action(entry), take=1, materials=Materials())[0]
    name = hashlib.sha256(plan.to_bytes()).hexdigest()[:20]
    mix, lead = folder / f"{name}-mix.flac", folder / f"{name}-voice.flac"
    if not (mix.exists() and lead.exists()):
        folder.mkdir(parents=True, exist_ok=True)
        sound = engine.render(
            plan, materials=Materials(), progress=lambda *_: None, preview=None, should_stop=lambda: False
        )
        for path, pcm in ((lead, sound.stems[StemName.VOCALS]), (mix, sound.master)):
            soundfile.write(path, from_pcm24(pcm), SAMPLE_RATE_HZ, subtype="PCM_24")
    voice = _read(lead)
    alone = bool(entry.get("alone", False))
    return Song(name=entry["name"], plan=plan, recording=voice if alone else _read(mix), voice=voice, alone=alone)


def _action(entry: dict[str, Any]) -> GenerateAction:
    gender = next((g for g in VoiceGender if g.value in entry["style"].replace(",", " ").split()), None)
    return GenerateAction(
        custom=True,
        style=entry["style"],
        lyrics_prompt=entry["topic"],
        instrumental=entry.get("instrumental", False),
        voice_gender=gender,
        bpm=float(entry["bpm"]),
        key=entry["key"],
        meter=entry.get("meter"),
        duration_s=DURATION_S,
        seed=entry["seed"],
        takes=1,
        model="chirp-v5",
    )


def _read(path: Path) -> F32:
    samples, _ = soundfile.read(path, dtype="float32", always_2d=True)
    return np.asarray(samples, np.float32)
