"""Reading one field of a request body, with the documented message when it cannot be used.

``null`` and ``""`` count as absent everywhere: published clients send both for fields they do not mean.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from songwright.errors import BadRequest

Body = Mapping[str, Any]


def present(body: Body, name: str) -> Any:
    """The value of ``name``, or None when it is absent, null or empty."""
    value = body.get(name)
    return None if value == "" else value


def boolean(body: Body, name: str) -> bool:
    """A flag; absent means False."""
    value = present(body, name)
    if value is None:
        return False
    if not isinstance(value, bool):
        raise BadRequest(f"{name} must be a boolean")
    return value


def text(body: Body, name: str) -> str:
    """A string; an object's ``prompt`` or ``text`` member is read in its place, as some clients nest it."""
    value = present(body, name)
    if isinstance(value, dict):
        value = value.get("prompt") or value.get("text")  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    if value is None:
        return ""
    if not isinstance(value, str):
        raise BadRequest(f"{name} must be a string")
    if "\x00" in value or any(0xD800 <= ord(c) <= 0xDFFF for c in value):
        raise BadRequest(f"{name} contains characters that are not text")
    return value


def number(body: Body, name: str, low: float, high: float, *, whole: bool = False) -> float | None:
    """A number within [low, high], or None when absent."""
    value = present(body, name)
    if value is None:
        return None
    kind = "an integer" if whole else "a number"
    good = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    if not good or (whole and value != int(value)) or not low <= value <= high:
        raise BadRequest(f"{name} must be {kind} between {low:g} and {high:g}")
    return value


def choice(body: Body, name: str, options: Mapping[str, Any]) -> Any:
    """The option a string names, or None when absent."""
    value = present(body, name)
    if value is None:
        return None
    if not isinstance(value, str) or value.lower() not in options:
        raise BadRequest(f"{name} must be one of {', '.join(options)}")
    return options[value.lower()]


def whole(value: str, name: str, low: int, high: int) -> int:
    """A query parameter that is an integer within [low, high]. Raises BadRequest."""
    if not value.isascii() or not value.isdigit() or len(value) > 18 or not low <= int(value) <= high:
        raise BadRequest(f"{name} must be an integer between {low} and {high}")
    return int(value)
