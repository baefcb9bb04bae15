"""When a failed webhook is tried again."""

from __future__ import annotations

from collections.abc import Sequence

from songwright.domain.draws import draws

JITTER = 0.2


def delay_s(delays_s: Sequence[float], failed: int, *, seed: str) -> float | None:
    """Seconds until the next attempt after ``failed`` ones (from 1); None when that was the last.

    Up to 20 % are added or taken off, so that receivers that came back are not hit by everybody at once; drawn
    from ``seed`` (the delivery's id) and the number, so that a repeated computation gives the same.

    >>> delay_s([5.0, 30.0], 3, seed="x") is None
    True
    >>> 4.0 <= delay_s([5.0, 30.0], 1, seed="x") <= 6.0
    True
    """
    if not 1 <= failed <= len(delays_s):
        return None
    return delays_s[failed - 1] * (1.0 - JITTER + 2 * JITTER * draws(0, "webhook", seed, failed).random())
