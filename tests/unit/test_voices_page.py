"""The page of the voices agrees with the roster and with what was measured."""

from __future__ import annotations

import json
import re
from pathlib import Path

from songwright.engines.native.voice import roster
from songwright.evaluation.voices_page import page

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "voices.md").read_text(encoding="utf-8")
ROWS = json.loads((DOCS / "scoreboard" / "voices.json").read_text(encoding="utf-8"))["rows"]


def test_the_page_names_the_roster_and_nobody_else() -> None:
    assert re.findall(r"(?m)^\| \w+ \| `(\w+)` \|", PAGE) == [
        *(v.id for v in roster() if "en" in v.languages),
        *(v.id for v in roster() if "en" not in v.languages),
    ]


def test_the_page_is_what_the_measurement_wrote() -> None:
    assert page(ROWS) == PAGE


def test_no_voice_of_the_roster_is_unintelligible() -> None:
    measured = {row["voice"]: row for row in ROWS if row["language"] == "en"}
    for who in roster():
        if "en" in who.languages:
            assert measured[who.id]["word_error"] <= 0.15
