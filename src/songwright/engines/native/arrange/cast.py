"""Who is in the band, and who plays when."""

from __future__ import annotations

from dataclasses import dataclass

from songwright.domain.lyrics import SectionKind as Kind

from ..styles import instrument
from ..styles.schema import Player
from .setting import Scene, Setting

_CARRYING = ("comp", "arp", "pad")
_SPARE = ("piano", "acoustic_guitar", "warm_pad", "strings", "electric_piano", "organ", "harp", "marimba")
_PEAKS = (Kind.CHORUS, Kind.POST_CHORUS, Kind.DROP)
_GROUPS: dict[str, tuple[str, ...]] = {
    "guitar": ("acoustic_guitar", "electric_guitar", "pedal_steel", "banjo", "mandolin", "ukulele"),
    "keys": ("piano", "electric_piano", "organ", "harpsichord"),
    "woodwinds": ("flute", "clarinet", "saxophone", "whistle"),
    "horns": ("brass", "trumpet", "trombone", "saxophone"),
    "brass": ("brass", "trumpet", "trombone", "french_horn"),
    "strings": ("strings", "violin", "cello"),
}


@dataclass(frozen=True, kw_only=True)
class Cast:
    """The players of a take and their scenes."""

    harmony: tuple[Player, ...]  # comp, pad and arp players, most prominent first
    leads: tuple[Player, ...]  # players that can carry a line, best first
    on: dict[str, frozenset[int]]  # harmony player id -> scene indexes
    kit: bool
    percussion: bool
    bass: bool


def avoided(setting: Setting, *names: str) -> bool:
    """Whether the request refuses any of these instrument ids or families."""
    unwanted = set(setting.brief.avoid)
    for word in tuple(unwanted):
        unwanted |= set(_GROUPS.get(word, ()))
    return bool(unwanted & set(names))


def choose_cast(setting: Setting) -> Cast:
    """The band of this take: the style's, with what was asked for and without what was refused."""
    style, brief = setting.style, setting.brief
    asked = [i for i in brief.instruments if i not in ("drums", "percussion", "bass")]
    players = _take_sounds(setting, [p for p in style.players if not avoided(setting, p.id, p.family)])
    players = _strangers(setting, players)
    for wish in asked:
        players = _grant(setting, players, wish)
    harmony = [p for p in players if p.role != "lead"]
    forced = {p.id for p in players if p.prominence >= 2.0}
    harmony = _vary(setting, harmony, forced)
    for spare in _SPARE:
        if sum(p.role in ("comp", "arp", "pad") for p in harmony) >= 2:
            break
        candidate = instrument(spare)
        if not avoided(setting, candidate.id, candidate.family) and all(p.family != candidate.family for p in harmony):
            harmony.append(candidate.model_copy(update={"from_energy": 0.0}))
    harmony.sort(key=lambda p: (-p.prominence, p.id))
    leads = [p for p in players if p.role == "lead" or p.jobs]
    leads = sorted(leads, key=lambda p: (-(p.prominence >= 2.0), p.role != "lead"))
    return Cast(
        harmony=tuple(harmony),
        leads=tuple(leads),
        on=_entries(setting, harmony, forced),
        kit=not avoided(setting, "drums") and bool(style.drums.kit or "drums" in brief.instruments),
        percussion=not avoided(setting, "percussion", "drums"),
        bass=style.bass is not None and not avoided(setting, "bass"),
    )


def _strangers(setting: Setting, players: list[Player]) -> list[Player]:
    """Instruments the genre does not have in place of its own, the more the less it is to shape the song."""
    freedom = 1.4 * max(0.0, 0.5 - setting.brief.style_influence)
    if freedom <= 0:
        return players
    out: list[Player] = []
    for p in players:
        rng = setting.draws("stranger", p.id)
        others = [instrument(i) for i in _SPARE if all(i != q.id for q in (*players, *out))]
        others = [o for o in others if o.role == p.role or (o.role in _CARRYING and p.role in _CARRYING)]
        others = [o for o in others if not avoided(setting, o.id, o.family)]
        swapped = rng.random() < freedom and others
        new = others[int(rng.random() * len(others))] if swapped else p
        out.append(new.model_copy(update={"from_energy": p.from_energy, "prominence": p.prominence}) if swapped else p)
    return out


def _take_sounds(setting: Setting, players: list[Player]) -> list[Player]:
    """Second sounds for every other take."""
    out = []
    for p in players:
        if p.sound_alt is not None and setting.turn(2, "sound", p.id) == 1:
            p = p.model_copy(update={"sound": p.sound_alt})
        out.append(p)
    return out


def _grant(setting: Setting, players: list[Player], wish: str) -> list[Player]:
    """Bring an asked instrument to the front: the style's own if it has one, else from the library."""
    wanted = instrument(wish)
    same = [p for p in players if p.id == wish] or [
        p for p in players if p.family == wanted.family and p.role == wanted.role
    ]
    if not same:
        same = [wanted]
        players = [*players, wanted]
    chosen = same[0]
    update = {"prominence": 2.0, "from_energy": 0.0, "to_energy": 1.0, "kinds": ()}
    louder = {**chosen.mix, "level": min(-4.0, chosen.mix.get("level", -10.0) + 2.0)}
    jobs = chosen.jobs or (("hook", "fills") if chosen.role == "lead" else ())
    return [p.model_copy(update={**update, "mix": louder, "jobs": jobs}) if p.id == chosen.id else p for p in players]


def _vary(setting: Setting, harmony: list[Player], forced: set[str]) -> list[Player]:
    """One player of a large band stays at home; another one in every take."""
    spare = [p for p in harmony if p.prominence < 0.65 and p.id not in forced]
    if len(harmony) < 5 or len(spare) < 2:
        return harmony
    out = spare[setting.turn(len(spare), "rest")]
    return [p for p in harmony if p.id != out.id]


def _entries(setting: Setting, harmony: list[Player], forced: set[str]) -> dict[str, frozenset[int]]:
    on: dict[str, set[int]] = {p.id: set() for p in harmony}
    before: set[str] = set()
    for scene in setting.scenes:
        now = _active(setting, scene, harmony, forced)
        if now == before and scene.kind is not Kind.OUTRO:
            _changed(now, scene, harmony)
        if scene.kind in _PEAKS:
            calmer = [s.index for s in setting.scenes[: scene.index] if s.energy <= scene.energy - 0.08]
            most = max((sum(i in indexes for indexes in on.values()) for i in calmer), default=0)
            _joined(now, before, most, scene, harmony)
        for ident in now:
            on[ident].add(scene.index)
        before = now
    for p in harmony:  # nobody comes for nothing
        if not on[p.id]:
            loud = max(setting.scenes, key=lambda s: (s.energy, s.index))
            on[p.id] |= {s.index for s in setting.scenes if s.kind is loud.kind and s.energy >= loud.energy - 0.15}
    return {ident: frozenset(indexes) for ident, indexes in on.items()}


def _changed(now: set[str], scene: Scene, harmony: list[Player]) -> None:
    """Another set of players than before: one more where the song rises, one less where it falls."""
    extra = [p for p in harmony if p.id not in now and _fits(p, scene, scene.energy, early=0.2)]
    if extra and (scene.rise >= 0 or len(now) <= 2):
        now.add(extra[0].id)
    elif len(now) > 2:
        now.discard(next(p.id for p in reversed(harmony) if p.id in now))


def _joined(now: set[str], before: set[str], most: int, scene: Scene, harmony: list[Player]) -> None:
    """A chorus has more players than the calmer sections so far (at ``most`` so many), if there are any."""
    spare = [p for p in harmony if p.id not in now and (not p.kinds or scene.kind in p.kinds)]
    spare.sort(key=lambda p: (p.id not in before, p.from_energy > scene.energy, -p.prominence, p.id))
    while len(now) <= most and spare:
        now.add(spare.pop(0).id)


def _fits(player: Player, scene: Scene, energy: float, *, early: float = 0.0) -> bool:
    """Whether a player belongs into a scene; ``early``: how far below its energy it may enter."""
    return player.from_energy - early <= energy <= player.to_energy and (not player.kinds or scene.kind in player.kinds)


def _share(setting: Setting, scene: Scene) -> float:
    """Where a scene lies between the calmest and the fullest of the song, 0 to 1."""
    energies = [s.energy for s in setting.scenes]
    low, high = min(energies), max(energies)
    return (scene.energy - low) / (high - low) if high > low else 1.0


def _active(setting: Setting, scene: Scene, harmony: list[Player], forced: set[str]) -> set[str]:
    energy = scene.energy + (0.06 if scene.kind is Kind.VERSE and scene.occurrence > 1 else 0.0)
    able = [p for p in harmony if _fits(p, scene, energy)]
    within = len(harmony) * (0.45 + 0.55 * _share(setting, scene))
    room = max(1 if scene.energy < 0.3 else 2, round(min(0.8 + energy * len(harmony), within)))
    if scene.kind is Kind.BREAKDOWN:
        room = min(room, 2)
    chosen, pads = set[str](), 0
    for p in able:
        if len(chosen) >= room and p.id not in forced:
            continue
        if p.role == "pad" and pads >= 2 and p.id not in forced:
            continue
        if p.id in forced and scene.energy < 0.3 and len(harmony) > 2 and scene.kind is Kind.BREAKDOWN:
            continue
        chosen.add(p.id)
        pads += p.role == "pad"
    if not chosen and harmony:
        chosen.add(harmony[0].id)
    return chosen
