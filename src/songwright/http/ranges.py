"""The Range header (RFC 9110, one range of bytes)."""

from __future__ import annotations

import re

_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")


class Unsatisfiable(Exception):
    """The range starts behind the end: 416."""


def byte_range(header: str | None, size_bytes: int) -> tuple[int, int] | None:
    """(first, last + 1) that ``header`` asks of ``size_bytes``, or None for everything.

    A header that is not one range of bytes is ignored, as the RFC allows. Raises Unsatisfiable.

    >>> byte_range("bytes=0-99", 1000), byte_range("bytes=-100", 1000), byte_range("bytes=900-", 1000)
    ((0, 100), (900, 1000), (900, 1000))
    """
    found = _RANGE.fullmatch((header or "").strip())
    if not found or not (found[1] or found[2]):
        return None
    if not found[1]:
        count = min(int(found[2]), size_bytes)
        if count == 0:
            raise Unsatisfiable
        return size_bytes - count, size_bytes
    start = int(found[1])
    end = min(int(found[2]) + 1, size_bytes) if found[2] else size_bytes
    if start >= size_bytes:
        raise Unsatisfiable
    return None if end <= start else (start, end)
