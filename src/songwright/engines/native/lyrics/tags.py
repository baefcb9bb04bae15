"""Section tags in the words songwriters of several languages use."""

from __future__ import annotations

import re
from dataclasses import dataclass

from songwright.domain.lyrics import SectionKind

from .wordlists import word_list

_K = SectionKind
_NAMES: dict[SectionKind, str] = {
    _K.PRE_CHORUS: """pre-chorus prechorus pre-estribillo pré-refrão pré-refrain pre-coro pre-ritornello vorrefrain
    pre-hook pre-refrain lift climb 导歌 預副歌 预副歌 導歌 前副歌 Bメロ""",
    _K.POST_CHORUS: """post-chorus postchorus post-estribillo pós-refrão post-refrain post-hook 后副歌 後副歌""",
    _K.CHORUS: """chorus refrain hook coro estribillo ritornello refrão refrao refrän kehrvers kertosäe 副歌 サビ 大サビ
    후렴 stribillo""",
    _K.VERSE: """verse vers strophe couplet estrofa strofa verso stanza rap part strofe verses
    主歌 节 節 Aメロ 1番 2番""",
    _K.BRIDGE: """bridge puente ponte pont brücke brucke middle-8 middle-eight 桥段 橋段 桥 橋 Cメロ brygga""",
    _K.INTRO: """intro introduction opening introducción introdução introduzione einleitung 前奏 イントロ prelude""",
    _K.OUTRO: """outro ending coda end finale schluss 尾奏 尾声 尾聲 结尾 結尾 アウトロ fade-out fadeout fin epilogue
    outtro cierre""",
    _K.SOLO: """solo 独奏 獨奏 ソロ""",
    _K.INTERLUDE: """interlude instrumental interludio interlúdio zwischenspiel 间奏 間奏 instrumental-break break
    interlude-break riff instrumentale""",
    _K.BREAKDOWN: """breakdown break-down""",
    _K.BUILD: """build build-up buildup riser""",
    _K.DROP: """drop beat-drop""",
}
KINDS: dict[str, SectionKind] = {name.lower(): kind for kind, names in _NAMES.items() for name in names.split()}
_BARE = frozenset(
    word_list("""
    part end lift climb break riff rap hook drop build fin bridge solo pont vers
    """)
)
"""Words that are tags only inside brackets: alone on a line they may well be lyrics."""
WORDLESS = (_K.SOLO, _K.INTERLUDE)
_TIMES = re.compile(r"(?:[x×]\s*(\d{1,2})|(\d{1,2})\s*(?:[x×]|times|veces|mal|fois|vezes|次|回))(?![^\W\d_])", re.I)


@dataclass(frozen=True, slots=True)
class Tag:
    """What a tag says. ``kind`` None: only hints ("[whispered]")."""

    kind: SectionKind | None
    written: str
    hints: tuple[str, ...] = ()
    times: int = 1


def _hyphenated(text: str) -> str:
    text = re.sub(r"\b(pre|post|pré|pós)[\s-]+(?=\w)", r"\1-", text.lower())
    return re.sub(r"\b(middle|build|break|fade|beat)[\s-]+(8|eight|up|down|out|drop)\b", r"\1-\2", text)


def read_times(text: str) -> tuple[str, int]:
    """Takes "x2" out of a text; (rest, 2). At most 4 times."""
    m = _TIMES.search(text)
    if not m:
        return text, 1
    n = max(1, min(4, int(m[1] or m[2])))
    return (text[: m.start()] + text[m.end() :]).strip(" ()[]"), n


def read_tag(inside: str, written: str) -> Tag:
    """The words inside a tag, e.g. "Verse 1: whispered", "Guitar Solo", "副歌"."""
    body, times = read_times(inside.strip(" *_#:."))
    head, _, tail = re.sub(r"\s[-–—|]\s", ":", body).replace("：", ":").partition(":")
    words = [w.strip('.,!*_()"') for w in re.split(r"[\s,/]+", _hyphenated(head))]
    kind, rest = None, []
    for word in words:
        found = KINDS.get(word) or KINDS.get(re.sub(r"\d+$", "", word))
        if found and (kind is None or (kind in (_K.INTERLUDE, _K.VERSE) and found is not kind)):
            kind = found
        elif found is None and word and not _is_number(word) and word not in ("the", "repeat", "final", "last", "and"):
            rest.append(word)
    if kind is None:
        return Tag(kind=None, written=written, hints=(body,) if body else (), times=times)
    extra = [part.strip() for part in re.split(r"[,;/]", tail) if part.strip()]
    hints = ([" ".join(rest)] if rest else []) + extra
    return Tag(kind=kind, written=written, hints=tuple(hints), times=times)


def _is_number(word: str) -> bool:
    return re.fullmatch(r"#?\d+|[ivx]{1,4}|one|two|three|four|[a-d]|一|二|三|四", word) is not None


def is_plain_tag(text: str, *, bare: bool = False) -> bool:
    """Whether a text outside square brackets is nothing but a section name ("Verse 2", "Chorus x2").

    ``bare``: it stands alone without colon or markup, so short everyday words do not count.
    """
    body, _ = read_times(text.strip(" *_#:.()"))
    words = [w for w in re.split(r"[\s,]+", _hyphenated(body)) if w]
    names = [w for w in words if w in KINDS or re.sub(r"\d+$", "", w) in KINDS]
    others = [w for w in words if w not in names and not _is_number(w) and w not in ("repeat", "final", "last")]
    if len(names) != 1 or others or len(words) > 3:
        return False
    return not (bare and len(words) == 1 and names[0] in _BARE)
