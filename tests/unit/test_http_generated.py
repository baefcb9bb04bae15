"""Requests generated from the OpenAPI document: nothing but documented answers. ``make fuzz`` asks a real server."""

from __future__ import annotations

import schemathesis

from tests.support.fuzzing import drive, values_of

from .http_twins import TOKEN, server


def test_generated_requests_get_documented_answers() -> None:
    with server() as (client, _):
        answer = client.post("/suno/audios", json={"prompt": "boats"}).json()
        schema = schemathesis.openapi.from_asgi("/openapi.json", client.app)
        found = drive(
            schema,
            examples=16,
            seed=7,
            values=values_of(answer, url="https://a.example/x.mp3"),
            call=lambda case: case.call(headers={"authorization": f"Bearer {TOKEN}"}),
        )
    assert not found.problems
    assert found.cases > 500
    answered = {label for label, status in found.statuses if status == 200}
    assert answered >= {"POST /suno/audios", "POST /suno/tasks", "POST /suno/upload", "GET /media/{name}"}
