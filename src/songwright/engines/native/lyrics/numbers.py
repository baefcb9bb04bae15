"""Numbers, money, clock times and signs as English words."""

from __future__ import annotations

import re

from .wordlists import word_list

_ONES = word_list("""
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
    seventeen eighteen nineteen
    """)

_TENS = word_list("zero ten twenty thirty forty fifty sixty seventy eighty ninety")
_SCALES = ((10**9, "billion"), (10**6, "million"), (1000, "thousand"), (100, "hundred"))
_ORDINALS = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth",
    "twelve": "twelfth",
}  # fmt: skip
_MONEY = {"$": ("dollar", "dollars"), "£": ("pound", "pounds"), "€": ("euro", "euros"), "¥": ("yen", "yen")}
_SIGNS = {
    "&": "and", "+": "plus", "@": "at", "%": "percent", "=": "equals", "#": "number", "°": "degrees", "½": "half",
    "¼": "quarter", "×": "times",
}  # fmt: skip


def cardinal(n: int) -> str:
    """English words of a number from 0; from a trillion on, digit by digit.

    >>> cardinal(342)
    'three hundred forty two'
    """
    if n >= 10**12:
        return " ".join(_ONES[int(d)] for d in str(n)[:40])
    if n < 20:
        return _ONES[n]
    if n < 100:
        return _TENS[n // 10] + (f" {_ONES[n % 10]}" if n % 10 else "")
    for scale, name in _SCALES:
        if n >= scale:
            rest = f" {cardinal(n % scale)}" if n % scale else ""
            return f"{cardinal(n // scale)} {name}{rest}"
    raise AssertionError(n)


def ordinal(n: int) -> str:
    """ "first", "twenty second"."""
    *head, last = cardinal(n).split()
    last = _ORDINALS[last] if last in _ORDINALS else f"{last[:-1]}ieth" if last.endswith("y") else f"{last}th"
    return " ".join([*head, last])


def year(n: int) -> str:
    """1999 as "nineteen ninety nine"."""
    if 2000 <= n < 2010 or n % 1000 == 0:
        return cardinal(n)
    high, low = divmod(n, 100)
    if low == 0:
        return f"{cardinal(high)} hundred"
    return f"{cardinal(high)} {'oh ' if low < 10 else ''}{cardinal(low)}"


def _number(text: str) -> str:
    digits = text.replace(",", "")
    whole, _, part = digits.partition(".")
    words = cardinal(int(whole[:40])) if whole else "zero"
    return words + (" point " + " ".join(_ONES[int(d)] for d in part[:40]) if part else "")


_CLOCK = re.compile(r"(\d{1,2}):(\d\d)")
_ORDINAL = re.compile(r"(\d+)(?:st|nd|rd|th)", re.I)
_DECADE = re.compile(r"'?(\d*)(\d0)'?s", re.I)
_PIECE = re.compile(r"\d[\d,]*(?:\.\d+)?|[^\W\d_']+(?:'[^\W\d_]+)*|[&+@%=#°½¼×$£€¥]")


def spoken(token: str) -> str:
    """A token with digits or signs as words: "24/7" gives "twenty four seven". "" when nothing is spoken."""
    if m := _CLOCK.fullmatch(token):
        hour, minute = int(m[1]), int(m[2])
        tail = "o'clock" if minute == 0 else f"oh {cardinal(minute)}" if minute < 10 else cardinal(minute)
        return f"{cardinal(hour)} {tail}"
    if (m := _ORDINAL.fullmatch(token)) and len(m[1]) < 13:
        return ordinal(int(m[1]))
    if m := _DECADE.fullmatch(token):
        tens = _TENS[int(m[2]) // 10]
        plural = f"{tens[:-1]}ies" if tens.endswith("y") else "hundreds" if m[2] == "00" else f"{tens}s"
        return f"{cardinal(int(m[1])) if m[1] and len(m[1]) < 13 else ''} {plural}".strip()
    money = next((c for c in token if c in _MONEY), "")
    words: list[str] = []
    for piece in _PIECE.findall(token):
        if piece[0].isdigit():
            plain = piece.isdigit() and len(piece) == 4 and not money
            words.append(year(int(piece)) if plain and 1100 <= int(piece) < 2100 else _number(piece))
        elif piece not in _MONEY:
            words.append(_SIGNS.get(piece) or piece)
    if money:
        words.append(_MONEY[money][words != ["one"]])
    return " ".join(words)
