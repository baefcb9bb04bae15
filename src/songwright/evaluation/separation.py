"""``songwright evaluate --separation``: how well voices come out of recordings, on songs whose stems are known."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from rich.console import Console
from rich.table import Table

from songwright.assets.mp3 import decode_mp3, encode_mp3
from songwright.domain.audio import I32, from_pcm24, sum_stems, to_pcm24
from songwright.domain.score import StemName
from songwright.engines.native.separate import open_separator, voice_in
from songwright.engines.native.separate.medians import MedianVoice
from songwright.engines.native.separate.parts import Separator
from songwright.engines.protocols import Materials, Rendition, SongEngine
from songwright.engines.registry import engine as open_engine
from songwright.settings import Settings
from songwright.workshop import engine_settings

from .listed import action_of, prompts

F64 = npt.NDArray[np.float64]
DURATION_S = 60.0
PEAK = 0.9  # of the mixes, which are the bare sum of their stems
MP3_KBPS = 128
VOICES = (StemName.VOCALS, StemName.BACKING_VOCALS)
FIGURES = ("sdr_vocals", "si_sdr_vocals", "sdr_band", "si_sdr_band")


def run_separation(*, limit: int, out_dir: Path, console: Console) -> int:
    """Measure the sung songs of the prompt list, a minute of each; print a table, write ``separation.json``."""
    settings = Settings()  # pyright: ignore[reportCallIssue]
    engine = open_engine(settings.engine, engine_settings(settings))
    separators: list[Separator] = [MedianVoice()]
    best = open_separator()
    if best.trained:
        separators.append(best)
    else:
        console.print("the separation weights are missing: run 'make setup'; only the filters are measured")
    rows: list[dict[str, Any]] = []
    out_dir.mkdir(parents=True, exist_ok=True)
    for name, genre, sound in _songs(engine, limit):
        console.print(f"measuring {name} ({genre})", highlight=False)
        rows += [{"name": name, "genre": genre, **row} for row in measure(*truth_of(sound), separators)]
        (out_dir / "separation.json").write_text(json.dumps(rows, indent=2), encoding="utf-8")
    console.print(table(rows))
    return 0


def _songs(engine: SongEngine, limit: int) -> Iterator[tuple[str, str, Rendition]]:
    """Songs with a voice: name, genre, sound."""
    made = 0
    for entry in prompts():
        action = replace(action_of(entry), duration_s=DURATION_S)
        plan = engine.plan(action, take=1, materials=Materials())[0]
        if plan.brief.instrumental:
            continue
        if made == limit:
            return
        made += 1
        sound = engine.render(
            plan, materials=Materials(), progress=lambda *_: None, preview=None, should_stop=lambda: False
        )
        engine.let_go()
        yield entry["name"], plan.brief.genre, sound


def truth_of(sound: Rendition) -> tuple[I32, F64]:
    """The sum of the stems as a recording, and the voices in it, full scale 1."""
    mix = sound.premaster.astype(np.float64)
    gain = PEAK / np.abs(mix).max()
    voice = sum_stems(sound.stems[name] for name in VOICES)
    return to_pcm24(mix * gain), voice * gain


def measure(mix: I32, voice: F64, separators: list[Separator]) -> list[dict[str, Any]]:
    """One row for each kind of recording and each separator; decibels, the whole song at once."""
    band = from_pcm24(mix) - voice
    spoilt = np.asarray(decode_mp3(encode_mp3(mix, bitrate_kbps=MP3_KBPS)), np.float32)
    rows: list[dict[str, Any]] = []
    for kind, recording in (("clean", mix), (f"mp3 {MP3_KBPS}k", to_pcm24(spoilt))):
        for separator in separators:
            found = voice_in(recording, separator)
            sung = from_pcm24(found.pcm.samples()).astype(np.float64)
            rest = from_pcm24(recording) - sung
            figures = (sdr_db(voice, sung), si_sdr_db(voice, sung), sdr_db(band, rest), si_sdr_db(band, rest))
            rounded = (round(value, 2) for value in figures)
            rows.append({"recording": kind, "how": found.how, **dict(zip(FIGURES, rounded, strict=True))})
    return rows


def sdr_db(truth: F64, found: F64) -> float:
    """Power of the truth over the power of what differs from it (the SDR of the music demixing challenges)."""
    return 10 * float(np.log10(np.square(truth).sum() / max(np.square(truth - found).sum(), 1e-20)))


def si_sdr_db(truth: F64, found: F64) -> float:
    """The same with the truth at the level that fits best (Le Roux et al., "SDR - half-baked or well done?", 2019)."""
    return sdr_db(truth * ((truth * found).sum() / max(np.square(truth).sum(), 1e-20)), found)


def table(rows: list[dict[str, Any]]) -> Table:
    """The rows, and the means of each kind and way below them."""
    shown = Table("name", "genre", "recording", "how", *FIGURES)
    for row in rows:
        shown.add_row(*(str(row[name]) for name in ("name", "genre", "recording", "how", *FIGURES)))
    ways = list(dict.fromkeys((row["recording"], row["how"]) for row in rows))
    for recording, how in ways:
        mine = [row for row in rows if (row["recording"], row["how"]) == (recording, how)]
        means = (f"{np.mean([row[name] for row in mine]):.2f}" for name in FIGURES)
        shown.add_row("mean", "", recording, how, *means)
    return shown
