"""Lines: the hook riff, answers in vocal gaps, solos, counter-melody, and the tune of a song without words."""

from __future__ import annotations

from collections.abc import Iterable

from songwright.domain.lyrics import SectionKind as Kind
from songwright.domain.score import Note

from ..styles.schema import Player
from .motif import Motif, make_motif, scale_pitches, settle
from .setting import STEP, Scene, Setting

HOOK_KINDS = (Kind.INTRO, Kind.POST_CHORUS, Kind.INTERLUDE, Kind.DROP, Kind.OUTRO)
_PLANS: dict[str, tuple[str, ...]] = {
    "hook": ("a", "a", "a", "end"),
    "verse": ("a", "down", "a", "end"),
    "chorus": ("a", "up", "a", "end"),
    "bridge": ("thin", "invert", "thin", "end"),
    "solo": ("a", "up", "invert", "busy", "a", "up2", "busy", "end"),
}


class Liner:
    """Writes lines for one take; owns the motifs so that they return."""

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        melody = setting.style.melody
        verse, chorus = melody.notes_per_bar.get("verse", 5.0), melody.notes_per_bar.get("chorus", 4.0)
        self.motifs: dict[str, Motif] = {}
        shapes = {
            "hook": (min(6.0, chorus), melody.syncopation),
            "verse": (min(6.0, verse * 0.8), melody.syncopation * 0.8),
            "chorus": (min(6.0, chorus), melody.syncopation),
            "bridge": (min(4.0, chorus * 0.7), 0.2),
            "solo": (min(9.0, verse * 1.2), melody.syncopation),
            "busy": (8.5, melody.syncopation),
        }
        for name, (density, syncopation) in shapes.items():
            shared = name in ("verse", "chorus", "bridge")
            rng = setting.draws("motif", name) if not shared else setting.draws("motif", name, "tune")
            self.motifs[name] = make_motif(rng, bar_steps=setting.bar_steps, syncopation=syncopation, density=density)

    def theme(
        self, player: Player, start: int, end: int, *, plan: str, lift: int = 0, level: float = 0.7
    ) -> list[Note]:
        """Two-bar ideas in a row from ``start`` to ``end``, fitted to the chords."""
        setting = self.setting
        scale = scale_pitches(setting.score.key, setting.style.melody.scale, player.low_midi, player.high_midi)
        anchor = min(range(len(scale)), key=lambda i: abs(scale[i] - (player.low_midi + player.high_midi) // 2 - lift))
        notes: list[Note] = []
        steps = _PLANS[plan]
        base = self.motifs[plan]
        unit = base.n_steps * STEP
        count = max(1, (end - start + unit - 1) // unit)
        for k in range(count):
            move = "end" if k == count - 1 and count > 1 else steps[k % len(steps)]
            idea = self._move(base, move)
            at = start + k * unit
            for e in idea.events:
                tick = at + e.step * STEP
                if tick >= end:
                    break
                pitch = scale[_fold(anchor + e.degree, len(scale))]
                strong = e.step % 8 == 0 or e.n_steps >= 4
                pitch = settle(pitch, setting.chord_at(tick), strong=strong, low=player.low_midi, high=player.high_midi)
                length = min(e.n_steps * STEP, end - tick)
                velocity = round(70 + 36 * level + (6 if e.step % 8 == 0 else -4 if e.step % 4 else 0))
                notes.append(_note(tick, round(length * 0.94), pitch, velocity))
        return _tie(notes)

    def _move(self, base: Motif, move: str) -> Motif:
        moves = {"a": lambda: base, "up": lambda: base.sequence(1), "up2": lambda: base.sequence(2)}
        moves |= {"down": lambda: base.sequence(-1), "invert": base.invert, "thin": base.thin}
        moves |= {"busy": lambda: self.motifs["busy"], "end": lambda: base.close(0)}
        return moves[move]()

    def hook(self, player: Player, scenes: Iterable[Scene]) -> list[Note]:
        """The riff in intros, interludes, post-choruses and drops, wherever nobody sings."""
        notes: list[Note] = []
        for scene in scenes:
            line = self.theme(player, scene.start_tick, scene.end_tick, plan="hook", level=0.35 + 0.5 * scene.energy)
            notes += [n for n in line if not self.setting.voice_busy(n.start_tick, n.start_tick + n.duration_ticks)]
        return notes

    def answers(self, player: Player, scene: Scene, share: float) -> list[Note]:
        """Short fills in the voice's rests of a beat or more: the tail of the hook, or a run into the next line."""
        setting = self.setting
        rng = setting.draws("answers", player.id, scene.index)
        notes: list[Note] = []
        melody = setting.style.melody
        scale = scale_pitches(setting.score.key, melody.scale, player.low_midi, player.high_midi)
        for start, end in setting.gaps(scene.start_tick, scene.end_tick, 480 + 240):
            if rng.random() > share:
                continue
            first, last = _round_up(start + 60, 240), min(end - 120, start + 3 * setting.bar_ticks // 2)
            if last - first < 360:
                continue
            notes += self._answer(player, scale, first, last, rng.random(), scene.energy)
        return notes

    def _answer(
        self, player: Player, scale: list[int], first: int, last: int, draw: float, energy: float
    ) -> list[Note]:
        setting = self.setting
        events = self.motifs["hook"].events
        tail = events[-(3 + int(draw * 3)) :]
        shift = tail[0].step
        anchor = len(scale) // 2 + (1 if draw > 0.5 else -1)
        out: list[Note] = []
        for e in tail:
            tick = first + (e.step - shift) * STEP
            length = min(e.n_steps * STEP, last - tick)
            if length < 100:
                break
            pitch = scale[min(max(anchor + e.degree, 0), len(scale) - 1)]
            chord = setting.chord_at(tick)
            pitch = settle(pitch, chord, strong=e.n_steps >= 3, low=player.low_midi, high=player.high_midi)
            out.append(_note(tick, round(length * 0.9), pitch, round(66 + 26 * energy)))
        return out if len(out) >= 2 else []

    def counter(self, player: Player, scene: Scene) -> list[Note]:
        """Long guide tones that move against the voice, away from its pitches."""
        setting = self.setting
        notes: list[Note] = []
        at = (player.low_midi + player.high_midi) // 2 + 3
        for span in setting.spans_in(scene.start_tick, scene.end_tick):
            start = max(span.start_tick, scene.start_tick)
            end = min(span.start_tick + span.duration_ticks, scene.end_tick)
            near = setting.sung_weights(start, end)
            halves = [(start, end)] if end - start < 1400 else [(start, (start + end) // 2), ((start + end) // 2, end)]
            for a, b in halves:
                options = [p for p in range(player.low_midi, player.high_midi + 1) if p % 12 in span.chord.pcs]
                previous = at
                at = min(options, key=lambda p: (abs(p - previous) + 40 * near[p] + (2.5 if p == previous else 0), p))
                notes.append(_note(a, b - a - 20, at, round(58 + 30 * scene.energy)))
        return _tie(notes, merge=True)

    def tune(self, player: Player, scenes: Iterable[Scene]) -> list[Note]:
        """The lead melody of an instrumental: verse, chorus and bridge ideas that come back."""
        notes: list[Note] = []
        lift = self.setting.style.melody.chorus_lift_semitones
        for scene in scenes:
            plan, up = "verse", 0
            if scene.kind in (Kind.CHORUS, Kind.DROP, Kind.POST_CHORUS):
                plan, up = "chorus", lift
            elif scene.kind in (Kind.BRIDGE, Kind.BREAKDOWN):
                plan, up = "bridge", lift // 2
            elif scene.kind is Kind.SOLO:
                plan, up = "solo", lift
            elif scene.kind is Kind.PRE_CHORUS:
                up = lift // 2
            level = 0.35 + 0.5 * scene.energy
            notes += self.theme(player, scene.start_tick, scene.end_tick, plan=plan, lift=up, level=level)
        return notes


def _note(tick: int, length: int, pitch: int, velocity: int) -> Note:
    return Note(start_tick=tick, duration_ticks=max(40, length), pitch_midi=pitch, velocity=max(1, min(127, velocity)))


def _fold(index: int, n: int) -> int:
    """An index inside ``0..n-1``: a line that would leave its range turns back."""
    if index >= n:
        index = 2 * (n - 1) - index
    return min(max(abs(index), 0), n - 1)


def _round_up(tick: int, grid: int) -> int:
    return -(-tick // grid) * grid


def _tie(notes: list[Note], *, merge: bool = False) -> list[Note]:
    """One note at a time; with ``merge`` a repeated long pitch is held instead."""
    out: list[Note] = []
    for n in sorted(notes, key=lambda n: n.start_tick):
        if out and out[-1].start_tick + out[-1].duration_ticks > n.start_tick:
            out[-1] = _note(out[-1].start_tick, n.start_tick - out[-1].start_tick, out[-1].pitch_midi, out[-1].velocity)
        if merge and out and out[-1].pitch_midi == n.pitch_midi and n.start_tick - out[-1].start_tick < 3840:
            last = out.pop()
            n = _note(last.start_tick, n.start_tick + n.duration_ticks - last.start_tick, n.pitch_midi, last.velocity)
        out.append(n)
    return out
