"""Which language a text is in: by script, then by its small words."""

from __future__ import annotations

import re

from .lexicon import tables

_SCRIPTS = (
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("ko", re.compile(r"[\uac00-\ud7af]")),
    ("zh", re.compile(r"[\u3400-\u9fff]")),
    ("ru", re.compile(r"[\u0400-\u04ff]")),
    ("ar", re.compile(r"[\u0600-\u06ff]")),
    ("hi", re.compile(r"[\u0900-\u097f]")),
    ("el", re.compile(r"[\u0370-\u03ff]")),
    ("he", re.compile(r"[\u0590-\u05ff]")),
    ("th", re.compile(r"[\u0e00-\u0e7f]")),
)
_MARKS = {"es": "ñ¿¡", "de": "ßäöü", "fr": "çèêœùâ", "pt": "ãõ", "pl": "łżśąęń", "sv": "å", "tr": "ışğ"}


def detect_language(text: str, default: str = "en") -> str:
    """Primary BCP 47 tag of ``text``; ``default`` when nothing tells."""
    letters = [c for c in text if c.isalpha()]
    if not letters:
        return default
    for tag, pattern in _SCRIPTS:
        if len(pattern.findall(text)) >= max(1, len(letters) // 6):
            return tag
    words = re.findall(r"[^\W\d_]+", re.sub(r"\[[^\]]*\]|\blo-?\s?fi\b", " ", text.lower()))
    scores = {
        tag: sum((1.0 if len(w) > 1 else 0.4) * (w in small) for w in words)
        + 1.5 * sum(c in _MARKS.get(tag, "") for c in text.lower())
        for tag, small in ((t, set(s.split())) for t, s in tables()["stop_words"].items())
    }
    best = max(scores, key=lambda t: (scores[t], t == "en", t == default))
    enough = scores[best] >= 2 or (scores[best] > 0 and len(words) <= 4)
    return best if enough and scores[best] > scores["en"] * (1.0 if best != "en" else 0.0) else default
