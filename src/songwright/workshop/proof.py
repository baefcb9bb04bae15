"""What an edit left untouched, proved on the samples."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np

from songwright.domain.audio import I32, SAMPLE_RATE_HZ
from songwright.domain.plan import Plan
from songwright.engines.protocols import Materials


def kept_facts(plan: Plan, master: I32, materials: Materials) -> dict[str, Any]:
    """For a spliced clip: each stretch of a source's own sound in it, its SHA-256, and whether both are the same.

    Keys: ``kept``: a list of {source, source_start_s, start_s, end_s, sha256, identical}. Empty for other plans.
    """
    if plan.sound is None or plan.sound.spliced is None:
        return {}
    clips = {source.plan.key: source.clip_id for source in materials.sources}
    fade, kept, at = plan.sound.spliced.fade_frames, [], 0
    for number, span in enumerate(plan.sound.spliced.spans):
        length = span.end_frame - span.start_frame
        source = materials.master_of(span.plan.key)
        before = plan.sound.spliced.spans[number - 1] if number else None
        skip = 0 if before is None or before.matched else min(fade, length)
        if source is not None and not span.matched and length > skip:
            here = np.ascontiguousarray(master[at + skip : at + length])
            there = source[span.start_frame + skip : span.end_frame]
            kept.append(
                {
                    "source": clips[span.plan.key],
                    "source_start_s": round((span.start_frame + skip) / SAMPLE_RATE_HZ, 6),
                    "start_s": round((at + skip) / SAMPLE_RATE_HZ, 6),
                    "end_s": round((at + length) / SAMPLE_RATE_HZ, 6),
                    "sha256": hashlib.sha256(here.tobytes()).hexdigest(),
                    "identical": bool(np.array_equal(here, there)),
                }
            )
        at += length
    return {"kept": kept}
