"""The page: facts, player, pictures, words that were misheard, figures."""

from __future__ import annotations

import base64
import difflib
import html
import re
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from songwright.domain.score import VocalRole

from ..catalogue import BY_NAME
from ..figure import Figure
from ..heard import Heard
from ..sources import Item
from ..transcript import words_of
from ..words import reference, stem_transcript
from .look import SCRIPT, STYLE
from .pictures import balance_line, loudness, spectrogram, third_octaves
from .roll import rolls

HEADINGS = {
    "control": "Does it follow the plan",
    "words": "Are the words understood",
    "sound": "How it sounds",
    "music": "As music",
    "plan": "On paper: the tests of a songwriter",
}


def write_report(folder: Path, item: Item, figures: Sequence[Figure]) -> Path:
    """Write ``<name>.html`` into ``folder``; gives its path."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / (re.sub(r"[^\w.-]+", "-", item.name) + ".html")
    target.write_text(page_of(item, figures), encoding="utf-8")
    return target


def page_of(item: Item, figures: Sequence[Figure]) -> str:
    """The whole page; it loads nothing from anywhere."""
    song = item.song
    title = song.plan.lyrics.title if song.plan else item.name
    systems = rolls(song)
    parts = [
        _head(item, title, figures),
        _section("Spectrogram", spectrogram(song), "Level over time and frequency; brighter is louder."),
        _section(
            "Loudness over time",
            loudness(song),
            "LUFS: thin momentary (0.4 s), thick short-term (3 s), dashes and numbers each section's mean, green -14. "
            + balance_line(song),
        ),
        _section("Third octaves", third_octaves(song), _curve_words(song)),
    ]
    if systems:
        note = (
            "Blocks: written notes of the lead (blue) and other voices (grey). Red line: the pitch heard on the vocals "
            "stem by SwiftF0. Faint: bass (brown) and lead instruments (green), moved by octaves."
        )
        parts.append(_section("Score and singing", "".join(systems), note))
    parts += [_misheard(song), _tables(figures)]
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{html.escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{STYLE}</style></head>'
        f"<body><main>{''.join(parts)}</main><script>{SCRIPT}</script></body></html>"
    )


def _section(heading: str, body: str, note: str) -> str:
    return f"<section><h2>{heading}</h2>{body}<p class='note'>{html.escape(note)}</p></section>"


def _head(item: Item, title: str, figures: Sequence[Figure]) -> str:
    facts = "".join(f"<li><b>{html.escape(value)}</b>{name}</li>" for name, value in _facts(item.song) if value)
    style = item.song.plan.brief.style_line if item.song.plan else ""
    sound = base64.b64encode(item.mp3).decode()
    player = f'<audio controls preload="metadata" src="data:audio/mpeg;base64,{sound}"></audio>' if item.mp3 else ""
    return (
        f"<header><p class='kicker'>{html.escape(item.name)}</p><h1>{html.escape(title)}</h1>"
        f"<p class='style'>{html.escape(style)}</p><ul class='facts'>{facts}</ul>"
        f"<div class='groups'>{_gauges(figures)}</div>{player}</header>"
    )


def _facts(song: Heard) -> list[tuple[str, str]]:
    length = ("length", f"{int(song.duration_s) // 60}:{song.duration_s % 60:04.1f}")
    plan = song.plan
    if plan is None:
        return [length]
    lead = next((part.voice for part in plan.score.vocals if part.role is VocalRole.LEAD), "instrumental")
    return [
        length,
        ("genre", plan.brief.genre.replace("_", " ")),
        ("tempo", f"{plan.brief.bpm:g} bpm"),
        ("key", str(plan.score.key)),
        ("meter", str(plan.score.axis.meter)),
        ("voice", lead.split(":")[0]),
        ("language", plan.lyrics.language),
        ("seed, take", f"{plan.seed}, {plan.take}"),
    ]


def _gauges(figures: Sequence[Figure]) -> str:
    out: list[str] = []
    for group, found in groupby(figures, key=lambda figure: figure.group):
        judged = [figure.ok for figure in found if figure.ok is not None]
        if judged:
            share = 100 * sum(judged) / len(judged)
            bar = f"<i style='width:{share:.0f}%'></i>"
            out.append(f"<div><span>{group}</span><b>{sum(judged)} of {len(judged)}</b><em>{bar}</em></div>")
    return "".join(out)


def _curve_words(song: Heard) -> str:
    if song.plan is None:
        return "dB relative to the band of 1 kHz."
    return (
        f"Dots: the master. Dashes: the target of the family '{song.plan.mix.curve}', shaded 4 dB either way "
        "from 63 Hz to 10 kHz; red dots are outside."
    )


def _misheard(song: Heard) -> str:
    """The words with what Whisper heard otherwise on the vocals stem."""
    heard = stem_transcript(song)
    if heard is None or song.plan is None or song.plan.lyrics.language in ("zh", "ja"):
        return ""
    truth, guess = words_of(reference(song)), words_of(heard.text)
    out: list[str] = []
    for kind, a, b, c, d in difflib.SequenceMatcher(None, truth, guess, autojunk=False).get_opcodes():
        written, other = html.escape(" ".join(truth[a:b])), html.escape(" ".join(guess[c:d]))
        out.append(written if kind == "equal" else f"<del>{written}</del> <ins>{other}</ins>")
    note = "Struck: written and not heard so. Underlined: what Whisper-base heard instead, on the vocals stem."
    return f"<section><h2>Words, as heard</h2><p class='lyrics'>{' '.join(out)}</p><p class='note'>{note}</p></section>"


def _tables(figures: Sequence[Figure]) -> str:
    out: list[str] = []
    for group, found in groupby(figures, key=lambda figure: figure.group):
        rows = "".join(_line(figure) for figure in found)
        head = "<tr><th></th><th>measure</th><th>value</th><th>bar</th><th>what, by what</th></tr>"
        out.append(f"<section class='{group}'><h2>{HEADINGS[group]}</h2><table>{head}{rows}</table></section>")
    return "".join(out)


def _line(figure: Figure) -> str:
    one = BY_NAME[figure.name]
    cls, mark = {True: ("good", "✓"), False: ("bad", "✗"), None: ("", "·")}[figure.ok]
    name, unit = figure.name.replace("_", " "), html.escape(figure.unit)
    return (
        f"<tr class='{cls}'><td>{mark}</td><td>{name}</td><td>{figure.value:g} <small>{unit}</small></td>"
        f"<td>{html.escape(figure.bar.replace('<=', '≤').replace('>=', '≥'))}</td>"
        f"<td>{html.escape(one.what)} <small>{html.escape(one.tool)}</small></td></tr>"
    )
