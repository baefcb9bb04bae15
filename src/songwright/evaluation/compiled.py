"""librosa without its shared cache of compiled functions."""

from __future__ import annotations

import atexit
import functools
import importlib
import shutil
import tempfile
from typing import Any

_PARTS = (
    "beat",
    "core.audio",
    "core.constantq",
    "core.convert",
    "core.harmonic",
    "core.intervals",
    "core.notation",
    "core.pitch",
    "core.spectrum",
    "decompose",
    "effects",
    "feature.rhythm",
    "feature.spectral",
    "filters",
    "onset",
    "segment",
    "sequence",
    "util.matching",
    "util.utils",
)


@functools.cache
def librosa() -> Any:
    """The module librosa; what it compiles is kept in a folder of this process, which goes with it.

    It writes compiled functions beside its sources, in two files each. Two processes that do so at once may leave two
    files that do not belong together, and whoever loads them crashes.
    """
    config: Any = importlib.import_module("numba").config
    folder = tempfile.mkdtemp(prefix="songwright-compiled-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    before = config.CACHE_DIR
    config.CACHE_DIR = folder
    try:
        for part in _PARTS:
            importlib.import_module(f"librosa.{part}")
    finally:
        config.CACHE_DIR = before
    return importlib.import_module("librosa")
