"""How Chinese characters sound in Mandarin: one character, one syllable. Tones are left to the melody."""

from __future__ import annotations

import re

from songwright.domain.lyrics import Syllable

_INITIALS = {
    "b": "p", "p": "pʰ", "m": "m", "f": "f", "d": "t", "t": "tʰ", "n": "n", "l": "l", "g": "k", "k": "kʰ", "h": "x",
    "j": "ʨ", "q": "ʨʰ", "x": "ɕ", "zh": "ꭧ", "ch": "ꭧʰ", "sh": "ʂ", "r": "ɻ", "z": "ʦ", "c": "ʦʰ", "s": "s",
}  # fmt: skip
_FINALS = {
    "a": "a", "o": "wo", "e": "ɤ", "ai": "ai", "ei": "ei", "ao": "au", "ou": "ou", "an": "an", "en": "ən",
    "ang": "aŋ", "eng": "əŋ", "ong": "ʊŋ", "er": "ɚ", "i": "i", "ia": "ja", "ie": "je", "iao": "jau", "iu": "jou",
    "iou": "jou", "ian": "jɛn", "in": "in", "iang": "jaŋ", "ing": "iŋ", "iong": "jʊŋ", "io": "jo", "u": "u",
    "ua": "wa", "uo": "wo", "uai": "wai", "ui": "wei", "uei": "wei", "uan": "wan", "un": "wən", "uen": "wən",
    "uang": "waŋ", "ueng": "wəŋ", "v": "y", "ve": "ɥe", "ue": "ɥe", "van": "ɥɛn", "vn": "yn", "ê": "ɛ",
}  # fmt: skip
_ZERO = {
    "yi": "i", "ya": "ja", "yo": "jo", "ye": "je", "yao": "jau", "you": "jou", "yan": "jɛn", "yin": "in",
    "yang": "jaŋ", "ying": "iŋ", "yong": "jʊŋ", "yu": "y", "yue": "ɥe", "yuan": "ɥɛn", "yun": "yn", "wu": "u",
    "wa": "wa", "wo": "wo", "wai": "wai", "wei": "wei", "wan": "wan", "wen": "wən", "wang": "waŋ", "weng": "wəŋ",
    "m": "m", "n": "n", "ng": "ŋ", "hm": "xm", "hng": "xŋ",
}  # fmt: skip
_PARTICLES = frozenset("的了着著吗嗎呢吧啊呀在和与與把被就也都又很是我你他她它们們这這那之得地")


def is_function(char: str) -> bool:
    """Particles, pronouns, prepositions."""
    return char in _PARTICLES


def syllable_sounds(pinyin: str) -> str:
    """Kokoro's symbols for one toneless pinyin syllable (ü as v); "" if it is none.

    >>> syllable_sounds("zhong"), syllable_sounds("lv"), syllable_sounds("yue")
    ('ꭧʊŋ', 'ly', 'ɥe')
    """
    if pinyin in _ZERO:
        return _ZERO[pinyin]
    m = re.match(r"(zh|ch|sh|[bpmfdtnlgkhjqxrzcs])?(.+)", pinyin)
    if not m:
        return ""
    initial, final = m[1] or "", m[2]
    if initial in ("j", "q", "x") and final.startswith("u"):
        final = "v" + final[1:]
    if final == "i" and initial in ("zh", "ch", "sh", "r", "z", "c", "s"):
        return _INITIALS[initial] + "ɨ"
    if final == "o" and initial in ("b", "p", "m", "f"):
        return _INITIALS[initial] + "wo"
    return _INITIALS.get(initial, "") + _FINALS.get(final, "") if final in _FINALS else ""


def read(text: str) -> list[Syllable]:
    """One syllable per character of a run of Chinese characters, read in context (phrases decide heteronyms)."""
    from pypinyin import Style, lazy_pinyin

    out: list[Syllable] = []
    for char, pinyin in zip(text, lazy_pinyin(list_safe(text), style=Style.NORMAL, strict=False), strict=False):
        sounds = syllable_sounds(pinyin.replace("ü", "v"))
        out.append(Syllable(phonemes=sounds or "a", stress=0 if is_function(char) else 1))
    return out


def list_safe(text: str) -> str:
    """Characters without a reading (rare ones) become a plain one, so that lengths stay equal."""
    from pypinyin import pinyin_dict

    return "".join(c if ord(c) in pinyin_dict.pinyin_dict else "啊" for c in text)
