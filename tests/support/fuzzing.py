"""Requests made from the OpenAPI document by Schemathesis, valid and invalid, each answer held against the document.

Used over twins by the tests and over a real server by ``scripts/fuzz.py``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks

load_all_checks()
HELD = CHECKS.get_by_names(["status_code_conformance", "content_type_conformance", "response_schema_conformance"])
WORKING_5XX = {"availability_unknown": 503, "timeout": 504}
"""Documented answers of a server that works: nobody knows the clip; the caller was held as long as callers are held."""
USUAL = {
    "prompt": "a song about boats",
    "lyric": "[Verse]\nPaper boats are drifting by",
    "lyrics_a": "One line to sing",
    "lyrics_b": "Another line to sing",
    "name": "Nell",
    "continue_at": 1.0,
    "replace_section_start": 0.5,
    "replace_section_end": 1.5,
    "samples_end": 1.5,
    "stem_type": "bass",
    "sound": "a door",
    "sound_type": "loop",
    "speed_multiplier": 1.5,
}
"""What a body says of fields that were not generated, in half of the valid requests."""
BODY_IDS = ("audio_id", "vox_audio_id", "id", "mashup_audio_ids", "audio_urls", "audio_url", "persona_id")


@dataclass(kw_only=True)
class Found:
    """What a run met."""

    statuses: Counter[tuple[str, int]] = field(default_factory=Counter)
    problems: dict[str, str] = field(default_factory=dict)  # by operation and kind; the first example

    @property
    def cases(self) -> int:
        """How many requests were answered."""
        return sum(self.statuses.values())


def drive(schema: Any, *, examples: int, seed: int, values: Mapping[str, Any], call: Callable[[Any], Any]) -> Found:
    """``examples`` valid and as many invalid requests for every operation.

    ``values`` are ids that are there, by field: half of the valid requests name them. ``call`` sends a case and gives
    its response; what it raises is a problem like any other.
    """
    found = Found()
    operations = [result.ok() for result in schema.get_all_operations()]
    for operation in sorted(operations, key=lambda o: (o.method.upper() == "DELETE", o.label)):
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            _operation(operation, mode, found, examples=examples, seed=seed, values=values, call=call)
    return found


def _operation(
    operation: Any,
    mode: GenerationMode,
    found: Found,
    *,
    examples: int,
    seed: int,
    values: Mapping[str, Any],
    call: Callable[[Any], Any],
) -> None:
    label: str = operation.label

    @seeded(seed)
    @settings(
        max_examples=examples,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode), known=st.booleans())
    def one(case: Any, known: bool) -> None:
        if known and mode is GenerationMode.POSITIVE:
            _name_what_is_there(case, values)
        try:
            response = call(case)
        except Exception as error:
            found.problems.setdefault(f"{label}: {type(error).__name__}", f"{error} {case.as_curl_command()}"[:2000])
            return
        status = response.status_code
        found.statuses[label, status] += 1
        if status >= 500 and WORKING_5XX.get(response.json()["error"]["code"]) != status:
            found.problems.setdefault(f"{label}: {status}", f"{response.text[:400]} {case.as_curl_command()}"[:2000])
        try:
            case.validate_response(response, checks=HELD)
        except schemathesis.core.failures.FailureGroup as group:
            found.problems.setdefault(f"{label}: {group.exceptions[0].title}", str(group)[:2000])

    try:
        one()
    except Unsatisfiable:  # nothing invalid can be said to an operation without parameters
        return


def _name_what_is_there(case: Any, values: Mapping[str, Any]) -> None:
    if isinstance(case.body, dict):
        case.body = {**USUAL, **case.body, **{name: value for name, value in values.items() if name in BODY_IDS}}
    for place in (case.path_parameters, case.query):
        place.update({name: values[name] for name in place if name in values})


def values_of(answer: Mapping[str, Any], *, url: str) -> dict[str, Any]:
    """Ids that are there, of an answer with two songs; ``url`` is a sound file's."""
    song, other = answer["data"][0]["id"], answer["data"][1]["id"]
    return {
        **dict.fromkeys(("audio_id", "clip_id", "item_id", "vox_audio_id"), song),
        **dict.fromkeys(("id", "job_id"), answer["task_id"]),
        "mashup_audio_ids": [song, other],
        "audio_url": url,
        "audio_urls": [url],
        "name": f"{song}.mp3",
    }
