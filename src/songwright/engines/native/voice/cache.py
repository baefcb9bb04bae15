"""Sung phrases by content: the second chorus costs nothing."""

from __future__ import annotations

import os
import tempfile
import threading
import zipfile
from collections import OrderedDict
from pathlib import Path

import numpy as np

from songwright.domain.audio import F32

MEMORY_BYTES = 160 << 20
DISK_BYTES = 1 << 30


class PhraseCache:
    """Least recently used phrases in memory, all of them on disk when a folder is given. Thread-safe."""

    def __init__(
        self, folder: Path | None = None, memory_bytes: int = MEMORY_BYTES, disk_bytes: int = DISK_BYTES
    ) -> None:
        self._folder, self._memory_bytes, self._disk_bytes = folder, memory_bytes, disk_bytes
        self._kept: OrderedDict[str, tuple[float, F32]] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()

    def get(self, key: str) -> tuple[float, F32] | None:
        """Offset in seconds and samples (read-only), or None."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        found = self._read(key)
        if found is not None:
            self._keep(key, found)
        return found

    def put(self, key: str, offset_s: float, samples: F32) -> tuple[float, F32]:
        """Keep a phrase; returns it as :meth:`get` would."""
        samples.flags.writeable = False
        entry = (offset_s, samples)
        self._keep(key, entry)
        self._write(key, entry)
        return entry

    def _keep(self, key: str, entry: tuple[float, F32]) -> None:
        with self._lock:
            if key in self._kept:
                return
            self._kept[key] = entry
            self._size += entry[1].nbytes
            while self._size > self._memory_bytes and len(self._kept) > 1:
                _, (_, dropped) = self._kept.popitem(last=False)
                self._size -= dropped.nbytes

    def _path(self, key: str) -> Path | None:
        return self._folder / key[:2] / f"{key}.npz" if self._folder else None

    def _read(self, key: str) -> tuple[float, F32] | None:
        path = self._path(key)
        if path is None or not path.is_file():
            return None
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as data:
                samples = np.ascontiguousarray(data["samples"], dtype=np.float32)
                offset = float(data["offset_s"])
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            path.unlink(missing_ok=True)  # cut off while it was written; it will be sung again
            return None
        samples.flags.writeable = False
        return offset, samples

    def _write(self, key: str, entry: tuple[float, F32]) -> None:
        path = self._path(key)
        if path is None or path.exists():
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
        with os.fdopen(handle, "wb") as file:
            np.savez(file, offset_s=np.float64(entry[0]), samples=entry[1])
        Path(name).replace(path)
        self._prune()

    def _prune(self) -> None:
        """Forget the oldest files once the folder has grown too big."""
        if self._folder is None:
            return
        with self._lock:
            files = [(p.stat().st_mtime, p.stat().st_size, p) for p in sorted(self._folder.glob("*/*.npz"))]
            total = sum(size for _, size, _ in files)
            for _, size, path in sorted(files, key=lambda f: (f[0], f[2].name)):
                if total <= self._disk_bytes:
                    break
                path.unlink(missing_ok=True)
                total -= size
