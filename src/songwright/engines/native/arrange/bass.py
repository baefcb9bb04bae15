"""Bass: idiom patterns locked to the kick, approach notes, walking lines."""

from __future__ import annotations

from songwright.domain.score import Note

from .cells import Hit, hits
from .degrees import DEGREES, degree_step
from .drums import groove_row, pick_groove
from .setting import STEP, Scene, Setting

_GLIDING = ("bass_808", "bass_acid")
"""Basses that slide into approach notes and off-beat octaves."""


_INNER = "b2346t57"
"""Degrees that do not open a chord."""


class BassWriter:
    """Writes one bass part, remembering where the hand is."""

    def __init__(self, setting: Setting) -> None:
        bass = setting.style.bass
        if bass is None:
            raise ValueError(f"the style {setting.style.id} has no bass")
        self.setting, self.bass = setting, bass
        self.at = (bass.low_midi + bass.high_midi) // 2 - 3
        self.notes: list[Note] = []
        self.up = True
        self.run = 0  # notes walked in this direction

    def near(self, pc: int, *, around: int | None = None, low: bool = False) -> int:
        """The pitch of this class in range, nearest to where the hand is (or in the low octave)."""
        options = [p for p in range(self.bass.low_midi, self.bass.high_midi + 1) if p % 12 == pc % 12]
        target = self.bass.low_midi + 5 if low else (self.at if around is None else around)
        return min(options, key=lambda p: (abs(p - target), p))

    def add(self, tick: int, ticks: int, pitch: int, velocity: int, *, slide: bool = False) -> None:
        """Append a note."""
        self.notes.append(
            Note(
                start_tick=tick,
                duration_ticks=max(30, ticks),
                pitch_midi=pitch,
                velocity=max(1, min(127, velocity)),
                slide=slide,
            )
        )
        self.at = pitch


def write_bass(setting: Setting, kicks: set[int], *, forced: bool = False) -> list[Note]:
    """The bass line in straight ticks."""
    writer = BassWriter(setting)
    for scene in setting.scenes:
        if scene.energy < writer.bass.from_energy and not (forced and scene.energy > 0.2):
            continue
        pattern = _pattern(setting, scene, kicks)
        for bar in range(scene.n_bars):
            start = scene.start_tick + bar * setting.bar_ticks
            if pattern == "walk":
                _walk_bar(writer, scene, start)
            else:
                _pattern_bar(writer, scene, bar, start, pattern)
    return writer.notes


def _pattern(setting: Setting, scene: Scene, kicks: set[int]) -> str:
    """Of the idioms of this energy, one that sits with the kick; takes differ among the best two."""
    bass = setting.style.bass
    assert bass is not None  # noqa: S101 - the writer has checked
    options = bass.patterns.get(scene.band, ()) or next(iter(bass.patterns.values()))
    if len(options) == 1 or "walk" in options:
        return options[setting.turn(len(options), "bass", scene.band)]
    bar = range(scene.start_tick, scene.start_tick + setting.bar_ticks)
    here = {k - scene.start_tick for k in kicks if k in bar}

    def lock(pattern: str) -> float:
        onsets = {h.step * STEP for h in hits(pattern, 0, setting.bar_steps, setting.compound)}
        return len(onsets & here) / max(1, len(here))

    ranked = sorted(options, key=lambda p: (-lock(p), options.index(p)))[:2] if here else list(options)
    return ranked[setting.turn(len(ranked), "bass", scene.kind.value)]


def _pattern_bar(writer: BassWriter, scene: Scene, bar: int, start: int, pattern: str) -> None:
    setting = writer.setting
    for hit in hits(pattern, bar, setting.bar_steps, setting.compound):
        tick = start + hit.step * STEP
        end = min(tick + hit.n_steps * STEP, setting.score.end_tick)
        pitch, velocity, slide = _reachable(writer, _pitch(writer, hit, tick)), 84 + round(22 * scene.energy), False
        velocity += 8 if hit.step == 0 else -6 if hit.step % 4 else 0
        if hit.symbol == "x":
            writer.add(tick, 50, pitch, 42)
            continue
        if writer.bass.sound.patch in _GLIDING and (hit.symbol == "a" or (hit.symbol == "8" and hit.step % 4)):
            slide = True
        change = setting.change_after(tick)
        if change < end - 60 and hit.symbol != "n":  # the chord moves under a held note: strike again
            writer.add(tick, change - tick - 20, pitch, velocity)
            writer.add(change, end - change - 20, writer.near(_root(setting, change)), velocity - 6)
        else:
            short = 0.9 if hit.n_steps > 1 else 0.82
            writer.add(tick, round((end - tick) * short), pitch, velocity, slide=slide)


def _reachable(writer: BassWriter, pitch: int) -> int:
    """No leap over an octave: the same note an octave nearer, if the range has it."""
    if abs(pitch - writer.at) <= 12 or not writer.notes:
        return pitch
    nearer = pitch + 12 if pitch < writer.at else pitch - 12
    return nearer if writer.bass.low_midi - 2 <= nearer <= writer.bass.high_midi + 4 else pitch


def _root(setting: Setting, tick: int) -> int:
    chord = setting.chord_at(tick)
    return chord.root_pc if chord.bass_pc is None else chord.bass_pc


def _pitch(writer: BassWriter, hit: Hit, tick: int) -> int:
    setting = writer.setting
    chord, root = setting.chord_at(tick), _root(setting, tick)
    base = writer.near(root, low=True)
    if hit.step and hit.symbol in _INNER and setting.starts_at(tick):  # a new chord is heard from its root
        return base
    if hit.symbol == "8":
        return base + 12 if base + 12 <= writer.bass.high_midi + 4 else base
    if hit.symbol == "a":
        return _approach(writer, tick)
    if hit.symbol == "n":
        return writer.near(_root(setting, setting.change_after(tick)), low=True)
    if hit.symbol in DEGREES and hit.symbol != "1":
        step = degree_step(hit.symbol, chord)
        return writer.near(chord.root_pc + step, around=base + min(6, step))
    return base


def _approach(writer: BassWriter, tick: int) -> int:
    """A step (scale if there is one, else chromatic) into the next chord's root; the fifth if nothing changes."""
    setting = writer.setting
    change = setting.change_after(tick)
    if change - tick > 2 * 480 or change >= setting.score.end_tick:
        return writer.near(setting.chord_at(tick).root_pc + 7)
    target = writer.near(_root(setting, change), low=True)
    if target % 12 == _root(setting, tick) % 12:
        return writer.near(setting.chord_at(tick).root_pc + 7, around=target)
    below = writer.at <= target
    scale = setting.score.key.scale_pcs
    for distance in (2, 1):
        pitch = target - distance if below else target + distance
        if pitch % 12 in scale and pitch >= writer.bass.low_midi - 1:
            return pitch
    return target - 1 if below and target - 1 >= writer.bass.low_midi else target + 1


def _walk_bar(writer: BassWriter, scene: Scene, start: int) -> None:
    """Walking quarters: root on a new chord, chord and scale tones between, an approach before the change."""
    setting = writer.setting
    rng = setting.draws("bass", "walk", start)
    n_beats = max(1, setting.bar_ticks // 480)
    two_feel = scene.level <= 1 and scene.energy < 0.4
    for beat in range(0, n_beats, 2 if two_feel else 1):
        tick = start + beat * 480
        length = 960 if two_feel else 480
        chord, change = setting.chord_at(tick), setting.change_after(tick)
        fresh = setting.score.chords[setting.chord_index(tick)].start_tick == tick
        if fresh or beat == 0:
            pitch = writer.near(_root(setting, tick)) if rng.random() < 0.9 else writer.near(chord.pcs[1])
        elif two_feel:
            pitch = writer.near(chord.root_pc + 7)
        elif change - tick <= 480:
            target = writer.near(_root(setting, change))
            pitch = target + (rng.choice((-1, 1, -2, 2)) if rng.random() < 0.85 else 7)
        else:
            pitch = _walk_step(writer, chord.pcs)
        pitch = min(max(pitch, writer.bass.low_midi - 1), writer.bass.high_midi + 3)
        velocity = 82 + round(18 * scene.energy) + (4 if beat % 2 else 0)
        writer.add(tick, round(length * 0.92), pitch, velocity)
        if not two_feel and rng.random() < 0.07:  # a skipped triplet before the next beat
            writer.add(tick + 360, 90, pitch, velocity - 22)


def _walk_step(writer: BassWriter, pcs: tuple[int, ...]) -> int:
    """The next chord tone in the direction of travel; turns round at the ends of the range."""
    low, high = writer.bass.low_midi, writer.bass.high_midi
    writer.run += 1
    if writer.run >= 4:  # five notes one way are enough
        writer.up, writer.run = not writer.up, 0
    if writer.at >= high - 3:
        writer.up = False
    elif writer.at <= low + 4:
        writer.up = True
    steps = range(writer.at + 1, writer.at + 8) if writer.up else range(writer.at - 1, writer.at - 8, -1)
    return next((p for p in steps if p % 12 in pcs), writer.at + (2 if writer.up else -2))


def kick_ticks(setting: Setting) -> set[int]:
    """Kick onsets the grooves would give, for a band whose drummer stays away."""
    out: set[int] = set()
    if not setting.style.drums.grooves:
        return out
    for scene in setting.scenes:
        groove = pick_groove(setting, scene)
        for bar in range(scene.n_bars):
            start = scene.start_tick + bar * setting.bar_ticks
            row = groove_row(setting, groove, groove.lines.get("K", (0,) * 48), bar)
            out |= {start + i * STEP for i, v in enumerate(row) if v}
    return out
