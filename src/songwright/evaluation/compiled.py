"""librosa without the part of its shared cache of compiled functions that is not safe."""

from __future__ import annotations

import functools
import importlib
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
    """The module librosa, whose generalised ufuncs are compiled in every process anew.

    numba keeps each of them in two files, written when it is first called. Two processes that do so at once may leave
    two files that do not belong together, and whoever loads them crashes (numba issue 10128).
    """
    numba: Any = importlib.import_module("numba")
    kept = numba.guvectorize
    numba.guvectorize = lambda *args, **options: kept(*args, **{**options, "cache": False})
    try:
        for part in _PARTS:
            importlib.import_module(f"librosa.{part}")
    finally:
        numba.guvectorize = kept
    return importlib.import_module("librosa")
