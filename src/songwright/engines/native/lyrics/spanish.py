"""How Spanish words sound (Latin American, seseo): the spelling tells all."""

from __future__ import annotations

import re
import unicodedata

from .wordlists import word_list

_ACUTE = {"á": "a", "é": "e", "í": "i", "ó": "o", "ú": "u"}
_FUNCTION = frozenset(
    word_list("""
    el la los las un una unos unas de del al a en con por para sin y e o u que se me te le lo les nos mi mis tu
    tus su sus si como pero ni es son yo tú él
    """)
)


def is_function(word: str) -> bool:
    """Articles, prepositions, clitics, conjunctions."""
    return word.lower() in _FUNCTION


_RULES = [
    ("ch", "ʧ"), ("ll", "ʝ"), ("rr", "r"), ("qu(?=[eiéí])", "k"), ("gu(?=[eiéí])", "ɡ"), ("gü", "ɡw"),
    ("c(?=[eiéí])", "s"), ("g(?=[eiéí])", "x"), ("j", "x"), ("ñ", "ɲ"), ("z", "s"), ("c", "k"), ("g", "ɡ"),
    ("^r", "r"), ("(?<=[nls])r", "r"), ("r", "ɾ"), ("v", "b"), ("h", ""), ("^x", "s"), ("(?<=^m[eé])x(?=ic)", "x"),
    ("x", "ks"), ("q", "k"), ("y$", "i"), ("y(?=[aeiouáéíóú])", "ʝ"), ("y", "i"), ("w", "w"), ("ü", "u"),
]  # fmt: skip
_SCAN = re.compile("|".join(f"(?P<r{i}>{pattern})" for i, (pattern, _) in enumerate(_RULES)))


def word_sounds(word: str) -> str:
    """Phonemes of one word with the stress mark before its vowel; clitics and articles have none.

    >>> word_sounds("corazón"), word_sounds("guitarra"), word_sounds("cielo")
    ('koɾasˈon', 'ɡitˈara', 'sjˈelo')
    """
    low = unicodedata.normalize("NFC", word.lower())
    text = _SCAN.sub(lambda m: _RULES[int((m.lastgroup or "r0")[1:])][1], low)
    text = "".join(c for c in text if c in "aeiouáéíóúbdfɡklmnpstxʝɲʧɾrwj")
    ends_open = low[-1:] in "aeiouns" if low[-1:] else True
    return place_stress(text, final=not ends_open, silent=is_function(low))


def place_stress(text: str, *, final: bool, silent: bool) -> str:
    """Glides for weak i and u, then the mark: on the accent, else on the last or last but one vowel."""
    text = re.sub(r"(?<![aeiouáéíóú])i(?=[aeoáéóuú])", "j", text)
    text = re.sub(r"(?<![aeiouáéíóú])u(?=[aeoáéóií])", "w", text)
    text = re.sub(r"(?<=[aeoáéó])i(?![aeiouáéíóú])", "j", text)
    text = re.sub(r"(?<=[aeoáéó])u(?![aeiouáéíóú])", "w", text)
    text = re.sub(r"(?<=[aeoáéó])i(?=[aeoáéó])", "j", text)
    vowels = [i for i, c in enumerate(text) if c in "aeiouáéíóú"]
    accents = [i for i in vowels if text[i] in _ACUTE]
    if accents:
        spot = accents[0]
    elif not vowels or (silent and len(vowels) == 1):
        spot = -1
    else:
        spot = vowels[-1] if final or len(vowels) == 1 else vowels[-2]
    marked = "".join(("ˈ" if i == spot else "") + _ACUTE.get(c, c) for i, c in enumerate(text))
    return marked
