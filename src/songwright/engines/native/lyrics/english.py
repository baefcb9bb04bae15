"""How English words sound when sung: dictionary first, then every rule that helps, then the spelling."""

from __future__ import annotations

import functools
import re
import unicodedata

from .dictionary import common, find
from .numbers import spoken
from .spelling import LETTER_NAMES, VOWEL_SYMBOLS, spell_out
from .wordlists import word_list

TIE = "\u0361"
"""Between two vowels that are sung as one syllable ("fire", "hour", "yeah")."""

FUNCTION_WORDS = frozenset(
    word_list("""
    a an the i you he she it we they me him her us them my your his its our their mine yours hers ours theirs
    this that these those who whom whose which what am is are was were be been being do does did have has had
    will would shall should can could may might must 'll 're 've 'd i'm i'll i'd i've you're you'll you'd you've
    he's he'll he'd she's she'll she'd it's it'll it'd we're we'll we'd we've they're they'll they'd they've
    that's there's and or but nor so yet if than as at by for from in into of off on onto out over to up with
    without within through till until upon about after before against among around behind below beneath beside
    between beyond during near under toward towards since because 'cause cause while when where though although
    unless whether 'til some any there em 'em ya to-
    """)
)

_SUNG = {
    "a": "ə", "an": "ən", "i": "I", "and": "ænd", "of": "ʌv", "for": "fɔɹ", "my": "mI", "every": "ˈɛvɹi",
    "everything": "ˈɛvɹiθˌɪŋ", "everyone": "ˈɛvɹiwˌʌn", "everybody": "ˈɛvɹibˌɑdi", "everywhere": "ˈɛvɹiwˌɛɹ",
    "different": "dˈɪfɹənt", "several": "sˈɛvɹəl", "favorite": "fˈAvɹət", "favourite": "fˈAvɹət",
    "camera": "kˈæmɹə", "family": "fˈæmli", "families": "fˈæmliz", "chocolate": "ʧˈɑklət", "our": f"W{TIE}əɹ",
    "ours": f"W{TIE}əɹz", "usual": "jˈuʒuᵊl", "usually": "jˈuʒəli", "yeah": f"jˈɛ{TIE}ə", "real": f"ɹˈi{TIE}ᵊl",
    "that": "ðæt", "because": "bəkˈʌz", "'cause": "kʌz", "'til": "tɪl", "till": "tɪl", "'em": "əm", "ya": "jə",
    "gonna": "ɡˈʌnə", "wanna": "wˈɑnə", "gotta": "ɡˈɑɾə", "hafta": "hˈæftə", "outta": "ˈWɾə", "oughta": "ˈɔɾə",
    "coulda": "kˈʊdə", "woulda": "wˈʊdə", "shoulda": "ʃˈʊdə", "lotta": "lˈɑɾə", "whatcha": "wˈʌʧə",
    "gotcha": "ɡˈɑʧə", "betcha": "bˈɛʧə", "dunno": "dənˈO", "tryna": "tɹˈInə", "finna": "fˈɪnə", "imma": "ˈImə",
    "i'ma": "ˈImə", "bout": "bWt", "'bout": "bWt", "round": "ɹˈWnd", "ev'ry": "ˈɛvɹi", "o'er": "ɔɹ",
    "e'er": "ɛɹ", "ne'er": "nɛɹ", "heav'n": "hˈɛvᵊn", "o": "O", "oh": "ˈO", "ooh": "ˈu", "oo": "ˈu", "ah": "ˈɑ",
    "aah": "ˈɑ", "la": "lˈɑ", "na": "nˈɑ", "da": "dˈɑ", "ba": "bˈɑ", "sha": "ʃˈɑ", "doo": "dˈu", "dee": "dˈi",
    "mm": "mm", "mmm": "mm", "hmm": "mm", "hm": "mm", "mhm": "mˈhʌm", "uh": "ˈʌ", "huh": "hˈʌ", "woah": "wˈO",
    "whoa": "wˈO", "whoah": "wˈO", "woo": "wˈu", "hey": "hˈA", "eh": "ˈA", "ay": "ˈA", "ayy": "ˈA", "yo": "jˈO",
    "shh": "ʃˈʌ", "psst": "psˈɪt", "tv": "tˌivˈi", "ok": "ˌOkˈA", "ima": "ˈImə", "cuz": "kʌz", "cos": "kʌz",
    "luv": "lˈʌv", "nite": "nˈIt", "tonite": "tənˈIt", "u": "jˈu", "ur": "jˈʊɹ", "thru": "θɹˈu", "tho": "ðˈO",
    "vs": "vˈɜɹsəs", "etc": "ɛtsˈɛtɹə", "dr": "dˈɑktəɹ", "mr": "mˈɪstəɹ", "mrs": "mˈɪsəz", "ms": "mˈɪz",
    "feat": "fˈiʧəɹɪŋ", "ft": "fˈiʧəɹɪŋ", "st": "sˈAnt", "lol": "lˈɑl", "omg": "ˌOˌɛmʤˈi", "wi-fi": "wˈIfˌI",
    "wifi": "wˈIfˌI", "selfie": "sˈɛlfi", "emoji": "ɪmˈOʤi", "lo-fi": "lˈOfˌI", "lofi": "lˈOfˌI",
    "rock'n'roll": "ɹˈɑkənɹˌOl", "n'": "ən", "'n'": "ən", "'n": "ən", "grr": "ɡˈɜɹ", "brr": "bˈɜɹ", "pfft": "pˈʌft",
    "were": "wɜɹ", "are": "ɑɹ", "am": "æm", "there": "ðɛɹ", "her": "hɜɹ",
    "anna": "ˈænə", "zoe": "zˈOi", "siobhan": "ʃəvˈɔn", "bjorn": "bjˈɔɹn", "sean": "ʃˈɔn", "chloe": "klˈOi",
    "mia": "mˈiə", "lia": "lˈiə", "leo": "lˈiO", "theo": "θˈiO", "noah": "nˈOə", "luca": "lˈukə", "lucas": "lˈukəs",
    "maya": "mˈIə", "ava": "ˈAvə", "isla": "ˈIlə", "sofia": "sOfˈiə", "sophia": "sOfˈiə", "maria": "məɹˈiə",
    "jose": "hOzˈA", "juan": "wˈɑn", "xavier": "zˈAviəɹ", "kai": "kˈI", "yuki": "jˈuki", "aisha": "iˈʃə",
    "mateo": "mətˈAO", "diego": "diˈAɡO", "santiago": "sˌæntiˈɑɡO", "javier": "hˌɑviˈA", "elena": "ɛlˈAnə",
    "lena": "lˈinə", "nina": "nˈinə", "tina": "tˈinə", "gina": "ʤˈinə", "lisa": "lˈisə", "eva": "ˈivə",
    "nora": "nˈɔɹə", "clara": "klˈɛɹə", "sara": "sˈɛɹə", "laura": "lˈɔɹə", "julia": "ʤˈuliə", "emilia": "əmˈiliə",
    "olivia": "əlˈɪviə", "lydia": "lˈɪdiə", "milo": "mˈIlO", "hugo": "hjˈuɡO", "otto": "ˈɑɾO", "bruno": "bɹˈunO",
    "pedro": "pˈAdɹO", "pablo": "pˈɑblO", "paolo": "pˈWlO", "niamh": "nˈiv", "aoife": "ˈifə", "sinead": "ʃənˈAd",
}  # fmt: skip

_PLAIN = str.maketrans({"ß": "ss", "ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "th", "þ": "th", "ı": "i"})
_VOICELESS = "ptkfθ"
_SIBILANT = "szʃʒʧʤ"


def plain(word: str) -> str:
    """Lower case, accents off, letters a-z and apostrophes only."""
    text = unicodedata.normalize("NFKD", word.lower().translate(_PLAIN))
    return re.sub(r"[^a-z']", "", text)


def _plural(p: str) -> str:
    return p + ("ᵻz" if p[-1] in _SIBILANT else "s" if p[-1] in _VOICELESS else "z")


def _past(p: str) -> str:
    return p + ("ᵻd" if p[-1] in "tdɾ" else "t" if p[-1] in "pkfθʃʧs" else "d")


_CLITICS = (
    ("n't", lambda p: p + "ᵊnt"),
    ("'ll", lambda p: p + ("l" if p[-1] in VOWEL_SYMBOLS else "ᵊl")),
    ("'ve", lambda p: p + ("v" if p[-1] in VOWEL_SYMBOLS else "əv")),
    ("'re", lambda p: p + "əɹ"),
    ("'d", lambda p: p + ("ᵻd" if p[-1] in "td" else "d")),
    ("'m", lambda p: p + "m"),
    ("'s", _plural),
    ("s'", _plural),
    ("'", lambda p: p),
)
_SUFFIXES = (
    ("s", _plural), ("es", _plural), ("ed", _past), ("ing", lambda p: p + "ɪŋ"), ("in", lambda p: p + "ɪn"),
    ("er", lambda p: p + "əɹ"), ("ers", lambda p: p + "əɹz"), ("est", lambda p: p + "əst"),
    ("ly", lambda p: p + "li"), ("ness", lambda p: p + "nəs"), ("less", lambda p: p + "ləs"),
    ("ful", lambda p: p + "fᵊl"), ("y", lambda p: p + "i"), ("ish", lambda p: p + "ɪʃ"),
    ("able", lambda p: p + "əbᵊl"), ("ment", lambda p: p + "mənt"), ("like", lambda p: p + "lˌIk"),
    ("land", lambda p: p + "lənd"), ("man", lambda p: p + "mən"), ("ie", lambda p: p + "i"),
)  # fmt: skip
_PREFIXES = {"un": "ʌn", "re": "ɹi", "over": "ˌOvəɹ", "out": "ˌWt", "under": "ˌʌndəɹ", "super": "sˌupəɹ",
             "mega": "mˌɛɡə", "anti": "ˌænti", "non": "nˌɑn", "mis": "mɪs", "pre": "pɹi"}  # fmt: skip
_VOCABLE = re.compile(r"(la|na|da|ba|sha|doo|dee|ha|he|ho|oh|ooh|ah|hey|yeah|wo|ye|bop|dum|tra|li|lo|wop|du|di)")


def _known(word: str, tag: str = "DEFAULT") -> str | None:
    return _SUNG.get(word) or find(word, tag)


def _inflected(word: str, tag: str) -> str | None:
    for ending, join in _CLITICS:
        if word.endswith(ending) and len(word) > len(ending):
            base = word[: -len(ending)]
            if ending == "'" and base.endswith("in") and (p := _known(base + "g")):
                return p[:-1] + "n" if p.endswith("ŋ") else p
            if p := _known(base, tag) or _derived(base):
                return join(p)
    return _derived(word)


def _derived(word: str) -> str | None:
    for ending, join in _SUFFIXES:
        base = word[: -len(ending)]
        if not word.endswith(ending) or len(base) < 2:
            continue
        forms = [base]
        if ending[0] in "eiya":
            forms.append(base + "e")
            if len(base) > 2 and base[-1] == base[-2]:
                forms.append(base[:-1])
        if base.endswith("i"):
            forms.append(base[:-1] + "y")
        for form in forms:
            if len(form) > 2 and (p := _known(form)):
                return join(p)
    for prefix, sounds in _PREFIXES.items():
        if word.startswith(prefix) and len(word) > len(prefix) + 2 and (p := _known(word[len(prefix) :])):
            return sounds + p
    return None


def _compound(word: str) -> str | None:
    words, best = common(), None
    for i in range(3, len(word) - 2):
        a, b = word[:i], word[i:]
        if a in words and b in words and (best is None or min(i, len(b)) > min(map(len, best))):
            best = (a, b)
    if best is None:
        return None
    head, tail = _known(best[0]) or "", _known(best[1]) or ""
    return head + tail.replace("ˌ", "").replace("ˈ", "ˌ")


def _vocables(word: str) -> str | None:
    parts, rest = [], word
    while rest:
        m = _VOCABLE.match(rest)
        if not m:
            return None
        parts.append(_known(m[0]) or spell_out(m[0]))
        rest = rest[m.end() :]
    return "".join(parts)


def _squeezed(word: str) -> str | None:
    """ "sooooo" as "so", "nooo" as "no", "heyyyy" as "hey"."""
    for keep in (r"\1\1", r"\1"):
        short = re.sub(r"(.)\1{2,}", keep, word)
        if short != word and (p := _known(short) or _vocables(short)):
            return p
    short = re.sub(r"(.)\1+", r"\1", word)
    return _known(short) if re.search(r"(.)\1\1", word) else None


def _merged(word: str, p: str) -> str:
    """Ties the vowels that singers make one syllable."""
    if "ir" in word or "yre" in word:
        p = p.replace("Iəɹ", f"I{TIE}əɹ") if not re.search(r"Iəɹ[AIOQWYaeiouæɑɔəɛɪʊʌᵊᵻ]", p) else p
    if "our" in word:
        p = p.replace("Wəɹ", f"W{TIE}əɹ") if not re.search(r"Wəɹ[AIOQWYaeiouæɑɔəɛɪʊʌᵊᵻ]", p) else p
    if "eal" in word or "eel" in word:
        p = re.sub("iᵊl$", f"i{TIE}ᵊl", p)
    return p


@functools.lru_cache(maxsize=50_000)
def word_sounds(word: str, tag: str = "DEFAULT") -> str:
    """Phonemes with stress marks (and ties) of one English word in any spelling; "" when nothing can be said.

    >>> word_sounds("Lovin'"), word_sounds("firefly"), word_sounds("24/7")
    ('lˈʌvɪn', 'fˈI͡əɹflˌI', 'twˈɛnti fˈɔɹ sˈɛvən')
    """
    word = unicodedata.normalize("NFKC", word).replace("’", "'")
    if any(c.isdigit() or c in "&+@%=#°$£€¥×" for c in word):
        return " ".join(filter(None, (word_sounds(w) for w in spoken(word).split() if not w[0].isdigit())))
    if (low := word.lower()) in _SUNG:
        return _SUNG[low]
    if re.fullmatch(r"(?:[A-Z]\.){2,}[A-Z]?", word):
        return _letters(word)
    key = plain(word)
    bare = key.strip("'")
    if not bare:
        return ""
    if word.isupper() and 1 < len(bare) <= 4 and not find(bare) and bare not in _SUNG:
        return _letters(bare)
    for form in dict.fromkeys((low, key, bare)):
        if p := _known(form, tag) or _inflected(form, tag):
            return _merged(bare, p)
    bare = bare.replace("'", "")
    return _vocables(bare) or _squeezed(bare) or _compound(bare) or _unknown(bare)


def _unknown(word: str) -> str:
    p = spell_out(word)
    if any(c in VOWEL_SYMBOLS for c in p):
        return p
    if p and set(p) <= set("mn"):
        return p[:2]
    return p[0] + "ˈə" + p[1:] if len(p) > 1 and len(set(word)) < len(word) else _letters(word)


def _letters(word: str) -> str:
    names = [LETTER_NAMES[c] for c in word.lower() if c in LETTER_NAMES][:12]
    return "".join([*(n.replace("ˈ", "ˌ") for n in names[:-1]), names[-1]])


_DETERMINERS = frozenset(
    word_list("""
    a an the my your his her its our their this that no every some for of in with
    """)
)
_BEFORE_VERB = frozenset(
    word_list("""
    i you we they to will would can could shall should may might must don't won't can't didn't doesn't who let's
    and i'll you'll we'll they'll i'd you'd we'd they'd never always
    """)
)
_TEARING = frozenset(word_list("it me us you them this that down apart up my your off away through"))


def homograph_tag(word: str, before: str, after: str) -> str:
    """Which reading of a word with several: a guess from its neighbours (all lower case)."""
    if word in ("read",):
        return "VBD" if before in ("have", "has", "had", "i've", "was", "were", "been", "never") else "DEFAULT"
    if word == "live":
        return "DEFAULT" if before in ("a", "the", "is", "are", "was", "were", "go", "coming") else "VERB"
    if word == "wind":
        return "VERB" if after in ("up", "down") and before not in _DETERMINERS else "DEFAULT"
    if word in ("tear", "tears"):
        verb = after in _TEARING and before not in _DETERMINERS
        return "VERB" if verb else "DEFAULT"
    if word == "close":
        verb = after in ("the", "my", "your", "our", "that", "this", "it") or before in ("to", "i'll", "can't", "don't")
        return "VERB" if verb and before not in ("so", "too", "me", "you") else "DEFAULT"
    if before in _DETERMINERS:
        return "NOUN"
    return "VERB" if before in _BEFORE_VERB else "DEFAULT"


def word_in_context(word: str, before: str, after: str) -> str:
    """Phonemes of ``word`` between its neighbours (lower case, "" at the line's ends)."""
    low = word.lower().replace("’", "'")
    if low in ("the", "to"):
        nxt = word_sounds(after).lstrip("ˈˌ") if after else ""
        open_next = bool(nxt) and nxt[0] in VOWEL_SYMBOLS
        return {"the": ("ðə", "ði"), "to": ("tə", "tu")}[low][open_next]
    return word_sounds(word, homograph_tag(low, before, after))
