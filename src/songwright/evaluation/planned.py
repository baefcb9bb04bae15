"""``songwright evaluate --plans N``: N songs on paper over all genres, held against the tests that need no sound."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console

from songwright.domain.action import GenerateAction
from songwright.domain.audio import SAMPLE_RATE_HZ
from songwright.domain.plan import Plan
from songwright.engines.native.styles import all_styles
from songwright.engines.protocols import Materials, SongEngine
from songwright.engines.registry import engine as open_engine
from songwright.settings import Settings
from songwright.workshop import engine_settings

from .catalogue import ALL
from .evaluate import table
from .figure import Figure, figures_of
from .heard import Heard
from .listed import verdicts

TOPICS = (
    "boats in the harbour", "my grandmother's kitchen", "the last train home", "dancing until morning",
    "an old dog", "leaving a small town", "snow on the mountain", "a letter never sent", "the night shift",
    "a friend who moved away", "summer at the lake",
)  # fmt: skip
LENGTHS_S = (30.0, 60.0, 100.0, 200.0)
FROM_THE_PLAN = frozenset(("duration", "form_missing", "hook_returns", "ends_at_home", "groove_levels"))
SEED = 41_000


def request(number: int) -> GenerateAction:
    """One request: genres in turn; topics, lengths (every fifth), instrumental ones (every eighth) crosswise."""
    styles = sorted(one.id for one in all_styles())
    genre = styles[number % len(styles)].replace("_", " ")
    return GenerateAction(
        prompt=f"a {genre} song about {TOPICS[number % len(TOPICS)]}",
        instrumental=number % 8 == 7,
        duration_s=LENGTHS_S[number // 5 % len(LENGTHS_S)] if number % 5 == 4 else None,
        seed=SEED + number,
        takes=1,
        model="chirp-v5",
    )


def on_paper(plan: Plan) -> tuple[Figure, ...]:
    """The figures of a plan that need no sound."""
    length = int(plan.performance.duration_s * SAMPLE_RATE_HZ)
    song = Heard(master=np.broadcast_to(np.zeros(1, np.float32), (length, 2)), plan=plan)
    return figures_of(song, [one for one in ALL if one.group == "plan" or one.name in FROM_THE_PLAN])


def measured(engine: SongEngine, number: int) -> tuple[Plan, tuple[Figure, ...]]:
    """One plan of the survey and its figures."""
    plan = engine.plan(request(number), take=1, materials=Materials())[0]
    return plan, on_paper(plan)


def run_plans(count: int, *, out_dir: Path, console: Console) -> int:
    """Measure ``count`` plans; print a table and who misses what, write ``plans.json``. Gives 0."""
    settings = Settings()  # pyright: ignore[reportCallIssue]
    engine = open_engine(settings.engine, engine_settings(settings))
    rows: list[dict[str, Any]] = []
    found: list[tuple[Figure, ...]] = []
    for number in range(count):
        plan, figures = measured(engine, number)
        found.append(figures)
        missed = {figure.name: figure.value for figure in figures if figure.ok is False}
        rows.append({"seed": SEED + number, "genre": plan.brief.genre, "title": plan.lyrics.title, "missed": missed})
    misses: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        for name, value in row["missed"].items():
            misses[name].append(f"{row['genre']} {row['seed']} ({value:.3g})")
    console.print(table(verdicts(found, ALL)))
    for name, songs in sorted(misses.items(), key=lambda item: -len(item[1])):
        console.print(f"{name}: {len(songs)}: {', '.join(songs)}", highlight=False)
    flawless = sum(not row["missed"] for row in rows)
    console.print(f"{flawless} of {count} plans pass every test")
    out_dir.mkdir(parents=True, exist_ok=True)
    (out_dir / "plans.json").write_text(json.dumps(rows, indent=1, ensure_ascii=False), encoding="utf-8")
    return 0
