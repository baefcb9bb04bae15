"""Last touches on written parts: drop-outs, the ending, swing, tidy notes."""

from __future__ import annotations

from dataclasses import replace

from songwright.domain.lyrics import SectionKind as Kind
from songwright.domain.score import Note

from .setting import Setting


def dropouts(setting: Setting) -> list[tuple[int, int, str]]:
    """Half bars before large entries in which drums, bass or both are silent: (start, end, who)."""
    out: list[tuple[int, int, str]] = []
    for scene in setting.scenes:
        if scene.next_kind not in (Kind.CHORUS, Kind.DROP) or scene.next_rise < 0.12 or scene.n_bars < 2:
            continue
        rng = setting.draws("dropout", scene.index)
        if rng.random() >= setting.style.dropout_share:
            continue
        who = ("drums", "bass", "both", "all")[setting.turn(4, "dropout", scene.kind.value)]
        length = setting.bar_ticks // 2 if who != "all" else min(480, setting.bar_ticks // 2)
        out.append((scene.end_tick - length, scene.end_tick, who))
    return out


def silence(notes: list[Note], spans: list[tuple[int, int, str]], who: tuple[str, ...]) -> list[Note]:
    """Take out notes that start in the silent spans of ``who``; cut those that ring into them."""
    mine = [(a, b) for a, b, name in spans if name in who]
    out: list[Note] = []
    for n in notes:
        if any(a <= n.start_tick < b for a, b in mine):
            continue
        cut = min((a - n.start_tick for a, _ in mine if n.start_tick < a < n.start_tick + n.duration_ticks), default=0)
        out.append(replace(n, duration_ticks=max(40, cut - 10)) if cut else n)
    return out


def end_notes(setting: Setting, notes: list[Note], *, drums: bool) -> list[Note]:
    """The last bar: one stroke that rings (or stops), whatever the pattern wanted."""
    end = setting.score.end_tick
    last_bar = end - setting.bar_ticks
    ending = setting.style.ending
    if ending == "fade":
        start = end - 4 * setting.bar_ticks
        span = max(1, end - start)
        return [
            replace(n, velocity=max(8, round(n.velocity * (1.0 - 0.75 * max(0, n.start_tick - start) / span))))
            for n in notes
        ]
    ring = 480 if ending == "hit" else setting.bar_ticks
    out: list[Note] = []
    for n in notes:
        if n.start_tick < last_bar:
            reach = last_bar + ring - n.start_tick
            out.append(replace(n, duration_ticks=min(n.duration_ticks, reach)))
        elif n.start_tick <= last_bar + 60:
            stroke = n.duration_ticks if drums else ring
            out.append(replace(n, duration_ticks=stroke, velocity=min(127, n.velocity + (6 if ending == "hit" else 0))))
    return out


def tidy(setting: Setting, notes: list[Note], *, drums: bool) -> tuple[Note, ...]:
    """Swing the ticks, cut notes that overlap the next of the same pitch, sort."""
    axis, swing, end = setting.score.axis, setting.style.swing, setting.score.end_tick
    straight = setting.compound or swing.share(axis.bpm_at(0)) <= 0.5
    out: list[Note] = []
    for n in notes:
        if n.start_tick >= end:
            continue
        start, stop = n.start_tick, min(end, n.start_tick + n.duration_ticks)
        if not straight:
            bpm = axis.bpm_at(start)
            start, stop = swing.warp(start, bpm), swing.warp(stop, bpm)
        out.append(replace(n, start_tick=start, duration_ticks=max(20, stop - start)))
    out.sort(key=lambda n: (n.start_tick, n.pitch_midi))
    if drums:
        return tuple(out)
    following: dict[int, int] = {}
    kept: list[Note] = []
    for n in reversed(out):
        limit = following.get(n.pitch_midi)
        if limit is not None and limit <= n.start_tick:
            continue
        if limit is not None and n.start_tick + n.duration_ticks > limit:
            n = replace(n, duration_ticks=limit - n.start_tick)
        following[n.pitch_midi] = n.start_tick
        kept.append(n)
    return tuple(reversed(kept))
