"""More than one singer: a partner for duets, a choir for the hooks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from songwright.domain.draws import child_seed
from songwright.domain.lyrics import SectionKind
from songwright.domain.score import MixHint, Score, StemName, SungLine, VocalPart, VocalRole
from songwright.domain.style import Brief

from .styles.schema import Style, mix_hint
from .voice.choosing import choose, plain_words
from .voice.voices import Voice

DUET = "duet"
_HOOKS = (SectionKind.CHORUS, SectionKind.POST_CHORUS, SectionKind.DROP)
_CHOIR_WORDS = frozenset(("choir", "gang", "chant", "chanting", "choral", "gospel choir", "layered"))
_CHOIR_ASKED, _CHOIR_OF_STYLE = 4, 2  # singers
_CHOIR_PANS = (-0.6, 0.6, -0.3, 0.3)
_CHOIR_DB = -7.0  # below the backing level of the style, each


def with_company(score: Score, brief: Brief, style: Style, singer: Voice, *, seed: int) -> Score:
    """The score with a second singer or a choir where request or style ask for them; else as it is."""
    words = plain_words(brief.voice_words)
    if DUET in words:
        score = _duet(score, _other(brief, style, singer, (singer.id,), seed=seed))
    asked = bool(words & _CHOIR_WORDS) or "choir" in brief.instruments
    if asked or style.vocal.choir:
        score = _choir(score, brief, style, singer, _CHOIR_ASKED if asked else _CHOIR_OF_STYLE, seed=seed)
    return score


def _other(brief: Brief, style: Style, singer: Voice, but: Sequence[str], *, seed: int) -> Voice:
    """A singer of the other gender who is not one of ``but``."""
    return choose(
        gender="male" if singer.gender == "female" else "female",
        words=style.vocal.words,
        genre=brief.genre,
        energy=brief.energy,
        language=brief.language,
        seed=child_seed(seed, "company", len(but)),
        but=but,
        asked=(),
    )


def _duet(score: Score, partner: Voice) -> Score:
    """The partner takes every other section that is no hook (half the lines of an only one), and the harmonies."""
    lead = next((v for v in score.vocals if v.role is VocalRole.LEAD), None)
    if lead is None:
        return score
    own, given = _shared(lead.lines, score)
    parts = [
        replace(v, lines=own) if v is lead else replace(v, voice=partner.id, lines=_fitted(v.lines, partner))
        for v in score.vocals
    ]
    if given:
        parts.insert(1, replace(lead, name=DUET, voice=partner.id, lines=_fitted(given, partner)))
    if len(parts) <= 2 and (hooks := _hooks(own, score)):
        hint = replace(lead.mix, level_db=lead.mix.level_db - 5.0, pan=0.3)
        parts.append(_backing("harmony", partner, hooks, hint))
    return replace(score, vocals=tuple(parts))


def _shared(lines: Sequence[SungLine], score: Score) -> tuple[tuple[SungLine, ...], tuple[SungLine, ...]]:
    told = [i for i, s in enumerate(score.sections) if s.kind not in _HOOKS]
    told = [i for i in told if any(line.section_index == i for line in lines)]
    if len(told) == 1:
        alone = [line for line in lines if line.section_index == told[0]]
        given = {id(line) for line in alone[(len(alone) + 1) // 2 :]}
    else:
        given = {id(line) for line in lines if line.section_index in told[1::2]}
    return tuple(x for x in lines if id(x) not in given), tuple(x for x in lines if id(x) in given)


def _choir(score: Score, brief: Brief, style: Style, singer: Voice, n_singers: int, *, seed: int) -> Score:
    """Voices of both genders sing the hooks along, after the first time round if they return."""
    lead = next((v for v in score.vocals if v.role is VocalRole.LEAD), None)
    hooks = _hooks(lead.lines, score) if lead else ()
    if not hooks:
        return score
    first = hooks[0].section_index
    hooks = tuple(line for line in hooks if line.section_index != first) or hooks
    hint = mix_hint(style.mix.backing)
    parts, but, before = list(score.vocals), [singer.id], singer
    for number in range(n_singers):
        before = _other(brief, style, before, but, seed=seed)
        but.append(before.id)
        level = replace(hint, level_db=hint.level_db + _CHOIR_DB, pan=_CHOIR_PANS[number])
        parts.append(_backing(f"choir_{number + 1}", before, hooks, level))
    return replace(score, vocals=tuple(parts))


def _backing(name: str, singer: Voice, lines: Sequence[SungLine], hint: MixHint) -> VocalPart:
    return VocalPart(
        name=name, role=VocalRole.DOUBLE, stem=StemName.BACKING_VOCALS, voice=singer.id,
        lines=_fitted(lines, singer), mix=hint,
    )  # fmt: skip


def _hooks(lines: Sequence[SungLine], score: Score) -> tuple[SungLine, ...]:
    return tuple(line for line in lines if score.sections[line.section_index].kind in _HOOKS)


def _fitted(lines: Sequence[SungLine], singer: Voice) -> tuple[SungLine, ...]:
    """The lines moved by the octaves that suit the singer best."""
    pitches = [n.pitch_midi for line in lines for s in line.syllables for n in s.notes]

    def outside(octaves: int) -> tuple[float, int]:
        moved = [p + 12 * octaves for p in pitches]
        misses = sum(max(0, singer.lo_midi - p) + 2 * max(0, p - singer.belt_midi) for p in moved)
        middle = (singer.lo_midi + singer.hi_midi) / 2
        return misses + 0.1 * sum(abs(p - middle) for p in moved) / max(1, len(moved)), abs(octaves)

    octaves = min((-2, -1, 0, 1, 2), key=outside)
    return tuple(_moved(line, 12 * octaves) for line in lines) if octaves else tuple(lines)


def _moved(line: SungLine, semitones: int) -> SungLine:
    syllables = tuple(
        replace(s, notes=tuple(replace(n, pitch_midi=n.pitch_midi + semitones) for n in s.notes))
        for s in line.syllables
    )
    return replace(line, syllables=syllables)
