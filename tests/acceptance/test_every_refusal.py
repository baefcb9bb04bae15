"""Every row of the documented table of refusals, from a real server: nothing of the product is stood in for.

The engine is one of another maker that plays a tone and has two faults; the moderation service is a small one that
fails on a word. The rows without a body are met beside the server, by an application with other settings over its data.
"""

from __future__ import annotations

import io
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
import soundfile
import stubborn_engine
from fastapi.testclient import TestClient
from quick_engine import installed
from real_server import RealServer, real_server
from tests.unit.test_http_error_table import BODIES, LISTS, NEVER_SENT, TABLE

from songwright import app
from songwright.http.app import create_app
from songwright.policy import Policy
from songwright.settings import Settings

pytestmark = [pytest.mark.acceptance, pytest.mark.slow]
UNHEARD = "thunder in the wires"  # the moderation service falls over it
RATE = 48_000


@dataclass(frozen=True, kw_only=True)
class Place:
    """The server, its data, and a song on it."""

    server: RealServer
    data: Path
    song: str

    def ask(self, method: str, path: str, *, token: str = "", **rest: Any) -> httpx.Response:
        headers = {"authorization": f"Bearer {token or self.server.token}"}
        return httpx.request(method, f"{self.server.url}{path}", headers=headers, timeout=120, **rest)

    def post(self, path: str, **rest: Any) -> httpx.Response:
        return self.ask("POST", path, **rest)

    @contextmanager
    def beside(self, data: Path | None = None, **changes: Any) -> Iterator[TestClient]:
        """An application with other settings, over the server's data or over none."""
        token = "of-another-place" if data else self.server.token
        settings = Settings(data_dir=data or self.data, api_token=token, **changes)
        if data:
            with app.open_store(settings) as store:
                app.first_token(store, settings)
        with TestClient(create_app(app.services(settings))) as client:
            client.headers["authorization"] = f"Bearer {token}"
            yield client


def recording() -> np.ndarray:
    """Twelve seconds of plucked chords, mono."""
    draw, out = np.random.default_rng(8), np.zeros(12 * RATE)
    for start in range(0, len(out), RATE // 3):
        t = np.arange(min(RATE, len(out) - start)) / RATE
        for note in draw.choice([48, 52, 55, 59, 60, 64, 67], 3):
            hz = 440 * 2 ** ((int(note) - 69) / 12)
            out[start : start + len(t)] += np.exp(-3 * t) * sum(np.sin(2 * np.pi * hz * h * t) / h for h in (1, 2, 3))
    return (0.5 * out / np.abs(out).max()).astype(np.float32)


def as_wav(samples: np.ndarray) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, samples, RATE, format="WAV", subtype="PCM_16")
    return file.getvalue()


@contextmanager
def moderation() -> Iterator[str]:
    """The address of a moderation service that allows everything and fails on one sentence."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = self.rfile.read(int(self.headers["content-length"])).decode()
            self.send_response(500 if UNHEARD in asked else 200)
            self.end_headers()
            self.wfile.write(json.dumps({"results": [{"flagged": False}]}).encode())

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=httpd.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{httpd.server_address[1]}/v1/moderations"
    finally:
        httpd.shutdown()
        httpd.server_close()


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("refusals")
    lists = folder / "policy"
    for name, text in LISTS.items():
        (lists / name).parent.mkdir(parents=True, exist_ok=True)
        (lists / name).write_text(text + "\n", encoding="utf-8")
    Policy.load(lists).register(recording(), "Harbour Bells", sample_rate_hz=RATE)
    with moderation() as url:
        variables = {
            **installed(folder / "engine", engine="stubborn_engine:StubbornEngine"),
            "SONGWRIGHT_POLICY_DIR": str(lists),
            "SONGWRIGHT_MODERATION_URL": url,
            "SONGWRIGHT_MODERATION_ON_FAILURE": "refuse",
        }
        with real_server(folder / "data", variables) as server:
            song = server.client.generate(prompt="boats", takes=1)["data"][0]["id"]
            yield Place(server=server, data=folder / "data", song=song)


def recognised(place: Place, tmp_path: Path) -> Any:
    """A piece of the registered recording, quieter, among noise."""
    noise = np.random.default_rng(3).normal(0, 0.003, 10 * RATE)
    sound = 0.4 * recording()[RATE : 11 * RATE] + noise
    return place.post("/songwright/uploads", files={"file": ("mine.wav", as_wav(sound))})


def unanswered(place: Place, tmp_path: Path) -> Any:
    return place.post("/suno/audios", json={"prompt": UNHEARD})


def speechless(place: Place, tmp_path: Path) -> Any:
    prompt = f"{stubborn_engine.NO_WORDS} things"
    alone = place.post("/suno/lyrics", json={"prompt": prompt})
    sung = place.post("/suno/audios", json={"prompt": prompt, "takes": 1})
    assert (alone.status_code, alone.json()["error"]) == (sung.status_code, sung.json()["error"])
    return sung


def broken(place: Place, tmp_path: Path) -> Any:
    words = {"custom": True, "lyric": "One line to sing", "title": stubborn_engine.BREAKS}
    return place.post("/suno/audios", json={**words, "takes": 1})


def nobody_works(place: Place, tmp_path: Path) -> Any:
    with place.beside(tmp_path) as client:
        return client.post("/suno/audios", json={"prompt": "boats"})


def paused(place: Place, tmp_path: Path) -> Any:
    with place.beside(maintenance=True) as client:
        return client.post("/suno/audios", json={"prompt": "boats"})


def late(place: Place, tmp_path: Path) -> Any:
    with place.beside(sync_timeout_s=0.3) as client:
        answer = client.post("/suno/audios", json={"prompt": "a later boat", "takes": 1})
    task = answer.json()["task_id"]
    assert place.post("/suno/tasks", json={"action": "retrieve", "id": task}).json()["id"] == task
    return answer


STATES: dict[str, Callable[[Place, Path], Any]] = {
    "Uploaded audio matches existing work of art.": recognised,
    "Generic openAI error": unanswered,
    "Unable to generate lyrics from song description": speechless,
    "job failed with unknown error": broken,
    "no available worker in system": nobody_works,
    "service under maintenance, generation paused": paused,
    "timeout while waiting for audio generation": late,
}


@pytest.mark.parametrize(("status", "code", "message"), [row for row in TABLE if row[2] not in NEVER_SENT])
def test_a_row_of_the_table(place: Place, tmp_path: Path, status: int, code: str, message: str) -> None:
    if message in STATES:
        answer = STATES[message](place, tmp_path)
    else:
        body = {name: place.song if value == "*" else value for name, value in BODIES[message].items()}
        answer = place.post("/suno/audios", json=body)
    told = answer.json()
    assert (answer.status_code, told["success"], told["error"]["code"]) == (status, False, code)
    assert told["error"]["message"].partition(":")[0] == message
    assert told["trace_id"]
    assert "data" not in told


GONE = "The song id does not exist or has been taken offline."
NO_PERSONA = "The persona id does not exist or has been deleted."


def test_another_token_cannot_see_use_or_end_what_is_yours(place: Place) -> None:
    task = place.post("/suno/audios", json={"prompt": "boats", "takes": 1, "async": True}).json()["task_id"]
    persona = place.post("/suno/persona", json={"audio_id": place.song, "name": "Nell"}).json()["data"]["persona_id"]
    with app.open_store(Settings(data_dir=place.data)) as store:
        other = store.create_token("somebody else")[1]

    def refused(method: str, path: str, status: int, message: str, **rest: Any) -> None:
        answer = place.ask(method, path, token=other, **rest)
        assert answer.status_code == status, (path, rest, answer.text)
        assert answer.json()["error"]["message"].startswith(message), (path, rest, answer.text)

    for action, body in BY_CLIP.items():
        refused("POST", "/suno/audios", 400, GONE, json={"action": action, "audio_id": place.song, **body})
    refused("POST", "/suno/audios", 400, GONE, json={"action": "mashup", "mashup_audio_ids": [place.song] * 2})
    for path in ("wav", "mp3", "midi", "mp4", "timing", "vox"):
        refused("POST", f"/suno/{path}", 400, GONE, json={"audio_id": place.song})
    refused("POST", "/suno/persona", 400, GONE, json={"audio_id": place.song, "name": "Mine"})
    refused("POST", "/suno/availability", 503, "", json={"audio_id": place.song})
    sung = {"prompt": "rain", "persona_id": persona}
    for body in (sung, {**sung, "action": "artist_consistency"}, {**sung, "action": "artist_consistency_vox"}):
        refused("POST", "/suno/audios", 400, NO_PERSONA, json=body)
    refused("DELETE", f"/suno/persona?persona_id={persona}", 400, NO_PERSONA)
    for method in ("GET", "DELETE"):
        refused(method, f"/songwright/clips/{place.song}", 404, "")
    refused("GET", f"/songwright/jobs/{task}", 404, "")
    for listing in ("/songwright/clips", "/suno/persona?user_id=me"):
        assert place.ask("GET", listing, token=other).json() == {"count": 0, "items": []}
    for body in ({"id": task}, {"id": task, "action": "cancel"}):
        assert place.ask("POST", "/suno/tasks", token=other, json=body).json() == {}
    batch = place.ask("POST", "/suno/tasks", token=other, json={"action": "retrieve_batch", "ids": [task]}).json()
    assert batch == {"count": 0, "items": []}
    listed = place.ask("POST", "/suno/tasks", token=other, json={"action": "retrieve_batch", "type": "audios"}).json()
    assert listed == {"count": 0, "items": []}
    while not place.server.client.task(task).get("finished_at"):
        time.sleep(0.2)
    assert place.post("/suno/tasks", json={"id": task}).json()["state"] == "complete"
    assert place.ask("GET", f"/songwright/clips/{place.song}").json()["id"] == place.song
    assert place.ask("GET", "/suno/persona?user_id=me").json()["count"] == 1


BY_CLIP: dict[str, dict[str, Any]] = {
    **{name: {} for name in ("concat", "cover", "upload_cover", "stems", "all_stems", "remaster")},
    **{name: {"continue_at": 1, "lyric": "x"} for name in ("extend", "upload_extend")},
    **{name: {"stem_type": "bass"} for name in ("add_stem", "extract_stem")},
    **{name: {"lyric": "x"} for name in ("underpainting", "overpainting")},
    "replace_section": {"replace_section_start": 0.5, "replace_section_end": 1},
    "samples": {"samples_end": 1},
    "adjust_speed": {"speed_multiplier": 2},
}
"""The actions of one clip, with what they need besides."""
