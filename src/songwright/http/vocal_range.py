"""The range of a vocal: ``vocal_start`` and ``vocal_end``."""

from __future__ import annotations

from songwright.errors import BadRequest

from .fields import Body, number

MOST_S = 30.0


def vocal_range(body: Body, duration_s: float) -> tuple[float | None, float | None]:
    """The asked range in seconds, (None, None) when none is given. Raises BadRequest for one that makes no sense."""
    start_s = number(body, "vocal_start", 0, 86_400)
    end_s = number(body, "vocal_end", 0, 86_400)
    if start_s is None and end_s is None:
        return None, None
    start_s = 0.0 if start_s is None else float(start_s)
    end_s = min(start_s + MOST_S, duration_s) if end_s is None else float(end_s)
    if end_s <= start_s:
        raise BadRequest("vocal_end must be greater than vocal_start")
    if start_s >= duration_s:
        raise BadRequest(f"vocal_start must be less than the duration of the song ({duration_s:g} s)")
    if end_s - start_s > MOST_S:
        raise BadRequest(f"vocal_end must be at most {MOST_S:g} s after vocal_start")
    return start_s, min(end_s, duration_s)
