"""Which language a line is in: by script, then by the small words."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections import Counter

from . import spoken
from .errors import UnsingableText
from .wordlists import word_list

LANGUAGES = ("en", "es", "it", "pt", "fr", "zh", "ja")
"""Languages that can be sung by rules of their own."""

_STOP = {
    "en": """hello old friend heart night day time go come want need good baby world away here there let back still
    keep make take right look tell feel say night home light little long every only the and i you to my me in
    of is it a on we that your for this with be are not don't so just all but no oh love when what can like
    i'm it's was they he she at from up never out down now know one her his our were""",
    "es": """el la los las de que y en un una por con no se mi tu te me lo es para como más yo si al del sin cuando
    este esta amor corazón vida noche quiero eres soy muy pero todo donde mis tus está hay ya nos porque qué sol luz""",
    "it": """il lo la gli le di che e in un una per con non si mi ti è del della nel come più io tu sono sei amore
    cuore vita notte voglio questo questa ma se quando dove mai sempre anche ho hai ci una sul mio mia tuo""",
    "pt": """o a os as de que e em um uma por com não se meu minha te me é para como mais eu você do da no na ao sem
    quando este esta amor coração vida noite quero são muito mas tudo onde meus teu está já nos porque pra""",
    "fr": """le la les de que et en un une pour avec ne pas se mon ma ton ta te me est des du dans je tu il elle nous
    vous sans quand ce cette amour cœur vie nuit veux mais tout où mes sur au plus comme qui c'est j'ai suis sous""",
}
_MARKED = {"es": "ñ¿¡", "pt": "ãõ", "fr": "çèêœûîë", "it": "ìò"}
_SPOKEN_STOP = {
    "de": """der die das und ich du er sie es wir ihr in im ein eine einen mein meine dein deine mir dir mich dich ist
    bin bist sind war nicht kein auf an zu zum von mit für so wie wenn wo was dann noch nur auch aber doch schon den
    dem des bei nach aus über durch um herz liebe nacht leben immer nie mehr""",
    "nl": """de het een en ik jij je hij zij wij we mij me jou mijn jouw in is zijn ben bent was niet geen op aan van
    met voor naar door over om te dat die dit wat als maar nog ook dan hier daar waar hart liefde nacht leven altijd""",
    "pl": """i w z na do nie się to jest ja ty my mnie mi cię ci mój moja twój twoja o za po od dla jak gdy co kto gdzie
    że już tylko jeszcze ale czy tak tu tam są był była serce noc miłość życie""",
    "sv": """och jag du han hon vi ni det en ett i på är var som att med för till av om när inte ingen min mitt din
    ditt mig dig så men från här där nu aldrig alltid hjärta kärlek natt livet""",
    "tr": """ve bir bu ben sen biz siz o ne de da ki gibi için ile çok daha var yok değil beni seni bana sana benim
    senin her hiç ama kalbim aşk gece hayat şimdi""",
}
_SPOKEN_MARKED = {"de": "äöüß", "nl": "ĳ", "pl": "łżśąęńćź", "sv": "åäö", "tr": "ışğ"}


@functools.cache
def _stop_words(more: str = "") -> dict[str, frozenset[str]]:
    """Small words of the languages a line may be in: those with rules, and ``more`` of those that are read."""
    lists = _STOP | ({more: _SPOKEN_STOP[more]} if more in _SPOKEN_STOP else {})
    return {language: frozenset(words.split()) for language, words in lists.items()}


def script_of(char: str) -> str:
    """ "LATIN", "CJK", "HIRAGANA", "ARABIC"... for a letter; "" for anything that is none."""
    if not char.isalpha() or unicodedata.category(char) in ("Lm", "Mn", "Mc"):
        return ""
    name = unicodedata.name(char, "")
    return name.split(" ")[0].split("-")[0] if name else ""


_READABLE = ("LATIN", "CJK", "HIRAGANA", "KATAKANA", "GREEK", "MATHEMATICAL", "FULLWIDTH", "HALFWIDTH")


def check_script(text: str, *, read_aloud: bool = True) -> None:
    """Raises UnsingableText when letters of a script without a singer make up a word.

    read_aloud: scripts that espeak-ng reads count as readable where the machine has it.
    """
    if text.isascii():
        return
    for word in re.findall(r"(?:\w|[\u0900-\u0963])+", unicodedata.normalize("NFKC", text)):
        for c in word:
            script = script_of(c)
            if script in spoken.SCRIPTS and (script != "GREEK" or spoken.is_greek(word)):
                if not (read_aloud and spoken.available()):
                    raise UnsingableText(script.capitalize(), word[:20], spoken.NEEDED)
            elif script and not script.startswith(_READABLE) and _is_living_script(script):
                raise UnsingableText(script.capitalize(), word[:20])


_LIVING = frozenset(
    word_list("""
    ARABIC HEBREW THAI LAO KHMER MYANMAR TIBETAN DEVANAGARI BENGALI TAMIL TELUGU KANNADA MALAYALAM GUJARATI
    GURMUKHI ORIYA SINHALA CYRILLIC HANGUL ARMENIAN GEORGIAN ETHIOPIC MONGOLIAN SYRIAC THAANA TIFINAGH CHEROKEE
    CANADIAN BOPOMOFO JAVANESE BALINESE KHUDAWADI VAI YI NKO NEW OL SUNDANESE BATAK LEPCHA LIMBU TAI MEETEI CHAM
    ADLAM
    """)
)


def _is_living_script(script: str) -> bool:
    return script in _LIVING


def line_language(text: str, default: str = "en") -> str:
    """The language of one line; ``default`` where the line does not tell."""
    scripts = [script_of(c) for c in text]
    if any(s in ("HIRAGANA", "KATAKANA") for s in scripts):
        return "ja"
    han = sum(s == "CJK" for s in scripts)
    if han and han * 2 >= sum(s == "LATIN" for s in scripts) * 0.5:
        return "ja" if default == "ja" else "zh"
    if read := _read_language(text, scripts, default):
        return read
    words = re.findall(r"[^\W\d_]+(?:['’][^\W\d_]+)*", text.lower())
    more = default if _is_read(default) else ""
    scores = {k: float(len(stop.intersection(words))) for k, stop in _stop_words(more).items()}
    marked = _MARKED | ({more: _SPOKEN_MARKED[more]} if more else {})
    for language, letters in marked.items():
        scores[language] += 1.5 * sum(c in text.lower() for c in letters)
    if default in scores:
        scores[default] += 0.6 + 0.1 * len(set(words))
    best = max(scores.values(), default=0.0)
    winners = [k for k, v in scores.items() if v == best]
    if best < 1.5 or default in winners:
        return default if default in LANGUAGES or more else "en"
    return winners[0]


def _is_read(language: str) -> bool:
    """Whether the language has Latin letters and another program to read them."""
    return language in spoken.LATIN and spoken.available()


def _read_language(text: str, scripts: list[str], default: str) -> str:
    """The language of a line in a script that another program reads; "" when it is in none."""
    counts = Counter(s for s in scripts if s in spoken.SCRIPTS)
    if not counts:
        return ""
    script, n = counts.most_common(1)[0]
    if n < scripts.count("LATIN") * 0.5 or (script == "GREEK" and default != "el" and not spoken.is_greek(text)):
        return ""
    return "uk" if script == "CYRILLIC" and default == "uk" else spoken.language_of(script, text)


def text_language(text: str, default: str = "en") -> str:
    """The language most of a text is in."""
    votes: dict[str, int] = {}
    for line in text.splitlines():
        if words := len(re.findall(r"\w", line)):
            language = line_language(line, default if _is_read(default) else "")
            if language:
                votes[language] = votes.get(language, 0) + words
    if "ja" in votes:
        return "ja"
    if "uk" in votes:
        votes["uk"] += votes.pop("ru", 0)
    return max(votes, key=lambda k: (votes[k], k == default)) if votes else default
