"""Where files live: one folder, or a bucket of any S3-compatible store, behind five verbs.

A key is a relative path of plain segments, ``clips/<id>/audio.mp3``; anything else is refused before it
reaches the store, so no key can leave the folder or bucket.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import obstore

_SEGMENT = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}")
_MAX_KEY_CHARS = 800


class BadKeyError(ValueError):
    """A key that is not a relative path of plain segments."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ObjectInfo:
    """What the store knows about one object."""

    key: str
    size_bytes: int
    etag: str  # opaque, changes with the content; "" where the store has none


def check_key(key: str) -> str:
    """``key`` itself when it is one. Raises :class:`BadKeyError`.

    >>> check_key("clips/7f/audio.mp3")
    'clips/7f/audio.mp3'
    """
    segments = key.split("/")
    if len(key) > _MAX_KEY_CHARS or not all(_SEGMENT.fullmatch(segment) for segment in segments):
        raise BadKeyError(
            f"{key[:80]!r} is not a storage key: segments of letters, digits, '.', '_', '-', joined by '/'"
        )
    return key


class Storage:
    """Bytes under keys. Safe to share between threads; a reader never sees half a file."""

    def __init__(self, store: Any) -> None:
        self._store = store

    @classmethod
    def open(cls, url: str | Path, **options: str) -> Storage:
        """From a folder (path or ``file://``, made when missing), ``s3://bucket/prefix`` or ``memory://``.

        S3 credentials, region and endpoint come from the usual ``AWS_*`` environment variables or ``options``
        (``endpoint=``, ``region=``, ``access_key_id=``, ...). Raises ValueError for another scheme.
        """
        from obstore.store import LocalStore, MemoryStore, S3Store

        text = str(url)
        if isinstance(url, Path) or "://" not in text:
            return cls(LocalStore(prefix=str(Path(text).absolute()), mkdir=True))
        scheme = urlsplit(text).scheme
        if scheme == "file":
            return cls(LocalStore(prefix=str(Path(unquote(urlsplit(text).path)).absolute()), mkdir=True))
        if scheme == "memory":
            return cls(MemoryStore())
        if scheme == "s3":
            parts = urlsplit(text)
            prefix = parts.path.strip("/")
            return cls(S3Store(parts.netloc, prefix=prefix or None, **options))  # pyright: ignore[reportArgumentType]
        raise ValueError(f"storage at {scheme}:// is not supported: use a folder or s3://bucket/prefix")

    def put(self, key: str, data: bytes, *, mime_type: str = "") -> None:
        """Store ``data``, replacing what was there, in one step. ``mime_type`` is kept where the store can."""
        attributes: Any = {"Content-Type": mime_type} if mime_type and self._keeps_attributes else None
        obstore.put(self._store, check_key(key), data, attributes=attributes)

    @property
    def _keeps_attributes(self) -> bool:
        return type(self._store).__name__ != "LocalStore"

    def get(self, key: str) -> bytes:
        """The whole object. Raises FileNotFoundError."""
        return bytes(obstore.get(self._store, check_key(key)).bytes())

    def get_range(self, key: str, start: int, end: int) -> bytes:
        """Bytes ``start``..``end - 1``, cut at the object's end. Raises FileNotFoundError, ValueError."""
        if start < 0 or end < start:
            raise ValueError(f"bytes {start}..{end} are not a range")
        end = min(end, self.info(key).size_bytes)
        if start >= end:
            return b""
        return bytes(obstore.get_range(self._store, check_key(key), start=start, end=end))

    def chunks(
        self, key: str, start: int = 0, end: int | None = None, *, chunk_bytes: int = 1 << 18
    ) -> Iterator[bytes]:
        """The bytes of a range, a piece at a time; nothing large is held."""
        stop = self.info(key).size_bytes if end is None else min(end, self.info(key).size_bytes)
        for at in range(start, stop, chunk_bytes):
            yield bytes(obstore.get_range(self._store, check_key(key), start=at, end=min(at + chunk_bytes, stop)))

    def info(self, key: str) -> ObjectInfo:
        """Size and ETag. Raises FileNotFoundError."""
        meta = obstore.head(self._store, check_key(key))
        return ObjectInfo(key=key, size_bytes=meta["size"], etag=(meta.get("e_tag") or "").strip('"'))

    def exists(self, key: str) -> bool:
        """Whether the key holds an object."""
        try:
            self.info(key)
        except FileNotFoundError:
            return False
        return True

    def delete(self, key: str) -> None:
        """Remove the object; a missing one is no error."""
        if self.exists(key):
            obstore.delete(self._store, check_key(key))

    def list(self, prefix: str = "") -> list[ObjectInfo]:
        """Objects below the folder ``prefix``, by key."""
        found: list[ObjectInfo] = []
        for batch in obstore.list(self._store, prefix=check_key(prefix.strip("/")) if prefix else None):
            for meta in batch:
                etag = (meta.get("e_tag") or "").strip('"')
                found.append(ObjectInfo(key=meta["path"], size_bytes=meta["size"], etag=etag))
        return sorted(found, key=lambda info: info.key)
