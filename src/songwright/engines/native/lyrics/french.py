"""How French words sound when sung: a mute e after a consonant is heard, unless a vowel follows."""

from __future__ import annotations

import re
import unicodedata

from .wordlists import word_list

_FUNCTION = frozenset(
    word_list("""
    le la les un une des du de d l à au aux en dans par pour avec sans sous sur et ou ni mais que qui se me te
    ne je tu il elle on nous vous ils elles mon ma mes ton ta tes son sa ses ce cet cette ces est es ai as a y
    leur
    """)
)
_WHOLE = {
    "est": "ɛ", "et": "e", "les": "le", "des": "de", "mes": "me", "tes": "te", "ses": "se", "ces": "se", "es": "ɛ",
    "je": "ʒə", "me": "mə", "te": "tə", "se": "sə", "le": "lə", "de": "də", "ne": "nə", "que": "kə", "ce": "sə",
    "femme": "fam", "femmes": "fam", "monsieur": "məsjø", "mer": "mɛʁ", "fer": "fɛʁ", "hier": "jɛʁ", "cher": "ʃɛʁ",
    "hiver": "ivɛʁ", "amer": "amɛʁ", "fils": "fis", "tous": "tus", "plus": "ply", "os": "os", "sens": "sɑ̃s",
    "oui": "wi", "où": "u", "ou": "u", "y": "i", "eu": "y", "eux": "ø", "ciel": "sjɛl", "miel": "mjɛl",
    "avec": "avɛk", "six": "sis", "dix": "dis", "neuf": "nœf", "sud": "syd", "ville": "vil", "villes": "vil",
    "mille": "mil", "tranquille": "tʁɑ̃kil", "second": "səɡɔ̃", "faisait": "fəzɛ", "pied": "pje", "clef": "kle",
    "chœur": "kœʁ", "écho": "eko", "aujourd'hui": "oʒuʁdɥi", "ah": "a", "oh": "o", "eh": "e", "hélas": "elas",
    "enfer": "ɑ̃fɛʁ", "fier": "fjɛʁ", "sept": "sɛt", "huit": "ɥit", "cinq": "sɛ̃k", "automne": "otɔn", "œil": "œj",
    "gentil": "ʒɑ̃ti", "fusil": "fyzi", "outil": "uti", "doigt": "dwa", "doigts": "dwa", "vingt": "vɛ̃",
    "yeux": "jø", "août": "ut", "ours": "uʁs", "mœurs": "mœʁs", "net": "nɛt", "ouest": "wɛst", "est-ce": "ɛs",
    "longtemps": "lɔ̃tɑ̃",
}  # fmt: skip
_NASAL_ENT = frozenset(
    word_list("""
    vent vents souvent couvent content contents mécontent absent absents présent présents argent agent accent accents
    serpent serpents cent cents dent dents lent lents récent récents innocent innocents talent talents urgent violent
    violents patient patients client clients orient différent différents évident accident accidents président torrent
    torrents parent parents excellent insolent silent prudent imprudent ardent ardents occident incident fervent
    régent adolescent adolescents croissant équivalent transparent transparents apparent indifférent indifférents
    """)
)
"""Adjectives and nouns in -ent; -ment is nasal too, but for the verbs below. Elsewhere -ent is the mute ending of
"ils chantent"."""
_VERBS_MENT = frozenset(
    word_list("""
    aiment dorment endorment forment transforment calment ferment enferment allument fument animent expriment rament
    consument nomment parfument arment charment réclament entament enflamment blâment
    """)
)
_LIAISONS = {
    "z": word_list("""
    les des mes tes ses ces nos vos leurs aux nous vous ils elles dans chez sans sous très plus deux trois quelques
    plusieurs
    """),
    "n": word_list("un mon ton son on en aucun rien bien"),
    "t": word_list("petit grand quand tout cet sont vont font est"),
}  # fmt: skip
_LINKING = {word: sound for sound, words in _LIAISONS.items() for word in words}
"""Words whose silent last consonant sounds before a vowel (liaison obligatoire: determiners, pronouns, short
prepositions and adverbs; and after "est", usual in songs)."""
_ASPIRATED = re.compile(
    r"h[ée]ros$|haut|hasard|ha[iï]|hont|hors|huit|hurl|hibou|hant|hache|halt|harp|hât|heurt|homard|housse|hiss|honni"
    r"|hall|hamac|hangar|haras|hard|haleter|onze|oui$|ya|yo"
)


def is_function(word: str) -> bool:
    """Articles, prepositions, clitics, conjunctions."""
    return word.lower().rstrip("'’") in _FUNCTION


_V = "aeiouyàâäéèêëîïôöùûüœ"
_NV = f"(?![{_V}mnh])"
_RULES = [
    ("eaux?$", "o"), ("eau", "o"), ("aux?$", "o"), ("au", "o"), ("œu(?=[rfln])", "œ"), ("œu", "ø"), ("œ", "œ"),
    (r"(?<=\w\w)tions?$", "sjɔ̃"), ("tion", "sjɔn"), ("sc(?=[eiéèê])", "s"),
    ("œil", "œj"), ("(?<=[aeiou])ent$", ""), ("(?<=[nr])[gc]s?$", ""), ("ett?es?$", "ɛtə"),
    ("o(?=r[a-zéè]|nn|mm|tt|ll|pp|ff|qu|[lnrkpbdgfc]es?$|[rlcf]$)", "ɔ"),
    ("eill", "ɛj"), ("aill", "aj"), ("ouill", "uj"), ("euill", "œj"), ("ueill", "œj"), (f"(?<![{_V}])ill", "ij"),
    ("eil$", "ɛj"), ("ail$", "aj"), ("euil$", "œj"), ("ouil$", "uj"), ("ueil$", "œj"),
    (f"oin{_NV}", "wɛ̃"), (f"(?:ain|aim|ein|eim){_NV}", "ɛ̃"), (f"ien{_NV}", "jɛ̃"), (f"yen{_NV}", "jɛ̃"),
    (f"(?:an|am|en|em|ean){_NV}", "ɑ̃"), (f"(?:in|im|yn|ym|în){_NV}", "ɛ̃"), (f"(?:on|om){_NV}", "ɔ̃"),
    (f"(?:un|um){_NV}", "œ̃"), ("oy(?=[aeiouéè])", "waj"), ("ay(?=[aeiouéè])", "ɛj"), ("uy(?=[aeiouéè])", "ɥij"),
    ("oi", "wa"), ("oî", "wa"), ("oû", "u"), ("où", "u"), ("ou(?=es?$)", "u"), ("ou(?=[aeiéèê])", "w"), ("ou", "u"),
    ("ai(?:t|s|ent|x)$", "ɛ"),
    ("ai$", "e"), ("aî", "ɛ"), ("ai", "ɛ"), ("ei", "ɛ"), ("eu(?=[rlfnv])", "œ"), ("eû", "ø"), ("eu", "ø"),
    ("ch(?=[rl])", "k"), ("ch", "ʃ"), ("ph", "f"), ("th", "t"), ("gn", "ɲ"), ("qu", "k"), ("gu(?=[eiéèêy])", "ɡ"),
    ("ge(?=[aoâô])", "ʒ"), ("g(?=[eiéèêyî])", "ʒ"), ("g", "ɡ"), ("ç", "s"), ("cc(?=[eiéè])", "ks"),
    ("c(?=[eiéèêyî])", "s"), ("cc?", "k"), ("j", "ʒ"), (f"(?<=[{_V}])s(?=[{_V}])", "z"), ("ss", "s"),
    ("(?<=[a-zéè])(?:er|ez|ers)$", "e"), ("ées?$", "e"), ("é", "e"), ("[èê]", "ɛ"), ("ë", "ɛ"), ("es?$", "ə"),
    ("(?<=[bcdfglmnprstvzj])ent$", "ə"), ("ets?$", "ɛ"), ("e(?=ll|tt|ss|nn|rr|[rlsc][a-z]|x|[rlfc]$)", "ɛ"),
    ("e", "ə"), ("i(?=e(?:s|nt)?$)", "i"), ("^y(?=[aeiou])", "j"),
    ("i(?=[aeoéèêø])", "j"), ("u(?=i)", "ɥ"), ("[ûu]", "y"), ("[âà]", "a"), ("[îï]", "i"), ("[ôö]", "o"),
    ("y", "i"), ("ll", "l"), ("tt", "t"), ("nn", "n"), ("mm", "m"), ("rr?", "ʁ"), ("pp", "p"), ("ff", "f"),
    ("bb", "b"), ("dd", "d"), ("x$", ""), ("x", "ks"), ("[tdspz]+$", ""), ("h", ""), ("w", "w"), ("o", "o"),
]  # fmt: skip
_SCAN = re.compile("|".join(f"(?P<r{i}>{pattern})" for i, (pattern, _) in enumerate(_RULES)))
_VOWEL_SOUNDS = "aeiouyøœəɛɔɑ"


def _without_mute(word: str) -> str:
    """The mute ending of the third person plural written as what is left of it: chantent, chante; jouent, joue."""
    if not word.endswith("ent") or word in _NASAL_ENT or (word.endswith("ment") and word not in _VERBS_MENT):
        return word
    return word[:-2] if len(word) > 4 else word


def linking(word: str, after: str) -> str:
    """The consonant that joins a word to the next one, "" for most.

    >>> linking("les", "enfants"), linking("les", "mers"), linking("mon", "amour")
    ('z', '', 'n')
    """
    low = unicodedata.normalize("NFC", after.lower())
    if low[:1] not in _V + "h" or not low or _ASPIRATED.match(low) or low in ("et", "ou", "où"):
        return ""
    return _LINKING.get(word.lower(), "")


def word_sounds(word: str, after: str = "") -> str:
    """Phonemes of one word, stress on its last full vowel. ``after`` is the next word: a vowel there drops the e.

    >>> word_sounds("chanson"), word_sounds("étoile"), word_sounds("étoile", "est")
    ('ʃɑ̃sˈɔ̃', 'etwˈalə', 'etwˈal')
    """
    low = unicodedata.normalize("NFC", word.lower()).replace("’", "'").strip("'").replace("oeu", "œu")
    if low in _WHOLE:
        text = _WHOLE[low]
    elif len(low) == 1 and low in "bcdfghjklmnpqrstvwxz":
        text = {"c": "s", "j": "ʒ", "q": "k", "g": "ʒ", "r": "ʁ", "x": "ks", "h": ""}.get(low, low)
    else:
        text = _SCAN.sub(lambda m: _RULES[int((m.lastgroup or "r0")[1:])][1], _without_mute(low))
    text = unicodedata.normalize("NFD", text)
    text = "".join(c for c in text if c in _VOWEL_SOUNDS + "̃bdfɡklmnpstvzʃʒɲʁwjɥ")
    if text.endswith("ə") and sum(c in _VOWEL_SOUNDS for c in text) > 1:
        before = text[-2] if len(text) > 1 else ""
        next_open = after[:1].lower() in _V + "h" and after != ""
        if before in _VOWEL_SOUNDS + "̃" or next_open:
            text = text[:-1]
    vowels = [i for i, c in enumerate(text) if c in _VOWEL_SOUNDS]
    full = [i for i in vowels if text[i] != "ə"] or vowels
    if not full or (len(vowels) == 1 and is_function(low)):
        return text
    return text[: full[-1]] + "ˈ" + text[full[-1] :]
