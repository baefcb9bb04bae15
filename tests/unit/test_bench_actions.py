"""The timing of actions asks for every action there is, and its table lands where it belongs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from songwright.client import ApiError
from songwright.evaluation.bench_actions import steps, table, time_actions, write_table
from songwright.http.edits import EDITS

from .http_twins import server

DOCUMENT = Path(__file__).parents[2] / "docs" / "scoreboard" / "actions.md"


class OverTwins:
    """The client's two verbs, over in-memory twins."""

    def __init__(self, client: Any) -> None:
        self.client = client

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = self.client.post(path, json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def generate(self, **fields: Any) -> dict[str, Any]:
        return self.post("/suno/audios", fields)


def test_every_action_is_timed() -> None:
    named = {step.name for step in steps(120) if step.path == "audios"}
    assert named == {"generate", *EDITS}


def test_every_step_is_taken_and_told(tmp_path: Path) -> None:
    heard: list[str] = []
    with server() as (client, _):
        told = time_actions(OverTwins(client), source_s=20, tell=heard.append)  # type: ignore[arg-type]
    assert len(heard) == len(steps(20)) == len(told["actions"]) - 1
    assert {row["source"] for row in told["actions"] if row["action"] == "cover"} == {"generated", "uploaded"}
    page = tmp_path / "page.md"
    page.write_text(DOCUMENT.read_text(encoding="utf-8"), encoding="utf-8")
    write_table(page, told)
    write_table(page, told)
    text = page.read_text(encoding="utf-8")
    assert text.count("| mashup | generated and edited |") == 1
    assert text.startswith(DOCUMENT.read_text(encoding="utf-8").partition("<!-- times -->")[0])
    (tmp_path / "bare.md").write_text("nothing")
    with pytest.raises(ValueError, match="times"):
        write_table(tmp_path / "bare.md", told)


class Choosy(OverTwins):
    """Keeps no voice of an upload."""

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        if body.get("name") == "Nell, heard":
            raise ApiError(400, {"error": {"code": "bad_request", "message": "no voice is heard"}})
        return super().post(path, body)


def test_what_a_source_does_not_allow_is_told_in_its_row() -> None:
    with server() as (client, _):
        told = time_actions(Choosy(client), source_s=20, tell=lambda line: None)  # type: ignore[arg-type]
    refused = [row for row in told["actions"] if "refused" in row]
    assert [(row["action"], row["source"], row["refused"]) for row in refused] == [
        ("persona", "uploaded", "no voice is heard")
    ]
    assert "no voice is heard |" in table(told)
