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
    ("lh", "ʎ"), ("nh", "ɲ"), ("ch", "ʃ"), ("rr", "h"), ("ss", "s"), ("sc(?=[eiéêí])", "s"), ("xc(?=[eiéêí])", "s"),
    ("ç", "s"), ("qu(?=[eiéêí])", "k"), ("gu(?=[eiéêí])", "ɡ"), ("c(?=[eiéêí])", "s"), ("g(?=[eiéêí])", "ʒ"),
    ("j", "ʒ"), ("c", "k"), ("g", "ɡ"), ("q", "k"), ("^r", "h"), ("(?<=[nls])r", "h"), ("r", "ɾ"), ("x", "ʃ"),
    (f"(?<=[{_V}])s(?=[{_V}])", "z"), ("z$", "s"), ("h", ""), (f"l(?![{_V}h])", "w"),
    ("a[mn](?=[bcdfgpqstvz])", "2"), ("e[mn](?=[bcdfgpqstvz])", "3"), ("i[mn](?=[bcdfgpqstvz])", "4"),
    ("o[mn](?=[bcdfgpqstvz])", "1"), ("u[mn](?=[bcdfgpqstvz])", "5"), ("te$", "ʧi"), ("tes$", "ʧis"),
    ("de$", "ʤi"), ("des$", "ʤis"), ("t(?=[ií])", "ʧ"), ("d(?=[ií])", "ʤ"), ("y", "i"), ("w", "w"), ("k", "k"),
]  # fmt: skip
_SCAN = re.compile("|".join(f"(?P<r{i}>{pattern})" for i, (pattern, _) in enumerate(_RULES)))
_NASAL = {"1": "õ", "2": "ɐ̃", "3": "ẽ", "4": "ĩ", "5": "ũ"}


def word_sounds(word: str) -> str:
    """Phonemes of one word with the stress mark before its vowel.

    >>> word_sounds("coração"), word_sounds("saudade"), word_sounds("noite")
    ('koɾasˈɐ̃w', 'sawdˈaʤi', 'nˈojʧi')
    """
    low = unicodedata.normalize("NFC", word.lower())
    text = _SCAN.sub(lambda m: _RULES[int((m.lastgroup or "r0")[1:])][1], low)
    text = "".join(c for c in text if c in _V + "12345bdfɡkhlmnpstvzʃʒʧʤɲʎɾwj")
    everything = "aeiou12345" + "".join(_ACUTE)
    text = re.sub("(?<=[aeoáéóâêô])i(?![aeiou])", "j", text)
    text = re.sub("(?<=[aeoáéóâêôi])u(?![aeiou])", "w", text)
    text = re.sub("(?<=[ɡk])u(?=[aoáó])", "w", text)
    vowels = [i for i, c in enumerate(text) if c in everything]
    accents = [i for i in vowels if text[i] in _ACUTE]
    strong_end = re.search(r"(?:[rlziuãõ]|im|um|om|[iu]s|ão|ões|ães|ãs)$", low) is not None
    if accents:
        spot = accents[0]
    elif not vowels or (len(vowels) == 1 and is_function(low)):
        spot = -1
    else:
        spot = vowels[-1] if strong_end or len(vowels) == 1 else vowels[-2]
    last = vowels[-1] if vowels else -1
    out = []
    for i, c in enumerate(text):
        if i == last and i != spot and c in "eo" and len(vowels) > 1:
            c = {"e": "i", "o": "u"}[c]
        out.append(("ˈ" if i == spot else "") + unicodedata.normalize("NFD", _NASAL.get(c, _ACUTE.get(c, c))))
    return "".join(out)
