"""How a step ended, as a small JSON value that a checkpoint can hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from songwright.store.records import JobError


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """``ended`` empty: go on. ``"failed"``: with ``error``. ``"gone"``: the job was finished elsewhere."""

    ended: str = ""  # "", "failed", "gone", or the job's final status after the last step
    error: JobError | None = None
    takes: int = 0  # of the first step only

    @classmethod
    def failed(cls, error: JobError) -> Outcome:
        """The job cannot succeed."""
        return cls(ended="failed", error=error)

    def to_json(self) -> dict[str, Any]:
        """Without what is empty."""
        found: dict[str, Any] = {}
        if self.ended:
            found["ended"] = self.ended
        if self.error:
            found["error"] = [self.error.code, self.error.message, self.error.status]
        if self.takes:
            found["takes"] = self.takes
        return found

    @classmethod
    def from_json(cls, raw: dict[str, Any]) -> Outcome:
        """The inverse of :meth:`to_json`."""
        error = None
        if "error" in raw:
            code, message, status = raw["error"]
            error = JobError(code=code, message=message, status=status)
        return cls(ended=raw.get("ended", ""), error=error, takes=raw.get("takes", 0))
