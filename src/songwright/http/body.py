"""Reading a request's JSON body."""

from __future__ import annotations

import json
import math
from typing import Any

from fastapi import Request

from songwright.errors import BadRequest

MAX_BODY_BYTES = 1 << 20
MAX_DEPTH = 64  # of nested lists and objects
MAX_DIGITS = 300  # of an integer: what every reader of the record can still make a number of


async def json_object(request: Request) -> dict[str, Any]:
    """The body as an object; an empty body is an empty object. Raises BadRequest for anything else, and for what could
    not be written down again: text that is not Unicode, numbers without bounds, nesting without end.
    """
    data = bytearray()
    async for chunk in request.stream():
        data += chunk
        if len(data) > MAX_BODY_BYTES:
            raise BadRequest(f"the request body is larger than {MAX_BODY_BYTES} bytes")
    if not data.strip():
        return {}
    try:
        body: Any = json.loads(
            bytes(data).decode("utf-8"), parse_constant=_no_constant, parse_float=_finite, parse_int=_bounded
        )
        json.dumps(body, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError) as error:
        raise BadRequest("the request body is not valid JSON") from error
    if not isinstance(body, dict):
        raise BadRequest("the request body must be a JSON object")
    if _is_deeper(body, MAX_DEPTH):
        raise BadRequest(f"the request body is nested more than {MAX_DEPTH} levels deep")
    return body  # pyright: ignore[reportUnknownVariableType]


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _finite(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise ValueError(f"{digits} is too large")
    return value


def _bounded(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise ValueError("an integer has too many digits")
    return int(digits)


def _is_deeper(body: Any, levels: int) -> bool:
    level: list[Any] = [body]
    for _ in range(levels):
        level = [inner for outer in level for inner in _members(outer)]
        if not level:
            return False
    return True


def _members(value: Any) -> list[Any]:
    members: list[Any] = list(value.values()) if isinstance(value, dict) else list(value)  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]
    return [member for member in members if isinstance(member, dict | list)]
