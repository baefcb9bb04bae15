"""A caller's clips and personas, as requests name them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from songwright.errors import BadRequest
from songwright.store.facade import Store
from songwright.store.records import ClipState, Persona, StoredClip

GONE = "The song id does not exist or has been taken offline."
NO_PERSONA = "The persona id does not exist or has been deleted."


@dataclass(frozen=True, kw_only=True, slots=True)
class Library:
    """What one token owns. Blocks for a query each: call it in a thread."""

    store: Store
    tenant: str

    def clip(self, clip_id: object) -> StoredClip:
        """A finished clip. Raises BadRequest for an id that is malformed, unknown, unfinished or another's."""
        stored = self.store.clip(clip_id.lower()) if isinstance(clip_id, str) and is_id(clip_id) else None
        if stored is None or stored.tenant != self.tenant or stored.state is not ClipState.PUBLISHED:
            raise BadRequest(GONE)
        return stored

    def persona(self, persona_id: object) -> Persona:
        """A persona. Raises BadRequest for an id that is malformed, unknown or another's."""
        found = self.store.persona(persona_id.lower()) if isinstance(persona_id, str) and is_id(persona_id) else None
        if found is None or found.tenant != self.tenant:
            raise BadRequest(NO_PERSONA)
        return found

    def chain(self, stored: StoredClip) -> list[tuple[StoredClip, float | None]]:
        """The clips that a continuation continues, first to last, each with the second where it gives way."""
        out: list[tuple[StoredClip, float | None]] = [(stored, None)]
        while (edit := edit_of(out[0][0])).get("kind") == "extend" and len(out) < MOST_LINKS:
            out.insert(0, (self.clip(edit["sources"][0]), float(edit["start_s"])))
        return out


MOST_LINKS = 64


def edit_of(stored: StoredClip) -> dict[str, Any]:
    """What was edited to make the clip; empty for one that was generated."""
    edit: dict[str, Any] = stored.clip.metadata.get("edit", {})
    return edit


def is_id(value: str) -> bool:
    """Whether ``value`` is a UUID in its usual form."""
    try:
        return str(uuid.UUID(value)) == value.lower()
    except ValueError:
        return False
