"""``docs/voices.md``: the roster with its measured figures.

``python -m songwright.evaluation.voices_page singer.json docs/voices.md`` writes it from what
``songwright evaluate-singer`` found.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from songwright.domain.style import PITCH_CLASSES
from songwright.engines.native.voice import Voice, roster
from songwright.engines.native.voice.estimate import distance_db, known_colours

_HEAD = """# Voices

Who sings. Everybody is a blend of style vectors of one model (`voices.toml`), some with a longer or shorter vocal tract
or more breath. A request names a voice (`Lyra`), a gender, or a character (`raspy`, `deep`, `child voice`, `opera`);
lyrics in a language with singers of its own get one of them. Words like `duet` and `choir` bring more singers.

Figures are of the dry voice, by tools that had no part in singing it: Whisper-base hears the words, SwiftF0 the pitch
in the middle of vowels. `songwright evaluate-singer` repeats them; this page is made from its result
(`python -m songwright.evaluation.voices_page`). *Word error* in English, *letter error* in other languages (kana in
Japanese, pinyin without tones in Mandarin; for Hindi, Whisper is given a sentence in its script). *Nearest* is the
voice whose colour is closest and how far away it is, in dB over 32 bands. Small samples: one line more or less moves a
word error by a few hundredths.
"""


def page(rows: list[dict[str, Any]]) -> str:
    """The page for the rows of ``singer.json``."""
    home = [v for v in roster() if "en" in v.languages]
    other = [v for v in roster() if "en" not in v.languages]
    return "\n".join([_HEAD, *_table("English", home, rows), "", *_table("Other languages", other, rows), ""])


def _table(title: str, voices: list[Voice], rows: list[dict[str, Any]]) -> list[str]:
    error = "word error" if title == "English" else "letter error"
    out = [
        f"## {title}",
        "",
        "| voice | id | gender | range (climax) | sings | character | nearest | lines |"
        f" {error} | cents, median / p90 | notes > 50 cents | voiced | onset, ms |",
        "|" + "---|" * 13,
    ]
    for who in voices:
        found = next((r for r in rows if r["voice"] == who.id and r["language"] in who.languages), None)
        out.append("| " + " | ".join((*_about(who), *_figures(found))) + " |")
    return out


def _about(who: Voice) -> tuple[str, ...]:
    low, high, top = (_pitch(p) for p in (who.lo_midi, who.hi_midi, who.belt_midi))
    colours = known_colours()
    near = min((distance_db(colours[who.id], colour), name) for name, colour in colours.items() if name != who.id)
    return (
        who.name, f"`{who.id}`", who.gender, f"{low}-{high} ({top})", ", ".join(who.languages), ", ".join(who.words),
        f"{near[1]}, {near[0]:.1f}",
    )  # fmt: skip


def _pitch(midi: int) -> str:
    return f"{PITCH_CLASSES[midi % 12]}{midi // 12 - 1}"


def _figures(row: dict[str, Any] | None) -> tuple[str, ...]:
    if row is None:
        return ("0", "", "", "", "", "")
    return (
        str(row["lines"]), f"{row['word_error']:.3f}", f"{row['cents']} / {row['cents_p90']}",
        f"{row['off_50']} of {row['notes']}", f"{row['voiced']:.3f}", str(row["onset_ms"]),
    )  # fmt: skip


if __name__ == "__main__":
    found = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))["rows"]
    Path(sys.argv[2]).write_text(page(found), encoding="utf-8")
