"""The README tells the truth about commands, and nothing tracked names a machine or a registry."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
TARGETS = set(re.findall(r"(?m)^([a-z][a-z-]*):", MAKEFILE))

FORBIDDEN = {
    "a machine's path": re.compile(rf"/(?:root|home|Users)/\w+/|{re.escape(str(ROOT))}|[A-Z]:\\\\Users"),
    "a registry's address": re.compile(
        r"https?://(?:[\w.-]+\.)?(?:files|registry|index|packages|deb|pypi)\.|--(?:extra-)?index-url[ =]http"
    ),
    "a resolved download": re.compile(r'"resolved": *"http'),
}


def _tracked() -> list[Path]:
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if done.returncode == 0 and done.stdout:
        return [ROOT / name for name in done.stdout.decode().split("\0") if name]
    skipped = {".venv", "node_modules", ".node", ".git", "data", "out", "build", "dist"}
    return [p for p in ROOT.rglob("*") if p.is_file() and not skipped & set(p.relative_to(ROOT).parts)]


def test_every_make_target_of_the_documents_exists() -> None:
    documents = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / ".ci" / "run", *(ROOT / "docs").rglob("*.md")]
    named = {word for path in documents for word in re.findall(r"(?m)(?:^ *|`)make ([a-z-]+)", path.read_text())}
    assert named >= {"song", "serve", "test", "check"}
    assert named <= TARGETS, named - TARGETS


def test_every_target_is_phony_and_explained() -> None:
    phony = set(re.search(r"(?m)^\.PHONY: (.*)$", MAKEFILE)[1].split())  # type: ignore[index]
    assert phony == TARGETS
    explained = set(re.findall(r"(?m)^([a-z-]+):.*## ", MAKEFILE))
    assert TARGETS - explained == {"setup-dev"}


def test_make_alone_prints_the_list() -> None:
    done = subprocess.run(["make", "--no-print-directory"], cwd=ROOT, capture_output=True, text=True, check=True)
    for word in ("Use", "Work on it", "Measure", "make song", "make serve", "make test", "make check"):
        assert word in done.stdout


@pytest.mark.parametrize("place", ["argument", "environment"])
def test_make_song_hands_any_prompt_over_as_it_is(tmp_path: Path, place: str) -> None:
    command = tmp_path / "songwright"
    command.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    command.chmod(0o755)
    prompt = """say "hi" `date` $HOME $(HOME) $(shell date) 'you'; it's \\ 100% #1"""
    words = ["make", "--no-print-directory", f"VENV={tmp_path}", "PYTHON=true", "song"]
    words += [f"PROMPT={prompt}"] if place == "argument" else []
    environment = {**os.environ, "PROMPT": prompt} if place == "environment" else None
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True, env=environment)
    assert done.stdout == f"song\n--prompt={prompt}\n"


def test_every_command_of_the_readme_exists() -> None:
    from typer.main import get_command

    from songwright.cli.commands import app

    known = set(get_command(app).commands)  # type: ignore[attr-defined]
    named = set(re.findall(r"(?m)(?:\.venv/bin/|`)songwright ([a-z]+)", README))
    assert named
    assert named <= known, named - known


def test_every_setting_of_the_readme_exists() -> None:
    from songwright.settings import Settings

    known = {"SONGWRIGHT_" + name.upper() for name in Settings.model_fields}
    known |= {"SONGWRIGHT_PYTHON", "SONGWRIGHT_URL"}  # of the setup script and the command line
    named = set(re.findall(r"SONGWRIGHT_[A-Z_]+[A-Z]", README))
    assert named
    assert named <= known, named - known


def test_links_of_the_documents_lead_somewhere() -> None:
    for path in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8")):
            assert (path.parent / target).exists(), f"{path.name} links to {target}"


@pytest.mark.parametrize("what", sorted(FORBIDDEN))
def test_nothing_tracked_names_a_machine_or_a_registry(what: str) -> None:
    found = []
    for path in _tracked():
        if path == Path(__file__) or not path.is_file() or path.suffix in {".npz", ".png", ".jpg", ".ico", ".woff2"}:
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="ignore").splitlines(), start=1):
            if FORBIDDEN[what].search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}")
    assert not found, found


def test_dependencies_are_locked_and_the_lists_agree() -> None:
    def names(text: str) -> set[str]:
        found = re.findall(r"(?m)^([A-Za-z0-9][A-Za-z0-9_.-]*)", text)
        return {re.sub(r"[-_.]+", "-", name).lower() for name in found}

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = names("\n".join(project["dependencies"]))
    asked = names((ROOT / "requirements" / "base.in").read_text())
    assert asked - {"wheel"} == wanted
    for lock in ("base.txt", "dev.txt", "node.txt", "weights.txt"):
        text = (ROOT / "requirements" / lock).read_text()
        blocks = re.findall(r"(?m)^[A-Za-z0-9][^\n]*==[^\n]*\\\n(?:    --hash=sha256:[0-9a-f]{64}[^\n]*\n?)+", text)
        assert len(blocks) == len(re.findall(r"(?m)^[A-Za-z0-9]", text)), f"{lock} has an unpinned package"
    assert wanted <= names((ROOT / "requirements" / "base.txt").read_text())
    pins = {
        lock: set(re.findall(r"(?m)^([A-Za-z0-9_.-]+==\S+)", (ROOT / "requirements" / lock).read_text()))
        for lock in ("base.txt", "dev.txt")
    }
    assert pins["base.txt"] <= pins["dev.txt"]


def test_setup_explains_failures() -> None:
    sys.path.insert(0, str(ROOT / "scripts"))
    try:
        import setup
    finally:
        sys.path.pop(0)
    for line, word in (
        ("OSError: [Errno 28] No space left on device", "no space is left on the disk"),
        ("NewConnectionError: Temporary failure in name resolution", "could not be reached"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES", "not the one that was pinned"),
        ("ERROR: No matching distribution found for numpy==2", "no build for this Python"),
        ("npm error code EACCES", "cannot be written"),
    ):
        text = setup.explain("first\n" + line)
        assert word in text
        assert "What to do" in text
        assert line in text


def test_a_second_setup_does_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    import setup

    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").write_text("")
    (tmp_path / "stamps").mkdir()
    monkeypatch.setattr(setup, "VENV_PYTHON", tmp_path / "bin" / "python")
    monkeypatch.setattr(setup, "STAMPS", tmp_path / "stamps")

    def never(*_: object, **__: object) -> None:
        raise AssertionError("setup worked although nothing changed")

    monkeypatch.setattr(setup, "pip", never)
    monkeypatch.setattr(setup, "make_environment", never)
    (tmp_path / "stamps" / "dev.txt").write_text(setup.fingerprint("dev.txt"))
    assert setup.install(dev=True) is False
    assert setup.install(dev=False) is False  # the larger set holds the smaller one
    (tmp_path / "stamps" / "dev.txt").write_text("of another lock")
    with pytest.raises(AssertionError, match="although nothing changed"):
        setup.install(dev=True)
