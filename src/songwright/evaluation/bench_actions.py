"""``songwright bench --actions``: the time of every action on a source of two minutes, through the HTTP API."""

from __future__ import annotations

import os
import platform
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from string import Template
from typing import Any

from songwright.client import ApiError, Client

SOURCE_S = 120
CHORUS = """[Chorus]
Carry me home over the sea
Over the blue where I want to be
Fold me a sail from the morning light
Carry me home through the night"""
WORDS = f"""[Verse]
Paper boats are drifting by
Underneath a silver sky
Every letter that I wrote
Learns to swim and learns to float

{CHORUS}

[Verse]
Lanterns swing along the pier
Summer ends but I am here
Every name I ever knew
Sails away into the blue

{CHORUS}

[Bridge]
And when the paper turns to rain
I fold it up and start again

{CHORUS}"""
VERSE = "[Verse]\nFollow the river down to the town\nLights on the water are turning around"
MARK = re.compile(r"(<!-- times -->\n).*?(<!-- /times -->)", re.DOTALL)


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One timed request. ``$NAME`` in it is an id that an earlier one kept."""

    name: str
    path: str = "audios"
    body: dict[str, Any] = field(default_factory=dict[str, Any])
    keep: str = ""  # name of the id that later steps use


def steps(source_s: int) -> tuple[Step, ...]:
    """Every action, each on the generated source and, where an upload is usual, on the uploaded one; in an order in
    which ids are known.
    """
    on, off, half = {"audio_id": "$SONG"}, {"audio_id": "$UPLOADED"}, source_s / 2
    return (
        Step(name="generate", body={"prompt": f"pop song about spring, {source_s} seconds", "duration": source_s}),
        *_of("extend", "SEGMENT", continue_at=half, lyric=VERSE),
        Step(name="concat", body={"audio_id": "$SEGMENT"}),
        Step(name="upload_extend", body={**off, "continue_at": half, "lyric": VERSE}),
        *_of("replace_section", "PART", replace_section_start=half, replace_section_end=half + 8, prompt="stars fall"),
        Step(name="concat", body={"audio_id": "$PART"}),
        *_of("cover", "COVER", style="synthwave"),
        Step(name="upload_cover", body={**off, "style": "jazz", "lyric": VERSE}),
        *(step for name in ("remaster", "stems", "all_stems") for step in _of(name)),
        *_of("extract_stem", stem_type="bass"),
        *_of("add_stem", stem_type="strings"),
        *_of("underpainting", style="folk", underpainting_end=source_s),
        *_of("overpainting", style="pop", lyric=VERSE, custom=True),
        Step(name="mashup", body={"mashup_audio_ids": ["$SONG", "$COVER"]}),
        Step(name="mashup", body={"mashup_audio_ids": ["$SONG", "$UPLOADED"]}),
        *_of("samples", samples_start=8, samples_end=16, prompt="a slice of time", duration=source_s),
        Step(name="inspo", body={"audio_urls": ["$URL"], "prompt": "a walk in the rain", "duration": source_s}),
        Step(name="sounds", body={"sound": "funky drum loop", "sound_type": "loop"}),
        *_of("adjust_speed", speed_multiplier=1.1, keep_pitch=True),
        Step(name="persona", path="persona", body={**on, "name": "Nell"}, keep="PERSONA"),
        Step(name="persona", path="persona", body={**off, "name": "Nell, heard"}),
        Step(name="artist_consistency", body={"persona_id": "$PERSONA", "prompt": "rain", "duration": source_s}),
        Step(name="vox", path="vox", body={**on, "vocal_start": 2, "vocal_end": min(30, source_s)}, keep="VOX"),
        Step(name="persona", path="persona", body={**on, "vox_audio_id": "$VOX", "name": "Cut"}, keep="CUT"),
        Step(name="artist_consistency_vox", body={"persona_id": "$CUT", "prompt": "snow", "duration": source_s}),
        Step(name="voices", path="voices", body={"audio_url": "$URL", "name": "Mine"}),
        *(Step(name=path, path=path, body=on) for path in ("mp4", "wav", "mp3", "midi", "timing")),
        Step(name="lyrics", path="lyrics", body={"prompt": "a lighthouse", "model": "default"}),
    )


def _of(name: str, keep: str = "", **fields: Any) -> tuple[Step, Step]:
    """The action on the generated and on the uploaded source; the id of the first is kept."""
    return (
        Step(name=name, body={"audio_id": "$SONG", **fields}, keep=keep),
        Step(name=name, body={"audio_id": "$UPLOADED", **fields}),
    )


def time_actions(client: Client, *, source_s: int = SOURCE_S, tell: Callable[[str], None]) -> dict[str, Any]:
    """Seconds of every step, one take each. Raises ApiError for a step that fails."""
    words = {"custom": True, "lyric": WORDS, "title": "Paper Boats", "style": "pop, female vocals"}
    client.generate(prompt="warm up, 20 seconds", duration=20, takes=1, model="chirp-v5", seed=1)
    song = client.generate(**words, duration=source_s, takes=1, model="chirp-v5", seed=5)["data"][0]
    started = time.monotonic()
    uploaded = client.post("/suno/upload", {"audio_url": song["audio_url"]})["data"]
    rows = [_row("upload", "uploaded", time.monotonic() - started, uploaded["duration"])]
    ids = {"SONG": song["id"], "UPLOADED": uploaded["audio_id"], "URL": song["audio_url"]}
    for step in steps(source_s):
        rows.append(_timed(client, step, ids))
        tell(f"{rows[-1]['action']}, {rows[-1]['source']}: {rows[-1].get('refused', rows[-1]['seconds'])}")
    return {
        "machine": {"cores": os.cpu_count(), "python": platform.python_version()},
        "load_average": round(os.getloadavg()[0], 2),
        "source_s": {"generated": song["duration"], "uploaded": uploaded["duration"]},
        "actions": rows,
    }


def _timed(client: Client, step: Step, ids: dict[str, str]) -> dict[str, Any]:
    """The row of a step, whose id is kept in ``ids``. What the source does not allow is told in the row."""
    started = time.monotonic()
    try:
        data = _sent(client, step, ids)["data"]
    except ApiError as error:
        if error.status != 400 or step.keep:
            raise
        return {**_row(step.name, _kind(step), time.monotonic() - started, 0.0), "refused": error.message}
    took = time.monotonic() - started
    items: list[dict[str, Any]] = data if isinstance(data, list) else [data]
    if step.keep:
        ids[step.keep] = items[0].get("persona_id") or items[0]["id"]
    return _row(step.name, _kind(step), took, sum(item.get("duration", 0.0) for item in items))


def _sent(client: Client, step: Step, ids: dict[str, str]) -> dict[str, Any]:
    body: dict[str, Any] = {name: _filled(value, ids) for name, value in step.body.items()}
    if step.path == "audios":
        body |= {"action": step.name, "takes": 1, "model": "chirp-v5", "seed": 5}
    return client.post(f"/suno/{step.path}", body)


def _filled(value: Any, ids: dict[str, str]) -> Any:
    if isinstance(value, list):
        return [_filled(item, ids) for item in value]  # pyright: ignore[reportUnknownVariableType]
    return Template(value).substitute(ids) if isinstance(value, str) else value


def _kind(step: Step) -> str:
    text = str(step.body)
    named = [kind for name, kind in (("$SONG", "generated"), ("$UPLOADED", "uploaded")) if name in text]
    edited = any(name in text for name in ("$SEGMENT", "$PART", "$COVER"))
    return " and ".join([*named, *(["edited"] if edited else [])]) or ("address" if "$URL" in text else "none")


def _row(action: str, source: str, seconds: float, sound_s: float) -> dict[str, Any]:
    return {"action": action, "source": source, "seconds": round(seconds, 1), "sound_seconds": round(sound_s, 1)}


def table(told: dict[str, Any]) -> str:
    """The figures as a Markdown table."""
    lines = [
        f"Source: {told['source_s']['generated']:.0f} s of sung pop, and the same as an upload; one take;"
        f" {told['machine']['cores']} cores, load {told['load_average']} at the end.",
        "",
        "| action | source | seconds | seconds of sound |",
        "| --- | --- | --- | --- |",
        *(
            f"| {r['action']} | {r['source']} | {r['seconds']} | {r.get('refused', r['sound_seconds'])} |"
            for r in told["actions"]
        ),
    ]
    return "\n".join(lines) + "\n"


def write_table(path: Path, told: dict[str, Any]) -> None:
    """Put the table between the marks of a document. Raises ValueError when it has none."""
    text = path.read_text(encoding="utf-8")
    if not MARK.search(text):
        raise ValueError(f"{path} has no <!-- times --> and <!-- /times -->")
    path.write_text(MARK.sub(lambda found: found[1] + table(told) + found[2], text), encoding="utf-8")
