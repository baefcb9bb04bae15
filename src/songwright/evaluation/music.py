"""The song as music: form, hook, groove, adherence. From the plan, and from the sound where that can be heard."""

from __future__ import annotations

import itertools
from collections import Counter

import numpy as np

from songwright.domain.action import VoiceGender
from songwright.domain.lyrics import SectionKind
from songwright.domain.plan import Plan
from songwright.domain.score import PartRole, ScoreSection, StemName

from .figure import MEASURES, figures_of, measure
from .heard import Heard
from .plan_facts import facts_of

LONG_S = 120.0
SHORT_S = 75.0
MALE_BELOW_HZ = 233.0  # B flat 3: between the middles of men's and women's singing ranges
STEM_WORDS = {
    word: stem
    for stem, words in {
        StemName.DRUMS: "drums",
        StemName.PERCUSSION: "percussion",
        StemName.BASS: "bass",
        StemName.GUITAR: "guitar acoustic_guitar electric_guitar",
        StemName.KEYBOARD: "piano keyboard",
        StemName.STRINGS: "strings violin",
        StemName.SYNTH: "synth",
        StemName.BRASS: "brass trumpet",
        StemName.WOODWINDS: "woodwinds saxophone flute",
    }.items()
    for word in words.split()
}


@measure("music", tool="the tests of the group 'plan'", low=0, high=0, share=0.95)
def plan_tests_failed(song: Heard) -> float | None:
    """Tests on paper that the plan fails."""
    found = figures_of(song, [one for one in MEASURES if one.group == "plan"])
    return sum(figure.ok is False for figure in found) if found else None


@measure("music", tool="the plan's sections", low=0, high=0, share=0.95)
def form_missing(song: Heard) -> float | None:
    """What a sung song of over two minutes lacks of intro, two verses, two choruses, bridge or solo, outro."""
    if song.plan is None or song.duration_s <= LONG_S or not song.plan.score.vocals or song.plan.sound:
        return None
    kinds = Counter(section.kind for section in song.plan.score.sections)
    middle = sum(kinds[k] for k in (SectionKind.BRIDGE, SectionKind.SOLO, SectionKind.BREAKDOWN, SectionKind.INTERLUDE))
    have = (kinds[SectionKind.INTRO], kinds[SectionKind.OUTRO], middle)
    return sum(not n for n in have) + sum(max(0, 2 - kinds[k]) for k in (SectionKind.VERSE, SectionKind.CHORUS))


def _tune_of(song: Heard, section: ScoreSection, index: int) -> tuple[tuple[float, int], ...]:
    facts = facts_of(song)
    start = section.start_tick / 480
    notes = facts.notes if facts else []
    return tuple((round(n.t - start, 3), n.pitch) for n in notes if n.section == index)


def interval_similarity(a: list[int], b: list[int]) -> float:
    """Share of interval trigrams that two lists of pitches have in common (Jaccard), 0 to 1."""
    first, second = (
        {tuple(steps[i : i + 3]) for i in range(len(steps) - 2)}
        for steps in ([y - x for x, y in itertools.pairwise(p)] for p in (a, b))
    )
    return len(first & second) / len(first | second) if first | second else 0.0


@measure("music", tool="interval trigrams of the first chorus in the others", low=0.6, share=0.95)
def hook_returns(song: Heard) -> float | None:
    """Likeness of the tunes of the choruses with the first one's, the least of them."""
    if song.plan is None or song.plan.sound:
        return None
    tunes = [
        [pitch for _, pitch in tune]
        for index, section in enumerate(song.plan.score.sections)
        if section.kind is SectionKind.CHORUS and len(tune := _tune_of(song, section, index)) >= 8
    ]
    return min(interval_similarity(tunes[0], other) for other in tunes[1:]) if len(tunes) >= 2 else None


@measure("music", tool="the plan's chords", low=1)
def ends_at_home(song: Heard) -> float | None:
    """1 when the last chord is the tonic."""
    if song.plan is None or song.plan.sound or not song.plan.score.chords:
        return None
    return float(song.plan.score.chords[-1].chord.root_pc == song.plan.score.key.tonic_pc)


@measure("music", tool="bars of the drum part", low=3, share=0.95)
def groove_levels(song: Heard) -> float | None:
    """Different drum bars that are played at least twice, in songs with room for them."""
    if song.plan is None or song.plan.sound or song.duration_s < SHORT_S:
        return None
    part = next((p for p in song.plan.score.parts if p.role is PartRole.DRUMS and p.notes), None)
    if part is None:
        return None
    bar, bars = song.plan.score.axis.meter.bar_ticks, {}
    for note in part.notes:
        bars.setdefault(note.start_tick // bar, set()).add((round(note.start_tick % bar / 60), note.pitch_midi))
    return sum(n >= 2 for n in Counter(frozenset(pattern) for pattern in bars.values()).values())


@measure("music", tool="performance against score", unit="ms", low=0.5, high=25.0, share=0.95)
def humanised_ms(song: Heard) -> float | None:
    """Spread of the played notes around their written times, without each part's mean."""
    if song.plan is None or song.plan.sound:
        return None
    axis, spreads = song.plan.score.axis, []
    played = {part.name: part for part in song.plan.performance.parts}
    for part in song.plan.score.parts:
        notes = played[part.name].notes if part.name in played else ()
        if len(notes) == len(part.notes) >= 16:
            pairs = zip(sorted(n.start_tick for n in part.notes), sorted(n.start_s for n in notes), strict=True)
            spreads.append(float(np.std([1000 * (second - axis.seconds_at(tick)) for tick, second in pairs])))
    return float(np.median(spreads)) if spreads else None


@measure("music", tool="digital silence of the stems", low=0, high=0, share=1.0)
def unwanted_stems(song: Heard) -> float | None:
    """Stems that sound though the request excluded them."""
    if song.plan is None or not song.stems or not song.plan.brief.avoid:
        return None
    avoided = {STEM_WORDS[word] for word in song.plan.brief.avoid if word in STEM_WORDS}
    return sum(bool(song.stems[name].any()) for name in avoided if name in song.stems) if avoided else None


@measure("music", tool="digital silence of the vocal stems", low=0, high=0, share=1.0)
def voice_in_instrumental(song: Heard) -> float | None:
    """Vocal stems that sound in an instrumental song."""
    if song.plan is None or not song.stems or not song.plan.brief.instrumental:
        return None
    return sum(bool(song.stems[name].any()) for name in (StemName.VOCALS, StemName.BACKING_VOCALS))


@measure("music", tool="median of SwiftF0 on the vocals stem", low=1, share=1.0)
def voice_gender(song: Heard) -> float | None:
    """1 when the singer's middle pitch is on the asked gender's side of 233 Hz."""
    wanted = song.plan.brief.voice_gender if song.plan else None
    hz = song.pitch.hz[song.pitch.hz > 0] if song.pitch else np.zeros(0)
    if wanted is None or len(hz) < 100:
        return None
    return float((float(np.median(hz)) >= MALE_BELOW_HZ) == (wanted is VoiceGender.FEMALE))


def takes_alike(first: Plan, second: Plan) -> float | None:
    """Likeness of the lead tunes of two takes: shared interval trigrams, 0 to 1. None without a voice."""
    tunes = [
        [n.pitch_midi for part in plan.score.vocals if part.role == "lead" for li in part.lines for s in li.syllables
         for n in s.notes]
        for plan in (first, second)
    ]  # fmt: skip
    return round(interval_similarity(*tunes), 4) if all(len(tune) >= 8 for tune in tunes) else None
