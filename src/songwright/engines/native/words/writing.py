"""Several different lyrics about one prompt."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from songwright.domain.action import GenerateAction
from songwright.domain.draws import child_seed, draws
from songwright.domain.lyrics import Lyrics, SectionKind, WrittenLyrics
from songwright.domain.style import Brief
from songwright.errors import LyricsFailed

from ..interpret import interpret
from ..lyrics.detect import check_script
from ..lyrics.errors import UnsingableText
from ..lyrics.llm import ChatWriter
from ..lyrics.pronounce import syllabify_line
from ..lyrics.write import make_title, write_lyrics
from ..styles.load import style as style_of

K = SectionKind
FORMS = (
    (K.VERSE, K.PRE_CHORUS, K.CHORUS, K.VERSE, K.PRE_CHORUS, K.CHORUS, K.BRIDGE, K.CHORUS),
    (K.VERSE, K.CHORUS, K.VERSE, K.CHORUS, K.BRIDGE, K.CHORUS),
    (K.VERSE, K.VERSE, K.CHORUS, K.VERSE, K.CHORUS, K.OUTRO),
)
MAX_PROMPT_CHARS = 3_000
TITLE_DRAWS = 24
MIN_LINES = 8  # different ones, of a lyric
FRESH_ATTEMPTS = 5  # that may not use a line of another candidate
ATTEMPTS = 8  # per candidate, until title and most lines are new
SHARED_SHARE = 0.34  # of a candidate's lines, that may stand in another candidate


def singable(brief: Brief) -> Brief:
    """The brief, with a topic the writer can put into lines: none when nobody here can read its script."""
    try:
        check_script(f"{brief.topic} {brief.title}", read_aloud=False)
        syllabify_line(brief.topic or "la", brief.language)
        syllabify_line(brief.title or "la", brief.language)
    except UnsingableText:
        return replace(brief, topic="", title="")
    return brief


def write(
    prompt: str, *, seed: int, n: int = 2, chat: ChatWriter | None = None
) -> tuple[WrittenLyrics, ...]:  # fmt: skip
    """``n`` different lyrics about ``prompt``, with tags such as ``[Verse]``, a title and a line of style words.

    English, Spanish or Chinese, by the prompt's language (others: English). ``chat`` is asked first when given.
    Deterministic in ``seed`` without it. Raises LyricsFailed when there is nothing to write about.
    """
    if not prompt.strip():
        raise LyricsFailed
    action = GenerateAction(prompt=prompt.strip()[:MAX_PROMPT_CHARS], seed=child_seed(seed, "words"))
    brief = interpret(action)
    if brief.instrumental:
        brief = replace(brief, instrumental=False)
    out: list[WrittenLyrics] = []
    for index in range(n):
        tags = _tags(brief, index, seed)
        written = _asked(chat, brief, action.prompt, child_seed(seed, "chat", index), out) if chat else None
        title, text = written or _embedded(brief, seed, index, out)
        out.append(WrittenLyrics(text=text, title=title, tags=tags))
    return tuple(out)


def _asked(
    chat: ChatWriter, brief: Brief, prompt: str, seed: int, before: Sequence[WrittenLyrics]
) -> tuple[str, str] | None:  # fmt: skip
    found = chat.write(brief, request=prompt, seed=seed)
    return (found.title, found.text) if found and _is_new(found.title, found.text, before) else None


def _embedded(brief: Brief, seed: int, index: int, before: Sequence[WrittenLyrics]) -> tuple[str, str]:
    brief, best = singable(brief), ("", "")
    for attempt in range(ATTEMPTS):
        own = child_seed(seed, "lyrics", index, attempt)
        try:
            titled = replace(brief, title=_free_title(brief, own, before))
            heard = _heard(before) if attempt < FRESH_ATTEMPTS else ()
            lyrics = write_lyrics(
                titled, seed=own, form=FORMS[(index + seed + attempt) % len(FORMS)], avoid_lines=heard
            )
        except UnsingableText:
            brief = replace(brief, topic="")
            continue
        text = _sheet(lyrics)
        if len(set(_lines(text))) < MIN_LINES:
            continue
        whole = all(len(section.lines) > 1 for section in lyrics.sections)
        if whole and _is_new(lyrics.title, text, before):
            return lyrics.title, text
        if not best[0] or _shared(text, before) < _shared(best[1], before):
            best = (lyrics.title, text)
    if not best[1]:
        raise LyricsFailed
    return _other_title(best[1], best[0], before), best[1]


def _free_title(brief: Brief, seed: int, before: Sequence[WrittenLyrics]) -> str:
    """An invented title that no other candidate has; "" leaves it to the writer."""
    taken = {b.title.lower() for b in before}
    options = (make_title(brief, child_seed(seed, "title", i)) for i in range(TITLE_DRAWS))
    return next((title for title in options if title.lower() not in taken), "")


def _heard(before: Sequence[WrittenLyrics]) -> set[str]:
    return {line for written in before for line in _lines(written.text)}


def _lines(text: str) -> list[str]:
    return [row.lower() for row in text.split("\n") if row and not row.startswith("[")]


def _shared(text: str, before: Sequence[WrittenLyrics]) -> float:
    """The largest share of the text's lines that one earlier candidate has too."""
    own = set(_lines(text))
    return max((len(own & set(_lines(b.text))) / max(len(own), 1) for b in before), default=0.0)


def _is_new(title: str, text: str, before: Sequence[WrittenLyrics]) -> bool:
    return title.lower() not in {b.title.lower() for b in before} and _shared(text, before) <= SHARED_SHARE


def _other_title(text: str, title: str, before: Sequence[WrittenLyrics]) -> str:
    """The title, or the shortest line that no other candidate is called by."""
    taken = {b.title.lower() for b in before}
    rows = [row[:60].strip(" ,.!?;:，。") for row in text.split("\n") if row and not row.startswith("[")]
    options = [title, *sorted(rows, key=len)]
    return next((o[:1].upper() + o[1:] for o in options if o and o.lower() not in taken), title)


def _sheet(lyrics: Lyrics) -> str:
    """The lyrics as a sheet: the first verse is ``[Verse]``, later ones are numbered."""
    blocks = []
    for section in lyrics.sections:
        if section.lines:
            tag = re.sub(r"^\[Verse 1\]$", "[Verse]", section.tag)
            block = "\n".join([tag, *(line.text for line in section.lines)])
            blocks += [block] if block not in blocks[-1:] else []
    return "\n\n".join(blocks)


_FEELINGS = {
    (True, True): ("upbeat", "bright", "uplifting", "lively"),
    (True, False): ("gentle", "warm", "tender", "mellow"),
    (False, True): ("dark", "intense", "brooding", "urgent"),
    (False, False): ("wistful", "melancholic", "reflective", "hushed"),
}


def _tags(brief: Brief, index: int, seed: int) -> str:
    """Genre, mood and an instrument: three to six words."""
    style = style_of(brief.genre)
    rng = draws(seed, "tags", index)
    feelings = _FEELINGS[brief.valence >= 0, brief.energy >= 0.5]
    asked = [m for m in brief.moods if m.isascii() and m.isalpha()]
    mood = asked[index] if index < len(asked) else feelings[int(rng.random() * len(feelings))]
    lead = [p.family for p in style.players if p.prominence >= 0.5 and p.family not in brief.avoid]
    lead = list(brief.instruments) or lead or ["vocals"]
    instrument = lead[index % len(lead)].replace("_", " ")
    second = next((p for p in (*asked, *feelings) if p != mood), "")
    words = list(dict.fromkeys([style.names[0], mood, instrument, second]))
    while sum(len(w.split()) for w in words) > 6 and len(words) > 3:
        words.pop()
    return ", ".join(words)
