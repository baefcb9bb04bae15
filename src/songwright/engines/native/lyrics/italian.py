"""How Italian words sound."""

from __future__ import annotations

import re
import unicodedata

from .wordlists import word_list

_GRAVE = {"à": "a", "è": "ɛ", "é": "e", "ì": "i", "í": "i", "ò": "ɔ", "ó": "o", "ù": "u", "ú": "u"}
_FUNCTION = frozenset(
    word_list("""
    il lo la i gli le un uno una di a da in con su per tra fra e o ma se che mi ti ci vi si ne del della dello
    dei delle degli al alla allo ai alle nel nella nei nelle dal dalla sul sulla è io tu
    """)
)
_SDRUCCIOLE = re.compile(
    r"(?:(?:[aeiou][bcdfglmnprstvz]+i(?:c[aoie]|ch[ei]|l[aeio]|d[aeio]|m[aeio]|n[aeio]|b[aeio]l[ei]))|andano|avano"
    r"|evano|ivano|assimo|essero|issimo|issima|tutela|anima|attimo|lacrim[ae]|isola|favola|nuvol[ae]|musica|angelo"
    r"|angeli|albero|alberi|essere|vivere|ridere|perdere|prendere|piangere|correre|credere|chiudere|scrivere|nascere"
    r"|crescere|dolcezz[ae]|tenebr[ae]|subito|ultimo|ultima|facile|giovane|giovani|zucchero|numero|camera|libero"
    r"|libera|macchina|lettera|povero|povera|domenica|sabato|vogliono|dicono|restano|parlano|cantano|tornano)$"
)
_STRESSED_I = frozenset(
    word_list("""
    melodia armonia magia bugia nostalgia energia poesia follia allegria compagnia malinconia fantasia gelosia cortesia
    sinfonia agonia euforia utopia anarchia filosofia fotografia periferia farmacia teoria galleria libreria osteria
    prateria pazzia frenesia simpatia apatia empatia regia elegia profezia terapia ferrovia scia bramosia ironia
    melodie armonie magie bugie nostalgie energie poesie follie allegrie compagnie malinconie fantasie gelosie pazzie
    addio oblio mormorio fruscio brusio desio pendio ronzio tintinnio calpestio
    """)
)
"""Words whose last i is stressed: melodìa, addìo (Treccani, under each)."""
_PLAIN_NO = frozenset(
    word_list("""
    perdono abbandono lontano umano italiano sovrano capitano villano gitano invano americano africano siciliano
    napoletano romano veneziano divano vulcano uragano tulipano aeroplano mondano urbano quotidiano cristiano pagano
    artigiano anziano profano pianoforte deltaplano altopiano
    """)
)
"""Words in -ano and -ono that are no third persons ("càntano": the stress on the third vowel from the end)."""

_OPEN_E = re.compile(r"ll[aeio]$|r[rbdfɡklmnpstvʧʤʦ]|n[tsʦʣ]|mp|st[aeio]$")
_CLOSED_E = frozenset(
    word_list("""
    quello quella quelli quelle stella stelle capello capelli nella nelle della delle verde verdi fermo ferma fermi
    cerco cerca cerchi questo questa questi queste dentro entro mentre trenta venti
    """)
)
_OPEN_O = frozenset(
    word_list("""
    parola parole viola viole notte notti porta porte porto porti morte morto morta forte forti sorte cosa cose rosa
    rose oro tesoro coro occhio occhi nostro nostra nostri nostre vostro vostra poco poca pochi voglio voglia foglia
    foglie gioia gioie storia storie gloria memoria corpo corpi nove piove donna donne ricordo ricordi accordo forza
    otto no dorme dormi dormo mosse posso possa
    """)
)
"""Which stressed e and o are open (Treccani): e before certain sounds but not in these words, o in these words; both
after a glide (piede, cuore), and e never in the ending -mento, -mente."""


def is_function(word: str) -> bool:
    """Articles, prepositions, clitics, conjunctions."""
    return word.lower() in _FUNCTION


_V = "aeiouàèéìíòóùú"
_RULES = [
    (f"gli(?=[{_V}])", "ʎ"), ("gli", "ʎi"), ("gn", "ɲ"), (f"sci(?=[{_V}])", "ʃ"), ("sc(?=[eièéì])", "ʃ"),
    ("cch", "kk"), ("ggh", "ɡɡ"), ("ch", "k"), ("gh", "ɡ"), (f"cci(?=[{_V}])", "tʧ"), ("cc(?=[eièéì])", "tʧ"),
    (f"ggi(?=[{_V}])", "dʤ"), ("gg(?=[eièéì])", "dʤ"), (f"ci(?=[{_V}])", "ʧ"), ("c(?=[eièéì])", "ʧ"),
    (f"gi(?=[{_V}])", "ʤ"), ("g(?=[eièéì])", "ʤ"), ("c", "k"), ("g", "ɡ"), ("qu", "kw"), ("q", "k"), ("zz", "tʦ"),
    ("^z", "ʣ"), ("z", "ʦ"), ("(?<=^sta)s(?=era)", "s"), (f"(?<=[{_V}])s(?=[{_V}])", "z"), ("s(?=[bdglmnrv])", "z"),
    ("h", ""), ("x", "ks"), ("y", "i"), ("j", "j"), ("w", "v"),
]  # fmt: skip
_SCAN = re.compile("|".join(f"(?P<r{i}>{pattern})" for i, (pattern, _) in enumerate(_RULES)))


def word_sounds(word: str) -> str:
    """Phonemes of one word with the stress mark before its vowel.

    >>> word_sounds("amore"), word_sounds("perché"), word_sounds("notte")
    ('amˈore', 'perkˈe', 'nˈɔtte')
    """
    low = unicodedata.normalize("NFC", word.lower()).replace("’", "'").replace("'", "")
    spelt = low[:-2] + "ì" + low[-1] if low in _STRESSED_I else low
    text = _SCAN.sub(lambda m: _RULES[int((m.lastgroup or "r0")[1:])][1], spelt)
    text = re.sub(f"(?<=[{_V}])i(?=[{_V}])", "j", text)
    text = "".join(c for c in text if c in "aeiouàèéìíòóùúbdfɡklmnprstvzʃʒʧʤɲʎʦʣwj")
    n_vowels = sum(c in _V for c in text)
    if n_vowels > 2 or (n_vowels == 2 and text[-1:] not in "aeo"):
        text = re.sub(f"(?<![{_V}])i(?=[{_V}])", "j", text)
    text = re.sub("(?<![aeiouàèéìòù])u(?=[aeoàèéò])", "w", text) if n_vowels > 2 else text
    text = re.sub("(?<=[aeoàèéò])i(?=[bdfɡklmnprstvzʃʧʤ]|$)", "j", text) if n_vowels > 1 else text
    vowels = [i for i, c in enumerate(text) if c in _V]
    accents = [i for i in vowels if text[i] in _GRAVE]
    if accents:
        spot = accents[0]
    elif not vowels or (len(vowels) == 1 and is_function(low)):
        spot = -1
    elif len(vowels) > 2 and (_SDRUCCIOLE.search(low) or (low[-3:] in ("ano", "ono") and low not in _PLAIN_NO)):
        spot = vowels[-3]
    else:
        spot = vowels[-2] if len(vowels) > 1 else vowels[0]
    if spot >= 0 and _is_open(text, spot, low):
        text = text[:spot] + {"e": "è", "o": "ò"}[text[spot]] + text[spot + 1 :]
    return "".join(("ˈ" if i == spot else "") + _GRAVE.get(c, c) for i, c in enumerate(text))


def _is_open(text: str, stressed: int, word: str) -> bool:
    vowel, before = text[stressed], text[:stressed]
    if vowel == "o":
        return before.endswith("w") or word in _OPEN_O
    closed = word in _CLOSED_E or re.search("ment[aeio]$", word) is not None
    return vowel == "e" and not closed and (before.endswith("j") or _OPEN_E.match(text, stressed + 1) is not None)
