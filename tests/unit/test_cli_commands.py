"""The command line: clear errors, files and report of a song."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from songwright.cli.commands import app
from songwright.cli.song import file_stem, request_song

RUN = CliRunner()


class ClientTwin:
    """A server's client that makes one song in two looks."""

    def __init__(self, *, success: bool = True) -> None:
        self.success = success
        self.sent: dict = {}
        self.looks = 0

    def generate(self, **fields):
        self.sent = fields
        return {"task_id": "t"}

    def progress(self, _):
        self.looks += 1
        last = "clip.published" if self.looks > 1 else "clip.progress"
        take = {"clip_id": "c", "take": 1, "progress": 0.5, "stage": "mix", "last": last}
        return {"status": "succeeded" if self.looks > 1 else "running", "takes": [take]}

    def first_audio(self, _):
        return 10

    def task(self, _):
        if not self.success:
            return {"response": {"success": False, "error": {"code": "api_error", "message": "no more strings"}}}
        item = {
            "id": "c",
            "title": "Ship's Bell",
            "audio_url": "http://x/c.mp3",
            "image_large_url": "http://x/c.jpeg",
            "duration": 61.5,
            "lyric": "[Verse]",
            "style": "folk",
            "metadata": {"lrc_url": "http://x/c.lrc", "midi_url": "http://x/c.mid", "seed": 4},
        }
        return {"response": {"success": True, "data": [item]}}

    def download(self, url: str, path: Path) -> Path:
        path.write_text(url)
        return path


def test_a_song_leaves_files_and_a_report(tmp_path):
    client = ClientTwin()
    request_song(client, {"prompt": "a bell"}, out_dir=tmp_path, console=Console(quiet=True))
    assert client.sent == {"prompt": "a bell", "async": True}
    report = json.loads((tmp_path / "song.json").read_text())
    assert set(report) == {"request", "clips", "seconds"}
    assert set(report["seconds"]) == {"setup", "first_audio", "total"}
    (clip,) = report["clips"]
    assert {"id", "title", "mp3", "cover", "lrc", "midi", "duration", "metadata"} <= set(clip)
    assert Path(clip["mp3"]) == tmp_path / "ships-bell-1.mp3"
    assert all(Path(clip[kind]).exists() for kind in ("mp3", "cover", "lrc", "midi"))


def test_a_failed_song_says_why(tmp_path, capsys):
    import typer

    with pytest.raises(typer.Exit):
        request_song(ClientTwin(success=False), {"prompt": "x"}, out_dir=tmp_path, console=Console(quiet=True))
    assert "no more strings" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["generate", "x"], "no token"),
        (["generate", "x", "--token", "t", "--url", "http://127.0.0.1:9"], "no server answers"),
        (["tasks", "--token", "t", "--url", "http://127.0.0.1:9"], "songwright serve"),
    ],
)
def test_errors_say_what_to_do(arguments, words, monkeypatch):
    monkeypatch.delenv("SONGWRIGHT_API_TOKEN", raising=False)
    answer = RUN.invoke(app, arguments)
    assert answer.exit_code == 1
    assert words in " ".join(answer.output.split())


def test_tokens_are_made_listed_and_revoked(tmp_path, monkeypatch):
    monkeypatch.setenv("SONGWRIGHT_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("SONGWRIGHT_DATABASE_URL", raising=False)
    assert RUN.invoke(app, ["token", "create", "studio"]).output.startswith("sw-")
    assert "studio" in RUN.invoke(app, ["token", "list"]).output
    assert RUN.invoke(app, ["token", "revoke", "unknown"]).exit_code == 1
    assert "revision" in RUN.invoke(app, ["db", "upgrade"]).output


def test_the_api_describes_itself():
    document = json.loads(RUN.invoke(app, ["openapi"]).output)
    assert "/suno/audios" in document["paths"]


@pytest.mark.parametrize(
    ("title", "stem"), [("Ship's Bell!", "ships-bell"), ("  ", "song"), ("夏天的路", "夏天的路"), ("a/../b", "a-b")]
)
def test_file_names(title, stem):
    assert file_stem(title) == stem
