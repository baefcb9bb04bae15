"""Are the words understood, complete, on time and well set."""

from __future__ import annotations

import difflib
import itertools

import numpy as np

from songwright.domain.audio import SAMPLE_RATE_HZ
from songwright.domain.score import VocalRole

from .figure import measure
from .heard import Heard, once
from .plan_facts import facts_of
from .transcript import Transcript, letter_error, sung_stretches, transcribe, word_error, words_of

WHISPER = "Whisper-base int8, beam 5, no prompt, on the sung stretches"


def reference(song: Heard) -> str:
    """The words that are sung, in order; "" without a voice."""
    return " ".join(word.text for word in song.plan.performance.words) if song.plan else ""


@once
def stem_transcript(song: Heard) -> Transcript | None:
    """What is heard on the vocals stem."""
    if song.vocals is None or song.plan is None or not reference(song):
        return None
    lead = song.vocals.mean(axis=1)
    language = song.plan.lyrics.language
    return transcribe(
        lead, SAMPLE_RATE_HZ, language=language, stretches=sung_stretches(lead, SAMPLE_RATE_HZ), times=True
    )


@once
def mix_transcript(song: Heard) -> Transcript | None:
    """What is heard in the finished song (the MP3 where there is one), in the same stretches."""
    if song.vocals is None or song.plan is None or not reference(song):
        return None
    mono = (song.master if song.mp3 is None else song.mp3).mean(axis=1)
    spans = sung_stretches(song.vocals.mean(axis=1), SAMPLE_RATE_HZ)
    return transcribe(mono, SAMPLE_RATE_HZ, language=song.plan.lyrics.language, stretches=spans)


def _english(song: Heard) -> bool:
    return song.plan is not None and song.plan.lyrics.language == "en"


@measure("words", tool=WHISPER, high=0.10)
def word_error_stem(song: Heard) -> float | None:
    """Word error on the vocals stem, English."""
    heard = stem_transcript(song) if _english(song) else None
    return word_error(reference(song), heard.text) if heard else None


@measure("words", tool=WHISPER, high=0.20)
def word_error_mix(song: Heard) -> float | None:
    """Word error in the finished song, English."""
    heard = mix_transcript(song) if _english(song) else None
    return word_error(reference(song), heard.text) if heard else None


@measure("words", tool=WHISPER + "; Chinese in toneless pinyin", high=0.25)
def letter_error_stem(song: Heard) -> float | None:
    """Letter error on the vocals stem, other languages but Japanese (its readings need a dictionary)."""
    if song.plan is None or song.plan.lyrics.language in ("en", "ja"):
        return None
    heard = stem_transcript(song)
    return letter_error(reference(song), heard.text, language=song.plan.lyrics.language) if heard else None


@measure("words", tool="Whisper-base cross-attention times (steps of 20 ms)", unit="ms")
def word_times_ms(song: Heard) -> float | None:
    """Median distance of the words' times in the timing file from where Whisper hears them; it is no aligner."""
    heard = stem_transcript(song)
    if heard is None or song.plan is None or not heard.times_s:
        return None
    planned = [(w, word.start_s) for word in song.plan.performance.words for w in words_of(word.text)[:1]]
    same = difflib.SequenceMatcher(None, [w for w, _ in planned], [w for w, _ in heard.times_s], autojunk=False)
    errors = [
        abs(planned[a + k][1] - heard.times_s[b + k][1]) for a, b, n in same.get_matching_blocks() for k in range(n)
    ]
    return 1000 * float(np.median(errors)) if len(errors) >= 8 else None


@measure("words", tool="performance against lyrics", low=0, high=0, share=1.0)
def syllables_lost(song: Heard) -> float | None:
    """Written syllables of the lead that its performance lacks or has out of order."""
    if song.plan is None or song.plan.sound is not None:
        return None
    leads = [part for part in song.plan.score.vocals if part.role is VocalRole.LEAD]
    written = [s.phonemes for part in leads for line in part.lines for s in line.syllables]
    if not written:
        return None
    sung = [s.phonemes for s in song.lead_syllables]
    same = difflib.SequenceMatcher(None, written, sung, autojunk=False)
    return max(len(written), len(sung)) - sum(block.size for block in same.get_matching_blocks())


@measure("words", tool="the timing of the plan", low=0, high=0, share=1.0)
def words_overlapping(song: Heard) -> float | None:
    """Aligned words that overlap, go backwards or lie outside the clip."""
    words = song.plan.performance.words if song.plan else ()
    if not words:
        return None
    overlaps = sum(a.end_s > b.start_s + 1e-6 for a, b in itertools.pairwise(words))
    outside = sum(not 0 <= w.start_s < w.end_s <= song.duration_s + 1e-3 for w in words)
    return overlaps + outside


@measure("words", tool="the plan", low=0.90)
def stress_on_beat(song: Heard) -> float | None:
    """Share of stressed syllables of longer words on a beat, or up to an eighth before one and held over it."""
    facts = facts_of(song)
    notes = [n for n in facts.notes if n.head and n.stress == 2] if facts else []
    good = [facts.on_beat(facts.meant(n)) for n in notes] if facts else []
    return sum(good) / len(good) if len(good) >= 8 else None
