"""A line of text as sung words: every word is kept, none is skipped, and nothing but a foreign script raises."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from songwright.domain.lyrics import Line, Syllable, Word

from . import english, french, italian, japanese, mandarin, portuguese, spanish
from .detect import check_script, script_of
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
_TOKEN = re.compile(
    r"[$£€¥@#]?\d[\d,.:/]*(?:\d|(?<=\d))(?:'?s|st|nd|rd|th|%|°)?(?![^\W\d_])|(?:[^\W\d_]\.){2,}"
    r"|['’]?[^\W_]+(?:['’&@+][^\W_]+)*['’]?|[&@%+=$£€½¼×#]"
)


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    trailing: str
    kind: str  # "latin", "han" or "kana"


def clean(text: str) -> str:
    """Compatibility forms folded (full-width, ligatures), curly apostrophes straightened, emojis gone."""
    text = (
        unicodedata.normalize("NFKC", text.replace("½", " half ").replace("¼", " quarter "))
        .replace("’", "'")
        .replace("‘", "'")
        .replace("`", "'")
        .replace("´", "'")
    )
    return "".join(
        c if unicodedata.category(c) not in ("So", "Sk", "Cf", "Cs", "Co", "Cn", "Cc") else " " for c in text
    )


def _kind(c: str) -> str:
    script = script_of(c)
    if script in ("HIRAGANA", "KATAKANA") or c in "ーッっ々":
        return "kana"
    return "han" if script == "CJK" else "latin"


def _split_scripts(token: str) -> list[tuple[str, str]]:
    if token.isascii():
        return [(token, "latin")]
    parts: list[tuple[str, str]] = []
    for c in token:
        kind = _kind(c)
        if parts and parts[-1][1] == kind:
            parts[-1] = (parts[-1][0] + c, kind)
        else:
            parts.append((c, kind))
    return parts


def _tokens(text: str, language: str) -> list[_Token]:
    text = clean(text)
    found = list(_TOKEN.finditer(text))
    tokens: list[_Token] = []
    for k, m in enumerate(found):
        gap = text[m.end() : found[k + 1].start() if k + 1 < len(found) else len(text)]
        trailing = gap.split(" ")[0] if gap.strip() else ""
        parts = _split_scripts(m[0])
        if language == "ja":
            parts = _japanese_runs(parts)
        for i, (piece, kind) in enumerate(parts):
            tokens.append(_Token(piece, trailing if i + 1 == len(parts) else "", kind))
    return tokens


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


def syllabify_line(text: str, language: str = "en", *, backing: bool = False) -> Line | None:
    """Words, syllables and phonemes of one line of text; None when nothing in it can be sung (emojis, rules).

    ``language``: "en", "es", "it", "pt", "fr", "zh" or "ja"; any other is read like English. Raises UnsingableText
    for a script without a singer.
    """
    check_script(text)
    tokens = _tokens(text, language)
    lows = [t.text.lower() if t.kind == "latin" else "" for t in tokens]
    words: list[Word] = []
    for i, token in enumerate(tokens):
        if token.kind != "latin":
            words.extend(_cjk_words(token, language))
            continue
        before, after = lows[i - 1] if i else "", lows[i + 1] if i + 1 < len(lows) else ""
        sounds, rules = _latin_sounds(token.text, before, after, language)
        syllables: tuple[Syllable, ...] = syllabify(sounds, rules)
        if not syllables:
            continue
        function = _is_function(token.text, language)
        if function and len(syllables) == 1 and rules == "en":
            syllables = (Syllable(phonemes=syllables[0].phonemes, stress=0),)
        elif len(syllables) == 1 and not function and rules == "en":
            syllables = (Syllable(phonemes=syllables[0].phonemes, stress=1),)
        words.append(Word(text=token.text, syllables=syllables, trailing=token.trailing, function=function))
    if not words:
        return None
    return Line(text=text.strip(), words=tuple(words), language=language, backing=backing)
