"""Where the songs to measure come from: the prompt list, a plan file, a clip of this server, any sound file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from songwright.domain.audio import FULL_SCALE_24, I32
from songwright.domain.plan import Plan
from songwright.engines.protocols import Materials, SongEngine
from songwright.settings import Settings
from songwright.workshop import encode

from .heard import Heard, decode, to_float
from .listed import action_of

SOUNDS = (".mp3", ".wav", ".flac", ".ogg", ".opus", ".aiff")


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """A song to measure, with its MP3 as bytes (b"" for a sound file of another format)."""

    name: str
    song: Heard
    mp3: bytes
    entry: dict[str, Any]  # the row of the prompt list; {} for others
    second_take: Plan | None = None


def from_list(entries: Sequence[dict[str, Any]], engine: SongEngine) -> Iterator[Item]:
    """The songs of the prompt list, made one by one."""
    for entry in entries:
        action, materials = action_of(entry), Materials()
        first, second = (engine.plan(action, take=take, materials=materials)[0] for take in (1, 2))
        song, mp3 = _rendered(first, engine, materials)
        yield Item(name=entry["name"], song=song, mp3=mp3, entry=entry, second_take=second)


def from_name(name: str, engine: SongEngine, settings: Settings) -> Item:
    """A plan file, a sound file, or the id of a clip in this machine's store. Raises ValueError for anything else."""
    path = Path(name)
    if path.is_file() and path.suffix.lower() in SOUNDS:
        data = path.read_bytes()
        heard = decode(data)
        is_mp3 = path.suffix.lower() == ".mp3"
        return Item(name=path.name, song=Heard(master=heard, mp3=heard if is_mp3 else None), mp3=data, entry={})
    if path.is_file():
        song, mp3 = _rendered(Plan.from_bytes(path.read_bytes()), engine, Materials())
        return Item(name=path.name, song=song, mp3=mp3, entry={})
    return _from_store(name, engine, settings)


def _rendered(plan: Plan, engine: SongEngine, materials: Materials) -> tuple[Heard, bytes]:
    sound = engine.render(plan, materials=materials, progress=lambda *_: None, preview=None, should_stop=lambda: False)
    engine.let_go()
    mp3 = next(bytes(file.data) for file in encode(plan, sound).files if file.kind == "mp3")  # pyright: ignore[reportArgumentType]
    return Heard.of(plan, sound, mp3=decode(mp3)), mp3


def _from_store(clip_id: str, engine: SongEngine, settings: Settings) -> Item:
    """A clip: its stored master and MP3, its stems rendered again from the plan."""
    from songwright.app import open_storage, open_store

    with open_store(settings) as store:
        stored = store.clip(clip_id)
    if stored is None:
        raise ValueError(f"{clip_id} is no plan or sound file, and no clip of this server")
    storage, assets = open_storage(settings), stored.clip.assets
    keys = {asset.kind: asset.key for asset in assets}
    if missing := [kind for kind in ("plan", "mp3", "flac") if kind not in keys]:
        raise ValueError(f"clip {clip_id} has no {missing[0]} any more")
    blobs = {asset.sha256: asset.key for asset in assets if asset.kind == "blob"}
    plan, mp3 = Plan.from_bytes(storage.get(keys["plan"])), storage.get(keys["mp3"])
    sound = engine.render(
        plan,
        materials=Materials(load_blob=lambda sha: _pcm(storage.get(blobs[sha]))),
        progress=lambda *_: None,
        preview=None,
        should_stop=lambda: False,
    )
    engine.let_go()
    song = Heard(
        master=to_float(_pcm(storage.get(keys["flac"]))),
        mp3=decode(mp3),
        plan=plan,
        premaster=sound.premaster,
        stems=sound.stems,
    )
    return Item(name=clip_id, song=song, mp3=mp3, entry={})


def _pcm(flac: bytes) -> I32:
    return (decode(flac).astype("float64") * FULL_SCALE_24).round().astype("int32")
