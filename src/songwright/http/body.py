"""Reading a request's JSON body."""

from __future__ import annotations

import json
from typing import Any

from fastapi import Request

from songwright.errors import BadRequest

MAX_BODY_BYTES = 1 << 20


async def json_object(request: Request) -> dict[str, Any]:
    """The body as an object. Raises BadRequest for anything else; an empty body is an empty object."""
    data = bytearray()
    async for chunk in request.stream():
        data += chunk
        if len(data) > MAX_BODY_BYTES:
            raise BadRequest(f"the request body is larger than {MAX_BODY_BYTES} bytes")
    if not data.strip():
        return {}
    try:
        body: Any = json.loads(bytes(data).decode("utf-8"), parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise BadRequest("the request body is not valid JSON") from error
    if not isinstance(body, dict):
        raise BadRequest("the request body must be a JSON object")
    return body  # pyright: ignore[reportUnknownVariableType]


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")
