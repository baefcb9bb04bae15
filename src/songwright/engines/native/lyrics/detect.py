"""Which language a line is in: by script, then by the small words."""

from __future__ import annotations

import functools
import re
import unicodedata

from .errors import UnsingableText
from .wordlists import word_list

LANGUAGES = ("en", "es", "it", "pt", "fr", "zh", "ja")
"""Languages that can be sung."""

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


@functools.cache
def _stop_words() -> dict[str, frozenset[str]]:
    return {language: frozenset(words.split()) for language, words in _STOP.items()}


def script_of(char: str) -> str:
    """ "LATIN", "CJK", "HIRAGANA", "ARABIC"... for a letter; "" for anything that is none."""
    if not char.isalpha() or unicodedata.category(char) in ("Lm", "Mn", "Mc"):
        return ""
    name = unicodedata.name(char, "")
    return name.split(" ")[0].split("-")[0] if name else ""


_READABLE = ("LATIN", "CJK", "HIRAGANA", "KATAKANA", "GREEK", "MATHEMATICAL", "FULLWIDTH", "HALFWIDTH")


def check_script(text: str) -> None:
    """Raises UnsingableText when letters of a script without a singer make up a word."""
    if text.isascii():
        return
    for word in re.findall(r"\w+", unicodedata.normalize("NFKC", text)):
        for c in word:
            script = script_of(c)
            if script and not script.startswith(_READABLE) and _is_living_script(script):
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
    words = re.findall(r"[^\W\d_]+(?:['’][^\W\d_]+)*", text.lower())
    scores = {k: float(len(stop.intersection(words))) for k, stop in _stop_words().items()}
    for language, letters in _MARKED.items():
        scores[language] += 1.5 * sum(c in text.lower() for c in letters)
    if default in scores:
        scores[default] += 0.6 + 0.1 * len(set(words))
    best = max(scores.values(), default=0.0)
    winners = [k for k, v in scores.items() if v == best]
    if best < 1.5 or default in winners:
        return default if default in LANGUAGES else "en"
    return winners[0]


def text_language(text: str, default: str = "en") -> str:
    """The language most of a text is in."""
    votes: dict[str, int] = {}
    for line in text.splitlines():
        if words := len(re.findall(r"\w", line)):
            language = line_language(line, "")
            if language:
                votes[language] = votes.get(language, 0) + words
    if "ja" in votes:
        return "ja"
    return max(votes, key=lambda k: (votes[k], k == default)) if votes else default
