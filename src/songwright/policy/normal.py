"""One spelling for every way to write a word."""

from __future__ import annotations

import re
import unicodedata

LEET = str.maketrans("013457@$!", "oieastasi")
_WORDS = re.compile(r"[^\W_]+(?:[@$!]+[^\W_]+)*|[@$][^\W_]+(?:[@$!]+[^\W_]+)*")
_APOSTROPHES = re.compile("['`\u2019\u2018\u02bc\u00ad\u200b\u200c\u200d\u2060]")
_ACCENTS = re.compile("[\u0300-\u036f]")
_UNSPACED = re.compile("([\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af])")
_SPELLED = re.compile(r"\b(?:[a-z] ){3,}[a-z]\b")


def fold(text: str) -> str:
    """Case, width, ligatures and Latin accents removed; folding again changes nothing.

    >>> fold("Ｂeyoncé")
    'beyonce'
    """
    for _ in range(4):
        before = text
        text = unicodedata.normalize("NFKC", text).casefold()
        text = unicodedata.normalize("NFC", _ACCENTS.sub("", unicodedata.normalize("NFKD", text)))
        if text == before:
            break
    return text


def words(text: str) -> list[str]:
    """Words without punctuation; scripts that write no spaces give one word per sign.

    >>> words("Don't stop, P!nk - 爱我")
    ['dont', 'stop', 'p!nk', '爱', '我']
    """
    return _WORDS.findall(_UNSPACED.sub(r" \1 ", _APOSTROPHES.sub("", fold(text))))


def unleet(found: list[str]) -> list[str]:
    """Digits and signs inside words read as the letters they stand for; plain numbers stay.

    >>> unleet(["3min3m", "50"])
    ['eminem', '50']
    """
    return [word.translate(LEET) if re.search("[a-z]", word) else word for word in found]


def readings(text: str) -> list[list[str]]:
    """Every way the words of a text may be read: as written, without leetspeak, spelled letters joined."""
    plain = words(text)
    found = [plain]
    for reading in (unleet(plain), _SPELLED.sub(lambda m: m[0].replace(" ", ""), " ".join(plain)).split()):
        if reading not in found:
            found.append(reading)
    return found
