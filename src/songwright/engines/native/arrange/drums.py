"""Drums and percussion: grooves by energy, small variations, fills, crashes, build-ups."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

from songwright.domain.lyrics import SectionKind
from songwright.domain.score import Note

from ..styles.notation import DRUM_KEYS, PERCUSSION_LETTERS
from ..styles.schema import Fill, Groove
from .cells import fit
from .finish import dropouts
from .setting import STEP, Scene, Setting
from .touches import with_touches

_FILL_KEYS = {"s": "S", "h": "h", "m": "m", "l": "l", "k": "K", "o": "O", "c": "C", "j": "X", "y": "Y",
              "t": "TIh", "g": "CGo", "b": "TB", "w": "WB"}  # fmt: skip
_HEARD = "sShHmMlLxX"
_PHRASE = (3, 0, 1, 5)
_STEADY = ("K", "H", "R")


class DrumWriter:
    """Collects drum notes of one take."""

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.kit: dict[tuple[int, int], Note] = {}
        self.percussion: dict[tuple[int, int], Note] = {}
        self.kicks: set[int] = set()
        self.fills: list[frozenset[tuple[int, str]]] = []  # those played, as they sound
        self.silent = {end for _, end, who in dropouts(setting) if who != "bass"}  # fills before these are not heard
        sigma = setting.style.micro.velocity_sigma
        rng = setting.draws("drums", "touch")
        self.touch = [round(rng.gauss(0.0, sigma)) for _ in range(64)]

    def hit(self, letter: str, tick: int, velocity: float, *, steps: int = 1) -> None:
        """Write one stroke; a louder stroke replaces a softer one on the same drum and tick."""
        key = DRUM_KEYS[letter]
        book = self.percussion if letter in PERCUSSION_LETTERS else self.kit
        strength = max(1, min(127, round(velocity)))
        old = book.get((tick, key))
        if old is None or old.velocity < strength:
            book[tick, key] = Note(
                start_tick=tick, duration_ticks=max(60, steps * STEP - 10), pitch_midi=key, velocity=strength
            )
        if letter == "K":
            self.kicks.add(tick)

    def clear(self, start: int, end: int, *, keep: tuple[str, ...] = ()) -> None:
        """Take kit strokes out of ``start..end`` (percussion goes on)."""
        kept = {DRUM_KEYS[k] for k in keep}
        for tick, key in [k for k in self.kit if start <= k[0] < end and k[1] not in kept]:
            del self.kit[tick, key]
            if key == DRUM_KEYS["K"]:
                self.kicks.discard(tick)


def write_drums(setting: Setting, *, kit: bool, percussion: bool) -> DrumWriter:
    """Everything the drummer and the percussionist play, in straight ticks."""
    writer = DrumWriter(setting)
    style = setting.style
    for scene in setting.scenes:
        playing = style.drums.grooves and scene.energy >= style.drums.from_energy
        if scene.kind is SectionKind.BUILD and kit and style.effects:
            _build(writer, scene)
        elif playing:
            _scene(writer, scene)
        _boundary(writer, scene, playing=bool(playing) and kit)
    if not kit:
        writer.kit.clear()
    if not percussion:
        writer.percussion.clear()
    return writer


def pick_groove(setting: Setting, scene: Scene, *, second_half: bool = False) -> Groove:
    """The groove of a scene: nearest level, variant by take, another one for second verses."""
    own = [g for g in setting.style.drums.grooves if g.meter == str(setting.score.axis.meter)]
    grooves = own or [g for g in setting.style.drums.grooves if g.meter in ("", "4/4")] or setting.style.drums.grooves
    level = min(3, scene.level + (1 if second_half and scene.level < 2 and scene.energy > 0.45 else 0))
    nearest = min({g.level for g in grooves}, key=lambda v: (abs(v - level), v))
    options = [g for g in grooves if g.level == nearest]
    shift = 1 if scene.kind is SectionKind.VERSE and scene.occurrence == 2 else 0
    return with_touches(setting, options[(setting.turn(len(options), "groove", nearest) + shift) % len(options)])


def _native(setting: Setting, groove: Groove) -> bool:
    """Whether the groove is written in the song's own meter."""
    return groove.meter == str(setting.score.axis.meter)


def groove_row(setting: Setting, groove: Groove, cells: Sequence[int], bar: int) -> list[int]:
    """The velocities of one drum in a bar, one per 16th; grooves of 4/4 are fitted to the song's meter."""
    if not _native(setting, groove):
        return fit(cells[: len(cells) // 16 * 16], bar, setting.bar_steps, setting.compound)
    first = bar % (len(cells) // setting.bar_steps) * setting.bar_steps
    return list(cells[first : first + setting.bar_steps])


def _scene(writer: DrumWriter, scene: Scene) -> None:
    setting = writer.setting
    rng = setting.draws("drums", scene.index)
    grooves = [pick_groove(setting, scene, second_half=half) for half in (False, True)]
    for i in range(scene.n_bars):
        _groove_bar(writer, scene, i, grooves[scene.n_bars >= 16 and i >= scene.n_bars // 2], rng)
    every = max(4, setting.style.drums.fill_every_bars)
    for i in range(every, scene.n_bars, every):
        end = scene.start_tick + i * setting.bar_ticks
        _fill(writer, end, 2 if scene.level >= 2 and i % 8 == 0 else 1, rng)
        if setting.style.drums.crash and scene.level >= 2 and i % 8 == 0:
            writer.hit("Y", end, 88)


def _groove_bar(writer: DrumWriter, scene: Scene, bar: int, groove: Groove, rng: random.Random) -> None:
    setting = writer.setting
    start = scene.start_tick + bar * setting.bar_ticks
    gain = 0.76 + 0.27 * scene.energy
    later = scene.kind in (SectionKind.VERSE, SectionKind.CHORUS) and scene.occurrence >= 2
    for number, (letter, cells) in enumerate(groove.lines.items()):
        row = groove_row(setting, groove, cells, bar)
        if setting.compound and not _native(setting, groove) and letter in ("K", "S", "X", "C"):
            row = [v if i % 6 < 4 else 0 for i, v in enumerate(row)]
        for step, velocity in enumerate(row):
            if velocity:
                touch = writer.touch[(number * 17 + step) % 64] + _PHRASE[bar % 4] * (velocity > 60)
                writer.hit(letter, start + step * STEP, velocity * gain + touch)
    if later and "SH" not in groove.lines and "H" in groove.lines and setting.style.drums.percussion_mix:
        for step in range(0, setting.bar_steps, 2):
            writer.hit("SH", start + step * STEP, 58 if step % 4 else 44)
    if bar % 4 == 3 and bar + 1 < scene.n_bars and rng.random() < 0.45:
        last = start + setting.bar_ticks
        if rng.random() < 0.5 and "H" in groove.lines:
            writer.kit.pop((last - 2 * STEP, DRUM_KEYS["H"]), None)
            writer.hit("O", last - 2 * STEP, 74 * gain, steps=2)
        elif "K" in groove.lines and groove.level > 0:
            writer.hit("K", last - 2 * STEP, 88 * gain)


def _boundary(writer: DrumWriter, scene: Scene, *, playing: bool) -> None:
    """Fill at the end of a scene, crash at the start of the next."""
    setting = writer.setting
    style = setting.style
    if scene.next_kind is None or style.drums.kit is None:
        return
    rng = setting.draws("drums", "boundary", scene.index)
    following = setting.scenes[scene.index + 1]
    enters = following.energy >= style.drums.from_energy
    change = scene.next_rise
    if playing or (enters and change > 0.1):
        level = 3 if change >= 0.25 else 2 if abs(change) >= 0.08 else 1
        if not playing:
            level = min(level, 2)
        if level > 1 or rng.random() < 0.7:
            _fill(writer, scene.end_tick, level, rng)
    if enters and (change >= 0.08 or (playing and following.kind is not scene.kind and following.level >= 2)):
        if style.drums.crash:
            writer.hit("Y", scene.end_tick, 92 + 20 * following.energy, steps=8)
        writer.hit("K", scene.end_tick, 110)


def _fill(writer: DrumWriter, end_tick: int, level: int, rng: random.Random) -> None:
    """A fill in the bar before ``end_tick``; never the same one twice in a row."""
    setting = writer.setting
    chosen = _next_fill(writer, level, rng)
    if chosen is None:
        return
    if end_tick not in writer.silent:
        writer.fills.append(_sound_of(chosen))
    cells = _fill_cells(chosen.cells, setting.bar_steps)
    start = end_tick - len(cells) * STEP
    used = [i for i, c in enumerate(cells) if c != "."]
    if not used:  # a bar without drums, only what rings
        writer.clear(start, end_tick)
        return
    writer.clear(
        start + used[0] * STEP, end_tick, keep=("K", "H", "R") if level == 1 else ("K",) if _four(setting) else ()
    )
    for i in used:
        ramp = 0.72 + 0.28 * (i - used[0] + 1) / (len(cells) - used[0])
        for letter in ("K", "S") if cells[i].lower() == "x" else (_FILL_KEYS[cells[i].lower()],):
            writer.hit(letter, start + i * STEP, (118 if cells[i].isupper() else 90 + 6 * level) * ramp)


def _next_fill(writer: DrumWriter, level: int, rng: random.Random) -> Fill | None:
    """One of the level, or of the next one, unlike the last two and the last with toms; None in a style without."""
    setting = writer.setting
    levels = (level, level - 1, level + 1, level - 2, level + 2)
    by_level = [[f for f in setting.style.drums.fills if f.level == wanted] for wanted in levels]
    with_toms = [fill for fill in writer.fills if any(letter in "hml" for _, letter in fill)]
    for recent in ([*writer.fills[-2:], *with_toms[-1:]], with_toms[-1:], writer.fills[-1:], []):
        for options in by_level:
            if fresh := [f for f in options if _sound_of(f) not in recent]:
                return fresh[(rng.randrange(len(fresh)) + setting.take - 1) % len(fresh)]
    return None


def _sound_of(fill: Fill) -> frozenset[tuple[int, str]]:
    """What tells one fill from another: snare and toms of its last two beats, counted back from its end."""
    return frozenset(
        (i - 16, c.lower()) for i, c in enumerate(fill.cells[-16:].rjust(16, ".")) if i >= 8 and c in _HEARD
    )


def _fill_cells(cells: str, bar_steps: int) -> str:
    return cells[-bar_steps:] if bar_steps <= 16 else cells


def _four(setting: Setting) -> bool:
    lines = [g.lines.get("K", ()) for g in setting.style.drums.grooves if g.level >= 2 and g.meter in ("", "4/4")]
    return bool(lines) and all(row[::4] and all(row[::4]) for row in lines)


def _build(writer: DrumWriter, scene: Scene) -> None:
    """A snare roll that doubles its rate, then a gap."""
    for tick, share in _build_ticks(scene, writer.setting.bar_ticks):
        writer.hit("S", tick, 46 + 74 * share)
        writer.hit("C", tick, 30 + 60 * share)
        if share < 0.75 and tick % 480 == 0:
            writer.hit("K", tick, 110)


def _build_ticks(scene: Scene, bar_ticks: int) -> Iterator[tuple[int, float]]:
    length = scene.end_tick - scene.start_tick
    gap = 240 if scene.n_bars >= 2 else 0
    tick = scene.start_tick
    while tick < scene.end_tick - gap:
        share = (tick - scene.start_tick) / length
        yield tick, share
        tick += 480 if share < 0.375 else 240 if share < 0.7 else 120 if share < 0.94 else 60
