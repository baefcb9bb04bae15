"""``songwright evaluate``: songs in, one table, a JSON file and pages with pictures out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from songwright.engines.registry import engine as open_engine
from songwright.settings import Settings
from songwright.workshop import engine_settings

from .catalogue import ALL, evaluate
from .figure import GROUPS, Figure
from .history import document, write_scoreboard
from .listed import Verdict, action_of, chosen, prompts, strangeness, variety, verdicts
from .music import takes_alike
from .sources import Item, from_list, from_name
from .words import mix_transcript, reference, stem_transcript

SCOREBOARD = Path("docs/scoreboard")
HOLDS = {True: "[green]yes[/]", False: "[bold red]no[/]", None: ""}


def run_evaluation(
    what: Sequence[str],
    *,
    only: Sequence[str],
    quick: bool,
    write: bool,
    report: Path | None,
    out_dir: Path,
    console: Console,
) -> int:
    """Measure what is named, or the prompt list; print a table, write ``evaluation.json``.

    Raises ValueError for a name that is not known. Gives 0; bars that are missed are figures, not errors.
    """
    settings = Settings()  # pyright: ignore[reportCallIssue]
    engine = open_engine(settings.engine, engine_settings(settings))
    entries = [] if what else chosen(prompts(), only=only, quick=quick)
    items: Iterable[Item] = (from_name(name, engine, settings) for name in what) if what else from_list(entries, engine)
    out_dir.mkdir(parents=True, exist_ok=True)
    rows: list[dict[str, Any]] = []
    measured: list[tuple[Figure, ...]] = []
    for item in items:
        figures = evaluate(item.song)
        measured.append(figures)
        rows.append(_row(item, figures))
        missed = [figure.name for figure in figures if figure.ok is False]
        console.print(f"{item.name}: {len(figures)} figures; misses {', '.join(missed) or 'nothing'}", highlight=False)
        if report is not None:
            from .report import write_report

            console.print(f"report: {write_report(report, item, figures)}", highlight=False)
    together: dict[str, Any] = {}
    if entries:
        together = _together(rows, engine, entries)
    board = verdicts(measured, ALL)
    found = document(rows, board, ALL, together)
    (out_dir / "evaluation.json").write_text(json.dumps(found, indent=1, ensure_ascii=False), encoding="utf-8")
    console.print(table(board))
    for name, value in together.items():
        console.print(f"{name}: {value}", highlight=False)
    if write:
        for path in write_scoreboard(SCOREBOARD, found):
            console.print(f"written: {path}", highlight=False)
    return 0


def _together(rows: Sequence[dict[str, Any]], engine: Any, entries: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """What several plans show together: likeness of takes (bar: below 0.6), variety of seeds, weirdness."""
    alike = [row["takes_alike"] for row in rows if row.get("takes_alike") is not None]
    sung = next((entry for entry in entries if not entry.get("instrumental")), entries[0])
    return {
        "takes_alike, largest (below 0.6)": max(alike, default=None),
        "different in 20 seeds (15 each)": variety(engine, action_of(sung)),
        "chords outside the key at weirdness 0, 0.5, 1 (rising)": strangeness(engine, action_of(sung)),
    }


def _row(item: Item, figures: Sequence[Figure]) -> dict[str, Any]:
    song, plan = item.song, item.song.plan
    row: dict[str, Any] = {"name": item.name, **{k: v for k, v in item.entry.items() if k not in ("name", "lyrics")}}
    if plan is not None:
        row |= {
            "title": plan.lyrics.title,
            "genre": plan.brief.genre,
            "language": plan.lyrics.language,
            "voice": next((p.voice for p in plan.score.vocals if p.role == "lead"), ""),
            "wanted_bpm": round(plan.brief.bpm, 2),
            "heard_bpm": round(song.beats.bpm, 2),
            "wanted_key": str(plan.score.key),
        }
        if words := reference(song):
            stem, mix = stem_transcript(song), mix_transcript(song)
            row |= {"words": words, "heard_stem": stem.text if stem else "", "heard_mix": mix.text if mix else ""}
    row |= {
        "seconds": round(song.duration_s, 2),
        "sound_sha256": hashlib.sha256(np.ascontiguousarray(song.master).tobytes()).hexdigest(),
        "figures": {figure.name: figure.value for figure in figures},
        "missed": [figure.name for figure in figures if figure.ok is False],
    }
    if plan is not None and item.second_take is not None:
        row["takes_alike"] = takes_alike(plan, item.second_take)
    return row


def table(board: Sequence[Verdict]) -> Table:
    """One line per measure. Tests on paper that every song passes are counted together."""
    out = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1))
    for name in ("measure", "bar", "of", "mean", "worst", "passed", "holds"):
        out.add_column(name, no_wrap=True)
    quiet = [verdict for verdict in board if verdict.group == "plan" and verdict.passed == verdict.songs]
    for group in GROUPS:
        out.add_row(f"[bold]{group}[/]")
        for verdict in (v for v in board if v.group == group and v not in quiet):
            passed = f"{verdict.passed}/{verdict.songs}" if verdict.bar else f"-/{verdict.songs}"
            share = {"100 % of songs": "all"}.get(verdict.wanted, verdict.wanted.removesuffix(" of songs"))
            values = (f"{verdict.value:.4g}", f"{verdict.worst:.4g}")
            out.add_row(verdict.name, verdict.bar, share, *values, passed, HOLDS[verdict.ok])
    if quiet:
        out.add_row(f"{len(quiet)} more tests", "", "", "", "", "all", HOLDS[True])
    held, judged = sum(v.ok is True for v in board), sum(v.ok is not None for v in board)
    out.caption = f"{held} of {judged} bars hold"
    return out
