"""Says a brief in words: the style line a client sees, the topic, the words nothing was made of."""

from __future__ import annotations

import re

from songwright.domain.action import GenerateAction
from songwright.domain.style import Brief

from ..styles import Style, instrument_names
from .lexicon import Found, grammar, near_tables, normalise, plain, scan, tables, tokens
from .reading import Wishes, split_about, without_figures

_LEAD_IN = re.compile(
    r"^\s*(?:please\s+)?(?:(?:can|could) you\s+)?"
    r"(?:(?:write|make|create|compose|generate|give|sing|produce|i want|i need|i'd like)\s+"
    r"(?:me\s+|us\s+)?)?",
    re.IGNORECASE,
)
_MUSICAL = ("genre", "tempo", "gender", "voice", "instrumental", "language", "duration", "instrument", "mood")


def style_line(brief: Brief, chosen: Style, *, asked_bpm: bool) -> str:
    """A natural comma-separated description, e.g. ``upbeat synthwave, driving, female vocals, 104 bpm``."""
    moods = [m for m in brief.moods if (m.isascii() and m.isalpha()) or " " in m]
    moods = [m for m in moods if m not in grammar("nouns")][:3]
    words = [w.strip() for w in chosen.description.split(",")]
    near = [word for word, ident in brief.nearest_words if ident == chosen.id and word in near_tables()]
    name = near[0] if near else chosen.names[0]
    first = f"{moods[0]} {name}" if moods and moods[0] not in name else name
    parts = [first, *moods[1:]]
    parts += [g.replace("_", " ") for g in brief.also_genres[:1]]
    parts += [w for w in words if w not in moods][: 2 if len(moods) < 2 else 1]
    labels = {ident: name for name, ident in reversed(instrument_names().items())}
    parts += [labels.get(i, i).replace("_", " ") for i in brief.instruments[:3]]
    if brief.instrumental:
        parts.append("instrumental")
    elif brief.voice_gender is not None:
        manner = (
            f"{brief.voice_words[0]} "
            if brief.voice_words
            and brief.voice_words[0] in ("soft", "breathy", "raspy", "husky", "whispered", "airy", "angelic")
            else ""
        )
        parts.append(f"{manner}{brief.voice_gender.value} vocals")
    if asked_bpm or brief.energy > 0.7 or brief.energy < 0.25:
        parts.append(f"{round(brief.bpm)} bpm")
    return ", ".join(dict.fromkeys(parts))


_ZH_ASK = re.compile(
    r"^(?:请|帮我|给我)*(?:写|做|创作|生成|来|唱)?(?:一首|首|一个|个)?|(?:的)?(?:歌曲|歌|曲子|音乐|乐曲)$|关于|關於"
)


def topic_of(action: GenerateAction, wishes: Wishes) -> str:
    """What the words are to be about, in the caller's own words."""
    if action.lyrics_prompt.strip():
        return action.lyrics_prompt.strip()
    text = action.prompt.strip()
    _, tail = split_about(text)
    if tail.strip(" .,!?"):
        return _clean_tail(tail)
    if re.search(r"[\u3400-\u9fff]", text) and not re.search(r"[\u3040-\u30ff]", text):
        return _chinese_topic(text)
    return _without_music(text)


def _chinese_topic(text: str) -> str:
    """The clauses that are not only musical, without "write a song about"."""
    kept: list[str] = []
    for piece in re.split(r"[，,。；！!、\s]+", text):
        body = _ZH_ASK.sub("", piece)
        for found in scan(body):
            if _musical(found) and not any(m.kind == "mood" for m in found.meanings):
                body = body.replace(found.phrase, "")
        body = _ZH_ASK.sub("", body).strip("的和与")
        if body and not all(_musical(f) for f in scan(body) or [Found("", (), -1, -1, False)]):
            kept.append(body)
    return "，".join(kept)


def _clean_tail(tail: str) -> str:
    """The topic clause without a musical appendix (", female vocals, 120 bpm")."""
    pieces = re.split(r"\s*[,;.]\s*", tail.strip(" .,!?"))
    kept = [pieces[0]]
    for piece in pieces[1:]:
        found = scan(piece)
        musical = [f for f in found if any(m.kind in _MUSICAL and m.kind != "mood" for m in f.meanings)]
        if not musical and not re.search(r"\bbpm\b|\bmin(?:ute)?s?\b", piece.lower()):
            kept.append(piece)
    first = re.sub(
        r"\s+(?:with|in|featuring)\s+(?:an?\s+)?(?:female|male|\w+)\s+(?:vocals?|voice|singer|vocalist)\b.*$",
        "",
        kept[0],
    )
    first = re.sub(r"\s+in\s+the\s+style\s+of\s+.*$", "", first)
    return ", ".join([first, *kept[1:]]).strip(" ,")


def _without_music(text: str) -> str:
    """A prompt without "about": what is left when the musical words are gone."""
    rest = without_figures(normalise(_LEAD_IN.sub("", text)))
    kept = _remaining(rest, keep_topical=False) or _remaining(rest, keep_topical=True)
    if not kept and not (text.isascii() and any(_musical(f) for f in scan(text))):
        return text
    rest = re.sub(r"\s+,", ",", re.sub(r"(?:\s*,)+", ",", " ".join(kept))).strip(" ,")
    return _with_capitals(rest, text)


def _with_capitals(low: str, original: str) -> str:
    """Words of ``low`` as ``original`` writes them, so that "anna" is a name again."""
    written: dict[str, str] = {}
    for i, word in enumerate(re.findall(r"[^\W_]+(?:'[^\W_]+)*", original.replace("’", "'"))):
        if i and word[0].isupper() and not word.isupper():
            written.setdefault(word.lower(), word)
    return re.sub(r"[^\W_]+(?:'[^\W_]+)*", lambda m: written.get(m[0], m[0]), low)


def _remaining(rest: str, *, keep_topical: bool) -> list[str]:
    words = tokens(rest)
    noise = set(tables()["noise"]["words"].split("|"))
    drop: set[int] = set()
    told = next((i for i, w in enumerate(words) if w in ("who", "whose") and i), len(words))  # a story follows
    for f in reversed(scan(rest)):
        if f.first > told:
            continue
        after, kinds = f.last + 1, {m.kind for m in f.meanings}
        musical = bool(kinds & set(_MUSICAL)) and not (keep_topical and "topic" in kinds) and kinds != {"topic"}
        if "topic" in kinds and "genre" not in kinds:
            musical = False
        aside = kinds == {"mood"} and after < len(words) and not _describes(words, after, drop)
        if musical and f.first >= 0 and not aside:
            drop |= set(range(f.first - (1 if f.negated and f.first else 0), f.last + 1))
    kept = [w for i, w in enumerate(words) if i not in drop and not w.isdigit() and w not in grammar("negations")]
    while kept and (kept[0] in noise or kept[0] == ","):
        kept.pop(0)
    while kept and (kept[-1] in noise or kept[-1] == ","):
        kept.pop()
    return kept


def _describes(words: list[str], after: int, drop: set[int]) -> bool:
    """Whether the word at ``after`` is a musical one, so that a mood word before it describes the music."""
    return after in drop or words[after] in (
        ",",
        "and",
        "song",
        "songs",
        "music",
        "track",
        "tune",
        "beat",
        "vibe",
        "mood",
        "lied",
    )


def _musical(found: Found) -> bool:
    kinds = {m.kind for m in found.meanings}
    return bool(kinds & set(_MUSICAL)) and "topic" not in kinds


def unused_words(action: GenerateAction, wishes: Wishes) -> tuple[str, ...]:
    """Words of style and prompt that changed nothing musical, without filler words."""
    used = {w for phrase in wishes.used for w in tokens(normalise(phrase))}
    used |= set(tables()["colours"]["after"]) | set(tables()["colours"]["before"])
    noise = set(tables()["noise"]["words"].split("|"))
    words = [w for w in tokens(normalise(f"{action.style} {action.prompt}")) if w != ","]
    return tuple(
        dict.fromkeys(
            w
            for w in words
            if not used.intersection((w, plain(w)))
            and w not in noise
            and w not in grammar("negations")
            and not w.isdigit()
        )
    )
