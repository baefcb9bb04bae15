"""Chords in rhythm, pads and arpeggios."""

from __future__ import annotations

from collections.abc import Iterable

from songwright.domain.score import Chord, Note

from ..styles.schema import Band, Player
from .cells import Hit, hits
from .degrees import degree_step
from .riffs import flutter, write_riff
from .setting import STEP, Scene, Setting
from .voicing import guitar_shape, lead_voices

_NEAREST: dict[Band, tuple[Band, ...]] = {
    "low": ("low", "mid", "high"),
    "mid": ("mid", "low", "high"),
    "high": ("high", "mid", "low"),
}


_SHAPED = ("strum", "pick", "power", "boom_chick")
"""Voicings that follow the hand's shapes, not the smoothest way."""


def write_player(setting: Setting, player: Player, scenes: Iterable[Scene]) -> list[Note]:
    """The notes of one harmonic player in the scenes in which it plays, straight ticks."""
    scenes = list(scenes)
    if player.role == "pad":
        return _pad(setting, player, scenes)
    if player.voicing in ("riff", "power_riff"):
        return write_riff(setting, player, [(scene, choose_pattern(setting, player, scene)) for scene in scenes])
    voices = [] if player.voicing in _SHAPED else lead_voices(setting, player, sustained=False)
    calm = [pitches[-3:] for pitches in voices] if player.role == "comp" else voices  # held chords are thin
    notes: list[Note] = []
    for scene in scenes:
        pattern = choose_pattern(setting, player, scene)
        for bar in range(scene.n_bars):
            start = scene.start_tick + bar * setting.bar_ticks
            for hit in hits(pattern, bar, setting.bar_steps, setting.compound):
                book = calm if hit.n_steps >= 4 else voices
                notes += _strike(setting, player, scene, start, hit, book)
    return notes


def choose_pattern(setting: Setting, player: Player, scene: Scene) -> str:
    """A pattern of the scene's energy; the same for every chorus of a take, another for second verses."""
    bands = _NEAREST[scene.band]
    options = next((player.patterns[b] for b in bands if player.patterns.get(b)), ("7-------|--------",))
    shift = scene.occurrence - 1 if scene.kind.value == "verse" else 0
    return options[(setting.turn(len(options), "pattern", player.id, scene.band) + shift) % len(options)]


def _strike(
    setting: Setting, player: Player, scene: Scene, bar_start: int, hit: Hit, book: list[tuple[int, ...]]
) -> list[Note]:
    tick = bar_start + hit.step * STEP
    end = min(tick + hit.n_steps * STEP, scene.end_tick)
    change = setting.change_after(tick)
    pushed = change - tick <= STEP * 2 and end - change >= STEP * 2 and hit.step % 4 != 0
    at = change if pushed else tick
    notes = _sound(setting, player, scene, tick, min(end, setting.change_after(at)), at, hit, book)
    after = setting.change_after(at)
    while end - after >= 2 * STEP and player.role == "comp":  # a held chord follows the harmony
        nxt = min(end, setting.change_after(after))
        notes += _sound(setting, player, scene, after, nxt, after, Hit(hit.step, 1, hit.symbol), book)
        after = setting.change_after(after)
        if after >= end:
            break
    return notes


def _sound(
    setting: Setting, player: Player, scene: Scene, tick: int, end: int, at: int, hit: Hit, book: list[tuple[int, ...]]
) -> list[Note]:
    chord = setting.chord_at(at)
    digit = int(hit.symbol) if hit.symbol.isdigit() else 6
    gain = 0.68 + 0.36 * scene.energy
    length = max(40, round((end - tick) * (0.95 if hit.n_steps > 1 else 0.7)))
    if player.voicing == "pick":
        shape = guitar_shape(chord.root_pc, chord.pcs)
        tone = shape[(0, 0, 2, 3, 4, 5, 1)[digit % 7] % len(shape)] if digit > 1 else shape[0]
        if digit == 1 and chord.bass_pc is not None:
            tone = 40 + (chord.bass_pc - 40) % 12
        return [_note(tick, max(length, 360), tone, (88 if digit == 1 else 74) * gain)]
    if player.role == "arp":
        ladder = _ladder(chord.pcs, player.low_midi, player.high_midi)
        accent = 8 if hit.step % 4 == 0 else 0
        pitch = ladder[(digit - 1) % len(ladder)]
        pitches = (pitch, pitch + 12) if player.voicing == "octaves" and pitch + 12 <= 96 else (pitch,)
        return [_note(tick, max(length, 100), p, (78 + accent) * gain) for p in pitches]
    velocity = 14 * digit * gain
    if player.voicing == "boom_chick":
        return _boom_chick(setting, chord, hit, tick, length, velocity)
    if player.voicing == "strum":
        shape = guitar_shape(chord.root_pc, chord.pcs)
        return _strum(shape, tick, length, velocity, down=hit.step % 4 in (0, 2))
    if player.voicing == "power":
        root = player.low_midi + (chord.root_pc - player.low_midi) % 12
        stack = (root, root + 7, root + 12) if root + 12 <= player.high_midi else (root, root + 7)
        short = length if digit >= 7 or hit.n_steps > 1 else min(length, 70)
        return [_note(tick, short, p, velocity) for p in stack]
    pitches = book[setting.chord_index(at)]
    if player.voicing == "flutter":
        return flutter(pitches, tick, end, velocity)
    return [_note(tick, length, p, velocity - (0 if p == pitches[-1] else 5)) for p in pitches]


def _boom_chick(setting: Setting, chord: Chord, hit: Hit, tick: int, length: int, velocity: float) -> list[Note]:
    """Root and fifth in turn on the beats, the upper strings between them."""
    beat = 6 if setting.compound else 4
    if hit.step % beat:
        shape = guitar_shape(chord.root_pc, chord.pcs)[-4:]
        return _strum(shape, tick, length, velocity, down=hit.step % 2 == 0)
    root = 40 + ((chord.root_pc if chord.bass_pc is None else chord.bass_pc) - 40) % 12
    fifth = root + degree_step("5", chord) - (12 if root > 45 else 0)
    pitch = fifth if hit.step // beat % 2 and fifth >= 40 else root
    return [_note(tick, max(length, 200), pitch, velocity)]


def _strum(shape: tuple[int, ...], tick: int, length: int, velocity: float, *, down: bool) -> list[Note]:
    """Down-strokes take all strings, up-strokes the top four, softer and quicker."""
    strings = shape if down else shape[-4:][::-1]
    spread = 9 if down else 6
    return [
        _note(tick + i * spread, max(40, length - i * spread), p, velocity * (1.0 if down else 0.85) - 2 * i)
        for i, p in enumerate(strings)
    ]


def _ladder(pcs: tuple[int, ...], low: int, high: int) -> list[int]:
    """Chord tones upward through the range, from the root nearest its bottom."""
    start = low + (pcs[0] - low) % 12
    return [p for p in range(start, high + 1) if p % 12 in {x % 12 for x in pcs}]


def _note(tick: int, length: int, pitch: int, velocity: float) -> Note:
    return Note(start_tick=tick, duration_ticks=length, pitch_midi=pitch, velocity=max(1, min(127, round(velocity))))


def _pad(setting: Setting, player: Player, scenes: list[Scene]) -> list[Note]:
    """Held chords; tones that stay are tied over."""
    voices = lead_voices(setting, player, sustained=True)
    notes: list[Note] = []
    for scene in scenes:
        held: dict[int, int] = {}
        velocity = 56 + 36 * scene.energy
        for span in setting.spans_in(scene.start_tick, scene.end_tick):
            start = max(span.start_tick, scene.start_tick)
            now = set(voices[setting.chord_index(start)])
            for pitch in sorted(set(held) - now):
                notes.append(_note(held[pitch], start - held.pop(pitch), pitch, velocity))
            for pitch in sorted(now):
                if pitch in held and start - held[pitch] >= 4 * setting.bar_ticks:
                    notes.append(_note(held[pitch], start - held[pitch], pitch, velocity))
                    held[pitch] = start
                held.setdefault(pitch, start)
        notes += [_note(since, scene.end_tick - since, pitch, velocity) for pitch, since in sorted(held.items())]
    return sorted(notes, key=lambda n: (n.start_tick, n.pitch_midi))
