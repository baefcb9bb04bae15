"""How Japanese kana sound, mora by mora."""

from __future__ import annotations

import json
import re
import unicodedata

from songwright.domain.lyrics import Syllable

from .errors import UnsingableText
from .wordlists import data_text

_ROWS = {
    "": "あいうえお", "k": "かきくけこ", "ɡ": "がぎぐげご", "s": "さしすせそ", "ʣ": "ざじずぜぞ", "t": "たちつてと",
    "d": "だぢづでど", "n": "なにぬねの", "h": "はひふへほ", "b": "ばびぶべぼ", "p": "ぱぴぷぺぽ", "m": "まみむめも",
    "ɾ": "らりるれろ",
}  # fmt: skip
_SPECIAL = {
    "き": "kʲi", "ぎ": "ɡʲi", "し": "ɕi", "す": "sɨ", "じ": "ʥi", "ず": "zɨ", "ち": "ʨi", "つ": "ʦɨ", "ぢ": "ʥi",
    "づ": "zɨ", "に": "ɲi", "ひ": "çi", "ふ": "ɸɯ", "び": "bʲi", "ぴ": "pʲi", "み": "mʲi", "り": "ɾʲi", "や": "ja",
    "ゆ": "jɯ", "よ": "jo", "わ": "βa", "ゐ": "i", "ゑ": "e", "を": "o", "ゔ": "vɯ", "ぁ": "a", "ぃ": "i", "ぅ": "ɯ",
    "ぇ": "e", "ぉ": "o", "ゃ": "ja", "ゅ": "jɯ", "ょ": "jo", "ゎ": "βa", "ゕ": "ka", "ゖ": "ke",
}  # fmt: skip
KANA = {c: head + v for head, row in _ROWS.items() for c, v in zip(row, "aiɯeo", strict=True)} | _SPECIAL
_SMALL = {"ゃ": "a", "ゅ": "ɯ", "ょ": "o", "ぁ": "a", "ぃ": "i", "ぅ": "ɯ", "ぇ": "e", "ぉ": "o", "ゎ": "a"}
_GLIDES = {"kʲ": "kʲ", "ɡʲ": "ɡʲ", "ɕ": "ɕ", "ʥ": "ʥ", "ʨ": "ʨ", "ɲ": "ɲ", "ç": "ç", "bʲ": "bʲ", "pʲ": "pʲ",
           "mʲ": "mʲ", "ɾʲ": "ɾʲ"}  # fmt: skip
_VOWELS = "aiɯeoɨ"

_PARTICLE = re.compile(r"(?<=あなた|わたし)は|(?<=ぼく|きみ|これ|それ|あれ|ここ|そこ|いま|だれ|どれ)は|(?<=.)[はへ]$")
"""The topic and direction marks at the end of a run or after a pronoun: written ha and he, said wa and e."""

_KANJI: dict[str, str] = json.loads(data_text("kanji.json"))
"""Readings of the characters songs use most. Others have to be written in kana."""
_LONGEST = max(map(len, _KANJI))


def to_hiragana(text: str) -> str:
    """Katakana to hiragana, kanji to their reading. Raises UnsingableText for a kanji without one."""
    text = unicodedata.normalize("NFKC", text)
    out, i = "", 0
    while i < len(text):
        c = text[i]
        if "ァ" <= c <= "ヶ":
            out, i = out + chr(ord(c) - 0x60), i + 1
        elif "\u4e00" <= c <= "\u9fff" or c == "々":
            n = next((n for n in range(_LONGEST, 0, -1) if text[i : i + n] in _KANJI), 0)
            if not n:
                raise UnsingableText("Japanese kanji", c)
            out, i = out + _KANJI[text[i : i + n]], i + n
        else:
            out, i = out + c, i + 1
    return out


def is_function(word: str) -> bool:
    """Particles."""
    return word in ("は", "が", "を", "に", "へ", "と", "も", "の", "で", "や", "か", "ね", "よ", "から", "まで")


def read(text: str) -> list[Syllable]:
    """Syllables of a run of Japanese text; a mora nasal, a long mark and a stop join the syllable before them."""
    kana = to_hiragana(text)
    kana = {"は": "わ", "へ": "え", "を": "お"}.get(kana, kana)
    kana = _PARTICLE.sub(lambda m: {"は": "わ", "へ": "え"}[m[0]], kana) if kana != "はは" else kana
    out: list[str] = []
    for c in kana:
        if c in _SMALL and out and out[-1][-1:] in _VOWELS:
            head = out[-1][:-1]
            joiner = "" if head in _GLIDES or head in ("ɸ", "v", "t", "d", "ʦ", "β") else "j"
            out[-1] = head + joiner + _SMALL[c]
        elif c == "ん":
            out[-1:] = [out[-1] + "ɴ"] if out else ["ɴ"]
        elif c in "っッ":
            out[-1:] = [out[-1] + "ʔ"] if out else []
        elif c == "ー" or (c == "う" and out and out[-1][-1] == "o"):
            out[-1:] = [out[-1] + "ː"] if out else []
        elif c in KANA:
            out.append(KANA[c])
    return [Syllable(phonemes=p, stress=1 if i == 0 else 0) for i, p in enumerate(out)]
