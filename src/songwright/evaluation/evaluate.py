"""``songwright evaluate``: songs in, a table and a JSON file out."""

from __future__ import annotations

import hashlib
import json
import tomllib
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from songwright.domain.action import GenerateAction
from songwright.domain.audio import SAMPLE_RATE_HZ
from songwright.domain.plan import Plan
from songwright.domain.score import StemName
from songwright.engines.protocols import Materials, SongEngine
from songwright.engines.registry import engine as open_engine
from songwright.settings import Settings
from songwright.workshop import encode, engine_settings

from . import measures
from .transcript import sung_stretches, transcribe, word_error

COLUMNS = (
    "name",
    "genre",
    "seconds",
    "lufs",
    "peak",
    "stems",
    "wer_vocals",
    "wer_mix",
    "vocal_lu",
    "cents",
    "in_tune",
    "voiced",
    "tempo",
    "key",
)


def prompts() -> list[dict[str, Any]]:
    """The fixed prompt list."""
    text = resources.files("songwright.evaluation").joinpath("prompts.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)["prompt"]


def run_evaluation(what: list[str], *, limit: int, out_dir: Path, console: Console) -> int:
    """Measure the given plans or clips, or the prompt list; print a table, write ``evaluation.json``."""
    settings = Settings()  # pyright: ignore[reportCallIssue]
    engine = open_engine(settings.engine, engine_settings(settings))
    out_dir.mkdir(parents=True, exist_ok=True)
    rows: list[dict[str, Any]] = []
    for name, plan in _plans(what, limit, engine, settings):
        console.print(f"measuring {name}: {plan.lyrics.title}", highlight=False)
        rows.append({"name": name, **evaluate_plan(plan, engine)})
        (out_dir / "evaluation.json").write_text(json.dumps(rows, indent=2, ensure_ascii=False), encoding="utf-8")
    console.print(_table(rows))
    return 0


def _plans(what: list[str], limit: int, engine: SongEngine, settings: Settings) -> list[tuple[str, Plan]]:
    if what:
        return [(item, _plan(item, settings)) for item in what]
    made: list[tuple[str, Plan]] = []
    for entry in prompts()[:limit]:
        action = GenerateAction(prompt=entry["prompt"], seed=entry["seed"], takes=1, model="chirp-v5")
        action = replace(action, **{k: v for k, v in entry.items() if k not in ("prompt", "seed", "name")})
        made.append((entry["name"], engine.plan(action, take=1, materials=Materials())[0]))
    return made


def _plan(item: str, settings: Settings) -> Plan:
    """A plan from a file, or of a clip in this machine's store."""
    path = Path(item)
    if path.exists():
        return Plan.from_bytes(path.read_bytes())
    from songwright.app import open_storage, open_store

    with open_store(settings) as store:
        stored = store.clip(item)
    if stored is None:
        raise SystemExit(f"{item} is neither a plan file nor a clip of this server")
    key = next(asset.key for asset in stored.clip.assets if asset.kind == "plan")
    return Plan.from_bytes(open_storage(settings).get(key))


def evaluate_plan(plan: Plan, engine: SongEngine) -> dict[str, Any]:
    """Render a plan and measure what a client would download."""
    sound = engine.render(
        plan, materials=Materials(), progress=lambda *_: None, preview=None, should_stop=lambda: False
    )
    result = encode(plan, sound)
    mp3 = next(bytes(file.data) for file in result.files if file.kind == "mp3")  # pyright: ignore[reportArgumentType]
    heard = measures.decode(mp3)
    row: dict[str, Any] = {
        "title": plan.lyrics.title,
        "genre": plan.brief.genre,
        "voice": next((p.voice for part in plan.performance.vocals for p in part.phrases), ""),
        "bpm": plan.brief.bpm,
        "duration_s": round(len(heard) / SAMPLE_RATE_HZ, 2),
        "duration_exact": len(heard) == len(sound.master),
        "stems_exact": measures.stems_exact(sound),
        "master": measures.loudness(measures.to_float(sound.master)),
        "mp3": measures.loudness(heard),
        "tempo": measures.tempo(heard, plan.brief.bpm),
        "key": measures.key(heard, plan.score.key),
        "pcm_sha256": hashlib.sha256(np.ascontiguousarray(sound.master).tobytes()).hexdigest(),
    }
    words = " ".join(word.text for word in plan.performance.words)
    if words:
        lead = measures.to_float(sound.stems[StemName.VOCALS]).mean(axis=1)
        language = plan.lyrics.language
        spans = sung_stretches(lead, SAMPLE_RATE_HZ)
        said, mixed = (
            transcribe(x, SAMPLE_RATE_HZ, language=language, stretches=spans) for x in (lead, heard.mean(axis=1))
        )
        row |= {
            "words": len(words.split()),
            "wer_vocals": round(word_error(words, said), 3),
            "wer_mix": round(word_error(words, mixed), 3),
            "reference": words,
            "heard_vocals": said,
            "heard_mix": mixed,
            "vocal_over_band_lu": measures.vocal_over_band(sound),
            "pitch": measures.pitch(plan, sound),
        }
    return row


def _table(rows: list[dict[str, Any]]) -> Table:
    table = Table(*COLUMNS)
    for row in rows:
        notes = row.get("pitch", {})
        cells = (
            row["name"],
            row["genre"],
            row["duration_s"],
            row["mp3"]["lufs"],
            row["mp3"]["true_peak_dbtp"],
            "exact" if row["stems_exact"] else "NO",
            row.get("wer_vocals", ""),
            row.get("wer_mix", ""),
            row.get("vocal_over_band_lu", ""),
            notes.get("median_cents", ""),
            notes.get("notes_within_50_cents", ""),
            notes.get("voiced", ""),
            "ok" if row["tempo"]["within_4_percent_or_double"] else row["tempo"]["bpm"],
            row["key"]["score"],
        )
        table.add_row(*map(str, cells))
    sung = [row for row in rows if "wer_vocals" in row]
    if sung:
        vocals, mixed = (np.mean([row[name] for row in sung]) for name in ("wer_vocals", "wer_mix"))
        table.caption = f"mean word error: vocals {vocals:.3f}, mix {mixed:.3f}"
    return table
