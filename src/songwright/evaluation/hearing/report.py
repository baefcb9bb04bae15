"""``songwright evaluate --analysis``: one table, task by way of spoiling; JSON and Markdown."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console

from songwright.domain.analysis import Analysis
from songwright.domain.audio import F32
from songwright.engines.native.analyse import analyse, separate, sings_alone
from songwright.engines.registry import engine as open_engine
from songwright.settings import Settings
from songwright.workshop import engine_settings

from .score import scores
from .songs import LISTS, Song, entries, made
from .spoil import WAYS, Spoilt
from .truth import truth_of

Rows = dict[str, dict[str, dict[str, float]]]  # way, song, task
TARGETS = {
    "tempo": 0.95,
    "beats": 0.9,
    "downbeats": 0.8,
    "key": 0.9,
    "chord roots": 0.85,
    "sections": 0.6,
    "voice alone: notes": 0.8,
    "in a band: notes": 0.6,
}


def run_analysis(what: Sequence[str], *, out_dir: Path, console: Console) -> int:
    """Listen to the named songs of the list (or all of the list ``tuning``) in every way; write ``analysis.json``
    and ``analysis.md`` into ``out_dir``, where the rendered songs are kept too."""
    settings = Settings()  # pyright: ignore[reportCallIssue]
    engine = open_engine(settings.engine, engine_settings(settings))
    which = next((name for name in what if name in LISTS), "songs")
    names = [name for name in what if name not in LISTS]
    wanted = [entry for entry in entries(which) if not names or entry["name"] in names]
    if not wanted:
        raise SystemExit(f"no song of the list is named {' or '.join(names)}")
    rows: Rows = {way: {} for way in WAYS}
    for entry in wanted:
        song = made(entry, engine, out_dir / "songs")
        for way in WAYS:
            console.print(f"listening to {song.name}, {way}", highlight=False)
            rows[way][song.name] = listened(song, way)
        (out_dir / "analysis.json").write_text(json.dumps(_rounded(rows), indent=1, ensure_ascii=False), "utf-8")
    table = markdown(rows)
    (out_dir / "analysis.md").write_text(table, encoding="utf-8")
    console.print(table, highlight=False, markup=False)
    return 0


def listened(song: Song, way: str) -> dict[str, float]:
    """Scores of one song, spoilt one way: the recording and its voice alone."""
    spoilt = WAYS[way](song.recording)
    out: dict[str, float] = {}
    if not song.alone:
        found, alone = heard(spoilt.samples)
        out |= scores(found, truth_of(song.plan, spoilt), alone=False)
        out["voice or band"] = float(not alone)
    if song.voice.any():
        voice = spoilt if song.alone else WAYS[way](song.voice)
        out |= _of_the_voice(song, voice, out)
    return out


def _of_the_voice(song: Song, voice: Spoilt, of_the_band: dict[str, float]) -> dict[str, float]:
    """A voice's tune, and everything else only where nothing but the voice was recorded."""
    found, alone = heard(voice.samples)
    told = scores(found, truth_of(song.plan, voice), alone=True)
    if not song.alone:
        told = {task: value for task, value in told.items() if task.startswith("voice alone")}
    both = [float(alone), *([of_the_band["voice or band"]] if "voice or band" in of_the_band else [])]
    return {**told, "voice or band": float(np.mean(both))}


def heard(samples: F32) -> tuple[Analysis, bool]:
    """The analysis of an upload, and whether it was taken for a voice alone."""
    alone = sings_alone(samples)
    return analyse(samples, vocals=samples if alone else separate(samples).vocals), alone


def markdown(rows: Rows) -> str:
    """Means over the songs, in percent, one row per task; then every song, clean."""
    tasks = list(dict.fromkeys(task for way in rows.values() for song in way.values() for task in song))
    lines = [_line(["task", *rows, "target"]), _line(["---", *["---:"] * (len(rows) + 1)])]
    for task in tasks:
        means = [_percent(_mean(way.values(), task)) for way in rows.values()]
        lines.append(_line([task, *means, _percent(TARGETS.get(task))]))
    clean = rows["clean"]
    lines += ["", _line(["clean", *clean]), _line(["---", *["---:"] * len(clean)])]
    lines += [_line([task, *[_percent(song.get(task)) for song in clean.values()]]) for task in tasks]
    return "\n".join(lines) + "\n"


def _mean(songs: Any, task: str) -> float | None:
    values = [song[task] for song in songs if task in song]
    return float(np.mean(values)) if values else None


def _percent(value: float | None) -> str:
    return "" if value is None else f"{100 * value:.0f}"


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _rounded(rows: Rows) -> Rows:
    return {
        way: {name: {task: round(value, 3) for task, value in song.items()} for name, song in songs.items()}
        for way, songs in rows.items()
    }
