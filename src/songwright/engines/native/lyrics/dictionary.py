"""The pronouncing dictionaries: 180,000 American English words in Kokoro's alphabet.

They are the JSON data of the ``misaki`` package (Apache-2.0); its code is never imported.
"""

from __future__ import annotations

import functools
import importlib.util
import json
from pathlib import Path

Entry = str | dict[str, str | None]


def _data_dir() -> Path:
    spec = importlib.util.find_spec("misaki")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError("the package misaki is not installed: its dictionaries are needed to pronounce English")
    return Path(spec.submodule_search_locations[0]) / "data"


@functools.cache
def entries() -> dict[str, Entry]:
    """All words as written (case kept) and their phonemes, or a dict of them by part of speech."""
    merged: dict[str, Entry] = {}
    for name in ("us_silver.json", "us_gold.json"):
        merged.update(json.loads((_data_dir() / name).read_text(encoding="utf-8")))
    return merged


@functools.cache
def common() -> frozenset[str]:
    """Words of the hand-checked dictionary only."""
    return frozenset(json.loads((_data_dir() / "us_gold.json").read_text(encoding="utf-8")))


def find(word: str, tag: str = "DEFAULT") -> str | None:
    """Phonemes of ``word`` with stress marks; ``tag`` picks among homographs ("NOUN", "VERB", "ADJ", "VBD")."""
    table = entries()
    for form in (word.lower(), word, word.capitalize()):
        entry = table.get(form)
        if isinstance(entry, dict):
            entry = entry.get(tag) or entry.get("DEFAULT")
        if entry:
            return entry
    return None
