"""The same tune in another style."""

from __future__ import annotations

from songwright.domain.action import EditAction, GenerateAction
from songwright.domain.plan import Plan
from songwright.domain.style import Brief, Key

from ...protocols import Materials, Source
from ..lyrics.parse import parse_lyrics
from ..planning import singer_for
from ..styles.blend import style_for
from .reharmonise import reharmonised
from .remaking import Remake, bar_factor, energised, finished, for_singer, influence_of, restyled, wishes_in
from .setting import with_words
from .sheet import Sheet, at_tempo, faster, played, retimed, sheet_of, steadied

_TAIL_S = 3.0


def plan(action: EditAction, take: int, materials: Materials, versions: dict[str, str]) -> tuple[Plan, ...]:
    """The source's tune, words and form with a new band. ``audio_influence`` says how much of its harmony and tempo
    stays: at 1 both do, at 0 they are the new genre's.
    """
    source, wishes = materials.sources[0], action.wishes
    sheet = tune_and_words(source, wishes)
    keep = influence_of(wishes)
    brief = restyled(source, wishes, instrumental=not sheet.lead)
    style = style_for(brief)
    sheet = in_tempo(sheet, brief, wishes, keep)
    sheet = reharmonised(sheet, style, keep=keep, seed=action.seed, take=take)
    singer = singer_for(wishes, brief, style, seed=action.seed, take=take) if sheet.lead else None
    if singer:
        key = Key.parse(wishes.key) if wishes.key else wishes_in(wishes).key
        step = None if key is None else key.tonic_pc - sheet.key.tonic_pc
        sheet = for_singer(sheet, singer, key_step=step)
    sheet = energised(sheet, source.plan.brief, brief)
    remake = Remake(sheet=sheet, brief=brief, singer=singer, title=wishes.title or source.title)
    return (finished(remake, action, take, (source.clip_id,), versions),)


def tune_and_words(source: Source, wishes: GenerateAction) -> Sheet:
    """The source's sheet, sung with the given words, else with its own; played when neither is to be had."""
    sheet = sheet_of(source.plan)
    if wishes.instrumental or not sheet.notes:
        return played(sheet)
    if wishes.lyrics:
        given = parse_lyrics(wishes.lyrics, title=wishes.title, default_language=sheet.lyrics.language)
        return with_words(sheet, given)
    if sheet.lead:
        return sheet
    if not any(True for _ in sheet.lyrics.lines()) and source.lyrics.strip() and not source.plan.brief.instrumental:
        known = parse_lyrics(source.lyrics, default_language=sheet.lyrics.language)
        return with_words(sheet, known)
    return with_words(sheet, sheet.lyrics)


def in_tempo(sheet: Sheet, brief: Brief, wishes: GenerateAction, keep: float) -> Sheet:
    """The sheet between its own tempo (``keep`` 1) and the brief's (0), in half or double time where they are far
    apart; a tempo that was asked for is kept to.
    """
    said = wishes_in(wishes)
    asked = wishes.bpm or said.bpm
    factor = 1.0 if keep > 0.75 and not asked else bar_factor(sheet, brief.bpm)
    sheet = retimed(steadied(sheet), factor)
    if asked:
        return at_tempo(sheet, asked)
    ratio = (brief.bpm / sheet.bpm) ** (1.0 - keep)
    length_s = sheet.axis.seconds_at(sheet.end_tick)
    room_s = max(length_s, wishes.max_duration_s - _TAIL_S)
    ratio = max(ratio, length_s / room_s)
    if abs(ratio - 1.0) < 1e-6:
        return sheet
    if keep >= 0.5 and len(sheet.axis.tempi) > 1:
        return faster(sheet, ratio)
    return at_tempo(sheet, round(sheet.bpm * ratio, 1))
