"""From an action to a plan: every word, note and random draw of one take."""

from __future__ import annotations

from dataclasses import replace

from songwright.domain.action import GenerateAction, VoiceGender
from songwright.domain.draws import child_seed, draws
from songwright.domain.lyrics import Lyrics, LyricsSection, SectionKind
from songwright.domain.plan import CoverPlan, Plan
from songwright.domain.score import Part, Score
from songwright.domain.style import Brief
from songwright.errors import LyricsFailed

from .arrange import arrange
from .company import with_company
from .compose.compose import VoiceRange, compose, form_for
from .compose.form import SHORT_S, is_whole, least_needed
from .compose.grid import Grid
from .compose.wordform import bars_over
from .interpret import interpret
from .lyrics.errors import UnsingableText
from .lyrics.llm import ChatWriter
from .lyrics.parse import parse_lyrics
from .lyrics.spoken import LANGUAGES as READ_LANGUAGES
from .lyrics.write import make_title, with_fewer_lines, without, write_lyrics
from .perform import perform
from .styles.blend import style_for
from .styles.schema import Style
from .voice.choosing import HOME, choose
from .voice.voices import Voice, voice
from .words.writing import singable

SUNG_KINDS = frozenset(
    {
        SectionKind.VERSE,
        SectionKind.PRE_CHORUS,
        SectionKind.CHORUS,
        SectionKind.POST_CHORUS,
        SectionKind.BRIDGE,
        SectionKind.OUTRO,
    }
)
ROOM_BARS = 8
FEW_LINES = 4
USUAL_TARGET_S, USUAL_MAX_S = 150.0, 178.0
"""Length of a song whose length nobody asked for."""


def brief_of(action: GenerateAction) -> Brief:
    """What the request means. A request for lyrics about something is a topic like any prompt."""
    if not action.prompt and (action.lyrics_prompt or action.instrumental):
        action = replace(action, prompt=action.lyrics_prompt or action.title)
    brief = interpret(action)
    if action.lyrics or brief.duration_asked:
        return brief
    return replace(
        brief,
        target_duration_s=min(brief.target_duration_s, USUAL_TARGET_S),
        max_duration_s=min(brief.max_duration_s, USUAL_MAX_S),
    )


def plan_take(action: GenerateAction, *, take: int, versions: dict[str, str], chat: ChatWriter | None = None) -> Plan:
    """The plan of one take. Takes share brief, title and words; melody, groove and arrangement differ.

    ``chat`` is asked for words that are to be written; what it wrote is in the plan.
    """
    brief = brief_of(action)
    style = style_for(brief)
    seed = action.seed
    lyrics = lyrics_for(action, brief, style, seed=seed, chat=chat)
    singer = singer_for(action, brief, style, seed=seed, take=take)
    score = compose(brief, style, lyrics, voice_range(singer), seed=seed, take=take)
    company = replace(brief, language=voice_language(action, brief))
    score = with_company(score, company, style, singer, seed=child_seed(seed, "company", take))
    score = _with_parts(score, arrange(brief, style, score, seed=seed, take=take))
    return Plan(
        engine="native",
        engine_versions=versions,
        seed=seed,
        take=take,
        brief=brief,
        lyrics=lyrics,
        score=score,
        performance=perform(score, lyrics, style, brief, seed=seed, take=take),
        mix=style.mix.plan(brief.bpm, sung=not brief.instrumental),
        cover=CoverPlan(colours=style.cover.colours, motif=style.cover.motif, seed=child_seed(seed, "cover", take)),
    )


def voice_range(singer: Voice) -> VoiceRange:
    """What a singer can sing, as the composer needs it."""
    return VoiceRange(
        id=singer.id,
        gender=singer.gender,
        lo_midi=singer.lo_midi,
        hi_midi=singer.hi_midi,
        top_midi=singer.belt_midi,
    )


def lyrics_for(
    action: GenerateAction, brief: Brief, style: Style, *, seed: int, chat: ChatWriter | None = None
) -> Lyrics:
    """Given words parsed, or words written. Raises LyricsFailed."""
    if brief.instrumental:
        title = action.title or make_title(brief, seed=child_seed(seed, "title"))
        return Lyrics(title=title, language=brief.language)
    if action.lyrics:
        given = parse_lyrics(action.lyrics, title=action.title, default_language=brief.language)
        if not given.title:
            given = replace(given, title=_title_from(given) or make_title(brief, seed=child_seed(seed, "title")))
        return given
    form = [s.kind for s in form_for(brief, style, seed=seed, take=1) if s.kind in SUNG_KINDS]
    if chat and (asked := _asked(chat, action, brief, seed=seed)):
        return asked
    written = write_lyrics(singable(brief), seed=child_seed(seed, "lyrics"), form=form)
    if not any(True for _ in written.lines()):
        raise LyricsFailed
    written = _not_too_long(written, brief, style, seed=seed)
    return replace(written, title=action.title) if action.title else written


def _not_too_long(lyrics: Lyrics, brief: Brief, style: Style, *, seed: int) -> Lyrics:
    """Written words without the sections, then without the lines, that would make the song longer than wanted."""
    grid = Grid.of(brief.meter, brief.bpm)
    over = bars_over(brief, style, lyrics, grid, seed=seed)
    while over > 0:
        short = brief.target_duration_s < SHORT_S
        at = least_needed([s.kind for s in lyrics.sections], whole=is_whole(brief), short=short)
        fewer = with_fewer_lines(lyrics, FEW_LINES) if at is None else without(lyrics, at)
        if fewer == lyrics:
            break
        left = bars_over(brief, style, fewer, grid, seed=seed)
        if -left > over + ROOM_BARS:  # the band would have to fill too much
            break
        lyrics, over = fewer, left
    return lyrics


def _asked(chat: ChatWriter, action: GenerateAction, brief: Brief, *, seed: int) -> Lyrics | None:
    """Words from the chat API that the singers can read, else None."""
    request = action.lyrics_prompt or action.prompt or action.title or brief.style_line
    found = chat.write(brief, request=request, seed=child_seed(seed, "chat"))
    if found is None:
        return None
    try:
        lyrics = parse_lyrics(found.text, title=action.title or found.title, default_language=brief.language)
    except UnsingableText:
        return None
    return lyrics if any(True for _ in lyrics.lines()) else None


def _title_from(lyrics: Lyrics) -> str:
    """The first line of the chorus, else the first line, cut to a title's length."""

    def opening(sections: tuple[LyricsSection, ...]) -> str:
        return next((s.lines[0].text for s in sections if s.lines), "")

    choruses = tuple(s for s in lyrics.sections if s.kind is SectionKind.CHORUS)
    words = (opening(choruses) or opening(lyrics.sections)).strip(" .,;:!?()-").split()
    return " ".join(words[:6]).rstrip(".,;:!?")


def voice_language(wishes: GenerateAction, brief: Brief) -> str:
    """The language to choose singers by: words that are not given are never in a language that is only read."""
    return brief.language if wishes.lyrics.strip() or brief.language not in READ_LANGUAGES else HOME


def singer_for(action: GenerateAction, brief: Brief, style: Style, *, seed: int, take: int) -> Voice:
    """The voice that was asked for, or one that suits words, style and seed."""
    if action.voice:
        return voice(action.voice)
    gender = brief.voice_gender
    if gender is None:
        female = draws(seed, "gender").random() < style.vocal.female_share
        gender = VoiceGender.FEMALE if female else VoiceGender.MALE
    return choose(
        gender=gender.value,
        words=(*brief.voice_words, *style.vocal.words),
        genre=brief.genre,
        energy=brief.energy,
        language=voice_language(action, brief),
        asked=brief.voice_words,
        seed=child_seed(seed, "voice", take),
    )


def _with_parts(score: Score, parts: tuple[Part, ...]) -> Score:
    """The score with the arranger's parts; a part it returns replaces the composer's of the same name."""
    names = {part.name for part in parts}
    kept = tuple(part for part in score.parts if part.name not in names)
    return replace(score, parts=(*kept, *parts))
