"""How Brazilian Portuguese words sound."""

from __future__ import annotations

import re
import unicodedata

from .wordlists import word_list

_FUNCTION = frozenset(
    word_list("""
    o a os as um uma uns umas de do da dos das em no na nos nas com por para pra sem e ou que se me te lhe mas
    meu minha teu tua seu sua é são eu tu ao à pelo pela num numa
    """)
)
_ACUTE = {"á": "a", "â": "ɐ", "à": "a", "é": "ɛ", "ê": "e", "í": "i", "ó": "ɔ", "ô": "o", "ú": "u"}


def is_function(word: str) -> bool:
    """Articles, prepositions, clitics, conjunctions."""
    return word.lower() in _FUNCTION


_V = "aeiouáâàéêíóôúãõ"
_RULES = [
    ("ões$", "1js"), ("ão", "2w"), ("ãe", "2j"), ("õe", "1j"), ("ãs?$", "2"), ("ã", "2"), ("õ", "1"),
    ("am$", "2w"), ("em$", "3j"), ("ens$", "3js"), ("ém$", "é~j"), ("im$", "4"), ("um$", "5"), ("om$", "1"),
    ("lh", "lj"), ("nh", "ɲ"), ("ch", "ʃ"), ("rr", "x"), ("ss", "s"), ("^ex(?=[aeiouáéíóú])", "ez"), ("ol$", "ól"),
    ("el$", "éw"), ("^mui(?=t)", "mw4"), ("sc(?=[eiéêí])", "s"), ("xc(?=[eiéêí])", "s"),
    ("ç", "s"), ("qu(?=[eiéêí])", "k"), ("gu(?=[eiéêí])", "ɡ"), ("c(?=[eiéêí])", "s"), ("g(?=[eiéêí])", "ʒ"),
    ("j", "ʒ"), ("c", "k"), ("g", "ɡ"), ("q", "k"), ("^r", "x"), ("(?<=[nls])r", "x"), ("r$", "r"), ("r", "ɾ"),
    ("x", "ʃ"), (f"(?<=[{_V}])s(?=[{_V}])", "z"), ("z$", "s"), ("h", ""), (f"l(?![{_V}h])", "w"),
    ("a[mn](?=[bcçdfgpqstvxz])", "2"), ("e[mn](?=[bcçdfgpqstvxz])", "3"), ("i[mn](?=[bcçdfgpqstvxz])", "4"),
    ("o[mn](?=[bcçdfgpqstvxz])", "1"), ("u[mn](?=[bcçdfgpqstvxz])", "5"), ("te$", "ʧi"), ("tes$", "ʧis"),
    ("de$", "ʤi"), ("des$", "ʤis"), ("t(?=[ií])", "ʧ"), ("d(?=[ií])", "ʤ"), ("y", "i"), ("w", "w"), ("k", "k"),
]  # fmt: skip
_SCAN = re.compile("|".join(f"(?P<r{i}>{pattern})" for i, (pattern, _) in enumerate(_RULES)))
_NASAL = {"1": "õ", "2": "ɐ̃", "3": "ẽ", "4": "ĩ", "5": "ũ"}
_LIGHT = {"e": "i", "o": "ʊ"}


def word_sounds(word: str, after: str = "") -> str:
    """Phonemes of one word with the stress mark before its vowel. ``after`` is the next word, which may voice an s.

    >>> word_sounds("coração"), word_sounds("saudade"), word_sounds("noite")
    ('koɾasˈɐ̃w', 'sawdˈaʤi', 'nˈojʧi')
    >>> word_sounds("os", "olhos"), word_sounds("olhos")
    ('ʊz', 'ˈoljʊs')
    """
    low = unicodedata.normalize("NFC", word.lower())
    text = _SCAN.sub(lambda m: _RULES[int((m.lastgroup or "r0")[1:])][1], low)
    text = "".join(c for c in text if c in _V + "12345bdfɡklmnprstvxzʃʒʧʤɲɾwj")
    everything = "aeiou12345" + "".join(_ACUTE)
    text = re.sub("(?<=[aeoáéóâêôu])i(?![aeiouɲ]|r$|ɾ[^aeiou])", "j", text)
    text = re.sub("(?<=[aeoáéóâêôi])u(?![aeiou])", "w", text)
    text = re.sub("(?<=[ɡk])u(?=[aoáóâãô12])", "w", text)
    vowels = [i for i, c in enumerate(text) if c in everything]
    accents = [i for i in vowels if text[i] in _ACUTE]
    strong_end = re.search(r"(?:[rlziuãõ]|im|um|om|[iu]s|ão|ões|ães|ãs)$", low) is not None
    if accents:
        spot = accents[0]
    elif not vowels or (len(vowels) == 1 and is_function(low)):
        spot = -1
    else:
        spot = vowels[-1] if strong_end or len(vowels) == 1 else vowels[-2]
    sounds = "".join(("ˈ" if i == spot else "") + _sound(text, i, spot) for i in range(len(text)))
    voiced = text.endswith("s") and after[:1].lower() in _V + "bdgjlmnrvz" and after != ""
    return unicodedata.normalize("NFD", sounds[:-1] + "z" if voiced else sounds)


def _sound(text: str, at: int, stressed: int) -> str:
    """One sound: a weak e or o at the end is i or u, a strong a before a nasal is nasal."""
    char, rest = text[at], text[at + 1 :]
    if at != stressed and char in _LIGHT and rest in ("", "s"):
        return _LIGHT[char]
    if at == stressed and char == "a" and rest[:1] in ("m", "n", "ɲ"):
        return _NASAL["2"]
    return _NASAL.get(char, _ACUTE.get(char, char))
