"""``songwright evaluate-singer``: every voice on own lines, dry; a table and a JSON file out."""

from __future__ import annotations

import json
import time
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from songwright.domain.audio import SAMPLE_RATE_HZ
from songwright.engines.native.voice import NeuralSinger, Voice, roster, voice

from .sung import Heard, hear
from .transcript import edits, transcribe, word_error
from .tunes import SetLine, lines_of, set_to_music

COLUMNS = (
    "voice", "language", "lines", "word_error", "cents", "cents_p90", "off_50", "voiced", "onset_ms", "onset_bias_ms",
    "real_time",
)  # fmt: skip
_SIGNS = ("Mn", "Mc")  # the vowels of Devanagari
LANGUAGES = ("es", "it", "pt", "fr", "zh", "ja")


@dataclass(slots=True)
class Tally:
    """Everything heard of one voice in one language."""

    errors: list[float] = field(default_factory=list)
    heard: Heard = field(default_factory=Heard)
    seconds: float = 0.0
    work_s: float = 0.0
    lines: list[dict[str, Any]] = field(default_factory=list)


def run_singer_evaluation(
    voices: list[str],
    *,
    lines: int,
    seeds: int,
    languages: list[str],
    out_dir: Path,
    console: Console,
    singer: NeuralSinger | None = None,
) -> list[dict[str, Any]]:
    """Measure voices (default: the roster) in languages; prints a table, writes ``singer.json``; returns its rows."""
    singer = singer or NeuralSinger(threads=1)
    singer.load()
    out_dir.mkdir(parents=True, exist_ok=True)
    rows: list[dict[str, Any]] = []
    details: dict[str, list[dict[str, Any]]] = {}
    for language in languages:
        for who in chosen(voices, language):
            tally = measure_voice(singer, who, language, lines=lines, seeds=range(seeds))
            rows.append(summary(who.id, language, tally))
            details[f"{who.id}/{language}"] = tally.lines
            last = rows[-1]
            console.print(" ".join(f"{name}={last[name]}" for name in COLUMNS), highlight=False)
            text = json.dumps({"rows": rows, "lines": details}, indent=1, ensure_ascii=False)
            (out_dir / "singer.json").write_text(text + "\n", encoding="utf-8")
    console.print(_table(rows))
    return rows


def chosen(voices: list[str], language: str) -> list[Voice]:
    """The named voices, or those of the roster that sing the language."""
    if voices:
        return [voice(name) for name in voices]
    return [who for who in roster() if language in who.languages]


def measure_voice(singer: NeuralSinger, who: Voice, language: str, *, lines: int, seeds: range) -> Tally:
    """Sing the first ``lines`` lines once per seed and hear them."""
    tally = Tally()
    for line in lines_of(language)[:lines]:
        for seed in seeds:
            _add(tally, singer, who, line, seed)
    return tally


def _add(tally: Tally, singer: NeuralSinger, who: Voice, line: SetLine, seed: int) -> None:
    phrase = set_to_music(line, who, seed)
    began = time.process_time()
    audio = singer.sing(phrase)
    tally.work_s += time.process_time() - began
    tally.seconds += len(audio.samples) / SAMPLE_RATE_HZ
    said = transcribe(audio.samples, SAMPLE_RATE_HZ, language=line.language).text
    error = text_error(line.text, said, line.language)
    heard = hear(audio.samples, audio.start_s, phrase)
    tally.errors.append(error)
    for name in ("cents", "frame_cents", "voiced", "onsets_ms"):
        getattr(tally.heard, name).extend(getattr(heard, name))
    tally.lines.append(
        {"text": line.text, "kind": line.kind, "seed": seed, "heard": said, "error": round(error, 3),
         "worst_cents": round(max(map(abs, heard.cents), default=0.0), 1),
         "least_voiced": round(min(heard.voiced, default=1.0), 2),
         "onsets_ms": heard.onsets_ms}
    )  # fmt: skip


def text_error(reference: str, heard: str, language: str) -> float:
    """Word error in English; elsewhere character error: letters, kana (kanji read), pinyin without tones."""
    if language == "en":
        return word_error(reference, heard)
    truth, guess = (_letters(text, language) for text in (reference, heard))
    return edits(truth, guess) / max(1, len(truth))


def _letters(text: str, language: str) -> str:
    if language == "zh":
        from pypinyin import lazy_pinyin

        text = "".join(lazy_pinyin(text))
    if language == "ja":
        text = "".join(map(_kana, text))
    plain = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text).lower())
    return "".join(c for c in unicodedata.normalize("NFC", plain) if c.isalpha() or unicodedata.category(c) in _SIGNS)


def _kana(char: str) -> str:
    from songwright.engines.native.lyrics.errors import UnsingableText
    from songwright.engines.native.lyrics.japanese import to_hiragana

    try:
        return to_hiragana(char)
    except UnsingableText:
        return char


def summary(name: str, language: str, tally: Tally) -> dict[str, Any]:
    """One row of the table."""
    cents = np.abs(tally.heard.cents or [0.0])
    onsets = np.array(tally.heard.onsets_ms or [0.0])
    return {
        "voice": name,
        "language": language,
        "lines": len(tally.errors),
        "word_error": round(float(np.mean(tally.errors)), 3),
        "cents": round(float(np.median(cents)), 1),
        "cents_p90": round(float(np.percentile(cents, 90)), 1),
        "off_50": int((cents > 50).sum()),
        "notes": len(tally.heard.cents),
        "voiced": round(float(np.mean(tally.heard.voiced or [0.0])), 3),
        "onset_ms": round(float(np.median(np.abs(onsets))), 1),
        "onset_bias_ms": round(float(np.median(onsets)), 1),
        "real_time": round(tally.work_s / max(tally.seconds, 1e-9), 3),
    }


def _table(rows: list[dict[str, Any]]) -> Table:
    table = Table(*COLUMNS)
    for row in rows:
        table.add_row(*(str(row[name]) for name in COLUMNS))
    english = [row["word_error"] for row in rows if row["language"] == "en"]
    if english:
        table.caption = f"mean word error of {len(english)} voices in English: {np.mean(english):.3f}"
    return table
