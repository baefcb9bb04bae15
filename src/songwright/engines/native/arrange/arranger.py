"""Puts the band together."""

from __future__ import annotations

from dataclasses import replace

from songwright.domain.lyrics import SectionKind as Kind
from songwright.domain.score import Instrument, MixHint, Note, Part, PartRole, Score, StemName
from songwright.domain.style import Brief

from ..styles import Style, style
from ..styles.schema import Player, mix_hint
from .bass import kick_ticks, write_bass
from .cast import Cast, choose_cast
from .comp import write_player
from .drums import write_drums
from .effects import write_effects
from .finish import dropouts, end_notes, silence, tidy
from .lines import HOOK_KINDS, Liner
from .setting import Scene, Setting
from .turns import turned

LEAD_MELODY = "lead_melody"
"""Name of the part that carries the tune of an instrumental."""

_ROLES = {"comp": PartRole.COMP, "pad": PartRole.PAD, "arp": PartRole.ARP, "lead": PartRole.LEAD}


def arrange(brief: Brief, style: Style, score: Score, *, seed: int, take: int) -> tuple[Part, ...]:
    """Parts for every instrument of the song.

    ``score`` has axis, key, sections, chords and (for sung songs) vocals; parts it already holds are kept, and a
    part called ``lead_melody`` is taken as the tune of an instrumental. ``take`` counts from 1; takes differ in
    grooves, patterns, sounds, fills and hooks. Equal arguments give equal parts.
    """
    setting = Setting(brief=brief, style=_with_drums(brief, style), score=score, seed=seed, take=take)
    cast = choose_cast(setting)
    parts = [*_rhythm(setting, cast), *_harmony(setting, cast), *_lines(setting, cast), *write_effects(setting)]
    taken = {p.name for p in score.parts}
    parts = turned(setting, [p for p in parts if p.notes and p.name not in taken])
    return (*score.parts, *(p for p in parts if p.notes))


def _with_drums(brief: Brief, own: Style) -> Style:
    """A style without kit borrows the pop kit when drums were asked for; one without bass, a bass."""
    if own.drums.kit is None and "drums" in brief.instruments:
        own = own.model_copy(update={"drums": style("pop").drums.model_copy(update={"from_energy": 0.25})})
    if own.bass is None and "bass" in brief.instruments:
        own = own.model_copy(update={"bass": style("pop").bass})
    return own


def _rhythm(setting: Setting, cast: Cast) -> list[Part]:
    style = setting.style
    spans = dropouts(setting)
    writer = write_drums(setting, kit=cast.kit, percussion=cast.percussion)
    parts: list[Part] = []
    kit = style.drums.kit
    if style.drums.kit_alt is not None and setting.turn(2, "kit") == 1:
        kit = style.drums.kit_alt
    if kit is not None:
        notes = silence(list(writer.kit.values()), spans, ("drums", "both", "all"))
        parts.append(_drum_part(setting, "drums", kit, notes, mix_hint(style.drums.mix)))
    hand = list(writer.percussion.values())
    if hand:
        table = style.drums.percussion_mix or {"level": -14.0, "pan": 0.35, "reverb": -20.0}
        parts.append(_drum_part(setting, "percussion", Instrument(engine="gmdrums"), hand, mix_hint(table)))
    if cast.bass and style.bass is not None:
        kicks = writer.kicks or kick_ticks(setting)
        notes = silence(
            write_bass(setting, kicks, forced="bass" in setting.brief.instruments), spans, ("bass", "both", "all")
        )
        sound = style.bass.sound
        if style.bass.sound_alt is not None and setting.turn(2, "bass sound") == 1:
            sound = style.bass.sound_alt
        parts.append(
            Part(
                name="bass",
                role=PartRole.BASS,
                stem=StemName.BASS,
                instrument=sound,
                notes=tidy(setting, end_notes(setting, notes, drums=False), drums=False),
                mix=mix_hint(style.bass.mix),
                swing=_swing(setting),
            )
        )
    return parts


def _drum_part(setting: Setting, name: str, kit: Instrument, notes: list[Note], hint: MixHint) -> Part:
    drums = name == "drums"
    return Part(
        name=name,
        role=PartRole.DRUMS if drums else PartRole.PERCUSSION,
        stem=StemName.DRUMS if drums else StemName.PERCUSSION,
        instrument=kit,
        notes=tidy(setting, end_notes(setting, notes, drums=True), drums=True),
        mix=hint,
        swing=_swing(setting),
    )


def _harmony(setting: Setting, cast: Cast) -> list[Part]:
    spans = [s for s in dropouts(setting) if s[2] == "all"]
    parts: list[Part] = []
    for player in cast.harmony:
        scenes = [s for s in setting.scenes if s.index in cast.on[player.id]]
        notes = silence(write_player(setting, player, scenes), spans, ("all",))
        parts.append(_part(setting, player, player.id, notes))
    if any(p.voicing == "power" for p in cast.harmony):
        parts += [_doubled(p) for p in parts if p.name == "distorted_guitar"]
    return parts


def _doubled(part: Part) -> Part:
    """The second rhythm guitar: the same chords on the other side."""
    notes = tuple(replace(n, velocity=max(1, n.velocity - 4)) for n in part.notes)
    mix = replace(part.mix, pan=-part.mix.pan, level_db=part.mix.level_db - 0.5)
    sound = replace(part.instrument, program=29 if part.instrument.program == 30 else 30)
    return replace(part, name=f"{part.name}_2", notes=notes, mix=mix, instrument=sound)


def _part(setting: Setting, player: Player, name: str, notes: list[Note], *, role: PartRole | None = None) -> Part:
    return Part(
        name=name,
        role=role or _ROLES[player.role],
        stem=player.stem,
        instrument=player.sound,
        notes=tidy(setting, end_notes(setting, notes, drums=False), drums=False),
        mix=player.hint(),
        swing=_swing(setting),
    )


def _swing(setting: Setting) -> float:
    return setting.style.swing.share(setting.score.axis.bpm_at(0))


def _lines(setting: Setting, cast: Cast) -> list[Part]:
    """Hook, answers, solos and counter-melody, shared out among the players who can."""
    liner = Liner(setting)
    books: dict[str, list[Note]] = {}
    players = {p.id: p for p in cast.leads}
    sung = any(s.sung for s in setting.scenes)
    if not sung and all(p.name != LEAD_MELODY for p in setting.score.parts):
        singer = _one(setting, cast, "solo") or _one(setting, cast, "hook")
        if singer is None:
            singer = cast.harmony[0].model_copy(
                update={"low_midi": 64, "high_midi": 86, "mix": {**cast.harmony[0].mix, "level": -4.0}}
            )
        singer = singer.model_copy(
            update={"low_midi": max(57, singer.low_midi - 4), "high_midi": min(84, singer.high_midi)}
        )
        tune = liner.tune(singer, [s for s in setting.scenes if s.kind not in (Kind.INTRO, Kind.OUTRO, Kind.BUILD)])
        lead = singer.model_copy(
            update={"mix": {**singer.mix, "level": max(-3.0, singer.mix.get("level", -8.0) + 4.0)}}
        )
        return [
            _part(setting, lead, LEAD_MELODY, tune, role=PartRole.LEAD),
            *_sung_lines(setting, cast, liner, books, players, busy=True),
        ]
    return _sung_lines(setting, cast, liner, books, players, busy=not sung)


def _sung_lines(
    setting: Setting, cast: Cast, liner: Liner, books: dict[str, list[Note]], players: dict[str, Player], *, busy: bool
) -> list[Part]:
    hook, counter = _one(setting, cast, "hook"), _one(setting, cast, "counter")
    solo = _one(setting, cast, "solo") or hook
    if hook is not None:
        scenes = [
            s for s in setting.scenes if s.kind in HOOK_KINDS and (not busy or s.kind in (Kind.INTRO, Kind.OUTRO))
        ]
        books.setdefault(hook.id, []).extend(liner.hook(hook, scenes))
    for scene in setting.scenes:
        if scene.sung:
            _answer(setting, cast, liner, scene, books)
        elif (
            solo is not None
            and not busy
            and scene.kind in (Kind.SOLO, Kind.INTERLUDE, Kind.BRIDGE, Kind.VERSE, Kind.CHORUS)
        ):
            plan = "solo" if scene.kind is Kind.SOLO else "chorus"
            if scene.kind is not Kind.INTERLUDE or hook is None:
                level = 0.4 + 0.5 * scene.energy
                line = liner.theme(solo, scene.start_tick, scene.end_tick, plan=plan, lift=4, level=level)
                books.setdefault(solo.id, []).extend(line)
        if (
            counter is not None
            and scene.kind is Kind.CHORUS
            and scene.energy >= 0.78
            and (scene.last_of_kind or scene.occurrence > 1)
        ):
            books.setdefault(f"{counter.id}_counter", []).extend(liner.counter(counter, scene))
            players[f"{counter.id}_counter"] = counter
    parts = []
    harmonic = {p.id for p in cast.harmony}
    for ident, notes in books.items():
        name = f"{ident}_line" if ident in harmonic else ident
        parts.append(
            _part(setting, players[ident], name, sorted(notes, key=lambda n: n.start_tick), role=PartRole.LEAD)
        )
    return parts


def _answer(setting: Setting, cast: Cast, liner: Liner, scene: Scene, books: dict[str, list[Note]]) -> None:
    share = {Kind.VERSE: 0.5, Kind.CHORUS: 0.35}.get(scene.kind, 0.4)
    if scene.kind is Kind.VERSE and scene.occurrence == 1:
        share = 0.3
    able = [p for p in cast.leads if "fills" in p.jobs]
    if not able or scene.energy < 0.2:
        return
    who = able[(setting.turn(len(able), "fills") + scene.occurrence) % len(able)] if len(able) > 1 else able[0]
    forced = [p for p in able if p.prominence >= 2.0]
    who = forced[scene.index % len(forced)] if forced else who
    books.setdefault(who.id, []).extend(liner.answers(who, scene, share + (0.25 if forced else 0.0)))


def _one(setting: Setting, cast: Cast, job: str) -> Player | None:
    """The player who takes a job: an asked one first, else another one in each take."""
    able = [p for p in cast.leads if job in p.jobs]
    forced = [p for p in able if p.prominence >= 2.0]
    own = [p for p in able if p.role == "lead"]
    pool = forced or (own if len(own) > 1 else able)
    return pool[setting.turn(len(pool), "job", job)] if pool else None
