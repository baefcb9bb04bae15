"""An operator's own moderation service, asked over HTTP."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from songwright.errors import Forbidden

ATTEMPTS = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Moderation:
    """Full address of an OpenAI-compatible moderation endpoint, and what its failure means."""

    url: str
    key: str = field(default="", repr=False)
    on_failure: Literal["allow", "refuse"] = "allow"
    timeout_s: float = 5.0

    def check(self, text: str) -> None:
        """Raise Forbidden if the service flags the text, or cannot be asked twice and ``on_failure`` is refuse."""
        flagged = self._ask(text)
        if flagged:
            raise Forbidden("Song Description flagged for moderation")
        if flagged is None and self.on_failure == "refuse":
            raise Forbidden("Generic openAI error")

    def _ask(self, text: str) -> bool | None:
        """Whether the text is flagged; None when both attempts failed."""
        import httpx  # half a second of every start, needed only here
        import structlog

        headers = {"authorization": f"Bearer {self.key}"} if self.key else {}
        for attempt in range(1, ATTEMPTS + 1):
            try:
                answer = httpx.post(self.url, json={"input": text}, headers=headers, timeout=self.timeout_s)
                return any(bool(result["flagged"]) for result in answer.raise_for_status().json()["results"])
            except (httpx.HTTPError, httpx.InvalidURL, ValueError, KeyError, TypeError) as error:
                structlog.get_logger().warning("moderation failed", attempt=attempt, error=type(error).__name__)
        return None
