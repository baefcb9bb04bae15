"""A line of text as sung words: every word is kept, none is skipped, and nothing but a foreign script raises."""

from __future__ import annotations

import itertools
import re
import unicodedata
from dataclasses import dataclass

from songwright.domain.lyrics import Line, Syllable, Word

from . import english, french, italian, japanese, mandarin, portuguese, spanish, spoken
from .detect import check_script, script_of
from .errors import UnsingableText
from .syllables import syllabify
from .wordlists import word_list

_GREEK = dict(
    zip(
        "αβγδεζηθικλμνξοπρςστυφχψω",
        word_list("""
    alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma sigma tau
    upsilon phi chi psi omega
    """),
        strict=True,
    )
)
_LETTER = r"(?:[^\W_]|[\u0900-\u0903\u093a-\u094f\u0951-\u0957\u0962\u0963])"  # and the vowel signs of Devanagari
_TOKEN = re.compile(
    r"[$£€¥@#]?\d[\d,.:/]*(?:\d|(?<=\d))(?:'?s|st|nd|rd|th|%|°)?(?![^\W\d_])|(?:[^\W\d_]\.){2,}"
    rf"|['’]?[^\W_]{_LETTER}*(?:['’&@+][^\W_]{_LETTER}*)*['’]?|[&@%+=$£€½¼×#]"
)
_INSIDE = re.compile("(?<=[\u0900-\u097f])[\u200c\u200d]|(?<=[\u0400-\u04ff])\u0301")
"""Joiners of Devanagari and the stress marks of Cyrillic."""


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    trailing: str
    kind: str  # "latin", "han", "kana", or the language that another program reads it in

    @property
    def low(self) -> str:
        """Lower case, as a neighbour of words in Latin letters; "" where it is none."""
        return self.text.lower() if self.kind == "latin" else ""


def clean(text: str) -> str:
    """Compatibility forms folded (full-width, ligatures), curly apostrophes straightened, emojis gone."""
    text = (
        _INSIDE.sub("", unicodedata.normalize("NFKC", text.replace("½", " half ").replace("¼", " quarter ")))
        .replace("।", ".")
        .replace("’", "'")
        .replace("‘", "'")
        .replace("`", "'")
        .replace("´", "'")
    )
    return "".join(
        c if unicodedata.category(c) not in ("So", "Sk", "Cf", "Cs", "Co", "Cn", "Cc") else " " for c in text
    )


def _kind(c: str, text: str, language: str) -> str:
    """The kind of a letter of a line; "" for a sign that goes with the letter before it."""
    if unicodedata.category(c) in ("Mn", "Mc"):
        return ""
    script = script_of(c)
    if script in ("HIRAGANA", "KATAKANA") or c in "ーッっ々":
        return "kana"
    if script == "GREEK" and language != "el":
        return "latin"  # names of letters
    if script in spoken.SCRIPTS:
        return language if language == "uk" else spoken.language_of(script, text)
    return "han" if script == "CJK" else "latin"


def _split_scripts(token: str, text: str, language: str) -> list[tuple[str, str]]:
    if language in spoken.LANGUAGES and (language in spoken.LATIN or not any(c.isalpha() for c in token)):
        latin = language  # words of a language in Latin letters; elsewhere numbers
    else:
        latin = "latin"
    if token.isascii():
        return [(token, latin)]
    parts: list[tuple[str, str]] = []
    for c in token:
        kind = _kind(c, text, language) or (parts[-1][1] if parts else latin)
        kind = latin if kind == "latin" else kind
        if parts and parts[-1][1] == kind:
            parts[-1] = (parts[-1][0] + c, kind)
        else:
            parts.append((c, kind))
    return parts


def _tokens(text: str, language: str) -> list[_Token]:
    text, read = clean(text), _read_aloud(language)
    found = list(_TOKEN.finditer(text))
    tokens: list[_Token] = []
    for k, m in enumerate(found):
        gap = text[m.end() : found[k + 1].start() if k + 1 < len(found) else len(text)]
        trailing = gap.split(" ")[0] if gap.strip() else ""
        parts = _split_scripts(m[0], text, read)
        if language == "ja":
            parts = _japanese_runs(parts)
        for i, (piece, kind) in enumerate(parts):
            tokens.append(_Token(piece, trailing if i + 1 == len(parts) else "", kind))
    return tokens


def _read_aloud(language: str) -> str:
    """The language when another program reads it and is there; else ""."""
    return language if language in spoken.LANGUAGES and spoken.available() else ""


def _japanese_runs(parts: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """A kanji with the kana that follow is one word; so is a run of either."""
    runs: list[tuple[str, str]] = []
    for piece, kind in parts:
        if kind == "kana" and runs and runs[-1][1] == "kana" and not re.search(r"[ぁ-んァ-ヶー]$", runs[-1][0]):
            runs[-1] = (runs[-1][0] + piece, "kana")
        else:
            runs.append((piece, "kana" if kind in ("kana", "han") else kind))
    return runs


def _cjk_words(token: _Token, language: str) -> list[Word]:
    if token.kind == "kana" or language == "ja":
        syllables = tuple(japanese.read(token.text))
        if not syllables:
            return []
        function = japanese.is_function(token.text)
        return [Word(text=token.text, syllables=syllables, trailing=token.trailing, function=function)]
    out = []
    for i, (c, syllable) in enumerate(zip(token.text, mandarin.read(token.text), strict=True)):
        trailing = token.trailing if i + 1 == len(token.text) else ""
        out.append(Word(text=c, syllables=(syllable,), trailing=trailing, function=mandarin.is_function(c)))
    return out


_ROMANCE = {"es": spanish, "it": italian, "pt": portuguese}


def _latin_sounds(word: str, before: str, after: str, language: str) -> tuple[str, str]:
    """Phonemes, and the language whose syllable rules they follow."""
    if language not in _ROMANCE and language != "fr" and word.isascii():
        return english.word_in_context(word, before, after), "en"
    letters = "".join(c for c in word if c.isalpha())
    if letters and all(script_of(c) == "GREEK" for c in letters):
        word = " ".join(_GREEK.get(unicodedata.normalize("NFD", c)[0], "") for c in word.lower())
        return " ".join(english.word_sounds(w) for w in word.split()), "en"
    if letters and not any(c.isdigit() for c in word):
        if language == "pt" and (sounds := portuguese.word_sounds(word, after)):
            return sounds, "pt"
        if language in _ROMANCE and (sounds := _ROMANCE[language].word_sounds(word)):
            return sounds, language
        if language == "fr" and (sounds := _french(word, after)):
            return sounds, "fr"
    return english.word_in_context(word, before, after), "en"


def _french(word: str, after: str) -> str:
    head, quote, tail = word.replace("’", "'").partition("'")
    if quote and tail and word.lower().replace("’", "'") != "aujourd'hui":
        return french.word_sounds(head) + _linked(tail, after)
    return _linked(word, after)


def _linked(word: str, after: str) -> str:
    return french.word_sounds(word, after) + french.linking(word, after)


def _is_function(word: str, language: str) -> bool:
    if language in _ROMANCE:
        return _ROMANCE[language].is_function(word)
    return french.is_function(word) if language == "fr" else word.lower() in english.FUNCTION_WORDS


def _latin_word(tokens: list[_Token], i: int, language: str) -> list[Word]:
    """The word of a token between its neighbours; [] when nothing of it can be sung."""
    token, before, after = tokens[i], *(tokens[k].low if 0 <= k < len(tokens) else "" for k in (i - 1, i + 1))
    sounds, rules = _latin_sounds(token.text, before, after, language)
    syllables: tuple[Syllable, ...] = syllabify(sounds, rules)
    if not syllables:
        return []
    function = _is_function(token.text, language)
    if len(syllables) == 1 and rules == "en":
        syllables = (Syllable(phonemes=syllables[0].phonemes, stress=0 if function else 1),)
    return [Word(text=token.text, syllables=syllables, trailing=token.trailing, function=function)]


def _words_read(tokens: list[_Token], run: list[int], language: str) -> list[Word]:
    """The words of a run of tokens read by another program; like English when that fails and the letters are Latin."""
    try:
        return spoken.words([(tokens[i].text, tokens[i].trailing) for i in run], language)
    except UnsingableText:
        if language not in spoken.LATIN:
            raise
        return [word for i in run for word in _latin_word(tokens, i, language)]


def syllabify_line(text: str, language: str = "en", *, backing: bool = False) -> Line | None:
    """Words, syllables and phonemes of one line of text; None when nothing in it can be sung (emojis, rules).

    ``language``: "en", "es", "it", "pt", "fr", "zh" or "ja", or one of ``spoken.LANGUAGES`` where espeak-ng is found;
    any other is read like English. Raises UnsingableText for a script without a singer.
    """
    check_script(text)
    tokens = _tokens(text, language)
    words: list[Word] = []
    for kind, run in itertools.groupby(range(len(tokens)), key=lambda i: tokens[i].kind):
        if kind in spoken.LANGUAGES:
            words.extend(_words_read(tokens, list(run), kind))
            continue
        for i in run:
            words.extend(_cjk_words(tokens[i], language) if kind != "latin" else _latin_word(tokens, i, language))
    if not words:
        return None
    return Line(text=text.strip(), words=tuple(words), language=language, backing=backing)
