"""The survey of plans: genres in turn, every plan held against the tests that need no sound."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from songwright.cli.commands import app
from songwright.engines.native.styles import all_styles
from songwright.evaluation.planned import request


def test_genres_come_in_turn_and_some_are_instrumental() -> None:
    wishes = [request(number) for number in range(2 * len(all_styles()))]
    assert len({wish.seed for wish in wishes}) == len(wishes)
    assert all(one.id.replace("_", " ") in wish.prompt for one, wish in zip(all_styles(), wishes, strict=False))
    assert 0.1 < sum(wish.instrumental for wish in wishes) / len(wishes) < 0.15


def test_the_survey_writes_what_every_plan_misses(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["evaluate", "--plans", "2", "--out", str(tmp_path)])
    assert result.exit_code == 0, result.output
    assert "of 2 plans pass every test" in result.output
    rows = json.loads((tmp_path / "plans.json").read_text(encoding="utf-8"))
    assert [row["seed"] for row in rows] == [request(0).seed, request(1).seed]
    for row in rows:
        assert row["genre"] in {one.id for one in all_styles()}
        assert all(isinstance(value, float) for value in row["missed"].values())
