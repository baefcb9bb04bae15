"""The files of a step as what an engine works with."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from songwright.assets.pcm import decode_pcm
from songwright.domain.audio import I32
from songwright.domain.plan import Plan
from songwright.engines.protocols import Materials, Source
from songwright.jobs.ports import MaterialFiles, SourceFiles


def materials_of(files: MaterialFiles) -> Materials:
    """Materials that read their files when they are needed, each once."""

    @cache
    def load(path: str) -> I32:
        return decode_pcm(Path(path).read_bytes())[0]

    def source(found: SourceFiles) -> Source:
        return Source(
            clip_id=found.clip_id,
            plan=Plan.from_bytes(Path(found.plan).read_bytes()),
            title=found.title,
            style=found.style,
            lyrics=found.lyrics,
            load_master=lambda: load(found.master),
        )

    return Materials(
        sources=tuple(source(found) for found in files.sources),
        load_blob=lambda sha256: load(files.blobs[sha256]),
    )
