"""An outside writer: used when it answers well, replaced by the embedded one when it does not."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from songwright.domain.action import GenerateAction
from songwright.engines.native.engine import NativeEngine
from songwright.engines.native.lyrics.llm import TRIES, BadAnswer, ChatWriter, read_answer
from songwright.engines.native.words import write
from songwright.engines.protocols import EngineSettings, Materials
from songwright.settings import Settings
from songwright.workshop import engine_settings

GOOD = """Title: Lanterns on the Quay

[Verse]
Lanterns sway above the quay
Someone left a cup of tea

[Chorus]
Leave a light on by the door
I am coming back for more"""


class Chat(ThreadingHTTPServer):
    """A chat API that answers from a list; the last entry stays."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers: list[str | int] = [GOOD]
        self.requests: list[dict] = []
        self.headers: list[str] = []
        self.release = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"


class Handler(BaseHTTPRequestHandler):
    server: Chat

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.requests.append({"path": self.path, **json.loads(body)})
        self.server.headers.append(self.headers.get("authorization", ""))
        answers = self.server.answers
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if answer == "slow":
            self.server.release.wait(10)
            return
        status = answer if isinstance(answer, int) else 200
        content = answer if answer == "not json" else json.dumps({"choices": [{"message": {"content": answer}}]})
        data = content.encode()
        self.send_response(status)
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *args: object) -> None:
        """Quiet."""


@pytest.fixture
def chat() -> Iterator[Chat]:
    server = Chat()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.release.set()
    server.shutdown()
    server.server_close()
    thread.join()


def writer(chat: Chat, timeout_s: float = 5.0) -> ChatWriter:
    return ChatWriter(url=chat.url, model="small", key="k", timeout_s=timeout_s, pause_s=0.0)


def test_a_good_answer_is_used(chat):
    (written,) = write("harbour lights", seed=1, n=1, chat=writer(chat))
    assert written.title == "Lanterns on the Quay"
    assert written.text.startswith("[Verse]\nLanterns sway")
    assert chat.headers == ["Bearer k"]
    (request,) = chat.requests
    assert request["path"] == "/v1/chat/completions"
    assert request["model"] == "small"
    assert "harbour lights" in request["messages"][1]["content"]


def test_the_second_candidate_is_never_the_first_again(chat):
    first, second = write("harbour lights", seed=1, chat=writer(chat))
    assert first.title == "Lanterns on the Quay" != second.title
    assert second.text.startswith("[Verse]\n")


@pytest.mark.parametrize("bad", [500, 429, "not json", "Sorry, no.", f"```\n{GOOD}\n```"])
def test_a_failure_is_tried_again(chat, bad):
    chat.answers = [bad, GOOD]
    (written,) = write("harbour lights", seed=1, n=1, chat=writer(chat))
    assert written.title == "Lanterns on the Quay"
    assert len(chat.requests) == 2


@pytest.mark.parametrize(("bad", "n_requests"), [(500, TRIES), ("not json", TRIES), ("Sorry, no.", TRIES), (401, 1)])
def test_lasting_failure_gives_the_embedded_words(chat, bad, n_requests):
    chat.answers = [bad]
    assert write("harbour lights", seed=1, n=1, chat=writer(chat)) == write("harbour lights", seed=1, n=1)
    assert len(chat.requests) == n_requests


def test_a_slow_answer_is_given_up_after_so_many_tries(chat):
    chat.answers = ["slow"]
    found = writer(chat, timeout_s=1.0).write(brief_of_song(), request="x", seed=1)
    assert found is None
    assert 1 <= len(chat.requests) <= TRIES


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/v1", "no url", "ftp://127.0.0.1/x", "http://[", "http://\x00"])
def test_an_address_that_does_not_work(url):
    assert ChatWriter(url=url, timeout_s=2.0, pause_s=0.0).write(brief_of_song(), request="x", seed=1) is None


def brief_of_song():
    from songwright.engines.native.planning import brief_of

    return brief_of(GenerateAction(prompt="harbour lights", seed=1))


def test_takes_of_a_song_share_the_words(chat, tmp_path: Path):
    engine = NativeEngine(EngineSettings(data_dir=tmp_path, lyrics_llm_url=chat.url, lyrics_llm_timeout_s=5.0))
    action = GenerateAction(prompt="folk song about harbour lights", seed=3)
    plans = [engine.plan(action, take=take, materials=Materials())[0] for take in (1, 2)]
    assert {p.lyrics.title for p in plans} == {"Lanterns on the Quay"}
    assert "Lanterns sway above the quay" in [line.text for line in plans[0].lyrics.lines()]
    assert len(chat.requests) == 1


def test_a_song_is_planned_when_the_writer_is_away(chat, tmp_path: Path):
    chat.answers = [401]
    engine = NativeEngine(EngineSettings(data_dir=tmp_path, lyrics_llm_url=chat.url))
    action = GenerateAction(prompt="folk song about harbour lights", seed=3)
    assert engine.plan(action, take=1, materials=Materials()) == NativeEngine(EngineSettings(data_dir=tmp_path)).plan(
        action, take=1, materials=Materials()
    )


@pytest.mark.parametrize(
    "content",
    [
        "",
        GOOD.replace("Title: Lanterns on the Quay\n", ""),
        GOOD.replace("[Chorus]\n", ""),
        "Title: A\n[Verse]\na\n[Chorus]\nb",
        GOOD + "\n" + "w" * 200,
        GOOD + "\nline" * 200,
        "# Song\n" + GOOD,
        GOOD.replace("Quay\n", "Quay" * 40 + "\n", 1),
        "Title: A\nHere you go:\n" + GOOD,
    ],
)
def test_the_form_is_checked(content):
    with pytest.raises(BadAnswer):
        read_answer(content)


def test_the_settings_reach_the_engine(monkeypatch):
    for name, value in (("URL", "http://127.0.0.1:9/v1"), ("MODEL", "m"), ("KEY", "hush-hush"), ("TIMEOUT_S", "7")):
        monkeypatch.setenv(f"SONGWRIGHT_LYRICS_LLM_{name}", value)
    settings = Settings()
    values = engine_settings(settings)
    assert values.lyrics_llm_url == "http://127.0.0.1:9/v1"
    assert (values.lyrics_llm_model, values.lyrics_llm_key, values.lyrics_llm_timeout_s) == ("m", "hush-hush", 7.0)
    assert "hush-hush" not in repr(values) + repr(settings)
